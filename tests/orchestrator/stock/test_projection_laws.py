"""The law of strict over thousands of random shops: whatever the rows allow can be shipped, nothing is hidden
without need. The naive copy sells, in the same shops, goods that are not there."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orogxo.orchestrator.stock.projection import SellRow, floor, projected, strict
from support.stock_cases import (
    POLICIES,
    Case,
    Quantities,
    a_case,
    every_order,
    oversells,
    permitted,
    shopping,
    worst,
)

SHOPS = 2_000


def test_whatever_strict_rows_allow_can_be_shipped_and_the_naive_copy_oversells() -> None:
    seen = {"shops": 0, "naive": 0, "enumerated": 0}

    @settings(
        max_examples=SHOPS,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=False))
    def law(rng: Random) -> None:
        case = a_case(rng)
        seen["shops"] += 1
        seen["naive"] += oversells(case, floor(case.pools, case.rows))
        for policy in POLICIES:
            quantities = strict(case.pools, case.rows, case.shares(policy))
            it_is_sound(case, quantities)
            it_is_maximal(case, quantities)
            seen["enumerated"] += it_survives_buyers(case, quantities, rng)
        last = strict(case.pools, case.rows[::-1], case.shares(policy))
        assert last == quantities, "the order of the rows decides nothing"

    law()
    print(f"\n{seen['shops']} shops: strict oversold 0, the naive copy {seen['naive']}")
    assert seen["shops"] >= SHOPS
    assert seen["naive"] > SHOPS / 5
    assert seen["enumerated"] > SHOPS / 5, "many shops are small enough to try every set of orders"


def it_is_sound(case: Case, quantities: Quantities) -> None:
    for row in case.rows:
        shown = quantities[row.key]
        assert shown >= 0
        assert (shown / row.step).denominator == 1
        for sku, each in row.takes.items():
            assert shown * each <= max(case.pools.get(sku, 0), 0), "no row shows stock that does not exist"
        if not row.sellable or not row.takes:
            assert shown == 0
    for sku, amount in worst(case, quantities).items():
        assert amount <= case.safe_pools.get(sku, 0), "the safety stock stays"


def it_is_maximal(case: Case, quantities: Quantities) -> None:
    taken, safe, pools = worst(case, quantities), case.safe_pools, case.pools
    for row in case.rows:
        if not row.sellable or not row.takes:
            continue
        more = permitted(row, quantities[row.key]) + row.step
        shown = -(-(more + row.threshold) // row.step) * row.step
        assert any(
            taken[sku] + each * row.step > safe.get(sku, 0) or shown * each > pools.get(sku, 0)
            for sku, each in row.takes.items()
        ), f"{row.key} could offer {more}"


def it_survives_buyers(case: Case, quantities: Quantities, rng: Random) -> bool:
    """Ship all orders from the warehouse's figure, after those in flight; whether every set was tried."""
    for sku, sold in shopping(case, quantities, rng).items():
        assert sold == 0 or sold + sum(case.in_flight[sku]) <= case.figures[sku]
    tried = 0
    for orders in every_order(case, quantities, 40):
        tried += 1
        left = {sku: amount - sum(case.in_flight[sku]) for sku, amount in case.figures.items()}
        for row in case.rows:
            for sku in row.takes if orders[row.key] else ():
                left[sku] -= orders[row.key] * row.takes[sku]
                assert left[sku] >= 0
    return tried > 1


@settings(max_examples=150, deadline=None)
@given(
    sizes=st.lists(st.fractions(Fraction(1, 50), 60, max_denominator=50), min_size=1, max_size=5),
    pool=st.fractions(0, 5_000, max_denominator=20),
    more=st.fractions(0, 500, max_denominator=20),
    policy=st.sampled_from(["each_first", "case_first"]),
)
def test_a_larger_pool_never_offers_fewer_base_units(
    sizes: list[Fraction], pool: Fraction, more: Fraction, policy: str
) -> None:
    case = Case({}, {}, [SellRow("A", f"u{n}", {"A": size}) for n, size in enumerate(sizes)], {})
    offered, later = (strict({"A": amount}, case.rows, case.shares(policy)) for amount in (pool, pool + more))
    assert worst(case, later)["A"] >= worst(case, offered)["A"]
    first = min(case.rows, key=lambda row: row.size * (1 if policy == "each_first" else -1))
    assert later[first.key] >= offered[first.key], "who comes first never loses by it"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rng=st.randoms(use_true_random=False), policy=st.sampled_from(POLICIES))
def test_what_is_hidden_is_told_to_the_unit(rng: Random, policy: str) -> None:
    case = a_case(rng)
    shown = projected(case.pools, case.rows, mode="strict", shares=case.shares(policy))
    assert shown.quantities == strict(case.pools, case.rows, case.shares(policy))
    assert shown.modes == dict.fromkeys(case.pools, "strict")
    assert not shown.why
    for row in case.rows:
        alone = projected(case.safe_pools, [SellRow(row.sku, row.unit, row.takes, row.step)], mode="strict")
        full = alone.quantities[row.key] if row.sellable else 0
        assert shown.hidden[row.key] == full - permitted(row, shown.quantities[row.key])
