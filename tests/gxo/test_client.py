"""The clients themselves: both colours alike, settings checked at once, secrets and connections guarded."""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import pickle
from typing import Any

import pytest

from orogxo.errors import ConfigError, NotSent
from orogxo.gxo import AsyncGxoClient, GxoClient, GxoWarehouse
from orogxo.http import HttpxSender, RetryPolicy, Secret
from orogxo.ports import Warehouse
from support.exchanges import ManualClock, ScriptedSender, a_token
from support.gateway import (
    REQUEST,
    URL,
    async_site,
    both,
    order_resource,
    page,
    problem,
    reply,
    shipment,
    shipments_page,
    site,
    stock_page,
    stock_row,
)
from support.gateway_goods import GOODS_CALLS, feed, movement

SETTINGS = {
    "OROGXO_GXO_URL": URL,
    "OROGXO_GXO_CLIENT_ID": "id-1",
    "OROGXO_GXO_CLIENT_SECRET": "hush-1",
    "OROGXO_GXO_DEPOSITOR": "ACME",
    "OROGXO_GXO_SITE": "RDC-1",
}
COLOURS = [GxoClient, AsyncGxoClient]
CANCELLED = reply(200, {"client_order_ref": "1042", "answer": "cancelled", "state": "cancelled"})
ORDER = reply(201, order_resource())
CALLS: list[tuple[str, tuple[object, ...], Any]] = [
    ("submit", (REQUEST,), ORDER),
    ("submit", (REQUEST,), page(200)),
    ("find", ("1042",), ORDER),
    ("find", ("1042",), page(404)),
    ("find", ("..",), None),
    ("shipments", ("c",), reply(200, shipments_page(shipment()))),
    ("shipments", (), reply(200, shipments_page({}))),
    ("shipment", ("SHP-1",), reply(200, shipment())),
    ("shipment", ("SHP-1",), problem(404, "not_found")),
    ("shipment", ("..",), None),
    ("orders", ("c",), reply(200, feed(order_resource(), {}))),
    ("stock_snapshot", (), reply(200, stock_page(stock_row()))),
    ("stock_pages", (), reply(200, stock_page(stock_row(), {}))),
    ("stock_pages", (), reply(200, {})),
    ("stock_movements", ("c",), reply(200, feed(movement(), {}))),
    ("capabilities", (), reply(200, {"lookup": True})),
    ("item", ("W",), problem(404, "not_found")),
    ("unknown_skus", (["W"],), problem(404, "not_found")),
    ("item", ("W",), problem(403, "forbidden_operation")),
    ("cancel", ("1042",), CANCELLED),
    ("cancel", ("1042",), problem(409, "not_cancellable")),
    ("change", (REQUEST, 1), ORDER),
    *GOODS_CALLS,
]


def public(cls: type) -> dict[str, Any]:
    return {name: member for name, member in vars(cls).items() if not name.startswith("_")}


def test_the_colours_have_the_same_methods_and_signatures() -> None:
    sync, asynchronous = public(GxoClient), public(AsyncGxoClient)
    assert sync.keys() - {"close"} == asynchronous.keys() - {"aclose"}
    for name in sync.keys() - {"close"}:
        ours, theirs = getattr(GxoClient, name), getattr(AsyncGxoClient, name)
        assert str(inspect.signature(ours)) == str(inspect.signature(theirs)).replace("Async", ""), name
        converses = name not in ("from_env", "with_options")
        waits = inspect.iscoroutinefunction(theirs) or inspect.isasyncgenfunction(theirs)
        assert (inspect.iscoroutinefunction(ours), waits) == (False, converses)
        assert inspect.isgeneratorfunction(ours) == inspect.isasyncgenfunction(theirs)
    initial = [inspect.signature(cls.__init__) for cls in COLOURS]
    told = [
        {p.name: (str(p.annotation).replace("Async", ""), p.default, p.kind) for p in s.parameters.values()}
        for s in initial
    ]
    assert told[0] == told[1]


@pytest.mark.parametrize(("method", "arguments", "answer"), CALLS)
def test_the_colours_do_the_same(method: str, arguments: tuple[object, ...], answer: Any) -> None:
    ours, theirs = both(method, arguments, *([answer] if answer else []))
    assert ours == theirs


def test_every_method_is_in_the_comparison() -> None:
    shared = public(GxoClient).keys() - {"close", "from_env", "with_options"}
    assert {method for method, *_ in CALLS} == shared


@pytest.mark.parametrize(
    ("token_url", "asked"), [(None, f"{URL}/oauth/token"), ("https://id.example/t", "https://id.example/t")]
)
def test_the_token_is_fetched_once_with_a_form(token_url: str | None, asked: str) -> None:
    """Contract gateway-v1, "Auth"; RFC 6749, section 4.4."""
    sender = ScriptedSender(a_token("tok"), ORDER, ORDER)
    client = GxoClient(
        URL, "id-1", "hush-1", depositor="ACME", site="RDC-1", sender=sender, token_url=token_url
    )
    client.find("1042")
    client.find("1042")
    token, first, _ = sender.sent
    assert (token.method, token.url) == ("POST", asked)
    assert token.body == b"grant_type=client_credentials&client_id=id-1&client_secret=hush-1"
    assert token.header("Content-Type") == "application/x-www-form-urlencoded"
    assert first.header("Authorization") == "Bearer tok"


def test_an_api_key_takes_the_place_of_a_token() -> None:
    client, sender = site(ORDER, api_key=Secret("k-1"))
    client.find("1042")
    assert [sent.header("X-Api-Key") for sent in sender.sent] == ["k-1"]


def test_a_site_may_serve_the_contract_under_another_path() -> None:
    client, sender = site(ORDER, prefix="/wms/gateway-v1/")
    client.find("1042")
    assert sender.sent[0].url == f"{URL}/wms/gateway-v1/orders/1042?client_id=ACME"


@pytest.mark.parametrize("cls", COLOURS)
def test_from_env(cls: type[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert repr(cls.from_env(SETTINGS)) == (
        f"{cls.__name__}(Gateway(base_url='{URL}', depositor='ACME', site='RDC-1'))"
    )
    for name, value in SETTINGS.items():
        monkeypatch.setitem(os.environ, name.replace("OROGXO_GXO_", "SITE2_"), value)
    assert "depositor='ACME'" in repr(cls.from_env(prefix="SITE2_"))
    with pytest.raises(ConfigError) as caught:
        cls.from_env({"OROGXO_GXO_URL": URL, "OROGXO_GXO_SITE": ""})
    for name in SETTINGS.keys() - {"OROGXO_GXO_URL"}:
        assert name in caught.value.message
    assert "OROGXO_GXO_URL" not in caught.value.message


@pytest.mark.parametrize("cls", COLOURS)
def test_all_wrong_settings_are_told_at_once(cls: type[Any]) -> None:
    with pytest.raises(ConfigError) as caught:
        cls("ftp://x", "", "", depositor=" ", site="", token_url="https://user:pw@id.example/t")
    for told in (
        "depositor is empty",
        "site is empty",
        "base_url must begin with https:// and a host",
        "token_url must have no user, query or fragment",
        "client_id is empty",
        "client_secret is empty",
    ):
        assert told in caught.value.message
    assert "pw" not in caught.value.message


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"base_url": "gateway.example"}, "base_url must begin with https://"),
        ({"prefix": "a b"}, "prefix is a path"),
        ({"prefix": "../v1"}, "prefix is a path"),
        ({"base_url": "https://"}, "base_url must begin with https://"),
        ({"base_url": "https://[::1"}, "base_url is no URL"),
        ({"base_url": "https://gw.example:x"}, "base_url is no URL"),
        ({"base_url": "https://gw.example?x=1"}, "base_url must have no user, query or fragment"),
        ({"base_url": "http://gw.example"}, "base_url must be https"),
        ({"token_url": "http://10.0.0.1/t"}, "token_url must be https"),
        ({"api_key": "k"}, "must be empty where an api_key is given"),
        ({"api_key": "", "client_id": "", "client_secret": ""}, "api_key is empty"),
    ],
)
def test_settings_that_cannot_work(settings: dict[str, str], told: str) -> None:
    good = {"base_url": URL, "client_id": "i", "client_secret": "s", "depositor": "A", "site": "S"}
    with pytest.raises(ConfigError, match=told):
        GxoClient(**{**good, **settings})  # type: ignore[arg-type]  # tests pass what they mean


@pytest.mark.parametrize("url", ["http://127.0.0.1:8602", "http://localhost:8602/", "http://[::1]:8602"])
def test_plain_http_is_for_this_machine_or_for_a_sender_of_the_hosts_own(url: str) -> None:
    GxoClient(url, "i", "s", depositor="A", site="S").close()
    GxoClient("http://gw.internal", "i", "s", depositor="A", site="S", sender=ScriptedSender())


def test_the_own_connections_are_closed_and_nobody_elses() -> None:
    class Closing(ScriptedSender):
        def close(self) -> None:
            pytest.fail("the host's sender was closed")

    with GxoClient(URL, "i", "s", depositor="A", site="S", sender=Closing()):
        pass
    with GxoClient(
        "http://127.0.0.1:9", "", "", depositor="A", site="S", api_key="k", retry=RetryPolicy(attempts=1)
    ) as client:
        client.with_options(timeout=1).close()
        with pytest.raises(NotSent, match="ConnectError"):
            client.find("1042")
    with pytest.raises(RuntimeError, match="closed"):
        client.find("1042")


def test_the_asynchronous_own_connections_are_closed_too() -> None:
    async def use() -> None:
        one = RetryPolicy(attempts=1)
        settings: dict[str, Any] = {"depositor": "A", "site": "S", "api_key": "k", "retry": one}
        async with AsyncGxoClient("http://127.0.0.1:9", "", "", **settings) as client:
            await client.with_options(timeout=1).aclose()
            with pytest.raises(NotSent, match="ConnectError"):
                await client.find("1042")
        with pytest.raises(RuntimeError, match="closed"):
            await client.find("1042")

    asyncio.run(use())


def test_options_make_a_copy_that_shares_what_was_learnt() -> None:
    answers = [reply(200, {"lookup": True}), problem(500, "internal_error"), ORDER]
    client, sender = site(*answers, timeout=9.0)
    hasty = client.with_options(timeout=2.5, retry=RetryPolicy(attempts=1))
    assert client.capabilities() == hasty.capabilities()
    with pytest.raises(Exception, match="INTERNAL_ERROR"):
        hasty.find("1042")
    client.find("1042")
    assert [sent.timeout for sent in sender.sent] == [9.0, 2.5, 9.0]


def test_limiter_and_observer_are_asked_and_told() -> None:
    calls: list[object] = []

    class Seen:
        def delay(self, backend: str) -> float:
            calls.append(backend)
            return 1.5

        def exchanged(self, operation: str, status: int | None, seconds: float, error: str) -> None:
            calls.append((operation, status, error))

    clock = ManualClock()
    client, _ = site(ORDER, limiter=Seen(), observer=Seen(), clock=clock)
    client.find("1042")
    assert calls == ["gxo", ("GET /acme/v1/orders/1042", 201, "")]
    assert clock.slept == [1.5]


def test_no_secret_is_shown() -> None:
    client = GxoClient(
        URL,
        "id-1",
        "hush-1",
        depositor="ACME",
        site="RDC-1",
        sender=ScriptedSender(problem(401, "unauthorised", detail="hush-1 is wrong")),
    )
    with pytest.raises(Exception, match="AUTHENTICATION") as caught:
        client.find("1042")
    shown = "".join(
        map(repr, [client, vars(client), caught.value, caught.value.__dict__, pickle.dumps(caught.value)])
    )
    assert "hush-1" not in shown


# The orchestrator's view ----------------------------------------------------------------------------------


def test_the_warehouse_port() -> None:
    client, sender = site(
        reply(200, {"lookup": True}),
        ORDER,
        problem(404, "not_found"),
        reply(200, shipments_page()),
        problem(404, "not_found"),
    )
    warehouse: Warehouse = GxoWarehouse(client)
    assert warehouse.facts().lookup
    assert warehouse.submit(REQUEST).ref == "1042"
    assert warehouse.find("1043") is None
    assert warehouse.shipments("").cursor == "c-1"
    assert warehouse.unknown_skus(["W"]) == {"W"}
    assert [f"{sent.method} {sent.url.removeprefix(URL).partition('?')[0]}" for sent in sender.sent] == [
        "GET /v1/capabilities",
        "PUT /v1/orders/1042",
        "GET /v1/orders/1043",
        "GET /v1/shipments",
        "GET /v1/items/W",
    ]
    assert json.loads(sender.sent[1].body or b"")["site_id"] == "RDC-1"


def test_the_asynchronous_client_runs_many_conversations_at_once() -> None:
    client, sender = async_site(*[ORDER] * 5)

    async def ask() -> list[object]:
        return await asyncio.gather(*(client.find("1042") for _ in range(5)))

    assert len(set(asyncio.run(ask()))) == 1
    assert len(sender.sent) == 5


def test_the_default_sender_is_the_built_in_one() -> None:
    with GxoClient(URL, "i", "s", depositor="A", site="S") as client:
        assert isinstance(client._own, HttpxSender)
