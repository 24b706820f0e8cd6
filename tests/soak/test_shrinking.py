"""A failing day is cut down to what makes it fail, and written as Python that means the same day."""

from __future__ import annotations

from orogxo import soak
from orogxo.soak import (
    Basket,
    Broken,
    Day,
    Die,
    Edit,
    Interruption,
    Pass,
    Place,
    Run,
    Trouble,
    as_test,
    day_of,
    shrink,
)
from orogxo.soak.telling import code


def dies_after_a_put(day: Day) -> bool:
    return any(
        Die() in each.happens and each.what == "gxo PUT"
        for happening in day.happenings
        if isinstance(happening, Run)
        for each in happening.interruptions
    )


def failing_day() -> Day:
    return next(day for day in map(day_of, range(1, 100)) if dies_after_a_put(day))


def test_only_what_matters_is_left() -> None:
    small = shrink(failing_day(), dies_after_a_put)
    (run,) = small.happenings
    assert isinstance(run, Run)
    assert [each.happens for each in run.interruptions] == [(Die(),)]
    assert small.orders == ()
    assert (small.attempts, small.skews, small.lookup, small.sqlite) == (1, (0, 0, 0), True, False)


def test_parts_that_fail_only_together_stay_together() -> None:
    day = Day(
        tuple(Basket(name) for name in "ABC"),
        (Place("A"), Pass(700), Place("B"), Trouble("slow", "gxo", times=3, seconds=5), Run(2), Place("C")),
    )

    def fails(shorter: Day) -> bool:
        has = set(shorter.happenings)
        return {Place("A"), Place("C")} <= has and any(isinstance(each, Trouble) for each in has)

    assert shrink(day, fails).happenings == (Place("A"), Trouble("slow", "gxo"), Place("C"))


def test_nested_happenings_are_cut_too() -> None:
    beside = Interruption("after", "commit", 3, (Pass(650), Edit("A", po_number="B"), Run(2)))
    day = Day((Basket("A"),), (Run(1, (beside,)),))

    def fails(shorter: Day) -> bool:
        return "Edit" in repr(shorter)

    (run,) = shrink(day, fails).happenings
    assert run == Run(1, (Interruption("after", "commit", 3, (Edit("A", po_number="B"),)),))


def test_a_day_that_takes_too_many_plays_is_given_back_as_far_as_it_came() -> None:
    plays = 0

    def fails(shorter: Day) -> bool:
        nonlocal plays
        plays += 1
        return dies_after_a_put(shorter)

    assert dies_after_a_put(shrink(failing_day(), fails, limit=5))
    assert plays == 5


def test_a_day_written_as_python_is_the_same_day() -> None:
    for seed in range(1, 40):
        assert eval(code(day_of(seed)), dict(vars(soak))) == day_of(seed)


def test_the_test_names_what_it_shows() -> None:
    source = as_test(day_of(1), (Broken("books", "order 1: wrong"),), name="seed_1")
    assert "def test_seed_1() -> None:\n    # books: order 1: wrong\n" in source
    assert source.endswith("    assert play(day).violations == ()\n")
