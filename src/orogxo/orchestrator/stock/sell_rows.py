"""The rows that buyers order from, what one unit of each takes from the pools, and which rows share pools.

OroCommerce lets a buyer order n of a row that shows q while n <= q - threshold, threshold and n in the row's
own unit, n a multiple of the unit's precision, and lowers that row alone. Everything here follows from that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from attrs import field, frozen

from orogxo.errors import MappingError
from orogxo.model.quantities import exact, plain

Key: TypeAlias = "tuple[str, str]"
"""A row's SKU and unit."""

_NONE = Fraction(0)


def _amounts(takes: Mapping[str, Fraction]) -> dict[str, Fraction]:
    return {sku: amount for sku, given in takes.items() if (amount := exact(given))}


@frozen
class SellRow:
    """One row of OroCommerce that a buyer can order from.

    - `takes`: base units of each pool, by component SKU, that one of this unit takes: {"WIDGET-001": 12} for
      a case, {"A": 2, "B": 20} for a kit (the most that one kit may take). Amounts of 0 are dropped.
    - `step`: what OroCommerce rounds orders of this unit to: 1 for whole units, 1/1000 for three decimals.
    - `threshold`: so much of the row OroCommerce never sells, in this row's unit.
    - `sellable`: False where nobody may order in this unit; the row then shows 0 and takes no share.
    - `primary`: this is the product's primary unit, whose threshold is the safety stock of the SKU.

    Raises MappingError (SELL_ROW_UNUSABLE) for a step that is not above 0 and for a negative amount or
    threshold: OroCommerce would sell more of such a row than it shows, so no quantity makes it safe.
    """

    sku: str
    unit: str
    takes: Mapping[str, Fraction] = field(converter=_amounts)
    step: Fraction = field(default=Fraction(1), converter=exact)
    threshold: Fraction = field(default=_NONE, converter=exact)
    sellable: bool = True
    primary: bool = False

    def __attrs_post_init__(self) -> None:
        wrong = [f"takes {plain(amount)} of {sku}" for sku, amount in self.takes.items() if amount < 0]
        wrong += [f"has a threshold of {plain(self.threshold)}"] * (self.threshold < 0)
        wrong += [f"is ordered in steps of {plain(self.step)}"] * (self.step <= 0)
        if wrong:
            raise MappingError(
                f"the row of {self.sku} in {self.unit} {' and '.join(wrong)}: no quantity of it is safe",
                code="SELL_ROW_UNUSABLE",
                path=f"rows[{self.sku}/{self.unit}]",
                hint="correct the unit or the inventory threshold of this product in OroCommerce",
            )

    @property
    def key(self) -> Key:
        """SKU and unit: OroCommerce keeps one row for each."""
        return self.sku, self.unit

    @property
    def size(self) -> Fraction:
        """Base units that one takes of all pools together."""
        return sum(self.takes.values(), _NONE)

    def whole(self, amount: Fraction) -> Fraction:
        """`amount` of this unit, rounded down to what can be ordered."""
        return amount // self.step * self.step

    def fits(self, pools: Mapping[str, Fraction]) -> Fraction:
        """How many whole units `pools` hold of this row alone; 0 where it is not sold or a pool missing."""
        if not self.sellable or not self.takes:
            return _NONE
        return min(self.whole(max(pools.get(sku, _NONE), _NONE) / each) for sku, each in self.takes.items())

    def buyable(self, shown: Fraction) -> Fraction:
        """How much a buyer can order of this row while it shows `shown`."""
        return max(self.whole(shown - self.threshold), _NONE)

    def shown(self, share: Fraction) -> Fraction:
        """The least that the row must show so that `share`, whole units, can be ordered; 0 for no share."""
        return -self.whole(-(share + self.threshold)) if share > 0 else _NONE


@frozen
class Group:
    """Rows tied to each other by the pools they draw on, in the order of their keys, and those pools.

    `whole`: all that a pool holds; `free`: the same less the safety stock, never negative. Rows of which
    nothing can be sold belong to no group: they show 0 and tie nothing together.
    """

    rows: Sequence[SellRow]
    whole: Mapping[str, Fraction]
    free: Mapping[str, Fraction]

    def most(self, row: SellRow) -> Fraction:
        """The most that buyers may be offered of `row` if no other row offered anything.

        It leaves the safety stock alone, and the row that shows it (with its threshold on top) shows no more
        than the whole pool holds.
        """
        return _most(row, self.whole, self.free)


def groups(pools: Mapping[str, Fraction], rows: Iterable[SellRow]) -> list[Group]:
    """Independent groups; every pool is in exactly one. A negative pool counts as 0.

    Raises MappingError (SELL_ROW_TWICE) where two rows have the same SKU and unit.
    """
    listed = sorted(rows, key=lambda row: row.key)
    _refuse_doubles(listed)
    whole = {sku: pools[sku] for sku in sorted(pools)}
    free = free_of_safety(whole, listed)
    selling = [row for row in listed if _most(row, whole, free) > 0]
    head = _heads(whole, selling)
    members: dict[str, list[str]] = {}
    for sku in whole:
        members.setdefault(head[sku], []).append(sku)
    drawing: dict[str, list[SellRow]] = {}
    for row in selling:
        drawing.setdefault(head[next(iter(row.takes))], []).append(row)
    return [
        Group(drawing.get(first, []), {sku: whole[sku] for sku in skus}, {sku: free[sku] for sku in skus})
        for first, skus in members.items()
    ]


def free_of_safety(pools: Mapping[str, Fraction], rows: Iterable[SellRow]) -> dict[str, Fraction]:
    """The pools less the safety stock: the threshold of each SKU's primary unit, in base units; 0 or more."""
    # OroCommerce withholds the one threshold of a product from every row, each time in that row's unit. The
    # merchant means it once, in the primary unit; the rows show it on top of what they may sell.
    safety: dict[str, Fraction] = {}
    for row in rows:
        if row.primary:
            kept = row.threshold * row.takes.get(row.sku, _NONE)
            safety[row.sku] = max(kept, safety.get(row.sku, _NONE))
    return {sku: max(amount - safety.get(sku, _NONE), _NONE) for sku, amount in pools.items()}


def _most(row: SellRow, whole: Mapping[str, Fraction], free: Mapping[str, Fraction]) -> Fraction:
    return min(row.fits(free), row.buyable(row.fits(whole)))


def _refuse_doubles(rows: Sequence[SellRow]) -> None:
    for row, after in pairwise(rows):
        if row.key == after.key:
            raise MappingError(
                f"{row.sku} has two rows in {row.unit}: each would be given a share that only one can show",
                code="SELL_ROW_TWICE",
                path=f"rows[{row.sku}/{row.unit}]",
                hint="keep one inventory level per product and unit",
            )


def _heads(pools: Iterable[str], rows: Iterable[SellRow]) -> dict[str, str]:
    """The first pool of the group that each pool belongs to."""
    above = {sku: sku for sku in pools}

    def head(sku: str) -> str:
        while above[sku] != sku:
            above[sku] = above[above[sku]]
            sku = above[sku]
        return sku

    for row in rows:
        for sku in row.takes:
            first, second = sorted((head(sku), head(next(iter(row.takes)))))
            above[second] = first
    return {sku: head(sku) for sku in above}
