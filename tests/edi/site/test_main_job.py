"""The main job over X12 files: the same orders as over HTTP, with the same end result.

The site really works again on whatever it is sent again, so a missing guard would show in its books.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from orogxo.model import Quantity, State
from support.files import FilesWorld


def settle(world: FilesWorld, *orders: str) -> None:
    """Ship, and let every dispatch come back."""
    for _ in range(4):
        world.run(minutes=11)
        world.ship()
        world.door.finish()
    world.run(minutes=11)
    world.run(minutes=11)
    world.agrees()
    for order_id in orders:
        assert world.fulfilment(order_id).state is State.CLOSED
        assert world.twin.gxo_orders()[order_id]["times_received"] == 1


def test_an_order_ships_once_and_its_tracking_comes_back(tmp_path: Path) -> None:
    world = FilesWorld.new(tmp_path)
    order_id = world.place()
    report = world.run()
    assert report.ok, report
    world.ship()
    assert [line["qty"] for line in world.twin.gxo_orders()[order_id]["lines"]] == [
        {"value": "12", "uom": "EA"}
    ]
    world.run()
    world.run()
    fulfilment = world.fulfilment(order_id)
    assert fulfilment.state is State.CLOSED
    assert fulfilment.lines[0].shipped_as_sold == Quantity(1, "case")
    assert [number for _, number in world.twin.trackings(order_id)] == [
        tracking.number for tracking in fulfilment.trackings
    ]
    world.agrees()
    assert world.told() == []


def test_every_document_of_the_site_is_acknowledged(tmp_path: Path) -> None:
    """Contract x12, "Acknowledgement rules": a 997 for every inbound document, none for a 997."""
    world = FilesWorld.new(tmp_path)
    world.place()
    world.run()
    world.ship()
    world.run()
    world.door.receive()
    (answer,) = world.door.acknowledged
    assert [row for row in answer if row[0] in {"AK1", "AK5", "AK9"}] == [
        ["AK1", "SW", "2"],
        ["AK5", "A"],
        ["AK9", "A", "1", "1", "1"],
    ]
    assert sorted(path.name for path in (tmp_path / "archive").iterdir()) == [
        "945-000002.edi",
        "997-000001.edi",
    ]
    assert list((tmp_path / "inbox").iterdir()) == []


def test_eleven_of_twelve_shipped_and_the_last_one_later(tmp_path: Path) -> None:
    world = FilesWorld.new(tmp_path)
    order_id = world.place()
    world.run()
    world.door.receive()
    (line,) = world.twin.gxo_orders()[order_id]["lines"]
    world.twin.ship(order_id, {line["line_ref"]: 11})
    world.door.tell()
    world.run()
    fulfilment = world.fulfilment(order_id)
    assert fulfilment.state is State.PARTLY_SHIPPED
    assert fulfilment.lines[0].shipped_as_sold == Quantity("11/12", "case")
    settle(world, order_id)


@pytest.mark.parametrize("sin", ["twice", "half", "temporary", "late", "silent", "dirty", "gap"])
def test_no_sin_of_delivery_loses_or_doubles_an_order(tmp_path: Path, sin: str) -> None:
    world = FilesWorld.new(tmp_path)
    orders = [world.place(po_number=f"PO-{number}") for number in range(3)]
    world.door.sin(sin, 4)  # type: ignore[arg-type]  # one of its words
    world.run()
    world.ship()
    settle(world, *orders)
    assert list((tmp_path / "inbox").iterdir()) == []


def test_an_order_of_130_lines_is_sent_whole(tmp_path: Path) -> None:
    world = FilesWorld.new(tmp_path)
    order_id = world.place(lines=[("WIDGET-001", number + 1, "item") for number in range(130)])
    world.run()
    world.ship()
    assert len(world.twin.gxo_orders()[order_id]["lines"]) == 130
    settle(world, order_id)


def test_po_organisation_parent_carrier_and_service_arrive(tmp_path: Path) -> None:
    world = FilesWorld.new(tmp_path)
    order_id = world.place(po_number="PO 4711, second half")
    world.run()
    world.ship()
    order = world.twin.gxo_orders()[order_id]
    assert order["po_number"] == "PO 4711, second half"
    assert order["customer_org"]["parent"]["name"] == "Northwind Group"
    assert order["carrier"] == {"code": "UPS", "service_code": "GROUND", "scac": "UPSN"}
    settle(world, order_id)


def test_an_order_that_must_not_go_leaves_no_file(tmp_path: Path) -> None:
    world = FilesWorld.new(tmp_path)
    order_id = world.place(po_number="N/A")
    world.run()
    world.run()
    assert list((tmp_path / "outbox").iterdir()) == []
    world.twin.edit_order(order_id, po_number="PO-77")
    world.run()
    settle(world, order_id)


def test_a_kit_goes_as_its_components(tmp_path: Path) -> None:
    world = FilesWorld.new(tmp_path)
    order_id = world.place(lines=[], kits=[("KIT-1", 2)])
    settle(world, order_id)


def test_what_x12_cannot_carry_is_refused_with_its_reason_and_leaves_no_file(tmp_path: Path) -> None:
    world = FilesWorld.new(tmp_path)
    world.place(po_number="PO*1~2")
    world.run()
    assert list((tmp_path / "outbox").iterdir()) == []
    assert any("CHARACTER_REFUSED" in sentence for sentence in world.told())
