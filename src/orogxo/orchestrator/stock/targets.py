"""What the rows of some SKUs must show, and what stands in the way, from facts alone.

Uncertainty may lower a row and never raises one. A row is raised only when all of this holds: its pools are
certain, no row that shares them shows more than its own target, OroCommerce holds buyers to it, and no write
of its SKU is unfinished. A row whose unit has no known size, or whose figure has no number, is left as it is:
lowering it would need a number, and nothing is zeroed for want of one. While such a row offers anything,
buyers may take an unknown amount through it, so nothing that shares its pool is raised.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction

from attrs import field, frozen

from orogxo.model import LevelChange
from orogxo.orchestrator.stock.facts import Books, Shop, Tables
from orogxo.orchestrator.stock.funds import Funds, funds
from orogxo.orchestrator.stock.policy import StockPolicy
from orogxo.orchestrator.stock.pool import NONE, FigureTerms, Pool
from orogxo.orchestrator.stock.projection import Projection, projected
from orogxo.orchestrator.stock.sell_rows import Key
from orogxo.orchestrator.stock.shelf import Row, Shelf, drawn, shelf
from orogxo.orchestrator.stock.strict import Shares
from orogxo.orchestrator.stock.words import because
from orogxo.rules import Violation


@frozen
class Targets:
    """The answer for some SKUs.

    - `changes`: rows to write, lowered and raised ones; no order among them matters.
    - `waiting`: by SKU, why a row of it is not raised yet; it must be looked at again.
    - `statuses`: by SKU, what `inventory_status` must say (True: in stock) once nothing is left to change.
    - `sold_out`: by row (SKU and unit) of which a buyer could order nothing, the SKUs that it sells of.
    - `bare`: SKUs of which a buyer could order nothing at all.
    - `tied`: by SKU, the name of the group of SKUs that share pools with it.
    """

    changes: tuple[LevelChange, ...] = ()
    waiting: Mapping[str, str] = field(factory=dict)
    problems: Mapping[str, tuple[Violation, ...]] = field(factory=dict)
    pools: Mapping[str, Pool] = field(factory=dict)
    statuses: Mapping[str, bool] = field(factory=dict)
    sold_out: Mapping[Key, frozenset[str]] = field(factory=dict)
    bare: frozenset[str] = frozenset()
    tied: Mapping[str, str] = field(factory=dict)
    rows: int = 0


def targets(
    shop: Shop,
    books: Books,
    tables: Tables,
    *,
    policy: StockPolicy,
    terms: FigureTerms,
    horizon: dt.timedelta,
) -> Targets:
    """What must change; `horizon` is the time until the next confirmed push. Raises nothing but bugs."""
    goods = shelf(shop, tables)
    held = funds(sorted(drawn(goods.rows)), books, tables, policy, terms)
    free, fixed = _split(goods.rows, books, held)
    pools = _left(held.pools, fixed, books)
    shown = projected(
        pools,
        [row.sell for row in free if row.sell],
        mode=policy.mode,
        shares=_shares(policy, books),
        demand=books.demand,
        budget=policy.budget,
        horizon=horizon,
        prices=policy.prices,
    )
    judge = _Judge(goods, held, books, free, shown, whole=shop.whole)
    changes = tuple(change for row in free if (change := judge.change(row)) is not None)
    waiting = judge.waiting | judge.unfinished()
    if not books.told and terms.kind != "on_hand":
        # What is subtracted twice until the news comes must be looked at again when it has come.
        waiting = dict.fromkeys(books.claims, "the news of orders was not read since the snapshot") | waiting
    return Targets(
        changes,
        waiting,
        _joined(goods.problems, held.problems),
        held.pools,
        _statuses(shop, judge),
        empty := _sold_out(goods.rows),
        _bare(goods.rows, empty),
        _ties(goods.rows),
        len(goods.rows),
    )


def _shares(policy: StockPolicy, books: Books) -> Shares:
    return Shares("demand", books.weights) if policy.shares.policy == "demand" else policy.shares


def _split(rows: Iterable[Row], books: Books, held: Funds) -> tuple[list[Row], list[Row]]:
    """The rows that can be computed and written, and those that are left as they are."""
    free: list[Row] = []
    fixed: list[Row] = []
    for row in rows:
        stays = row.alone or row.level.id in books.stuck or not row.draws <= held.pools.keys()
        (fixed if stays else free).append(row)
    return free, fixed


def _left(pools: Mapping[str, Pool], fixed: Iterable[Row], books: Books) -> dict[str, Fraction]:
    """The pools less all that buyers may take through rows that are left as they are."""
    left = {sku: pool.amount for sku, pool in pools.items()}
    for row in fixed:
        if row.sell is None:
            continue
        most = max(row.level.quantity, books.stuck.get(row.level.id, NONE))
        offered = row.offers(most)
        if row.sell.primary and offered:
            offered += row.sell.threshold
        for sku, each in row.sell.takes.items():
            left[sku] = max(NONE, left.get(sku, NONE) - offered * each)
    return {sku: left[sku] for sku in pools}


class _Judge:
    """Decides for each row whether it may go where the projection wants it."""

    def __init__(
        self, goods: Shelf, held: Funds, books: Books, free: list[Row], shown: Projection, *, whole: bool
    ) -> None:
        self.goods, self.held, self.books, self.shown = goods, held, books, shown
        self.hold = [*books.hold]
        self.by_sku: dict[str, list[Row]] = {}
        for row in goods.rows:
            self.by_sku.setdefault(row.level.sku, []).append(row)
        if not whole:
            self.hold.append("more kits share these pools than can be read at once")
        self.waiting: dict[str, str] = {}
        self.over = {
            pool: f"{row.level.sku} in {row.level.unit} must be lowered first"
            for row in free
            if self.wanted(row) < row.level.quantity
            for pool in row.draws
        }
        self.stuck = {row.level.sku for row in goods.rows if row.level.id in books.stuck}

    def wanted(self, row: Row) -> Fraction:
        return self.shown.quantities[row.level.sku, row.level.unit]

    def unfinished(self) -> dict[str, str]:
        """By SKU, that it must be looked at again because a write of it is under way."""
        return {sku: f"an earlier write of {sku} is not finished" for sku in self.stuck}

    def change(self, row: Row) -> LevelChange | None:
        level, wanted = row.level, self.wanted(row)
        if wanted == level.quantity:
            return None
        if wanted > level.quantity and (self._later(row) or self._never(row)):
            return None
        pools = [self.held.pools[sku] for sku in sorted(row.draws)]
        why = because(level.sku, pools, self._shown(row))
        return LevelChange(level.id, level.sku, level.unit, level.quantity, wanted, why)

    def _later(self, row: Row) -> str:
        sku = row.level.sku
        reason = self.hold[0] if self.hold else ""
        reason = reason or self.unfinished().get(sku, "")
        reason = reason or next((self.over[pool] for pool in sorted(row.draws) if pool in self.over), "")
        if reason and not self._never(row):
            self.waiting[sku] = reason
        return reason

    def _never(self, row: Row) -> str:
        """Why it may not be raised until somebody settles an exception, or ""."""
        reasons = [self.goods.barred.get(row.level.sku, "")]
        for pool in sorted(row.draws):
            reasons += [self.held.unsure.get(pool, ""), self.goods.loose.get(pool, "")]
        return next(filter(None, reasons), "")

    def certain(self, sku: str) -> bool:
        """Whether more of `sku` could be offered if there were more."""
        mine = self.by_sku[sku]
        return not self.hold and sku not in self.stuck and not any(self._never(row) for row in mine)

    def _shown(self, row: Row) -> list[tuple[Fraction, str]]:
        mine = [each.level for each in self.by_sku[row.level.sku]]
        return [(self.shown.quantities.get((one.sku, one.unit), one.quantity), one.unit) for one in mine]


def _statuses(shop: Shop, judge: _Judge) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for sku, rows in judge.by_sku.items():
        terms = shop.terms.get(sku)
        if terms is None or terms.in_stock is None or not terms.product_id:
            continue
        offered = any(row.offers(row.level.quantity) > 0 for row in rows)
        if offered and not terms.in_stock and judge.certain(sku):
            found[sku] = True
        elif terms.in_stock and all(row.level.quantity <= 0 for row in rows):
            found[sku] = False
    return found


def _sold_out(rows: Iterable[Row]) -> dict[Key, frozenset[str]]:
    return {
        row.sell.key: row.draws | {row.level.sku}
        for row in rows
        if row.sell and row.sell.sellable and not row.offers(row.level.quantity)
    }


def _bare(rows: Iterable[Row], empty: Mapping[Key, frozenset[str]]) -> frozenset[str]:
    selling = {row.sell.key: row.level.sku for row in rows if row.sell and row.sell.sellable}
    return frozenset(selling.values()) - {sku for key, sku in selling.items() if key not in empty}


def _ties(rows: Iterable[Row]) -> dict[str, str]:
    heads: dict[str, str] = {}

    def head(sku: str) -> str:
        while heads.setdefault(sku, sku) != sku:
            sku = heads[sku]
        return sku

    for row in rows:
        for pool in row.draws:
            first, second = sorted((head(row.level.sku), head(pool)))
            heads[second] = first
    return {sku: head(sku) for sku in list(heads)}


def _joined(*tables: Mapping[str, tuple[Violation, ...]]) -> dict[str, tuple[Violation, ...]]:
    found: dict[str, tuple[Violation, ...]] = {}
    for table in tables:
        for sku, problems in table.items():
            found[sku] = (*found.get(sku, ()), *problems)
    return found
