"""The item master and the abilities of a site: asked once, never assumed."""

from __future__ import annotations

import pytest

from orogxo.errors import DecodeError, NotFound, ServerError
from orogxo.http import Reply
from orogxo.ports import WarehouseFacts
from support.gateway import URL, page, problem, reply, site

NONE = problem(404, "not_found")


def item(sku: str) -> Reply:
    return reply(200, {"sku": sku, "uoms": [{"code": "EA", "qty_in_base": "1"}]})


def test_an_item_as_the_site_has_it() -> None:
    client, _ = site(item("WIDGET-001"))
    assert client.item("WIDGET-001") == {"sku": "WIDGET-001", "uoms": [{"code": "EA", "qty_in_base": "1"}]}


@pytest.mark.parametrize(
    ("sku", "path"),
    [
        ("A/B C+D", "A%2FB%20C%2BD"),
        ("50%", "50%25"),
        ("Ä#?&=;", "%C3%84%23%3F%26%3D%3B"),
        ("../orders/1042", "..%2Forders%2F1042"),
    ],
)
def test_a_sku_is_one_segment_whatever_it_contains(sku: str, path: str) -> None:
    client, sender = site(item(sku))
    assert client.item(sku) == {"sku": sku, "uoms": [{"code": "EA", "qty_in_base": "1"}]}
    assert sender.sent[0].url == f"{URL}/v1/items/{path}"


@pytest.mark.parametrize("answer", [NONE, problem(404, "unknown_sku")])
def test_the_gateway_says_that_it_has_no_such_item(answer: Reply) -> None:
    client, _ = site(answer)
    assert client.item("WIDGET-9") is None


@pytest.mark.parametrize("sku", ["", ".", ".."])
def test_a_sku_that_no_url_can_name_is_in_no_item_master(sku: str) -> None:
    client, sender = site()
    assert client.item(sku) is None
    assert client.unknown_skus([sku]) == {sku}
    assert sender.sent == []


def test_another_404_is_an_error() -> None:
    client, _ = site(page(404))
    with pytest.raises(NotFound) as caught:
        client.unknown_skus(["WIDGET-001"])
    assert caught.value.code == "NOT_THE_GATEWAY"


@pytest.mark.parametrize("answer", [item("widget-001"), reply(200, {"sku": None}), reply(200, []), page(200)])
def test_an_answer_about_another_item_is_an_error(answer: Reply) -> None:
    client, _ = site(answer)
    with pytest.raises(DecodeError):
        client.item("WIDGET-001")


def test_each_sku_is_asked_once_and_the_known_ones_never_again() -> None:
    client, sender = site(item("A"), NONE, item("C"), NONE)
    assert client.unknown_skus(["A", "B", "A", "C", "B"]) == {"B"}
    assert [sent.url.rpartition("/")[2] for sent in sender.sent] == ["A", "B", "C"]
    assert client.unknown_skus(["A", "B", "C"]) == {"B"}
    assert [sent.url.rpartition("/")[2] for sent in sender.sent[3:]] == ["B"]
    assert client.unknown_skus([]) == frozenset()


def test_what_was_learnt_before_a_failure_is_kept() -> None:
    client, sender = site(item("A"), *[problem(500, "internal_error")] * 4, item("B"))
    with pytest.raises(ServerError):
        client.unknown_skus(["A", "B"])
    assert client.unknown_skus(["A", "B"]) == frozenset()
    assert len(sender.sent) == 6


# Capabilities ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "facts"),
    [
        ({}, (False, False, False)),
        ({"natural_key": True}, (True, False, False)),
        ({"lookup": True, "natural_key": False, "serials": True}, (False, True, False)),
        ({"item_master": True, "formats": ["json"]}, (False, False, True)),
    ],
)
def test_an_ability_that_is_not_mentioned_is_not_there(told: object, facts: tuple[bool, bool, bool]) -> None:
    client, sender = site(reply(200, told))
    expected = WarehouseFacts(*facts)
    assert client.capabilities() == client.capabilities() == expected
    assert [sent.url for sent in sender.sent] == [f"{URL}/v1/capabilities"]


@pytest.mark.parametrize("told", [{"lookup": "yes"}, {"natural_key": 1}, {"item_master": None}, []])
def test_an_ability_that_is_no_yes_or_no_is_an_error_and_is_asked_again(told: object) -> None:
    client, _ = site(reply(200, told), reply(200, {"lookup": True}))
    with pytest.raises(DecodeError):
        client.capabilities()
    assert client.capabilities().lookup
