"""Risk: all is shown in every unit exactly while the budget holds, and every missing fact means strict."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from orogxo.errors import ConfigError
from orogxo.orchestrator.demand import Demand, chance, excess
from orogxo.orchestrator.stock import risk
from orogxo.orchestrator.stock.projection import Budget, Projection, SellRow, projected, strict

EACH = SellRow("W", "each", {"W": 1}, primary=True)
CASE = SellRow("W", "case", {"W": 12})
HOUR = dt.timedelta(hours=1)
SLOW = Demand(Fraction(50), 4.0, 40)
TENTH = Budget("chance", Decimal("0.1"))


def risky(stock: int = 1200, rows: Any = (EACH, CASE), **changes: Any) -> Projection:
    given = {"demand": {"W": SLOW}, "budget": TENTH, "horizon": HOUR} | changes
    return projected({"W": Fraction(stock)}, rows, mode="risk", **given)


def stayed_strict(shown: Projection, why: str) -> bool:
    return shown.modes == {"W": "strict"} and why in shown.why["W"] and shown.quantities[CASE.key] == 0


def test_every_row_shows_all_while_the_budget_holds() -> None:
    shown = risky()
    assert shown.quantities == {EACH.key: 1200, CASE.key: 100}
    assert (shown.modes, shown.why, set(shown.hidden.values())) == ({"W": "risk"}, {}, {0})


def test_it_falls_back_to_strict_one_unit_below_the_budget() -> None:
    limit, stock = 0.1 / (365 * 24), 1
    while chance(SLOW, HOUR, Fraction(stock)) > limit:
        stock += 1
    assert risky(stock).modes == {"W": "risk"}
    shown = risky(stock - 1)
    assert shown.quantities == strict({"W": Fraction(stock - 1)}, [EACH, CASE])
    assert stayed_strict(shown, f"W: the chance that more than {stock - 1} are ordered within 1:00:00 is ")
    assert "above 1.14e-05, the part of 0.1 a year that this time may spend" in shown.why["W"]
    assert shown.hidden == {EACH.key: 0, CASE.key: (stock - 1) // 12}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"budget": Budget()}, "no overselling within 1:00:00 is accepted"),
        ({"horizon": dt.timedelta()}, "no overselling within 0:00:00 is accepted"),
        ({"horizon": -HOUR}, "is accepted"),
        ({"demand": None}, "its demand is not known"),
        ({"demand": {"W": Demand(Fraction(0), 1.0, 40)}}, "its demand is not known"),
        ({"demand": {"W": Demand(Fraction(1), 1.0, 0)}}, "its demand is not known"),
        ({"budget": Budget("money", 100)}, "its price is not known"),
        ({"budget": Budget("money", 100), "prices": {"W": Decimal(0)}}, "its price is not known"),
        ({"budget": Budget("money", 100), "prices": {"W": Decimal("NaN")}}, "its price is not known"),
        ({"budget": Budget("eaches", 1), "demand": {"W": Demand(Fraction(28_000), 4.0, 40)}},
         "are expected to be ordered within 1:00:00 beyond 1200, above"),
    ],
)  # fmt: skip
def test_what_is_not_known_or_not_accepted_means_strict(changes: dict[str, Any], why: str) -> None:
    assert stayed_strict(risky(**changes), why)


@pytest.mark.parametrize("broken", [float("nan"), float("inf")])
def test_a_chance_that_is_no_number_means_strict(broken: float, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("chance", "excess"):
        monkeypatch.setattr(risk, name, lambda *_: broken)
    for kind in ("chance", "eaches", "money"):
        shown = risky(budget=Budget(kind, 1), prices={"W": Decimal(1)})  # type: ignore[arg-type]
        assert shown.modes == {"W": "strict"}


def test_goods_and_money_are_held_against_what_is_expected_to_be_oversold() -> None:
    stock, day = Fraction(120), dt.timedelta(days=1)
    expected = Decimal(excess(SLOW, day, stock)).normalize()
    a_year = (expected * 365).quantize(Decimal("1e-12"))
    enough, little = a_year * Decimal("1.001"), a_year * Decimal("0.999")
    told = {"horizon": day, "prices": {"W": Decimal(20)}}
    for kind, factor in (("eaches", 1), ("money", 20)):
        assert risky(120, budget=Budget(kind, enough * factor), **told).modes == {"W": "risk"}  # type: ignore[arg-type]
        assert risky(120, budget=Budget(kind, little * factor), **told).modes == {"W": "strict"}  # type: ignore[arg-type]
    assert ", worth " in risky(120, budget=Budget("money", little), **told).why["W"]


def test_safety_stock_is_not_counted_on_and_the_rows_show_their_threshold_on_top() -> None:
    rows = [SellRow("W", row.unit, row.takes, threshold=10, primary=row is EACH) for row in (EACH, CASE)]
    shown = risky(1000, rows)
    assert shown.quantities == {EACH.key: 1000, CASE.key: 83}, "82 + 10 cases, but the whole pool holds 83"
    assert shown.hidden == {EACH.key: 0, CASE.key: 82 - 73}
    span, stock = dt.timedelta(days=10), 400
    while risky(stock, rows, horizon=span).modes != {"W": "risk"}:
        stock += 1
    assert chance(SLOW, span, Fraction(stock - 10)) <= 0.1 / 36.5 < chance(SLOW, span, Fraction(stock - 11))


def test_where_strict_hides_nothing_nothing_is_risked() -> None:
    shown = risky(rows=[EACH], demand=None)
    assert shown.quantities == {EACH.key: 1200}
    assert shown.why == {"W": "strict shows every row in full: nothing need be risked"}


def test_pools_tied_by_kits_take_the_risk_together_or_not_at_all() -> None:
    rows = [EACH, CASE, SellRow("B", "each", {"B": 1}), SellRow("K", "set", {"W": 1, "B": 1})]
    rows += [SellRow("Z", "each", {"Z": 1}), SellRow("Z", "dozen", {"Z": 12})]
    pools = dict.fromkeys(("W", "B", "Z"), Fraction(1200))
    told = {"mode": "risk", "budget": TENTH, "horizon": HOUR}
    both = projected(pools, rows, demand={"W": SLOW, "B": SLOW, "Z": SLOW}, **told)  # type: ignore[arg-type]
    assert both.modes == dict.fromkeys(pools, "risk")
    assert both.quantities["K", "set"] == 1200
    one = projected(pools, rows, demand={"W": SLOW, "Z": SLOW}, **told)  # type: ignore[arg-type]
    assert one.modes == {"W": "strict", "B": "strict", "Z": "risk"}
    assert one.why == {
        "B": "B: its demand is not known",
        "W": "kits tie it to another pool: B: its demand is not known",
    }
    sold_out = projected({**pools, "B": Fraction(0)}, rows, demand={"W": SLOW}, **told)  # type: ignore[arg-type]
    assert sold_out.modes["W"] == "risk", "a kit of which nothing can be sold ties nothing together"


def test_a_stock_beyond_all_floats_is_still_judged() -> None:
    assert risky(10**30).modes == {"W": "risk"}


def test_a_horizon_may_spend_its_part_of_the_year_and_never_more_than_the_year() -> None:
    budget = Budget("eaches", Decimal(73))
    assert budget.part(dt.timedelta(days=5)) == 1
    assert budget.part(dt.timedelta(days=800)) == 73
    assert budget.part(-HOUR) == budget.part(dt.timedelta()) == 0
    parts = [budget.part(dt.timedelta(days=length)) for length in (100, 200, 65)]
    assert sum(parts) == 73


@pytest.mark.parametrize(
    ("kind", "amount", "told"),
    [
        ("luck", Decimal(1), "a budget is one of chance, eaches, money, not 'luck'"),
        ("eaches", Decimal(-1), "a budget is 0 or more, not -1"),
        ("chance", Decimal(5), "a chance is at most 1, not 5"),
        ("chance", 0.05, "the amount of a budget is a decimal number"),
        ("money", Decimal("Infinity"), "the amount of a budget is a decimal number"),
    ],
)
def test_budgets_that_make_no_sense_are_refused(kind: Any, amount: Any, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        Budget(kind, amount)
