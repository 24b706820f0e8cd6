"""What each of OroCommerce's rows must show of the pools: by strict, risk or floor.

OroCommerce lowers only the row of the unit sold, so 1200 eaches shown as "1200 each" and "100 case" can be
sold twice. `strict` shares the pool out so that this cannot happen, and hides stock from whoever wants more
than a share. `risk` shows everything everywhere while a stated budget allows. `floor` copies the numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from attrs import frozen

from orogxo.errors import ConfigError
from orogxo.orchestrator.demand import Demand
from orogxo.orchestrator.stock.risk import NO_RISK, Budget, Outlook, objection
from orogxo.orchestrator.stock.sell_rows import Group, Key, SellRow, free_of_safety, groups
from orogxo.orchestrator.stock.strict import EACH_FIRST, Shares, strict

__all__ = ["Budget", "Mode", "Projection", "SellRow", "Shares", "floor", "projected", "strict"]

Mode: TypeAlias = Literal["strict", "risk", "floor"]


@frozen
class Projection:
    """What the rows must show, and how that came about.

    - `quantities`: by SKU and unit, in that unit.
    - `modes`: by pool, the mode that its rows are shown in.
    - `why`: by pool, a sentence about why its rows are strict though risk was asked for.
    - `hidden`: by SKU and unit, how much of this unit the free pool holds that buyers cannot order.
    """

    quantities: Mapping[Key, Fraction]
    modes: Mapping[str, Mode]
    why: Mapping[str, str]
    hidden: Mapping[Key, Fraction]


def floor(pools: Mapping[str, Fraction], rows: Sequence[SellRow]) -> Mapping[Key, Fraction]:
    """The naive copy: each row shows what the whole pool holds of it, as if it were the only one.

    What it risks: the same goods can be ordered once through every row, so a pool of 1200 eaches shown in
    eaches, cases and kits is sold three times before a single number is wrong. Safety stock protects nothing
    here, as each row withholds it for itself. No chance is computed and none is bounded.
    """
    return {row.key: row.fits(pools) for row in rows}


def projected(
    pools: Mapping[str, Fraction],
    rows: Sequence[SellRow],
    *,
    mode: Mode,
    shares: Shares = EACH_FIRST,
    demand: Mapping[str, Demand] | None = None,
    budget: Budget = NO_RISK,
    horizon: dt.timedelta = dt.timedelta(),
    prices: Mapping[str, Decimal] | None = None,
) -> Projection:
    """What all `rows` must show of `pools` (base units free to sell, by SKU).

    `demand` (base units), `horizon` (time until the next confirmed push) and `prices` (of a base unit) are
    for `risk` alone, as `Outlook` tells; pools tied by kits take the risk together or not at all. Raises
    ConfigError for an unknown mode, MappingError (SELL_ROW_TWICE) for two rows of one SKU and unit.
    """
    if mode not in get_args(Mode):
        raise ConfigError(f"stock is shown by one of {', '.join(get_args(Mode))}, not {mode!r}")
    outlook = Outlook(budget, horizon, demand or {}, prices or {})
    quantities = dict(floor(pools, rows) if mode == "floor" else strict(pools, rows, shares))
    modes: dict[str, Mode] = dict.fromkeys(pools, mode)
    why: dict[str, str] = {}
    for group in groups(pools, rows) if mode == "risk" else ():
        full = {row.key: row.shown(group.most(row)) for row in group.rows}
        if full.items() <= quantities.items():
            objections = dict.fromkeys(group.free, "strict shows every row in full: nothing need be risked")
        else:
            objections = _objections(group, outlook)
        if objections:
            modes |= dict.fromkeys(group.free, "strict")
            why |= objections
        else:
            quantities |= full
    return Projection(quantities, modes, why, _hidden(pools, rows, quantities))


def _hidden(
    pools: Mapping[str, Fraction], rows: Sequence[SellRow], quantities: Mapping[Key, Fraction]
) -> dict[Key, Fraction]:
    free = free_of_safety(pools, rows)
    return {row.key: max(row.fits(free) - row.buyable(quantities[row.key]), Fraction(0)) for row in rows}


def _objections(group: Group, outlook: Outlook) -> dict[str, str]:
    """By pool, why the group stays strict; empty where every one of its pools holds its budget."""
    found = {sku: told for sku, stock in group.free.items() if (told := objection(sku, stock, outlook))}
    tied = next(iter(found.values()), "")
    return (
        {sku: found.get(sku, f"kits tie it to another pool: {tied}") for sku in group.free} if found else {}
    )
