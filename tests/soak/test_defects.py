"""A checker that cannot see a planted defect does not count: each one is seen, and soon."""

from __future__ import annotations

import pytest

from orogxo.soak import DEFECTS, Day, Place, Run, planted, play, shrink
from orogxo.soak.day import Basket
from orogxo.soak.defects import Change
from orogxo.soak.drawing import day_of
from orogxo.soak.interruptions import Crash
from orogxo.soak.running import first_failure, shortest

SEEN_BY = {
    "no-look-up": range(1, 41),
    "no-unique-key": range(1, 41),
    "no-overlap": range(11, 51),
    "stale-shipments": range(1, 41),
    "stale-readings": range(1, 81),
    "outcome-before-effect": range(1, 41),
    "effect-before-intent": range(46, 96),
    "no-lease": range(1, 41),
}
"""Seeds that are enough to see each defect."""


def test_the_ranges_name_every_defect() -> None:
    assert SEEN_BY.keys() == DEFECTS.keys()


@pytest.mark.parametrize("defect", DEFECTS)
def test_each_defect_is_seen(defect: str) -> None:
    seed = first_failure(SEEN_BY[defect], plant=defect)
    assert seed is not None
    assert play(day_of(seed)).violations == (), "the defect is at fault, not the product"


@pytest.mark.slow
@pytest.mark.parametrize("defect", DEFECTS)
def test_each_defect_is_seen_within_500_seeds_and_told_as_a_short_story(defect: str) -> None:
    seed = first_failure(range(1, 501), plant=defect)
    assert seed is not None
    print(f"{defect}: first seen by seed {seed}")
    with planted(defect):
        laws = {broken.law for broken in play(day_of(seed)).violations}
        day = shrink(day_of(seed), lambda shorter: any(b.law in laws for b in play(shorter).violations))
    assert len(day.happenings) <= 10
    assert len(day.orders) <= 5


def attributes(changes: list[Change]) -> list[object]:
    return [getattr(owner, name) for owner, name, _ in changes]


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_taken_out_again(defect: str) -> None:
    changes = list(DEFECTS[defect]())
    before = attributes(changes)
    with planted(defect):
        assert all(now is not then for now, then in zip(attributes(changes), before, strict=True))
    assert attributes(changes) == before


def test_it_is_taken_out_even_if_the_worker_dies() -> None:
    before = attributes(list(DEFECTS["no-lease"]()))
    with pytest.raises(Crash), planted("no-lease"):
        raise Crash
    assert attributes(list(DEFECTS["no-lease"]())) == before


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_alone_breaks_no_quiet_day(defect: str) -> None:
    """What is planted is the lack of a guard, not a fault of its own."""
    with planted(defect):
        assert play(Day((Basket("A"),), (Place("A"), Run(1)))).violations == ()


def test_an_unknown_defect_is_refused() -> None:
    with pytest.raises(KeyError), planted("no-brakes"):
        pass


def test_a_failing_seed_becomes_a_test_that_fails_the_same_way() -> None:
    seed = first_failure(SEEN_BY["no-look-up"], plant="no-look-up")
    assert seed is not None
    source = shortest(seed, plant="no-look-up")
    assert len(source.splitlines()) < 45
    names: dict[str, object] = {}
    exec(compile(source, "story.py", "exec"), names)
    told = names[f"test_seed_{seed}_with_no_look_up"]
    assert callable(told)
    with pytest.raises(AssertionError):
        told()
    exec(compile(source.replace('planted("no-look-up")', 'planted("")'), "story.py", "exec"), names)
    told = names[f"test_seed_{seed}_with_no_look_up"]
    assert callable(told)
    told()
