"""How the twin tells of its stock: rows, snapshots now and late, whole or not, and a feed with mishaps."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from orogxo.sandbox import Twin
from orogxo.sandbox.gxo_feed_faults import MovementFault
from support.twin_stock import SKU, feed, read, rows, sent
from support.twins import Talk

# Rows and snapshots ---------------------------------------------------------------------------------------


def test_lots_sites_statuses_and_negative_figures() -> None:
    twin = Twin()
    twin.stock(SKU, 10, lot="L2", expiry="2027-06-30")
    twin.stock(SKU, 5, lot="L1", expiry="2027-01-31")
    twin.stock(SKU, 7, site="SITE-2")
    twin.stock(SKU, 2, status="hold")
    assert rows(twin) == {"available L1": "5", "available L2": "10", "available SITE-2": "7", "hold": "2"}
    assert twin.free_to_sell(SKU) == 15
    twin.move_stock(SKU, 1, "available", "damaged", reason="damage")
    twin.ship(sent(twin, 16))
    assert rows(twin) == {
        "available": "-2", "available SITE-2": "7", "damaged L1": "1", "hold": "2",
    }  # fmt: skip
    assert [(row["lot"], row["qty"]["value"]) for row in feed(twin)] == [
        ("L1", "1"), ("L1", "4"), ("L2", "10"), (None, "2"),
    ]  # fmt: skip
    assert twin.oversold() == {SKU: Fraction(2)}
    twin.stock("GADGET-100", -4)
    assert rows(twin, "GADGET-100") == {"available": "-4"}


def test_a_snapshot_that_was_taken_earlier_is_served_as_it_was() -> None:
    twin = Twin()
    early = twin.take_snapshot()
    twin.clock.advance(dt.timedelta(hours=2))
    twin.ship(sent(twin))
    page = read(twin, "snapshots/latest")
    assert (page["snapshot_id"], page["as_of"]) == (early, "2026-11-02T08:00:00Z")
    assert rows(twin) == {"available": "100000"}
    late = twin.take_snapshot()
    assert read(twin, "snapshots/latest")["snapshot_id"] == late
    assert read(twin, f"snapshots/{early}")["snapshot_id"] == early
    twin.snapshots_when_asked()
    twin.clock.advance(dt.timedelta(hours=1))
    assert read(twin, "snapshots/latest")["as_of"] == "2026-11-02T11:00:00Z"


def test_a_snapshot_when_asked_is_new_only_where_something_is() -> None:
    twin = Twin()
    ids = [read(twin, "snapshots/latest")["snapshot_id"] for _ in range(2)]
    twin.move_stock(SKU, 1, "available", "", reason="count")
    ids.append(read(twin, "snapshots/latest")["snapshot_id"])
    twin.clock.advance(dt.timedelta(seconds=1))
    ids.append(read(twin, "snapshots/latest")["snapshot_id"])
    assert [ids[0] == ids[1], len(set(ids))] == [True, 3]


def test_whoever_asks_gets_no_snapshot_that_was_made_for_another_purpose() -> None:
    twin = Twin()
    read(twin, "snapshots/latest")
    twin.take_snapshot(complete=False)
    twin.snapshots_when_asked()
    assert read(twin, "snapshots/latest")["complete"]


def test_pages_of_a_snapshot_stay_those_of_that_snapshot() -> None:
    twin = Twin()
    twin.snapshot_pages(3)
    whole = {row["sku"] for row in read(twin, "snapshots/latest")["rows"]}
    page = read(twin, "snapshots/latest")
    seen, first = [row["sku"] for row in page["rows"]], page["snapshot_id"]
    while page["page_cursor"]:
        assert not page["complete"]
        twin.clock.advance(dt.timedelta(minutes=1))
        twin.ship(sent(twin, 1))
        page = read(twin, f"snapshots/latest?page_cursor={page['page_cursor']}")
        assert (page["snapshot_id"], page["as_of"]) == (first, "2026-11-02T08:00:00Z")
        seen += [row["sku"] for row in page["rows"]]
    assert page["complete"]
    assert len(seen) == len(set(seen)) == 7
    assert whole < set(seen)
    with pytest.raises(ValueError, match="0 rows"):
        twin.snapshot_pages(0)


def test_snapshots_that_are_not_whole() -> None:
    twin = Twin()
    twin.snapshot_pages(4)
    twin.take_snapshot(complete=False, without=[SKU])
    page = read(twin, "snapshots/latest")
    last = read(twin, f"snapshots/latest?page_cursor={page['page_cursor']}")
    assert (rows(twin), last["page_cursor"], last["complete"]) == ({}, None, False)
    twin.take_snapshot(lost_page=2)
    cursor = read(twin, "snapshots/latest")["page_cursor"]
    assert Talk(twin).gxo("GET", f"/inventory/snapshots/latest?page_cursor={cursor}").status == 404


@pytest.mark.parametrize("path", ["SNAP-9", "latest?page_cursor=x", "latest?page_cursor=SNAP-000001.99"])
def test_what_is_no_snapshot_is_not_found(path: str) -> None:
    twin = Twin()
    twin.take_snapshot()
    assert Talk(twin).gxo("GET", f"/inventory/snapshots/{path}").status == 404


def test_old_snapshots_are_gone() -> None:
    twin = Twin()
    first = twin.take_snapshot()
    for _ in range(20):
        twin.take_snapshot()
    assert Talk(twin).gxo("GET", f"/inventory/snapshots/{first}").status == 404


# The movement feed ----------------------------------------------------------------------------------------


def four_moves(twin: Twin) -> list[str]:
    for eaches in range(1, 5):
        twin.move_stock(SKU, eaches, "available", "hold", reason="hold")
    return [row["movement_id"] for row in feed(twin)]


@pytest.mark.parametrize(
    ("mishap", "told"), [("lose", "134"), ("repeat", "12234"), ("reorder", "1324"), ("delay", "134")]
)
def test_a_movement_meets_its_mishap(mishap: Any, told: str) -> None:
    twin = Twin()
    twin.movement_fault(MovementFault(mishap, ids=["M-000002"]))
    assert [number[-1] for number in four_moves(twin)] == [*told]
    assert rows(twin) == {"available": "99990", "hold": "10"}
    twin.clock.advance(dt.timedelta(hours=2))
    late = ["2"] if mishap == "delay" else []
    assert [row["movement_id"][-1] for row in feed(twin)] == [*told, *late]


def test_what_is_held_back_can_be_told_at_once() -> None:
    twin = Twin()
    twin.movement_fault(MovementFault("delay", ids=["M-000001"], by=dt.timedelta(days=9)))
    twin.movement_fault(MovementFault("reorder", ids=["M-000004"]))
    assert [number[-1] for number in four_moves(twin)] == ["2", "3"]
    twin.tell_movements()
    assert sorted(row["movement_id"][-1] for row in feed(twin)) == ["1", "2", "3", "4"]
    with pytest.raises(ValueError, match="no such mishap"):
        MovementFault("eat")  # type: ignore[arg-type]


def test_a_share_is_struck_as_the_seed_decides() -> None:
    def told(seed: int) -> list[str]:
        twin = Twin(seed=seed)
        twin.movement_fault(MovementFault("lose", share=Fraction(1, 2)))
        for _ in range(40):
            twin.move_stock(SKU, 1, "available", "hold", reason="hold")
        return [row["movement_id"] for row in feed(twin)]

    assert told(7) == told(7)
    assert told(7) != told(8)
    assert 5 < len(told(7)) < 35
