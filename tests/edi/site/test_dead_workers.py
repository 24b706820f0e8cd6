"""Workers that died or slept around the send, one story each: what left is known, and leaves once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from attrs import evolve

from orogxo.errors import NotSent
from orogxo.gxo.edi.warehouse import X12Warehouse
from orogxo.model import Fulfilment, FulfilmentRequest, State
from support.files import CrashingDrop, FilesWorld
from support.interruptions import Crash, Points
from support.orders import a_request

BEFORE_STAGING, BEFORE_RENAMING, AFTER_RENAMING = 1, 3, 4


def known(world: FilesWorld, **changes: object) -> FulfilmentRequest:
    """A request that the store has a fulfilment for."""
    request = evolve(a_request(), **changes)
    with world.store.transaction() as rows:
        before = rows.fulfilment(request.order_id)
        fulfilment = before or Fulfilment(request.order_id, request.identifier, State.SUBMITTING)
        rows.save(evolve(fulfilment, request=request))
    return request


def dying(world: FilesWorld, at: int) -> X12Warehouse:
    """A worker that dies at that step of its drop."""
    return evolve(world, drop=CrashingDrop(world.drop, Points(frozenset({at})))).warehouse()


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "outbox").iterdir())


def test_submit_alone_sees_that_its_file_left(tmp_path: Path) -> None:
    world = FilesWorld.new(tmp_path)
    request = known(world)
    with pytest.raises(Crash):
        dying(world, AFTER_RENAMING).submit(request)
    world.door.receive()
    world.warehouse().submit(request)
    assert files(tmp_path) == []


def test_a_content_that_was_withdrawn_and_wanted_again_is_not_taken_for_unsent(tmp_path: Path) -> None:
    """What proves that the first attempt sent nothing must prove nothing of the third, which did."""
    world = FilesWorld.new(tmp_path)
    request = known(world)
    with pytest.raises(Crash):
        dying(world, BEFORE_RENAMING).submit(request)
    with pytest.raises(Crash):
        dying(world, 3).submit(known(world, po_number="PO-EDITED"))
    with pytest.raises(Crash):
        dying(world, AFTER_RENAMING).submit(known(world, po_number=request.po_number))
    assert len(files(tmp_path)) == 1
    assert world.warehouse().find(request.ref) is not None


def test_a_sleeper_cannot_undo_what_another_worker_has_fixed(tmp_path: Path) -> None:
    world = FilesWorld.new(tmp_path)
    request = known(world)
    other = evolve(request, po_number="PO-EDITED")

    class Sleepy(CrashingDrop):
        def stage(self, name: str, data: bytes) -> None:
            self.drop.stage(name, data)
            with pytest.raises(Crash):
                dying(world, BEFORE_RENAMING).submit(other)

    with pytest.raises(NotSent, match="another worker"):
        evolve(world, drop=Sleepy(world.drop, Points())).warehouse().submit(request)
    assert files(tmp_path) == []
    world.warehouse().submit(other)
    (file,) = files(tmp_path)
    assert "PO-EDITED" in (tmp_path / "outbox" / file).read_text()


def test_an_order_that_left_long_after_its_number_was_taken_is_chased_too(tmp_path: Path) -> None:
    world = FilesWorld.new(tmp_path)
    first, second = (known(world, ref=ref, order_id=ref) for ref in ("17", "18"))
    with pytest.raises(Crash):
        dying(world, BEFORE_STAGING).submit(first)
    world.warehouse().submit(second)
    world.door.receive()
    world.warehouse().shipments(world.warehouse().shipments("").cursor)
    world.warehouse().submit(first)
    world.twin.clock.advance(dt.timedelta(hours=25))
    (told,) = world.warehouse().shipments("").troubles
    assert "control number 1: no 997 has come for the 940 of order 17" in told.message


def test_what_a_file_said_is_recorded_before_it_is_put_away(tmp_path: Path) -> None:
    world = FilesWorld.new(tmp_path)
    request = known(world)
    world.warehouse().submit(request)
    world.door.sin("reject")
    world.door.receive()
    cursor = world.warehouse().shipments("").cursor
    with pytest.raises(Crash):
        dying(world, 1).shipments(cursor)
    assert len(list((tmp_path / "inbox").iterdir())) == 1
    found = world.warehouse().find(request.ref)
    assert found is not None
    assert found.state == "rejected"


def test_a_file_that_was_written_anew_between_page_and_archive_is_read_again(tmp_path: Path) -> None:
    world = FilesWorld.new(tmp_path)
    world.place()
    world.run()
    world.ship()
    file = next((tmp_path / "inbox").glob("945-*"))
    page = world.warehouse().shipments("")
    file.write_bytes(file.read_bytes().replace(b"000000002", b"000000003").replace(b"*2*X*", b"*3*X*"))
    again = world.warehouse().shipments(page.cursor)
    assert len(again.shipments) == 1
    assert file.exists()
