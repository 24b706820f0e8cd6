"""Strict: no set of orders that the rows allow together takes more than the pools hold.

The price is stock that no buyer of some unit sees; `Shares` says in whose favour that is settled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from orogxo.errors import ConfigError
from orogxo.model.quantities import exact
from orogxo.orchestrator.stock.filling import filled
from orogxo.orchestrator.stock.sell_rows import Group, Key, SellRow, groups

SharePolicy: TypeAlias = Literal["demand", "each_first", "case_first", "fixed"]

LEAST_PART = Fraction(1, 20)
"""Under "demand" no row counts for less than this part of the one in most demand."""


def _exact_weights(weights: Mapping[Key, Fraction]) -> dict[Key, Fraction]:
    return {key: exact(weight) for key, weight in weights.items()}


@frozen
class Shares:
    """Who gets what of a pool that several rows draw on.

    - `each_first`: smallest unit first; larger ones get what it leaves, which is often nothing.
    - `case_first`: largest unit first; smaller ones get the remainder.
    - `fixed`: base units in the proportion of `weights` (by SKU and unit); a row without one gets leftovers.
    - `demand`: the same, `weights` being base units lately ordered through each row. A row nobody ordered
      from still counts for a twentieth of the busiest: a row that shows nothing never sells anything, and
      would never be seen to be wanted.

    Where no row of a group has a weight, all weigh the same. A kit is as large as all that it takes.
    Raises ConfigError for a policy that does not exist and for a negative weight.
    """

    policy: SharePolicy = "each_first"
    weights: Mapping[Key, Fraction] = field(factory=dict, converter=_exact_weights)

    def __attrs_post_init__(self) -> None:
        if self.policy not in get_args(SharePolicy):
            raise ConfigError(
                f"stock is shared by one of {', '.join(get_args(SharePolicy))}, not {self.policy!r}"
            )
        negative = [f"{sku} in {unit}" for (sku, unit), weight in self.weights.items() if weight < 0]
        if negative:
            raise ConfigError(f"a share cannot be negative: {', '.join(negative)}")


EACH_FIRST = Shares()


def strict(
    pools: Mapping[str, Fraction], rows: Sequence[SellRow], shares: Shares = EACH_FIRST
) -> Mapping[Key, Fraction]:
    """The quantity that each row must show, in its unit.

    For all amounts n that OroCommerce would let buyers order of these rows, and for every pool p:
    sum(n * takes[p]) <= pool - safety stock. Every quantity is a multiple of its row's step and no more than
    the whole pool holds, and no row could offer one step more. Exact for any rational sizes; the order of
    `rows` and `pools` does not matter. Raises MappingError (SELL_ROW_TWICE).
    """
    quantities = {row.key: Fraction(0) for row in rows}
    for group in groups(pools, rows):
        offered = shared_out(group, shares)
        quantities |= {row.key: row.shown(offered[row.key]) for row in group.rows}
    return quantities


def shared_out(group: Group, shares: Shares) -> dict[Key, Fraction]:
    """What buyers may order of each row of `group`, in its unit; no row could be given one step more."""
    table = _Table(group)
    if shares.policy == "each_first":
        order = sorted(group.rows, key=lambda row: (row.size, len(row.takes), row.key))
    elif shares.policy == "case_first":
        order = sorted(group.rows, key=lambda row: (-row.size, len(row.takes), row.key))
    else:
        order = _weighted(table, _weights(group, shares))
    for row in order:
        table.take(row, group.most(row))
    return table.taken


class _Table:
    """What is left of a group's pools while its rows take from them."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.left = dict(group.free)
        self.taken = {row.key: Fraction(0) for row in group.rows}

    def take(self, row: SellRow, wanted: Fraction) -> None:
        """Give `row` up to `wanted` more."""
        room = self.group.most(row) - self.taken[row.key]
        amount = row.whole(min(wanted, room, row.fits(self.left)))
        self.taken[row.key] += amount
        for sku, each in row.takes.items():
            self.left[sku] -= amount * each


def _weights(group: Group, shares: Shares) -> dict[Key, Fraction]:
    given = {row.key: shares.weights.get(row.key, Fraction(0)) for row in group.rows}
    most = max(given.values(), default=Fraction(0))
    if not most:
        return dict.fromkeys(given, Fraction(1))
    least = most * LEAST_PART if shares.policy == "demand" else Fraction(0)
    return {key: max(weight, least) for key, weight in given.items()}


def _weighted(table: _Table, weights: Mapping[Key, Fraction]) -> list[SellRow]:
    """Let rows take their weighted shares in whole steps; who is served first of what rounding left over."""
    rows, part = table.group.rows, filled(table.group, weights)
    for row in rows:
        table.take(row, part[row.key])
    lost = {row.key: (part[row.key] - table.taken[row.key]) / row.step for row in rows}
    order = sorted(rows, key=lambda row: (-lost[row.key], row.size, row.key))
    for row in order:
        table.take(row, row.step)
    return order
