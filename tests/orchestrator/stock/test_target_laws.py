"""Laws of the targets, on random catalogues, figures, orders and doubts: what rows allow is there."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.mapping import UnitBook, Uoms
from orogxo.model import (
    Claim,
    InventoryLevel,
    Product,
    ProductUnit,
    Quantity,
    SnapshotMark,
    StockDoubt,
    StockRow,
)
from orogxo.orchestrator.stock.facts import Books, Shop, Tables
from orogxo.orchestrator.stock.policy import StockPolicy
from orogxo.orchestrator.stock.strict import EACH_FIRST
from orogxo.orchestrator.stock.targets import Targets, targets
from support.orders import NOW
from support.stock_ends import BOUND, ON_HAND

SKUS = ("A", "B", "C")
POLICY = StockPolicy(figures=ON_HAND, shares=EACH_FIRST)
MARK = SnapshotMark("S", NOW)
RATES = st.sampled_from([None, Decimal(6), Decimal(12), Decimal("11.999999")])
FLAGS = st.sampled_from([True, True, True, False, None])


@st.composite
def shops(draw: st.DrawFn, *, certain: bool = False) -> Shop:
    """Two or three products of one or two units, perhaps a kit of the first two, and any rows."""
    skus = SKUS[: draw(st.integers(1, 3))]
    products, terms, levels = {}, {}, {}
    for number, sku in enumerate(skus):
        rate = Decimal(12) if certain else draw(RATES)
        units = (ProductUnit("each", Decimal(1)), ProductUnit("case", rate))
        products[sku] = Product(str(number), sku, units)
        terms[sku] = evolve(BOUND, sku=sku, threshold=Fraction(draw(st.integers(0, 3))))
        if not certain:
            terms[sku] = evolve(terms[sku], manage=draw(FLAGS), enabled=draw(st.booleans()))
        levels[sku] = [
            InventoryLevel(f"{sku}-{unit}", sku, unit, Fraction(draw(st.integers(-2, 60))), NOW)
            for unit in ("each", "case")
            if certain or draw(st.booleans())
        ]
    kits = {}
    if len(skus) > 1 and draw(st.booleans()):
        made_of = {"A": Quantity(draw(st.integers(1, 3)), "each"), "B": Quantity(1, "each")}
        unknown = not certain and draw(st.booleans())
        products["KIT"] = Product("9", "KIT", (ProductUnit("item", Decimal(1)),), is_kit=True)
        terms["KIT"] = evolve(BOUND, sku="KIT", is_kit=True, kit=None if unknown else made_of)
        levels["KIT"] = [InventoryLevel("KIT-item", "KIT", "item", Fraction(draw(st.integers(0, 20))), NOW)]
        kits["KIT"] = frozenset({"A", "B"})
    return Shop(products, terms, levels, kits)


@st.composite
def books(draw: st.DrawFn, *, certain: bool = False) -> Books:
    figures, claims, doubts = {}, {}, []
    for sku in SKUS:
        low = 0 if certain else -1
        figures[sku] = [StockRow(sku, "available", Quantity(draw(st.integers(low, 200)), "EA"))]
        unclear = not certain and draw(st.integers(0, 4)) == 0
        claims[sku] = [Claim("7", sku, sku, Fraction(draw(st.integers(0, 80))), unclear=unclear)]
        if not certain and draw(st.integers(0, 4)) == 0:
            doubts.append(StockDoubt(sku, "STOCK_MOVEMENT_UNREADABLE", "cut off", NOW))
    stuck = {} if certain or draw(st.booleans()) else {"A-each": Fraction(draw(st.integers(0, 90)))}
    hold = [] if certain or draw(st.booleans()) else ["somebody must look"]
    return Books(MARK, figures, claims=claims, doubts=doubts, stuck=stuck, hold=hold, told=True)


def computed(shop: Shop, known: Books) -> Targets:
    units = UnitBook.from_oro(shop.products.values())
    tables = Tables(units, Uoms())
    return targets(shop, known, tables, policy=POLICY, terms=ON_HAND, horizon=dt.timedelta(hours=1))


def applied(shop: Shop, found: Targets) -> Shop:
    after = {one.level_id: one.after for one in found.changes}
    levels = {
        sku: [evolve(level, quantity=after.get(level.id, level.quantity)) for level in rows]
        for sku, rows in shop.levels.items()
    }
    return evolve(shop, levels=levels)


def pushed(shop: Shop, known: Books) -> Shop:
    for _ in range(4):
        found = computed(shop, known)
        if not found.changes:
            return shop
        shop = applied(shop, found)
    raise AssertionError("the rows never come to rest")


def drawn(shop: Shop, sku: str) -> Fraction:
    """The most that buyers may take of `sku` through all rows of known size, as OroCommerce lets them."""
    total = Fraction()
    for owner, rows in shop.levels.items():
        terms = shop.terms[owner]
        for level in rows:
            most = max(Fraction(), level.quantity - (terms.threshold or 0)) // 1
            kit = terms.kit or {}
            each = {"each": 1, "case": 12, "item": 0}[level.unit] if owner == sku else Fraction()
            total += most * (each + (kit[sku].amount if sku in kit else 0))
    return total


@given(shops(certain=True), books(certain=True))
@settings(max_examples=200, deadline=None)
def test_whatever_the_rows_permit_can_be_shipped_from_the_pools(shop: Shop, known: Books) -> None:
    found = computed(shop, known)
    after = pushed(shop, known)
    for sku, pool in found.pools.items():
        assert drawn(after, sku) <= pool.amount


@given(shops(certain=True), books(certain=True))
@settings(max_examples=200, deadline=None)
def test_no_write_on_the_way_offers_more_than_before_and_than_there_is(shop: Shop, known: Books) -> None:
    for _ in range(4):
        found = computed(shop, known)
        after = applied(shop, found)
        for sku, pool in found.pools.items():
            assert drawn(after, sku) <= max(pool.amount, drawn(shop, sku))
        shop = after


@given(shops(), books())
@settings(max_examples=200, deadline=None)
def test_what_is_uncertain_is_never_raised(shop: Shop, known: Books) -> None:
    doubtful = {doubt.sku for doubt in known.doubts}
    doubtful |= {sku for sku, claims in known.claims.items() if claims[0].unclear}
    doubtful |= {sku for sku, rows in known.figures.items() if rows[0].quantity.amount < 0}
    found = computed(shop, known)
    for change in found.changes:
        terms = shop.terms[change.sku]
        draws = set(terms.kit or ()) if terms.is_kit else {change.sku}
        assert change.level_id not in known.stuck
        if change.raises:
            assert not known.hold
            assert not draws & doubtful
            assert terms.manage
            assert terms.enabled
    assert all(change.after >= 0 for change in found.changes)


@given(shops(), books())
@settings(max_examples=200, deadline=None)
def test_rows_without_a_number_stay_as_they_are(shop: Shop, known: Books) -> None:
    found = computed(shop, known)
    for change in found.changes:
        assert shop.terms[change.sku].is_kit or known.figures[change.sku][0].quantity.amount >= 0
        unit = next(unit for unit in shop.products[change.sku].units if unit.code == change.unit)
        assert unit.rate is not None
        assert unit.rate.as_integer_ratio()[1] == 1


@given(shops(), books())
@settings(max_examples=200, deadline=None)
def test_a_push_comes_to_rest_and_then_nothing_changes(shop: Shop, known: Books) -> None:
    rest = pushed(shop, known)
    assert computed(rest, known).changes == ()
