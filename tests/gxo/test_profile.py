"""A gateway client with the profile of its site: codes both ways, everything refused at once, the address."""

from __future__ import annotations

import json
from typing import Any

import pytest
from attrs import evolve

from orogxo.errors import ConfigError, MappingError
from orogxo.gxo import AsyncGxoClient, GxoClient, GxoWarehouse
from orogxo.model import (
    CarrierService,
    InboundLine,
    Quantity,
    ReturnLine,
    StockRow,
)
from orogxo.ports import WarehouseFacts
from support.exchanges import ManualClock
from support.gateway import (
    REQUEST,
    URL,
    a_line,
    ea,
    order_resource,
    package,
    reply,
    shipment,
    shipment_line,
    shipments_page,
    site,
    stock_page,
    stock_row,
)
from support.gateway_goods import ADVICE, ITEM, RMA, feed, movement
from support.house import PROFILE

IN_KI = {"value": "1", "uom": "KI"}
REQUEST_AT_HOUSE = evolve(REQUEST, lines=(a_line(),), ref="1042", ship_to=evolve(REQUEST.ship_to, street2=""))

# The address ----------------------------------------------------------------------------------------------


def addressed(cls: type[Any], url: str = "", **settings_: object) -> str:
    return repr(cls(url, "", "", depositor="A", site="S", api_key="k", **settings_)._flows.gateway.url("x"))


@pytest.mark.parametrize("cls", [GxoClient, AsyncGxoClient])
def test_the_address_is_the_profiles_unless_it_is_given(cls: type[Any]) -> None:
    assert addressed(cls, profile=PROFILE) == "'https://house.example/wms/api/x'"
    assert addressed(cls, URL, profile=PROFILE) == f"'{URL}/wms/api/x'"
    assert addressed(cls, URL, prefix="v9", profile=PROFILE) == f"'{URL}/v9/x'"
    assert addressed(cls, URL) == f"'{URL}/v1/x'"
    for wrong in (evolve(PROFILE, base_url="http://house.example"), evolve(PROFILE, base_url=""), None):
        with pytest.raises(ConfigError, match="base_url must"):
            addressed(cls, profile=wrong)
    with pytest.raises(ConfigError, match="prefix is a path"):
        addressed(cls, profile=evolve(PROFILE, prefix="../v1"))


def test_a_copy_of_a_client_keeps_the_agreement() -> None:
    client, sender = site(reply(201, order_resource()), profile=PROFILE)
    assert client.with_options(timeout=3).profile is PROFILE
    client.with_options(timeout=3).submit(REQUEST_AT_HOUSE)
    assert json.loads(sender.sent[0].body or b"")["carrier"]["code"] == "17"


# Refused before anything is sent --------------------------------------------------------------------------


@pytest.mark.parametrize("call", [("submit",), ("change", 1)])
def test_everything_that_is_wrong_with_an_order_is_told_in_one_refusal(call: tuple[Any, ...]) -> None:
    """What the contract forbids and what this site forbids, together: a person corrects it once."""
    lines = (
        a_line(ref="a b", quantity=Quantity("1/3", "each")),
        a_line(ref="2", uom="MTK", sku=" "),
    )
    order = evolve(
        REQUEST, ref="1" * 13, lines=lines, po_number="P" * 15, notes="Łódź",
        carrier=CarrierService("DHL", ""),
    )  # fmt: skip
    client, sender = site(profile=PROFILE)
    with pytest.raises(MappingError) as caught:
        getattr(client, call[0])(order, *call[1:])
    for said in (
        "site house cannot take the order",
        "lines[0].ref 'a b' cannot name anything",
        "lines[0].quantity 1/3 each of WIDGET-001 has no finite decimal",
        "lines[1].sku is empty",
        "carrier 'DHL' has no code at this site; it knows FEDX STD, UPS GROUND, UPS NEXT_DAY",
        "ref has 13 characters, the site takes 12",
        "po_number has 15 characters, the site takes 14",
        "notes has letters that the site cannot read (latin-1)",
        "lines[0].quantity 1/3 each of WIDGET-001 is not whole",
        "lines[1].uom 'MTK' has no code at this site; it knows EA, KGM",
    ):
        assert said in caught.value.message
    assert caught.value.context == {"order": "1042", "ref": "1" * 13}
    assert sender.sent == []


@pytest.mark.parametrize(
    ("method", "value", "paths"),
    [
        ("put_inbound", evolve(ADVICE, lines=tuple(
            InboundLine(unit, "W", Quantity(1, unit)) for unit in ("CS", "EA", "PF"))),
         ("lines[0].uom 'CS'", "lines[2].uom 'PF'")),
        ("put_return", evolve(RMA, lines=(ReturnLine("1", "W", Quantity(1, "CS"), "", ""),)),
         ("lines[0].uom 'CS'",)),
        ("put_item", ITEM, ("units[1].code 'CS'",)),
    ],
)  # fmt: skip
def test_a_unit_without_a_code_is_refused_in_every_document(
    method: str, value: object, paths: tuple[str, ...]
) -> None:
    client, sender = site(profile=PROFILE)
    with pytest.raises(MappingError) as caught:
        getattr(client, method)(value)
    for path in paths:
        assert f"{path} has no code at this site; it knows EA, KGM" in caught.value.message
    assert sender.sent == []


def test_what_was_agreed_outranks_what_the_gateway_says() -> None:
    client, _ = site(reply(200, {"lookup": True, "cancel": True, "change": True}), profile=PROFILE)
    agreed = WarehouseFacts(natural_key=False, lookup=True, item_master=False, cancel=True, change=False)
    assert client.capabilities() == GxoWarehouse(client).facts() == agreed
    assert GxoWarehouse(site()[0]).next_cutoff(ManualClock().now()) is None


# Strange codes are kept and told ---------------------------------------------------------------------------


def test_strange_codes_of_a_shipment_stand_in_it_and_are_told() -> None:
    goods = {"order_line_ref": "101", "sku": "W", "qty": IN_KI}
    told = shipment(
        carrier="99",
        service=None,
        lines=[shipment_line(shipped=IN_KI, ordered={"value": "12", "uom": "ST"}, reason="66")],
        packages=[package(lines=[goods])],
    )  # fmt: skip
    client, _ = site(reply(200, shipments_page(told)), reply(200, told), profile=PROFILE)
    page = client.shipments()
    (found,) = page.shipments
    (line,) = found.lines
    assert (found.carrier, found.service) == ("unmapped:99", "")
    assert (line.shipped, line.ordered) == (Quantity(1, "unmapped:KI"), Quantity(12, "EA"))
    assert (line.reason, line.raw_reason) == ("unmapped:66", "66")
    assert found.packages[0].lines[0].quantity == Quantity(1, "unmapped:KI")
    assert page.unreadable == (
        "shipment SHP-1 version 1 was read, but unit 'KI' is not agreed with the site",
        "shipment SHP-1 version 1 was read, but reason '66' is not a word of gateway-v1",
        "shipment SHP-1 version 1 was read, but carrier '99' is not agreed with the site",
    )
    single = client.shipment("SHP-1")
    assert single is not None
    assert (single.shipments, single.unreadable) == (tuple(page.shipments), page.unreadable)


def test_our_own_unit_from_a_site_of_house_units_is_not_taken_on_trust() -> None:
    """12 EA from a site that agreed to say ST may be anything: its EA may be a carton."""
    client, _ = site(reply(200, shipments_page(shipment())), profile=PROFILE)
    assert client.shipments().shipments[0].lines[0].shipped == Quantity(12, "unmapped:EA")


def test_strange_codes_of_stock_stand_in_it() -> None:
    rows = (
        stock_row(status="F", qty={"value": "4", "uom": "ST"}),
        stock_row(status="available", qty={"value": "4", "uom": "KILO"}),
        stock_row(status="Q", qty=ea("4")),
    )
    client, _ = site(
        reply(200, stock_page(rows[0], cursor="p")), reply(200, stock_page(*rows[1:])), profile=PROFILE
    )
    four = [Quantity(4, unit) for unit in ("EA", "KGM", "unmapped:EA")]
    statuses = ("available", "available", "unmapped:Q")
    assert client.stock_snapshot().rows == tuple(
        StockRow("WIDGET-001", status, quantity, site="RDC-1")
        for status, quantity in zip(statuses, four, strict=True)
    )


def test_strange_codes_of_a_movement_stand_in_it_and_are_told() -> None:
    told = movement(reason="ZZ", raw_reason=None, from_status="F", to_status="Q", qty=ea("3"))
    client, _ = site(reply(200, feed(told)), profile=PROFILE)
    page = client.movements()
    (row,) = page.items
    assert (row.from_status, row.to_status) == ("available", "unmapped:Q")
    assert (row.reason, row.raw_reason) == ("unmapped:ZZ", "ZZ")
    assert row.quantity == Quantity(3, "unmapped:EA")
    assert page.unmapped == (
        "movement M-1: unit 'EA' is not agreed with the site",
        "movement M-1: to_status 'Q' is not a word of gateway-v1",
        "movement M-1: reason 'ZZ' is not a word of gateway-v1",
    )
