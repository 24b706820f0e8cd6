"""The list of orders and one shipment by its reference: the same checks and tolerance as in the feeds."""

from __future__ import annotations

import pytest

from orogxo.errors import DecodeError, Invalid, MappingError, NotFound, PermissionDenied
from orogxo.gxo import Dispatch, GxoClient
from orogxo.gxo.shipments import shipment_page
from orogxo.model import Acknowledgement
from orogxo.sandbox import Twin
from support.gateway import (
    SSCC,
    URL,
    ea,
    order_resource,
    package,
    page,
    problem,
    reply,
    shipment,
    shipment_line,
    shipments_page,
    site,
)
from support.gateway_goods import feed
from support.twins import Talk, faithful

# One shipment --------------------------------------------------------------------------------------------

TWO_ORDERS = shipment(
    order_refs=["A", "B"],
    packages=[],
    lines=[shipment_line(order_ref=ref, shipped=ea("6")) for ref in ("A", "B")],
)


@pytest.mark.parametrize(
    "told",
    [
        shipment(),
        TWO_ORDERS,
        shipment(version=7, final=False, carrier=None, lines=[shipment_line(reason="cat_ate_it")]),
        shipment(packages=[package(sscc=SSCC[:-1] + "0")]),
    ],
)
def test_a_shipment_is_read_as_the_feed_reads_it(told: dict[str, object]) -> None:
    """Contract gateway-v1, resource Shipment."""
    fed = shipment_page(shipments_page(told), asked="")
    client, sender = site(reply(200, told))
    assert client.shipment("SHP-1") == Dispatch(tuple(fed.shipments), tuple(fed.unreadable))
    assert sender.sent[0].url == f"{URL}/v1/shipments/SHP-1?client_id=ACME"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (shipment(shipment_ref="SHP-2"), "expected shipment 'SHP-1', not 'SHP-2' @ $.shipment_ref"),
        (shipment(lines=[shipment_line(shipped=ea("-1"))]), "expected a quantity that is not negative"),
        (shipment(order_refs=[]), "expected at least one order"),
        ([], "expected an object"),
    ],
)
def test_a_shipment_that_cannot_be_read_or_is_another(told: object, said: str) -> None:
    client, _ = site(reply(200, told))
    with pytest.raises(DecodeError) as caught:
        client.shipment("SHP-1")
    assert said in caught.value.message


def test_none_only_when_the_gateway_itself_has_none() -> None:
    client, _ = site(problem(404, "not_found"), page(404), problem(404, "unknown_route"))
    assert client.shipment("SHP-1") is None
    for _ in range(2):
        with pytest.raises(NotFound, match="NOT_THE_GATEWAY"):
            client.shipment("SHP-1")


@pytest.mark.parametrize("ref", ["", ".", ".."])
def test_what_would_vanish_from_the_address_is_no_shipment(ref: str) -> None:
    client, sender = site()
    with pytest.raises(MappingError, match="is no shipment"):
        client.shipment(ref)
    assert sender.sent == []


def test_a_reference_of_the_site_may_have_any_letters() -> None:
    client, sender = site(reply(200, shipment(shipment_ref="S/1 +ü?")))
    found = client.shipment("S/1 +ü?")
    assert found is not None
    assert found.shipments[0].id == "S/1 +ü?/1042"
    assert sender.sent[0].url == f"{URL}/v1/shipments/S%2F1%20%2B%C3%BC%3F?client_id=ACME"


# The list of orders ---------------------------------------------------------------------------------------


def test_orders_are_read_one_by_one_and_a_bad_one_hides_no_other() -> None:
    told = feed(
        order_resource(version=3, reason="late"),
        order_resource(client_order_ref="1043", state="moonlit"),
        order_resource(client_order_ref="1044", client_id="OTHER"),
        {"state": "accepted"},
        order_resource(client_order_ref="1045", client_id=None),
    )
    client, sender = site(reply(200, told))
    found = client.orders("a+b")
    assert found.items == (
        Acknowledgement("1042", "accepted", 3, "PO-2026-0001", "late"),
        Acknowledgement("1043", "unmapped:moonlit", 1, "PO-2026-0001"),
        Acknowledgement("1045", "accepted", 1, "PO-2026-0001"),
    )
    assert found.unmapped == ("order 1043: state 'moonlit' is not a word of gateway-v1",)
    foreign, nameless = found.unreadable
    assert foreign == ("order 1044 cannot be read: expected depositor 'ACME', not 'OTHER' @ $.client_id")
    assert nameless.startswith("an order without client_order_ref")
    assert (found.cursor, found.more) == ("c-1", False)
    assert sender.sent[0].url == f"{URL}/v1/orders?client_id=ACME&cursor=a%2Bb"


@pytest.mark.parametrize("cursor", [None, "", "here"])
def test_a_page_of_orders_that_promises_more_and_leads_nowhere(cursor: str | None) -> None:
    client, sender = site(reply(200, feed(cursor=cursor, more=True)))
    with pytest.raises(DecodeError, match="leads nowhere new"):
        client.orders("here")
    assert len(sender.sent) == 1


# At the twin ----------------------------------------------------------------------------------------------


def at(twin: Twin, depositor: str = "DEPOSITOR") -> GxoClient:
    return GxoClient(
        "http://gxo.test", "id", "secret", depositor=depositor, site="S", sender=twin.gxo, clock=twin.clock
    )


def test_all_orders_of_the_site_are_listed_page_by_page_and_nobody_elses() -> None:
    twin = Twin()
    ids = [twin.place_order(lines=[("WIDGET-001", 1, "case")]) for _ in range(60)]
    talk = Talk(twin)
    for order_id in ids:
        assert talk.put_order(faithful(twin, order_id)).status == 201
    talk.put_order(faithful(twin, ids[7], client_id="SOMEBODY"))
    twin.ship(ids[0])
    client, found, cursor, more = at(twin), [], "", True
    while more:
        page_ = client.orders(cursor)
        assert (page_.unreadable, page_.unmapped) == ((), ())
        found += page_.items
        cursor, more = page_.cursor, page_.more
    assert [order.ref for order in found] == [order_id for order_id in ids if order_id != ids[7]]
    assert (found[0].state, found[1].state) == ("shipped", "accepted")
    assert client.orders(cursor).items == ()
    with pytest.raises(Invalid, match="none of ours"):
        client.orders(client.shipments().cursor)


def test_the_latest_version_of_a_shipment_at_the_twin() -> None:
    twin = Twin()
    order_id = twin.place_order(lines=[("WIDGET-001", 1, "case")])
    Talk(twin).put_order(faithful(twin, order_id))
    (ref,) = twin.ship(order_id)
    client = at(twin)
    first = client.shipment(ref)
    assert first is not None
    assert first.shipments == tuple(client.shipments().shipments)
    twin.reship(ref, carrier="FEDX")
    second = client.shipment(ref)
    assert second is not None
    assert [(found.version, found.carrier) for found in second.shipments] == [(2, "FEDX")]
    assert client.shipment("S-NONE") is None
    assert at(twin, "SOMEBODY").shipment(ref) is None


def test_a_site_without_look_up_lists_no_orders() -> None:
    with pytest.raises(PermissionDenied):
        at(Twin(gxo_lookup=False)).orders()
