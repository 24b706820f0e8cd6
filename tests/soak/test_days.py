"""A day is a plain value drawn from its seed: the same seed, the same day; everything happens in some day."""

from __future__ import annotations

from collections import Counter
from typing import Any

import attrs

from orogxo.sandbox.faults import ACTIONS
from orogxo.soak import Day, Die, Interruption, Run, Trouble, day, day_of, play
from orogxo.soak.day import WRONG, Happening

SEEDS = range(1, 301)


def all_of(happenings: tuple[Happening, ...]) -> list[Any]:
    """Happenings, the interruptions of runs, and what happens in those."""
    found: list[Any] = []
    for happening in happenings:
        found.append(happening)
        if isinstance(happening, Run):
            for interruption in happening.interruptions:
                found += [interruption, *all_of(interruption.happens)]
    return found


def test_a_seed_is_always_the_same_day_and_the_same_outcome() -> None:
    assert day_of(23) == day_of(23) != day_of(25)
    assert play(day_of(23)) == play(day_of(23))


def test_every_day_has_five_orders_and_half_of_the_sites_duplicate() -> None:
    days = [day_of(seed) for seed in SEEDS]
    assert min(len(each.orders) for each in days) >= 5
    assert sum(each.duplicates for each in days) * 2 == len(days)
    assert [each.seed for each in days if each.sqlite] == [50, 100, 150, 200, 250, 300]


def test_everything_that_can_happen_happens_in_some_day() -> None:
    days = [day_of(seed) for seed in SEEDS]
    seen = Counter(type(each) for drawn in days for each in all_of(drawn.happenings))
    kinds = {kind for kind in vars(day).values() if isinstance(kind, type) and attrs.has(kind)}
    assert kinds - {day.Basket, Day} == seen.keys()
    assert min(seen.values()) > 20
    troubles = {each.action for drawn in days for each in drawn.happenings if isinstance(each, Trouble)}
    assert troubles == set(ACTIONS)
    assert {basket.wrong for drawn in days for basket in drawn.orders} == {"", *WRONG}


def test_workers_die_and_stand_still_on_both_sides_of_commits_and_requests() -> None:
    moments = [
        (each.side, each.what.partition(" ")[0], Die() in each.happens)
        for seed in SEEDS
        for each in all_of(day_of(seed).happenings)
        if isinstance(each, Interruption)
    ]
    for what in ("commit", "gxo", "oro"):
        assert ("before", what, True) in moments
        assert ("after", what, True) in moments
        assert ("after", what, False) in moments


def test_nothing_but_death_happens_inside_a_transaction() -> None:
    """The store serves one transaction at a time, so nobody else can run before a commit."""
    for seed in SEEDS:
        for each in all_of(day_of(seed).happenings):
            if isinstance(each, Interruption) and each.side == "before" and each.what in ("", "commit"):
                assert each.happens == (Die(),)
