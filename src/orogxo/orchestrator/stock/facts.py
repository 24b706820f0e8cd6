"""Everything that is known of some SKUs at one moment, as values: what their targets are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import field, frozen

from orogxo.mapping import UnitBook, Uoms
from orogxo.model import (
    Claim,
    InventoryLevel,
    OrderNews,
    Product,
    SellingTerms,
    SnapshotMark,
    StockDoubt,
    StockMovement,
    StockRow,
)
from orogxo.orchestrator.demand import Demand
from orogxo.orchestrator.stock.sell_rows import Key

FIGURE_UNREADABLE = "STOCK_FIGURE_UNREADABLE"
"""A row of the newest snapshot could not be read; the doubt of that code stands until the next snapshot."""


@frozen
class Shop:
    """What OroCommerce shows of these SKUs, of the kits that contain them, and of all that those contain.

    `kits`: by kit, those of its components that are known. `whole` False: there is more to it than could be
    read at once. `levels`: the rows as they are now.
    """

    products: Mapping[str, Product]
    terms: Mapping[str, SellingTerms]
    levels: Mapping[str, Sequence[InventoryLevel]]
    kits: Mapping[str, frozenset[str]] = field(factory=dict)
    whole: bool = True

    @property
    def skus(self) -> list[str]:
        """Every SKU that it is about, in order."""
        found = {*self.products, *self.terms, *self.levels, *self.kits}
        return sorted(found.union(*self.kits.values()))


@frozen
class Books:
    """What the store knows of the same SKUs.

    `mark`: the newest snapshot. `stuck`: by row, the most that an unfinished write may yet make it show; it
    cannot be written now. `hold`: why nothing at all may be raised, as sentences. `weights`: base units
    lately ordered, by SKU and unit. `told`: the news of orders was read to its end since that snapshot.
    """

    mark: SnapshotMark
    figures: Mapping[str, Sequence[StockRow]] = field(factory=dict)
    movements: Mapping[str, Sequence[StockMovement]] = field(factory=dict)
    claims: Mapping[str, Sequence[Claim]] = field(factory=dict)
    news: Mapping[str, Sequence[OrderNews]] = field(factory=dict)
    doubts: Sequence[StockDoubt] = ()
    demand: Mapping[str, Demand] = field(factory=dict)
    weights: Mapping[Key, Fraction] = field(factory=dict)
    stuck: Mapping[str, Fraction] = field(factory=dict)
    hold: Sequence[str] = ()
    told: bool = False


@frozen
class Tables:
    """Units of these SKUs (declarations over OroCommerce's rates) and the warehouse's unit codes."""

    units: UnitBook
    uoms: Uoms
