"""X12Warehouse in detail: what it answers before and after files, 997 and 945; what it never does twice."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path

import pytest
from attrs import evolve

from orogxo.errors import Conflict, Invalid, NotFound, NotSent
from orogxo.gxo.edi.site import Site
from orogxo.model import Answer, Fulfilment, FulfilmentRequest, State
from support.files import SITE, CrashingDrop, FilesWorld
from support.interruptions import Crash, Points
from support.orders import a_request


def a_world(folder: Path, site: Site = SITE) -> FilesWorld:
    return FilesWorld.new(folder, site, checks_control=True)


def known(world: FilesWorld, **changes: object) -> FulfilmentRequest:
    """A request that the store has a fulfilment for."""
    request = evolve(a_request(), **changes)
    with world.store.transaction() as rows:
        before = rows.fulfilment(request.order_id)
        fulfilment = before or Fulfilment(request.order_id, request.identifier, State.SUBMITTING)
        rows.save(evolve(fulfilment, request=request))
    return request


def files(folder: Path, name: str = "outbox") -> list[str]:
    return sorted(path.name for path in (folder / name).iterdir())


def test_the_same_order_again_writes_nothing(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    request = known(world)
    first = world.warehouse().submit(request)
    assert (first.ref, first.state, first.version) == (request.ref, "submitted", 1)
    (file,) = files(tmp_path)
    (tmp_path / "outbox" / file).unlink()
    assert world.warehouse().submit(request) == first
    assert world.warehouse().find(request.ref) == first
    assert files(tmp_path) == []


def test_other_content_under_the_same_reference_is_a_conflict(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    request = known(world)
    world.warehouse().submit(request)
    with pytest.raises(Conflict, match="other content, sent under control number 1"):
        world.warehouse().submit(evolve(request, po_number="PO-OTHER"))
    assert len(files(tmp_path)) == 1


def test_what_x12_cannot_carry_burns_no_control_number(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    request = known(world)
    with pytest.raises(Invalid) as caught:
        world.warehouse().submit(evolve(request, ref="R" * 23, po_number="PO*1"))
    assert len(caught.value.problems) == 2
    world.warehouse().submit(request)
    assert files(tmp_path)[0].startswith("940-000000001-")


@pytest.mark.parametrize("step", ["before staging", "after staging", "before renaming"])
def test_a_worker_that_died_before_the_rename_sent_nothing(tmp_path: Path, step: str) -> None:
    world = a_world(tmp_path)
    request = known(world)
    good, order = world.drop, ("before staging", "after staging", "before renaming")
    world.drop = CrashingDrop(good, Points(frozenset({order.index(step) + 1})))
    with pytest.raises(Crash):
        world.warehouse().submit(request)
    world.drop = good
    assert world.warehouse().find(request.ref) is None
    changed = known(world, po_number="PO-EDITED")
    world.warehouse().submit(changed)
    (file,) = files(tmp_path)
    text = (tmp_path / "outbox" / file).read_text()
    assert "PO-EDITED" in text
    assert file.startswith("940-000000001-"), "the number of a file that never left is used for the next"


@pytest.mark.parametrize("edited_back", [False, True])
@pytest.mark.parametrize("at", range(1, 7))
def test_an_order_edited_after_a_death_goes_once_whatever_dies_next(
    tmp_path: Path, at: int, edited_back: bool
) -> None:
    """The first content is staged and not sent; the worker that replaces it dies at every step of that."""
    world = a_world(tmp_path)
    request = known(world)
    good = world.drop
    world.drop = CrashingDrop(good, Points(frozenset({3})))
    with pytest.raises(Crash):
        world.warehouse().submit(request)
    changed = known(world, po_number="PO-EDITED")
    world.drop = CrashingDrop(good, Points(frozenset({at})))
    with suppress(Crash):
        world.warehouse().submit(changed)
    world.drop = good
    if world.warehouse().find(request.ref) is None:
        last = known(world, po_number=request.po_number) if edited_back else changed
        with suppress(NotSent):
            world.warehouse().submit(last)
        world.warehouse().submit(last)
    assert world.warehouse().find(request.ref) is not None
    (file,) = files(tmp_path)
    assert file.startswith("940-000000001-")


def test_a_worker_that_died_after_the_rename_sent_it(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    request = known(world)
    good = world.drop
    world.drop = CrashingDrop(good, Points(frozenset({4})))
    with pytest.raises(Crash):
        world.warehouse().submit(request)
    world.drop = good
    with pytest.raises(Conflict):
        world.warehouse().submit(evolve(request, po_number="PO-EDITED"))
    found = world.warehouse().find(request.ref)
    assert found is not None
    assert found.state == "submitted"
    world.warehouse().submit(request)
    assert len(files(tmp_path)) == 1


def test_a_worker_that_was_overtaken_gives_way(tmp_path: Path) -> None:
    """It sleeps before staging is recorded; another sends other content; it wakes up and must not send."""
    world = a_world(tmp_path)
    request = known(world)
    other = evolve(request, po_number="PO-EDITED")
    good = world.drop

    class Sleepy(CrashingDrop):
        def stage(self, name: str, data: bytes) -> None:
            good.stage(name, data)
            awake.submit(other)

    awake = world.warehouse()
    world.drop = Sleepy(good, Points())
    with pytest.raises(Conflict, match="other content"):
        world.warehouse().submit(request)
    (file,) = files(tmp_path)
    assert "PO-EDITED" in (tmp_path / "outbox" / file).read_text()


def test_a_file_that_left_unnoticed_is_not_followed_by_another_content(tmp_path: Path) -> None:
    """A sleeping worker renames its file while the next one tries to withdraw it: the rename came first."""
    world = a_world(tmp_path)
    request = known(world)
    good = world.drop
    world.drop = CrashingDrop(good, Points(frozenset({4})))
    with pytest.raises(Crash):
        world.warehouse().submit(request)
    world.drop = good
    with pytest.raises(Conflict, match="other content"):
        world.warehouse().submit(evolve(request, po_number="PO-EDITED"))
    assert world.warehouse().submit(request).state == "submitted"
    assert len(files(tmp_path)) == 1


def test_a_997_for_a_file_whose_send_was_not_recorded_proves_it(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    request = known(world)
    good = world.drop
    world.drop = CrashingDrop(good, Points(frozenset({4})))
    with pytest.raises(Crash):
        world.warehouse().submit(request)
    world.drop = good
    world.door.sin("reject")
    world.door.receive()
    world.warehouse().shipments(world.warehouse().shipments("").cursor)
    assert world.warehouse().find(request.ref).state == "rejected"


def test_a_late_997_after_it_was_told_still_counts(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    requests = [known(world, ref=ref, order_id=ref) for ref in ("17", "18")]
    for request in requests:
        world.warehouse().submit(request)
    world.twin.clock.advance(dt.timedelta(hours=25))
    page = world.warehouse().shipments("")
    assert [trouble.code for trouble in page.troubles] == ["FILE_UNACKNOWLEDGED"] * 2
    world.warehouse().shipments(page.cursor)
    world.door.sin("reject", 2)
    world.door.receive()
    world.warehouse().shipments(world.warehouse().shipments("").cursor)
    assert [world.warehouse().find(ref).state for ref in ("17", "18")] == ["rejected", "rejected"]


def test_control_numbers_begin_again_after_the_last_one(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    with world.store.transaction() as rows:
        rows.set_cursor("x12:ACME:GXOLEEDS:control", "999999998")
        rows.set_cursor("x12:ACME:GXOLEEDS:chased", "999999998")
    for ref in ("17", "18"):
        world.warehouse().submit(known(world, ref=ref, order_id=ref))
    assert [name[4:13] for name in files(tmp_path)] == ["000000001", "999999999"]
    world.twin.clock.advance(dt.timedelta(hours=25))
    assert len(world.warehouse().shipments("").troubles) >= 1


def test_a_997_that_rejects_makes_the_order_rejected_and_a_corrected_one_goes_again(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    request = known(world)
    world.warehouse().submit(request)
    world.door.sin("reject")
    world.door.receive()
    page = world.warehouse().shipments("")
    assert page.more
    assert world.warehouse().find(request.ref).state == "submitted", "not before the page is recorded"
    assert files(tmp_path, "inbox") == ["997-000001.edi"]
    assert not world.warehouse().shipments(page.cursor).more
    found = world.warehouse().find(request.ref)
    assert (found.state, "997 says R" in found.reason) == ("rejected", True)
    assert files(tmp_path, "inbox") == []
    world.warehouse().submit(evolve(request, notes="corrected"))
    assert [name[:14] for name in files(tmp_path)] == ["940-000000002-"]
    assert world.warehouse().find(request.ref).state == "submitted"


def test_a_cancellation_is_asked_for_once_and_stays_pending(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    request = known(world)
    world.warehouse().submit(request)
    answers = [world.warehouse().cancel(request.ref) for _ in range(2)]
    assert [answer.answer for answer in answers] == [Answer.PENDING] * 2
    assert "only a 945 proves" in answers[0].reason
    assert len(files(tmp_path)) == 2
    assert f"W05*F*{request.ref}" in (tmp_path / "outbox" / files(tmp_path)[1]).read_text()


def test_a_cancellation_of_nothing_and_one_that_the_site_cannot_read(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    with pytest.raises(NotFound, match="no 940 was ever sent"):
        world.warehouse().cancel("17")
    request = known(world)
    world.warehouse().submit(request)
    world.door.receive()
    world.warehouse().cancel(request.ref)
    world.door.sin("reject")
    world.door.receive()
    page = world.warehouse().shipments("")
    (trouble,) = page.troubles
    assert trouble.code == "FILE_REJECTED"
    assert "could not read the 940 that was to cancel" in trouble.message
    world.warehouse().shipments(page.cursor)
    assert world.warehouse().cancel(request.ref).answer is Answer.REFUSED


def test_an_order_that_the_site_never_could_read_is_cancelled_at_once(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    request = known(world)
    world.warehouse().submit(request)
    world.door.sin("reject")
    world.door.receive()
    world.warehouse().shipments(world.warehouse().shipments("").cursor)
    assert world.warehouse().cancel(request.ref).answer is Answer.DONE
    assert files(tmp_path) == []


def test_a_cancelled_order_comes_back_cancelled_by_945(tmp_path: Path) -> None:
    world = FilesWorld.new(tmp_path)
    order_id = world.place()
    world.run()
    world.door.receive()
    world.run()
    world.twin.cancel_order(order_id)
    for _ in range(4):
        world.run(minutes=11)
        world.door.receive()
    fulfilment = world.fulfilment(order_id)
    assert fulfilment.lines[0].cancelled == 12
    assert fulfilment.state in {State.CANCELLED, State.CLOSED}
    assert sum(world.twin.ledger.values()) == 0


def test_changes_replace_the_order_while_nothing_was_shipped(tmp_path: Path) -> None:
    world = a_world(tmp_path, evolve(SITE, changes=True))
    request = known(world)
    with pytest.raises(NotFound):
        world.warehouse().change(request, 1)
    world.warehouse().submit(request)
    assert world.warehouse().change(request, 1).version == 1, "the same content is a no-op"
    for number, po_number in ((1, "PO-B"), (2, "PO-C")):
        changed = evolve(request, po_number=po_number)
        assert world.warehouse().change(changed, number).version == number + 1
        assert world.warehouse().change(changed, number).version == number + 1
    assert [name[:14] for name in files(tmp_path)] == [f"940-00000000{number}-" for number in (1, 2, 3)]
    with pytest.raises(Conflict, match="at version 3, not 1"):
        world.warehouse().change(request, 1)


def test_facts_say_what_is_agreed(tmp_path: Path) -> None:
    facts = a_world(tmp_path).warehouse().facts()
    assert (facts.natural_key, facts.lookup, facts.item_master, facts.cancel, facts.change) == (
        False, True, False, True, False,
    )  # fmt: skip
    with pytest.raises(Conflict):
        a_world(tmp_path).warehouse().unknown_skus(["A"])


def test_a_missing_997_is_told_once_after_its_time(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    known_request = known(world)
    world.warehouse().submit(known_request)
    world.door.sin("silent")
    world.door.receive()
    assert not world.warehouse().shipments("").troubles
    world.twin.clock.advance(dt.timedelta(hours=25))
    page = world.warehouse().shipments("")
    (trouble,) = page.troubles
    assert trouble.code == "FILE_UNACKNOWLEDGED"
    assert f"no 997 has come for the 940 of order {known_request.ref}" in trouble.message
    assert world.warehouse().shipments("").troubles == page.troubles, "a lost page is told again"
    assert not world.warehouse().shipments(page.cursor).troubles
    assert not world.warehouse().shipments("").troubles
