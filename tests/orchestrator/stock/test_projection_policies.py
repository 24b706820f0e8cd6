"""Who gets what of a pool, by each policy, in numbers that a person can check by hand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest

from orogxo.errors import ConfigError, MappingError
from orogxo.orchestrator.stock.projection import SellRow, Shares, floor, projected, strict

EACH = SellRow("W", "each", {"W": 1}, primary=True)
CASE = SellRow("W", "case", {"W": 12})
SEVEN = SellRow("W", "seven", {"W": 7})
UNITS = (EACH, SEVEN, CASE)


def by_unit(quantities: Mapping[tuple[str, str], Fraction]) -> dict[str, Fraction]:
    return {unit if sku == "W" else sku: amount for (sku, unit), amount in quantities.items()}


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        (Shares("each_first"), {"each": 1205, "seven": 0, "case": 0}),
        (Shares("case_first"), {"each": 5, "seven": 0, "case": 100}),
        (Shares("fixed", {("W", "case"): 3, ("W", "each"): 1}), {"each": 305, "seven": 0, "case": 75}),
        (Shares("fixed"), {"each": 403, "seven": 58, "case": 33}),
        (Shares("demand"), {"each": 403, "seven": 58, "case": 33}),
        (Shares("demand", {("W", "case"): 1000}), {"each": 57, "seven": 8, "case": 91}),
    ],
)  # fmt: skip
def test_1205_eaches_shared_by_policy(shares: Shares, expected: dict[str, int]) -> None:
    quantities = by_unit(strict({"W": Fraction(1205)}, UNITS, shares))
    assert quantities == expected
    assert quantities["each"] + 7 * quantities["seven"] + 12 * quantities["case"] <= 1205


def test_what_one_row_cannot_use_goes_to_the_others_by_their_weights() -> None:
    kit = SellRow("K", "set", {"W": 1, "B": 1})
    shares = Shares("fixed", {kit.key: Fraction(2), EACH.key: Fraction(1), CASE.key: Fraction(1)})
    quantities = by_unit(strict({"W": Fraction(1000), "B": Fraction(40)}, [EACH, CASE, kit], shares))
    assert quantities == {"K": 40, "each": 480, "case": 40}


def test_rounding_gives_to_the_row_that_lost_most() -> None:
    halves = [SellRow("W", "six", {"W": 6}), SellRow("W", "four", {"W": 4})]
    # 5 base units each: five sixths of a six, five quarters of a four.
    assert by_unit(strict({"W": Fraction(10)}, halves, Shares("fixed"))) == {"six": 1, "four": 1}


def test_safety_stock_is_kept_back_once_and_every_row_shows_its_threshold_on_top() -> None:
    rows = [SellRow("W", row.unit, row.takes, threshold=10, primary=row is EACH) for row in (EACH, CASE)]
    pools = {"W": Fraction(1200)}
    assert by_unit(strict(pools, rows, Shares("fixed"))) == {"each": 604 + 10 - 2, "case": 49 + 10}
    # 10 cases of threshold on top of 99 would be 109, which is more than the whole pool holds: 100.
    assert by_unit(strict(pools, rows, Shares("case_first"))) == {"each": 110 + 10, "case": 100}
    assert by_unit(strict({"W": Fraction(15)}, rows)) == {"each": 15, "case": 0}, "no share shows nothing"
    assert by_unit(strict({"W": Fraction(9)}, rows)) == {"each": 0, "case": 0}


def test_a_threshold_counts_even_where_the_primary_unit_is_not_sold() -> None:
    rows = [SellRow("W", "each", {"W": 1}, threshold=10, sellable=False, primary=True), CASE]
    assert by_unit(strict({"W": Fraction(45)}, rows)) == {"each": 0, "case": 2}


def test_units_with_decimals_and_units_below_the_base() -> None:
    kilogram = SellRow("W", "kg", {"W": 1}, step=Fraction(1, 1000))
    ounces = SellRow("W", "half", {"W": Fraction(1, 2)})
    assert by_unit(strict({"W": Fraction("2.50049")}, [kilogram])) == {"kg": Fraction("2.500")}
    assert by_unit(strict({"W": Fraction("2.6")}, [kilogram, ounces])) == {"half": 5, "kg": Fraction("0.1")}


def test_kits_and_their_components_share_one_pool() -> None:
    kit = SellRow("K", "set", {"A": 2, "B": 20, "C": 0})
    parts = [SellRow("A", "each", {"A": 1}), SellRow("B", "each", {"B": 1})]
    pools = {"A": Fraction(10), "B": Fraction(90)}
    assert strict(pools, [kit, *parts], Shares("case_first")) == {
        kit.key: 4, ("A", "each"): 2, ("B", "each"): 10,
    }  # fmt: skip
    assert floor(pools, [kit, *parts]) == {kit.key: 4, ("A", "each"): 10, ("B", "each"): 90}
    assert strict({"A": Fraction(10)}, [kit])[kit.key] == 0, "a component that the warehouse does not know"
    assert kit.takes == {"A": 2, "B": 20}


@pytest.mark.parametrize("pool", [Fraction(0), Fraction(-30)])
def test_an_empty_or_overdrawn_pool_shows_nothing(pool: Fraction) -> None:
    for mode in ("strict", "risk", "floor"):
        shown = projected({"W": pool}, UNITS, mode=mode)  # type: ignore[arg-type]
        assert set(shown.quantities.values()) == set(shown.hidden.values()) == {0}


def test_a_row_that_takes_nothing_proves_nothing_and_shows_nothing() -> None:
    row = SellRow("X", "each", {"W": 0})
    assert strict({"W": Fraction(5)}, [row])[row.key] == floor({"W": Fraction(5)}, [row])[row.key] == 0


def test_the_naive_copy_sells_a_pool_once_per_unit() -> None:
    shown = projected({"W": Fraction(1200)}, [EACH, CASE], mode="floor")
    assert by_unit(shown.quantities) == {"each": 1200, "case": 100}
    assert shown.modes == {"W": "floor"}
    assert set(shown.hidden.values()) == {0}


def test_what_strict_hides_from_the_buyer_of_90_cases() -> None:
    shown = projected({"W": Fraction(1200)}, [EACH, CASE], mode="strict", shares=Shares("fixed"))
    assert by_unit(shown.hidden) == {"each": 600, "case": 50}


def test_huge_numbers_stay_exact() -> None:
    pool = Fraction(12 * 10**40 + 11)
    assert by_unit(strict({"W": pool}, [EACH, CASE], Shares("case_first"))) == {"each": 11, "case": 10**40}


@pytest.mark.parametrize("wrong", [{"step": 0}, {"threshold": -1}, {"takes": {"W": -1}}])
def test_a_row_that_no_quantity_makes_safe_is_refused_by_name(wrong: dict[str, object]) -> None:
    with pytest.raises(MappingError, match="SELL_ROW_UNUSABLE: the row of W in case") as refused:
        SellRow(**{"sku": "W", "unit": "case", "takes": {"W": 12}, **wrong})  # type: ignore[arg-type]
    assert refused.value.path == "rows[W/case]"


def test_all_that_is_wrong_with_a_row_is_said_at_once() -> None:
    told = "takes -1 of W and has a threshold of -1 and is ordered in steps of 0"
    with pytest.raises(MappingError, match=told):
        SellRow("W", "case", {"W": -1}, step=0, threshold=-1)


def test_two_rows_of_one_unit_are_refused() -> None:
    with pytest.raises(MappingError, match="SELL_ROW_TWICE: W has two rows in case"):
        strict({"W": Fraction(24)}, [EACH, CASE, CASE])


def test_settings_that_do_not_exist_are_refused() -> None:
    with pytest.raises(ConfigError, match="each_first, case_first, fixed, not 'even'"):
        Shares("even")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="a share cannot be negative: W in case"):
        Shares("fixed", {("W", "case"): Fraction(-1), ("W", "each"): Fraction(1)})
    with pytest.raises(ConfigError, match="strict, risk, floor, not 'naive'"):
        projected({}, [], mode="naive")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Shares("fixed", {("W", "case"): 0.5})  # type: ignore[dict-item]


def test_nothing_at_all_is_no_problem() -> None:
    for mode in ("strict", "risk", "floor"):
        shown = projected({}, [], mode=mode)  # type: ignore[arg-type]
        assert not shown.quantities
        assert not shown.modes
    assert projected({"W": Fraction(3)}, [], mode="strict", prices={"W": Decimal(1)}).modes == {"W": "strict"}
