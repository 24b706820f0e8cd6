"""What comes in: whole files only, each used once, every oddity told, everything kept."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from attrs import evolve

from orogxo.gxo.edi.site import Site
from orogxo.model import State
from orogxo.ports import ShipmentPage
from support.files import SITE, FilesWorld

STABLE = evolve(SITE, complete="stable")


def shipping(folder: Path, *sins: str, site: Site = SITE) -> FilesWorld:
    """A world whose one order was sent, taken and acknowledged; the next files commit `sins`."""
    world = FilesWorld.new(folder, site)
    world.place()
    world.run()
    world.door.receive()
    world.run()
    world.run(minutes=5)
    for sin in sins:
        world.door.sin(sin)  # type: ignore[arg-type]  # one of its words
    world.twin.work()
    world.door.tell()
    return world


def drained(world: FilesWorld) -> list[ShipmentPage]:
    """Every page there is, each recorded before the next is asked for."""
    pages, cursor, more = [], "", True
    while more:
        page = world.warehouse().shipments(cursor)
        pages.append(page)
        cursor, more = page.cursor, page.more
    return pages


def told(pages: list[ShipmentPage]) -> str:
    troubles = (trouble.message for page in pages for trouble in page.troubles)
    return "\n".join([*(sentence for page in pages for sentence in page.unreadable), *troubles])


def codes(pages: list[ShipmentPage]) -> list[str]:
    """Under which codes people are told; a sentence about a shipment has that of the port."""
    found = [trouble.code for page in pages for trouble in page.troubles]
    return sorted(found + ["SHIPMENT_UNREADABLE" for page in pages for _ in page.unreadable])


def names(folder: Path, name: str) -> list[str]:
    return sorted(path.name for path in (folder / name).iterdir())


def test_a_page_changes_nothing_until_it_comes_back(tmp_path: Path) -> None:
    world = shipping(tmp_path)
    first, again = world.warehouse().shipments(""), world.warehouse().shipments("")
    assert first == again
    assert len(first.shipments) == 1
    assert (names(tmp_path, "inbox"), names(tmp_path, "outbox")) == (["945-000002.edi"], [])
    last = world.warehouse().shipments(first.cursor)
    assert (last.shipments, last.cursor, last.more) == ([], "", False)
    assert names(tmp_path, "inbox") == []
    assert len(names(tmp_path, "outbox")) == 1


def test_a_cursor_that_comes_back_twice_answers_once(tmp_path: Path) -> None:
    world = shipping(tmp_path)
    page = world.warehouse().shipments("")
    for _ in range(2):
        world.warehouse().shipments(page.cursor)
    assert len(names(tmp_path, "outbox")) == 1


@pytest.mark.parametrize("cursor", ["", "2026-11-02T09:00:00Z|17", "17", "{"])
def test_a_cursor_of_another_warehouse_begins_anew(tmp_path: Path, cursor: str) -> None:
    world = shipping(tmp_path)
    assert len(world.warehouse().shipments(cursor).shipments) == 1


def test_the_same_file_again_is_booked_once_and_acknowledged_alike(tmp_path: Path) -> None:
    world = shipping(tmp_path, "twice")
    pages = drained(world)
    assert sum(len(page.shipments) for page in pages) == 1
    assert told(pages) == ""
    (answer,) = names(tmp_path, "outbox")
    world.door.receive()
    kept = tmp_path / "archive" / "945-000002.edi"
    (tmp_path / "inbox" / "945-once-more.edi").write_bytes(kept.read_bytes())
    assert sum(len(page.shipments) for page in drained(world)) == 0
    assert names(tmp_path, "outbox") == [answer], "the same 997 under the same control number"
    assert len([name for name in names(tmp_path, "archive") if name.startswith("945")]) == 3


@pytest.mark.parametrize("page_apart", [False, True])
def test_a_control_number_used_for_something_else_is_told_and_not_booked(
    tmp_path: Path, page_apart: bool
) -> None:
    world = shipping(tmp_path)
    pages = drained(world) if page_apart else []
    (order_id,) = world.twin.gxo_orders()
    second = world.place(po_number="PO-2")
    world.connector().release()
    world.door.sin("silent")
    world.door.receive()
    world.door.sin("reused")
    world.twin.ship(second)
    world.door.tell()
    pages += drained(world)
    refs = [shipment.order_ref for page in pages for shipment in page.shipments]
    assert refs in ([[order_id]] if page_apart else [[order_id], [second]])
    assert "control number 2 was used before for something else" in told(pages)
    assert codes(pages) == ["FILE_NUMBER_REUSED"]
    assert names(tmp_path, "inbox") == []


def test_a_gap_in_the_control_numbers_is_told_once_after_its_time(tmp_path: Path) -> None:
    world = shipping(tmp_path, "gap")
    assert told(drained(world)) == ""
    world.twin.clock.advance(SITE.patience)
    pages = drained(world)
    assert "control number 2 from GXOLEEDS did not come" in told(pages)
    assert codes(pages) == ["FILE_NUMBER_GAP"]
    assert told(drained(world)) == ""


def test_a_file_that_was_only_late_leaves_no_gap(tmp_path: Path) -> None:
    world = shipping(tmp_path, "late")
    second = world.place(po_number="PO-2")
    world.run()
    world.door.receive()
    world.twin.ship(second)
    world.door.tell()
    drained(world)
    world.door.finish()
    pages = drained(world)
    world.twin.clock.advance(dt.timedelta(days=1))
    assert told([*pages, *drained(world)]) == ""
    assert sum(len(page.shipments) for page in pages) == 1


def test_a_half_written_file_waits_and_one_that_stays_half_is_told(tmp_path: Path) -> None:
    world = shipping(tmp_path, "half")
    assert drained(world)[0].shipments == []
    assert names(tmp_path, "inbox") == ["945-000002.edi"]
    world.twin.clock.advance(SITE.patience)
    pages = drained(world)
    assert sum(len(page.shipments) for page in pages) == 0
    assert "945-000002.edi" in told(pages)
    assert "945-000002.edi" in names(tmp_path, "archive")


def test_a_file_that_was_put_away_half_may_come_again_whole(tmp_path: Path) -> None:
    world = shipping(tmp_path)
    whole = (tmp_path / "inbox" / "945-000002.edi").read_bytes()
    file = tmp_path / "inbox" / "945-000002.edi"
    file.write_bytes(whole[:-30])
    drained(world)
    world.twin.clock.advance(SITE.patience)
    drained(world)
    file.write_bytes(whole)
    pages = drained(world)
    assert [len(page.shipments) for page in pages if page.shipments] == [1]
    assert "used before" not in told(pages)


def test_two_looks_a_file_that_grows_is_not_read(tmp_path: Path) -> None:
    world = shipping(tmp_path, site=STABLE)
    file = tmp_path / "inbox" / "945-000002.edi"
    assert drained(world)[0].shipments == []
    world.twin.clock.advance(dt.timedelta(seconds=40))
    with file.open("ab") as grown:
        grown.write(b"\n")
    world.warehouse().shipments("")
    world.twin.clock.advance(dt.timedelta(seconds=40))
    assert world.warehouse().shipments("").shipments == []
    world.twin.clock.advance(dt.timedelta(seconds=20))
    assert len(world.warehouse().shipments("").shipments) == 1


@pytest.mark.parametrize(
    ("sin", "sentence"),
    [
        ("stranger", "order '999999' was not booked: ORDER_UNKNOWN"),
        ("wrong_line", "was not booked: LINE_UNKNOWN"),
        ("bad_count", "945 0001 is broken and was not used: X12_SE_COUNT"),
    ],
)
def test_what_cannot_be_booked_is_told_and_kept(tmp_path: Path, sin: str, sentence: str) -> None:
    world = shipping(tmp_path, sin)
    pages = drained(world)
    assert sentence in told(pages)
    assert codes(pages) == ["SHIPMENT_UNREADABLE"]
    assert "945-000002.edi" in names(tmp_path, "archive")
    world.door.receive()
    verdicts = [row[1] for rows in world.door.acknowledged for row in rows if row[0] == "AK5"]
    assert verdicts[0] == ("R" if sin == "bad_count" else "A")


def test_people_see_it_as_an_exception(tmp_path: Path) -> None:
    world = shipping(tmp_path, "stranger")
    world.run()
    assert any("ORDER_UNKNOWN" in sentence for sentence in world.told())


def test_two_broken_documents_of_one_file_and_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """An exception is known by its code and path, so one that shares both with another would hide it."""
    world = shipping(tmp_path)
    file = tmp_path / "inbox" / "945-000002.edi"
    whole = file.read_bytes()
    broken = whole.replace(b"ST*945", b"ST*846").replace(b"GS*SW", b"GS*IB")
    body = broken[broken.index(b"ST*") : broken.index(b"GE*")]
    both = broken.replace(body, body + body.replace(b"*0001", b"*0002")).replace(b"GE*1", b"GE*2")
    paths = []
    for content in (both, whole[:-40].replace(b"ISA", b"XSA"), whole.replace(b"ISA", b"YSA")):
        file.write_bytes(content)
        world.warehouse().shipments("")
        world.twin.clock.advance(SITE.patience)
        paths += [trouble.path for page in drained(world) for trouble in page.troubles]
    assert len(paths) == len(set(paths)) == 4, paths


def test_trouble_with_the_feed_is_an_exception_under_its_own_code(tmp_path: Path) -> None:
    world = FilesWorld.new(tmp_path)
    world.place()
    world.door.sin("silent")
    world.run()
    world.door.receive()
    (tmp_path / "inbox" / "readme.txt").write_bytes(b"not EDI")
    world.run()
    world.run(hours=25)
    found = {item.code: item for item in world.connector().exceptions.open()}
    assert {"FILE_UNREADABLE", "FILE_UNACKNOWLEDGED"} == set(found)
    assert found["FILE_UNACKNOWLEDGED"].path == "control number 1"
    assert found["FILE_UNACKNOWLEDGED"].evidence[1].startswith("since 2026-11-02")
    assert not any(item.blocks for item in found.values())


@pytest.mark.parametrize(
    ("before", "after", "code", "sentence"),
    [
        (b"ACME           ", b"ACNE           ", "FILE_MISDIRECTED", "from 'GXOLEEDS' to 'ACNE', not for us"),
        (b"*P*>", b"*T*>", "FILE_MISDIRECTED", "it is a test file at a production site"),
        (b"*000000002*", b"*000000000*", "FILE_UNREADABLE", "has no control number"),
    ],
)
def test_what_is_not_meant_for_us_is_not_used(
    tmp_path: Path, before: bytes, after: bytes, code: str, sentence: str
) -> None:
    world = shipping(tmp_path)
    file = tmp_path / "inbox" / "945-000002.edi"
    data = file.read_bytes()
    assert before in data
    file.write_bytes(data.replace(before, after))
    pages = drained(world)
    assert sum(len(page.shipments) for page in pages) == 0
    assert sentence in told(pages)
    assert codes(pages) == [code]
    assert names(tmp_path, "outbox") == [], "no 997 for what is not ours"


def test_what_is_booked_in_spite_of_a_doubt_is_told(tmp_path: Path) -> None:
    world = shipping(tmp_path)
    file = tmp_path / "inbox" / "945-000002.edi"
    file.write_bytes(file.read_bytes().replace(b"W03*12", b"W03*13"))
    pages = drained(world)
    assert sum(len(page.shipments) for page in pages) == 1
    assert "was booked, but TOTAL_DIFFERS" in told(pages)


def test_a_997_that_cannot_be_understood_is_told_and_judges_nothing(tmp_path: Path) -> None:
    for number, (before, after) in enumerate(((b"AK9*", b"XK9*"), (b"AK1*OW", b"AK1*PO"))):
        folder = tmp_path / str(number)
        world = FilesWorld.new(folder)
        order_id = world.place()
        world.run()
        world.door.sin("reject")
        world.door.receive()
        file = folder / "inbox" / "997-000001.edi"
        file.write_bytes(file.read_bytes().replace(before, after))
        pages = drained(world)
        assert ("997 0001 cannot be understood" in told(pages)) is (number == 0)
        assert codes(pages) == ["FILE_UNREADABLE"] * (number == 0)
        found = world.warehouse().find(order_id)
        assert found is not None
        assert found.state == "submitted"


def test_a_document_that_is_set_aside_is_acknowledged_and_nothing_else(tmp_path: Path) -> None:
    for number, (set_aside, said) in enumerate((((), True), (("846",), False))):
        folder = tmp_path / str(number)
        world = shipping(folder, site=evolve(SITE, set_aside=set_aside))
        file = folder / "inbox" / "945-000002.edi"
        file.write_bytes(file.read_bytes().replace(b"ST*945", b"ST*846").replace(b"GS*SW", b"GS*IB"))
        pages = drained(world)
        assert ("846 0001 is not agreed" in told(pages)) is said
        assert codes(pages) == ["FILE_UNREADABLE"] * said
        assert len(names(folder, "outbox")) == 1


def test_garbage_is_told_after_its_time_and_stops_nothing(tmp_path: Path) -> None:
    world = shipping(tmp_path)
    (tmp_path / "inbox" / "000-readme.txt").write_bytes(b"\x00\xff not EDI")
    pages = drained(world)
    assert sum(len(page.shipments) for page in pages) == 1
    world.twin.clock.advance(SITE.patience)
    pages = drained(world)
    assert "000-readme.txt is not readable as X12" in told(pages)
    assert codes(pages) == ["FILE_UNREADABLE"]
    assert "000-readme.txt" in names(tmp_path, "archive")


def test_more_files_than_a_page_holds_all_come(tmp_path: Path) -> None:
    world = FilesWorld.new(tmp_path)
    orders = [world.place(po_number=f"PO-{number}") for number in range(25)]
    world.run()
    world.ship()
    assert len(names(tmp_path, "inbox")) == 50
    world.run()
    world.run()
    assert {world.fulfilment(order_id).state for order_id in orders} == {State.CLOSED}
    assert names(tmp_path, "inbox") == []
    world.agrees()
