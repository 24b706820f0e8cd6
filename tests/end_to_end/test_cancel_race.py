"""A cancellation races the warehouse at every interleaving (B12): words and deeds never contradict unseen.

The steps of people, warehouse and workers are run in every order. At rest, if OroCommerce reads cancelled,
then either nothing was shipped beyond what had left before, or an open exception says that goods left.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import permutations

import pytest

from orogxo.model import State
from orogxo.sandbox import Fault
from support.worlds import ONCE, World

STEPS = ("cancel", "run", "run", "pick", "ship a part", "ship the rest")


def interleavings() -> Iterator[tuple[str, ...]]:
    """Every order of the steps in which the warehouse picks before it ships, and ships a part first."""
    seen = set()
    for order in permutations(STEPS):
        floor = [step for step in order if step in ("pick", "ship a part", "ship the rest")]
        if floor == ["pick", "ship a part", "ship the rest"] and order not in seen:
            seen.add(order)
            yield order


def play(world: World, order_id: str, steps: tuple[str, ...]) -> None:
    twin = world.twin

    def on_floor(act: Callable[[], object]) -> None:
        entry = twin.gxo_orders().get(order_id)
        if entry is not None and entry["state"] != "cancelled":
            act()

    deeds: dict[str, Callable[[], object]] = {
        "cancel": lambda: twin.cancel_order(order_id),
        "run": lambda: world.run(minutes=2),
        "pick": lambda: on_floor(lambda: twin.pick(order_id)),
        "ship a part": lambda: on_floor(lambda: twin.ship(order_id, {"1": 5})),
        "ship the rest": lambda: on_floor(lambda: twin.ship(order_id, {"1": 7})),
    }
    for step in steps:
        deeds[step]()


def settle(world: World) -> None:
    for _ in range(3):
        world.run(minutes=31)


def never_contradicts(world: World, order_id: str) -> None:
    shipped = sum(world.twin.ledger.values())
    (story,) = world.connector().trace(order_id) or (None,)
    if story is None:
        assert shipped == 0, "what was never seen was never sent"
        return
    fulfilment, codes = story.fulfilment, {item.code for item in story.exceptions}
    books = sum(line.shipped for line in fulfilment.lines)
    assert books == shipped, "the books are the floor's"
    for line in fulfilment.lines:
        assert line.ordered == line.shipped - line.over + line.short + line.cancelled + line.open
    if fulfilment.state is State.CANCELLED:
        assert shipped == 0
    if shipped:
        told = codes & {"CANCEL_REFUSED", "ORDER_CANCELLED_AFTER_SUBMIT", "SHIPPED_AFTER_CANCEL"}
        part_only = all(line.open == 0 and line.cancelled for line in fulfilment.lines)
        assert told or part_only, "OroCommerce reads cancelled, goods left, and nobody was told"
    assert "SHIPPED_AFTER_CANCEL" not in codes, "orogxo never believes a cancellation that was not confirmed"


@pytest.mark.parametrize("cancels", [True, False], ids=["site cancels", "site does not"])
@pytest.mark.parametrize("hesitates", [False, True], ids=["answers", "hesitates"])
def test_every_interleaving(cancels: bool, hesitates: bool) -> None:
    count = 0
    for steps in interleavings():
        world = World.new(gxo_cancels=cancels)
        world.retry = ONCE
        order_id = world.place()
        world.run()
        world.twin.hesitate(yes=hesitates)
        play(world, order_id, steps)
        world.twin.hesitate(yes=False)
        settle(world)
        never_contradicts(world, order_id)
        count += 1
    assert count == 60


@pytest.mark.parametrize("action", ["lose_reply", "lose_request", "status_500_after", "status_500_before"])
def test_every_interleaving_with_a_lost_answer(action: str) -> None:
    for steps in interleavings():
        world = World.new()
        world.retry = ONCE
        order_id = world.place()
        world.twin.faults.add(Fault(system="gxo", method="POST", path=r".*/cancel", nth=1, action=action))
        world.run()
        play(world, order_id, steps)
        settle(world)
        never_contradicts(world, order_id)


def test_a_cancellation_before_the_send_sends_nothing_at_all() -> None:
    world = World.new()
    order_id = world.place(po_number=None)
    world.run()
    world.twin.cancel_order(order_id)
    settle(world)
    assert world.twin.gxo_orders() == {}
    assert world.connector().trace(order_id)[0].fulfilment.state is State.CANCELLED


def test_an_edit_is_taken_while_it_can_be_and_told_when_it_is_too_late() -> None:
    world = World.new()
    world.settings = world.twin.config_toml().replace("[release]", "[release]\nsend_changes = true")
    order_id = world.place()
    world.run()
    world.twin.edit_order(order_id, po_number="PO-2")
    world.run(minutes=2)
    world.run(minutes=2)
    assert world.twin.gxo_orders()[order_id]["po_number"] == "PO-2"
    assert not world.connector().exceptions.open()
    world.twin.pick(order_id)
    world.twin.edit_order(order_id, po_number="PO-3")
    world.run(minutes=2)
    world.run(minutes=2)
    codes = {item.code for item in world.connector().exceptions.open()}
    assert "ORDER_CHANGED_AFTER_SUBMIT" in codes
    assert world.twin.gxo_orders()[order_id]["po_number"] == "PO-2"
    world.twin.clock.advance(dt.timedelta(hours=1))
