"""Months of trading with the advice keep the stated risk, and fixed timers do not."""

from __future__ import annotations

import random
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from attrs import evolve

from support.trading import Article, Push, Rules, buyers, month, orders, pushes

ROOT = Path(__file__).parents[2]
CALM = Rules(duration=1, failure=0, outages=0, outage=0, base=2, per_batch=3, batch=10)


@pytest.fixture(scope="module")
def example() -> SimpleNamespace:
    return SimpleNamespace(**runpy.run_path(str(ROOT / "examples" / "stock_month.py")))


@pytest.fixture(scope="module")
def traded(example: SimpleNamespace) -> SimpleNamespace:
    made = example.articles()[::2]
    advice = example.advice_for(made)
    rows = example.compare(made, advice, [11])
    return SimpleNamespace(made=made, advice=advice, rows=rows, limit=example.accepted(made))


def test_the_advice_keeps_the_stated_risk_and_fixed_timers_do_not(traded: SimpleNamespace) -> None:
    advised, *fixed = traded.rows
    assert advised.oversold <= traded.limit
    bare = [one for one in fixed if "flat" not in one.name]
    assert [one.name for one in bare] == ["every 5 min", "every 15 min", "every 60 min"]
    assert all(one.oversold > 3 * traded.limit for one in bare)


def test_little_is_hidden_for_it(traded: SimpleNamespace) -> None:
    """Of what buyers wanted and the pool held, at most one each in fifteen could not be ordered."""
    assert traded.rows[0].refused < 1 / 15
    worth = sum(one.lot * one.price for one in traded.made)
    assert traded.advice.withheld < worth / 8


def test_timers_with_a_safety_stock_of_the_same_worth_are_named_where_they_do_as_well(
    example: SimpleNamespace, traded: SimpleNamespace
) -> None:
    advised, *fixed = traded.rows
    as_good = {one.name for one in fixed if one.oversold <= traded.limit and one.refused <= advised.refused}
    lines = example.table(traded.rows, traded.limit).splitlines()[2 + len(traded.rows) :]
    assert len(lines) == len(as_good)
    assert all(f"no better here than {name}:" in "".join(lines) for name in as_good)
    assert not any(name in ("every 5 min", "every 15 min", "every 60 min") for name in as_good)


def test_timers_get_no_fewer_requests_unless_they_push_every_sku_each_time(traded: SimpleNamespace) -> None:
    advised = traded.rows[0].requests
    assert advised <= traded.advice.requests.oro
    for timer, row in zip(traded.advice.fixed, traded.rows[1::2], strict=True):
        assert row.requests <= traded.advice.requests.oro
        assert timer.turn == timer.interval or row.requests >= 0.8 * advised


def test_the_table_says_who_kept_the_risk_and_where_the_advice_is_no_better(
    example: SimpleNamespace, traded: SimpleNamespace
) -> None:
    lines = example.table(traded.rows, traded.limit).splitlines()
    assert lines[0] == f"Eaches a month; the stated risk allows {traded.limit:.1f}."
    assert lines[2].endswith("yes")
    assert lines[3].endswith("NO")
    better = evolve(traded.rows[0], name="a wonder")
    assert "no better here than a wonder" in example.table([traded.rows[0], better], traded.limit)


def test_the_picture_is_drawn(example: SimpleNamespace, traded: SimpleNamespace, tmp_path: Path) -> None:
    example.plot(traded.rows, traded.limit, tmp_path / "month.png")
    assert (tmp_path / "month.png").read_bytes().startswith(b"\x89PNG")


# The model itself -----------------------------------------------------------------------------------------


def test_the_model_sells_what_is_wanted_on_average() -> None:
    one = Article("A", 50, {1: 0.6, 12: 0.4}, 100, 1)
    for article in (one, evolve(one, waves=True)):
        found = list(orders(article, 140, random.Random(4)))
        assert sum(size for _, size in found) / 140 == pytest.approx(one.eaches_a_day, rel=0.1)
        assert [at for at, _ in found] == sorted(at for at, _ in found)


def test_the_model_oversells_through_two_rows_and_not_through_shares() -> None:
    one = Article("A", 100, {1: 0.5, 12: 0.5}, 300, 7)
    runs = pushes({240.0: [frozenset("A")]}, 30, CALM, random.Random(1))
    wanted = buyers([one], 30, 1)
    full = month([one], wanted, runs, CALM, days=30, safety={})
    shares = month([one], wanted, runs, CALM, days=30, safety={}, strict=frozenset("A"))
    held = month([one], wanted, runs, CALM, days=30, safety={"A": 150})
    assert full.oversold == full.by_sku["A"] > held.oversold >= 0 == shares.oversold
    assert full.cost == 7 * full.oversold
    assert full.refused < shares.refused
    assert full.wanted == shares.wanted == held.wanted


def test_the_models_pushes_fail_rest_and_take_turns() -> None:
    groups = [frozenset("A"), frozenset("B")]
    calm = pushes({60.0: groups}, 1, CALM, random.Random(1))
    assert calm[:2] == [Push(0, 1, groups[0], confirmed=True), Push(60, 61, groups[1], confirmed=True)]
    assert len(calm) == 24
    assert all(one.confirmed for one in calm)
    rough = evolve(CALM, failure=0.2, outages=36, outage=600)
    shaken = pushes({60.0: groups}, 365, rough, random.Random(1))
    failed = sum(not one.confirmed for one in shaken) / len(shaken)
    assert failed == pytest.approx(0.2 + 0.8 * 36 * 600 / 365 / 1440, abs=0.02)


def test_the_models_requests_count_rows_that_changed() -> None:
    one = Article("A", 0.001, {1: 1.0}, 300, 7)
    runs = pushes({60.0: [frozenset("A")]}, 2, CALM, random.Random(1))
    found = month([one], buyers([one], 2, 1), runs, CALM, days=2, safety={})
    assert found.wanted == 0
    assert found.requests == (48 * 2 + 3) / 2
