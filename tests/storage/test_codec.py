"""Model values survive being stored, to the last digit; what would not survive is refused."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.errors import Disposition, StoreError
from orogxo.model import (
    Address,
    CarrierService,
    Claim,
    Command,
    CommandState,
    DueSku,
    ExceptionItem,
    Fulfilment,
    FulfilmentLine,
    FulfilmentRequest,
    InventoryLevel,
    JournalEntry,
    KitComponent,
    Left,
    LineLedger,
    Order,
    OrderLine,
    OrderNews,
    Organisation,
    Owner,
    Package,
    PackageLine,
    Pause,
    Quantity,
    Shipment,
    ShipmentLine,
    SnapshotMark,
    State,
    StockDoubt,
    StockMovement,
    StockRow,
    Tracking,
    Waiver,
)
from orogxo.storage import codec

NOW = dt.datetime(2026, 11, 2, 8, 0, 0, 1, tzinfo=dt.UTC)

# Lone surrogates included: JSON from outside may carry them.
texts = st.text(st.characters(), max_size=6)
amounts = st.fractions()
quantities = st.builds(Quantity, amounts, texts)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
gaps = st.timedeltas(dt.timedelta(days=-40_000), dt.timedelta(days=40_000))
instants = st.builds(lambda gap, zone: (NOW + gap).astimezone(zone), gaps, zones)
dates = st.dates()
some_texts = st.lists(texts, max_size=2).map(tuple)
tables = st.dictionaries(texts, texts, max_size=3)
decimals = st.decimals(allow_nan=False)
organisations = st.recursive(
    st.builds(Organisation, texts, texts),
    lambda parents: st.builds(Organisation, texts, texts, parents),
    max_leaves=4,
)


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=2).map(tuple)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


lines = st.builds(FulfilmentLine, texts, texts, texts, quantities, texts, quantities)
addresses = st.builds(Address, *[texts] * 9)
requests = st.builds(
    FulfilmentRequest,
    *[texts] * 4,
    organisations,
    addresses,
    st.builds(CarrierService, texts, texts, texts),
    some(lines),
    maybe(dates),
    texts,
)
ledgers = st.builds(LineLedger, *[texts] * 5, quantities, amounts, amounts, amounts, amounts)
package_lines = st.builds(PackageLine, texts, texts, quantities, texts, some_texts, maybe(dates))
packages = st.builds(Package, texts, some_texts, texts, some(package_lines))
shipment_lines = st.builds(
    ShipmentLine, texts, texts, quantities, *[maybe(quantities)] * 4, reason=texts, raw_reason=texts
)
shipments = st.builds(
    Shipment,
    texts,
    texts,
    some(shipment_lines),
    some(packages),
    st.integers(1, 99),
    maybe(instants),
    po_number=maybe(texts),
    final=st.booleans(),
)
order_lines = st.builds(
    OrderLine,
    texts,
    texts,
    quantities,
    components=some(st.builds(KitComponent, texts, texts, quantities, maybe(texts))),
    unit_price=maybe(decimals),
    ship_by=maybe(dates),
)
orders = st.builds(
    Order,
    texts,
    texts,
    maybe(texts),
    maybe(organisations),
    some(order_lines),
    maybe(addresses),
    total=maybe(decimals),
    created_at=maybe(instants),
)
fulfilments = st.builds(
    Fulfilment,
    texts,
    texts,
    st.sampled_from(State),
    st.integers(0, 2**40),
    revision=st.integers(0, 9),
    po_number=texts,
    order=maybe(orders),
    customer=maybe(organisations),
    request=maybe(requests),
    captured=some(lines),
    lines=some(ledgers),
    holds=some_texts,
    waivers=some(st.builds(Waiver, texts, texts, texts, instants)),
    shipments=some(shipments),
    trackings=some(st.builds(Tracking, texts, texts)),
    changed_at=maybe(instants),
)
commands = st.builds(
    Command,
    texts,
    texts,
    texts,
    instants,
    tables,
    st.sampled_from(CommandState),
    st.integers(0, 99),
    maybe(instants),
    texts,
    maybe(instants),
    texts,
    maybe(instants),
)
entries = st.builds(JournalEntry, instants, texts, texts, texts, tables, st.integers(0, 99), texts, texts)
items = st.builds(
    ExceptionItem,
    *[texts] * 4,
    st.sampled_from(Owner),
    texts,
    texts,
    instants,
    evidence=some_texts,
    waivable=st.booleans(),
    blocks=st.booleans(),
    closed_at=maybe(instants),
    closed_by=texts,
)
pauses = st.builds(Pause, texts, instants, texts)
lefts = st.builds(Left, texts, amounts, maybe(instants))
stocks = st.one_of(
    st.builds(StockRow, texts, texts, quantities, texts, texts, maybe(dates)),
    st.builds(
        StockMovement,
        texts,
        instants,
        texts,
        st.builds(Quantity, st.fractions(min_value=0), texts),
        st.just("available"),
        st.just("hold"),
        *[texts] * 3,
        expiry=maybe(dates),
        earliest=maybe(instants),
    ),
    st.builds(Claim, *[texts] * 3, amounts, texts, some(lefts), unclear=st.booleans(), closed=st.booleans()),
    st.builds(StockDoubt, *[texts] * 3, instants),
    st.builds(OrderNews, *[texts] * 3, instants),
    st.builds(InventoryLevel, *[texts] * 3, amounts, instants),
    st.builds(SnapshotMark, texts, instants, st.integers(0, 2**40)),
    st.builds(DueSku, texts, instants, texts, st.integers(0, 2**40)),
)


@settings(max_examples=200)
@given(st.one_of(fulfilments, commands, entries, items, pauses, orders, stocks))
def test_round_trip(value: object) -> None:
    text = codec.encode(value)
    assert codec.decode(text, type(value)) == value
    assert text.isascii()


@given(instants, instants)
def test_instants_sort_as_their_text(one: dt.datetime, other: dt.datetime) -> None:
    assert (one < other) == (codec.instant(one) < codec.instant(other))


def test_what_a_row_looks_like() -> None:
    line = LineLedger("L1", "9", "WIDGET", "each", "EA", Quantity("11/12", "case"), Fraction(12))
    row = json.loads(codec.encode(Fulfilment("7", "ORD-7", lines=(line,), changed_at=NOW)))
    assert row["lines"][0]["sold"] == {"amount": "11/12", "unit": "case"}
    assert (row["lines"][0]["ordered"], row["state"]) == ("12", "new")
    assert row["changed_at"] == "2026-11-02T08:00:00.000001+00:00"


def test_decimals_keep_their_digits() -> None:
    line = OrderLine("1", "WIDGET", Quantity(1, "case"), unit_price=Decimal("1.50"))
    order = Order("7", "ORD-7", None, None, (line,), None, total=Decimal("1E+2"))
    read = codec.decode(codec.encode(order), Order)
    assert (str(read.lines[0].unit_price), str(read.total)) == ("1.50", "1E+2")


def test_row_of_a_newer_version_is_read_without_what_is_new() -> None:
    row = json.loads(codec.encode(Pause("gxo", NOW, "503"))) | {"mood": {"calm": True}}
    assert codec.decode(json.dumps(row), Pause) == Pause("gxo", NOW, "503")


def test_row_of_an_older_version_takes_defaults() -> None:
    old = '{"order_id": "7", "identifier": "ORD-7"}'
    assert codec.decode(old, Fulfilment) == Fulfilment("7", "ORD-7")


def test_times_of_a_shipment_are_stored_and_an_older_row_has_none() -> None:
    """They are no part of equality, so the round trip above would not miss them."""
    read = codec.decode(codec.encode(Shipment("S1/7", "7", (), recorded_at=NOW, earliest=NOW)), Shipment)
    assert (read.recorded_at, read.earliest) == (NOW, NOW)
    old = codec.decode('{"id": "S1/7", "order_ref": "7", "lines": []}', Shipment)
    assert (old.recorded_at, old.earliest) == (None, None)


LINE = LineLedger("L1", "9", "WIDGET", "each", "EA", Quantity(1, "case"), Fraction(12))


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (evolve(LINE, ordered=12.0), "expected Fraction, not float"),  # type: ignore[arg-type]
        (evolve(LINE, shipped=None), "expected Fraction, not NoneType"),  # type: ignore[arg-type]
        (Tracking("UPS", None), "expected str, not NoneType"),  # type: ignore[arg-type]
        (Command("k", "submit", "7", NOW, attempts=True), "expected int, not bool"),
        (Command("k", "submit", "7", NOW, payload={"n": 1}), "expected str, not int"),  # type: ignore[dict-item]
        (PackageLine("L1", "W", Quantity(1, "each"), expiry=NOW), "expected date, not datetime"),
        (OrderLine("1", "W", Quantity(1, "each"), unit_price=1.5), "expected Decimal, not float"),  # type: ignore[arg-type]
        (Pause("gxo", NOW.replace(tzinfo=None), "503"), "no time zone"),
        (Fulfilment("7", "ORD-7", state="new"), "value"),  # type: ignore[arg-type]
    ],
)
def test_what_could_not_be_read_back_is_not_written(value: object, why: str) -> None:
    with pytest.raises(StoreError, match=why) as caught:
        codec.encode(value)
    assert (caught.value.code, caught.value.disposition) == ("UNSTORABLE", Disposition.REVIEW)


def test_bottomless_value_is_refused() -> None:
    company = Organisation("0", "root")
    for number in range(20_000):
        company = Organisation(str(number), "child", company)
    with pytest.raises(StoreError, match="recursion"):
        codec.encode(company)


GOOD = {
    "ref": "L1",
    "order_line_id": "9",
    "sku": "W",
    "unit": "each",
    "uom": "EA",
    "sold": {"amount": "1", "unit": "case"},
    "ordered": "12",
}


@pytest.mark.parametrize(
    ("damage", "where"),
    [
        ({"ordered": 12}, "$.ordered"),
        ({"ordered": 12.0}, "$.ordered"),
        ({"ordered": "12.0"}, "$.ordered"),
        ({"ordered": "1e9"}, "$.ordered"),
        ({"ordered": "12/0"}, "$.ordered"),
        ({"ordered": " 12"}, "$.ordered"),
        ({"ordered": "\u0661\u0662"}, "$.ordered"),
        ({"ref": 1}, "$.ref"),
        ({"ref": None}, "$.ref"),
        ({"sold": None}, "$.sold"),
        ({"sold": {"amount": "1"}}, "$.sold.unit"),
    ],
)
def test_damaged_row_is_never_guessed_at(damage: dict[str, object], where: str) -> None:
    assert codec.decode(json.dumps(GOOD), LineLedger).ordered == 12
    with pytest.raises(StoreError) as caught:
        codec.decode(json.dumps(GOOD | damage), LineLedger, "L1")
    assert f"@ {where}" in caught.value.message
    assert caught.value.context == {"row": "LineLedger L1"}
    assert (caught.value.code, caught.value.disposition) == ("UNREADABLE_ROW", Disposition.REVIEW)


def test_every_damage_is_named_at_once() -> None:
    with pytest.raises(StoreError) as caught:
        codec.decode(
            '{"order_id": 7, "state": "lost", "lines": [{}], "changed_at": "2026-11-02"}', Fulfilment
        )
    for where in ("$.order_id", "$.identifier", "$.state", "$.lines[0].sku", "$.changed_at"):
        assert f"@ {where}" in caught.value.message


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "null", '"7"', "{"])
def test_row_that_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(StoreError, match="the stored Pause gxo cannot be read"):
        codec.decode(text, Pause, "gxo")


def test_keys_are_valid_unicode() -> None:
    assert codec.key("\U0001f4e6 \x00'") == "\U0001f4e6 \x00'"
    with pytest.raises(StoreError, match="no valid Unicode"):
        codec.key("half \ud83d")


@given(texts)
def test_searchable_text_can_be_stored(text: str) -> None:
    found = codec.searchable(text)
    found.encode()
    assert found == text or "\\ud" in found
