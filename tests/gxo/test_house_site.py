"""A gateway site of house codes: the whole job, and every book of the site, in the words of the contract."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from attrs import evolve

from orogxo import Config, Connector, OroClient
from orogxo.errors import Conflict
from orogxo.gxo import GxoClient, GxoWarehouse, Item, ItemUnit
from orogxo.model import InboundAdvice, InboundLine, Quantity, ReturnAdvice, ReturnLine, State
from orogxo.sandbox import Twin
from orogxo.storage import MemoryStore
from support.gateway_goods import DAY
from support.house import PROFILE, House
from support.twins import line_refs

ADVICE = InboundAdvice("ASN-7", DAY, (InboundLine("1", "WIDGET-001", Quantity(24, "EA")),))
RMA = ReturnAdvice("RMA-3", "1", DAY, (ReturnLine("1", "WIDGET-001", Quantity(3, "EA"), "", "restock"),))


def at(house: House) -> GxoClient:
    return GxoClient(
        "", "id", "secret", depositor="DEPOSITOR", site="SITE-1", sender=house, clock=house.twin.clock,
        profile=PROFILE,
    )  # fmt: skip


def linked(twin: Twin) -> tuple[Connector, House]:
    house = House(twin)
    oro = OroClient("http://oro.test", "id", "secret", sender=twin.oro, clock=twin.clock)
    config = Config.from_text(twin.config_toml(), environ={})
    return Connector(oro=oro, gxo=at(house), store=MemoryStore(), config=config, clock=twin.clock), house


def test_the_whole_job_in_house_codes() -> None:
    twin = Twin()
    link, house = linked(twin)
    order_id = twin.place_order(lines=[("WIDGET-001", 2, "case")])
    link.run_once()
    (asked,) = house.seen
    assert asked["carrier"] == {"code": "17", "service_code": "", "scac": "UPSN"}
    assert [line["qty"] for line in asked["lines"]] == [{"value": "24", "uom": "ST"}]
    twin.work()
    link.run_once()
    story = link.trace(order_id)[0].fulfilment
    assert story.state is State.CLOSED
    assert [(shipment.carrier, shipment.service) for shipment in story.shipments] == [("UPS", "GROUND")]
    assert [(line.ordered, line.shipped, line.uom) for line in story.lines] == [(24, 24, "EA")]
    assert link.exceptions.open() == ()
    assert twin.books().problems() == []


def test_short_goods_with_a_reason_of_the_house_and_one_that_nobody_agreed() -> None:
    twin = Twin()
    link, _ = linked(twin)
    ids = [twin.place_order(lines=[("WIDGET-001", 1, "case")]) for _ in range(2)]
    link.run_once()
    for order_id, reason in zip(ids, ("out_of_stock", "66"), strict=True):
        (line_ref,) = line_refs(twin, order_id)
        twin.ship(order_id, {line_ref: 5}, final=True, reason=reason)
    link.run_once()
    known, strange = (link.trace(order_id)[0].fulfilment.shipments[0].lines[0] for order_id in ids)
    assert (known.reason, known.raw_reason, known.short) == ("out_of_stock", "01", Quantity(7, "EA"))
    assert (strange.reason, strange.raw_reason) == ("unmapped:66", "66")
    told = [item.message for item in link.exceptions.open() if item.code == "SHIPMENT_UNREADABLE"]
    assert len(told) == 1
    assert "was read, but reason '66' is not a word of gateway-v1" in told[0]


def test_another_carrier_is_told_in_our_words() -> None:
    twin = Twin()
    link, _ = linked(twin)
    order_id = twin.place_order(lines=[("WIDGET-001", 1, "case")])
    link.run_once()
    twin.ship(order_id, carrier="MULE")
    link.run_once()
    codes = {item.code: item.message for item in link.exceptions.open()}
    assert "shipped with unmapped:MULE" in codes["CARRIER_OVERRIDE"]
    assert "carrier 'MULE' is not agreed with the site" in codes["SHIPMENT_UNREADABLE"]


def test_what_the_house_cannot_take_is_held_with_every_reason_and_nothing_is_sent() -> None:
    twin = Twin()
    link, house = linked(twin)
    order_id = twin.place_order(
        lines=[("WIDGET-001", 1, "case")],
        shipping_method="fedex_4",
        shipping_method_type=None,
        po_number="P" * 15,
        notes="Łódź",
    )
    link.run_once()
    told = " ".join(item.message for item in link.exceptions.open())
    for said in ("no code at this site", "has 15 characters, the site takes 14", "cannot read (latin-1)"):
        assert said in told
    assert link.trace(order_id)[0].fulfilment.state is not State.ACCEPTED
    assert house.seen == []


def test_goods_in_and_back_and_the_stock_of_it() -> None:
    twin = Twin()
    house = House(twin)
    client = at(house)
    assert client.put_inbound(ADVICE).state == "planned"
    assert house.seen[0]["lines"][0]["qty"] == {"value": "24", "uom": "ST"}
    before = client.stock_snapshot()
    twin.receive("ASN-7", {"1": 23}, damaged={"1": 2})
    (receipt,) = client.receipts().items
    (line,) = receipt.lines
    assert line.received == Quantity(23, "EA")
    assert {told.condition: told.quantity for told in line.conditions} == {
        "damaged": Quantity(2, "EA"),
        "short": Quantity(1, "EA"),
    }
    client.put_return(RMA)
    one = {"value": "1", "uom": "EA"}
    twin.inspect("RMA-3", [{"line_ref": "1", "sku": "WIDGET-001", "qty": one, "disposition": "restock"}])
    returned = client.find_return("RMA-3")
    assert returned is not None
    assert (returned.outcomes[0].quantity, returned.unmapped) == (Quantity(1, "EA"), ())
    moved = client.movements()
    assert (moved.unreadable, moved.unmapped) == ((), ())
    assert [(row.reason, row.raw_reason, row.to_status, row.quantity) for row in moved.items] == [
        ("receipt", "WE", "available", Quantity(21, "EA")),
        ("receipt", "WE", "damaged", Quantity(2, "EA")),
        ("return", "RT", "available", Quantity(1, "EA")),
    ]
    after = client.stock_snapshot()
    good = [row for row in after.rows if row.status == "available"]
    rose = {
        now.sku: now.quantity.amount - then.quantity.amount
        for now, then in zip(good, before.rows, strict=True)
        if now != then
    }
    assert rose == {"WIDGET-001": 22}
    assert [row.quantity for row in after.rows if row.status == "damaged"] == [Quantity(2, "EA")]
    assert {row.status for row in after.rows} == {"available", "damaged"}
    assert {row.quantity.unit for row in after.rows} <= {"EA", "KGM", "unmapped:MTK"}


def test_an_item_in_units_of_the_house() -> None:
    house = House(Twin())
    at(house).put_item(Item("NEW-1", "New", (ItemUnit("EA", 1), ItemUnit("KGM", 6))))
    assert [uom["code"] for uom in house.seen[0]["uoms"]] == ["ST", "KILO"]


def test_an_edit_that_the_site_already_has_is_known_again_in_house_codes() -> None:
    """After a conflict the content is compared as it stands on the wire, not in our words."""
    twin = Twin()
    link, house = linked(twin)
    order_id = twin.place_order(lines=[("WIDGET-001", 1, "case")])
    link.run_once()
    request = link.trace(order_id)[0].fulfilment.request
    assert request is not None
    client: Any = at(house)
    assert client.change(request, 9).version == 1
    twin.pick(order_id)
    with pytest.raises(Conflict):
        client.change(evolve(request, notes="later"), 1)


def test_the_agreement_outranks_the_gateway_and_tells_the_cut_off() -> None:
    warehouse = GxoWarehouse(at(House(Twin())))
    facts = warehouse.facts()
    assert (facts.lookup, facts.cancel, facts.change) == (True, True, False)
    noon = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)
    assert warehouse.next_cutoff(noon) == dt.datetime(2026, 7, 1, 12, 30, tzinfo=dt.UTC)
