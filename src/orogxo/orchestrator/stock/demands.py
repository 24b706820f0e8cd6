"""How much is ordered of each SKU, by windows of time: recorded once per order, read as demand.

An order counts once, in the window in which it was placed, when all of its lines can be read. Through which
unit it was ordered is kept beside, under a name that no SKU can have.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction

from orogxo.model import Fulfilment
from orogxo.orchestrator.demand import Demand, Window, fit
from orogxo.orchestrator.stock.policy import StockPolicy
from orogxo.orchestrator.stock.pool import NONE
from orogxo.orchestrator.stock.sell_rows import Key
from orogxo.ports import Transaction

SINCE, KEPT = "stock:demand-since", "stock:demand-kept"
_EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_BETWEEN = "\x1f"


def window_of(instant: dt.datetime, length: dt.timedelta) -> dt.datetime:
    """The beginning of the window that `instant` lies in."""
    return instant - (instant - _EPOCH) % length


def record_demand(
    rows: Transaction, fulfilments: Iterable[Fulfilment], policy: StockPolicy, *, now: dt.datetime
) -> None:
    """Add what these orders ask for, each order once ever."""
    if not rows.cursor(SINCE):
        rows.set_cursor(SINCE, now.isoformat())
    amounts: dict[dt.datetime, dict[str, Fraction]] = {}
    for one in fulfilments:
        if one.unclear or not one.captured:
            continue
        if not rows.first_sight(f"stock:demand:{one.order_id}", now=now):
            continue
        placed = (one.order.created_at if one.order else None) or one.seen_at or now
        here = amounts.setdefault(window_of(placed, policy.window), {})
        for line in one.captured:
            through = _through(line.sku, line.sold.unit)
            # A component of a kit was not ordered through a row of its own.
            names = (line.sku, through) if line.ref == line.order_line_id else (line.sku,)
            for name in names:
                here[name] = here.get(name, NONE) + line.quantity.amount
    for window, found in amounts.items():
        known = rows.demand(sorted(found), window)
        added = {name: known.get(name, {}).get(window, NONE) + amount for name, amount in found.items()}
        rows.add_demand(window, added)


def mark_sold_out(
    rows: Transaction,
    sold_out: Mapping[Key, Collection[str]],
    bare: Collection[str],
    policy: StockPolicy,
    *,
    now: dt.datetime,
) -> None:
    """Buyers could not order all that they wanted just now, so this window tells too little.

    Of `bare` SKUs they could order nothing. A row that is empty beside others that are not hides demand only
    where somebody has ordered through it lately: nobody misses pallets of what is bought in pieces.
    """
    wanted = weights_of(rows, sold_out, policy, now=now)
    hidden = {sku for key in wanted for sku in sold_out[key]} | set(bare)
    if hidden:
        rows.mark_censored(window_of(now, policy.window), sorted(hidden))


def forget_old(rows: Transaction, policy: StockPolicy, *, now: dt.datetime) -> None:
    """Windows that no longer count go, once a window: it is a walk over all of them."""
    first = window_of(now - policy.history, policy.window)
    if rows.cursor(KEPT) != first.isoformat():
        rows.forget_demand(first)
        rows.set_cursor(KEPT, first.isoformat())


def demand_of(
    rows: Transaction, skus: Collection[str], policy: StockPolicy, *, now: dt.datetime
) -> dict[str, Demand]:
    """The demand for these SKUs, where their finished windows show it."""
    started, current = rows.cursor(SINCE), window_of(now, policy.window)
    if not started:
        return {}
    first = window_of(dt.datetime.fromisoformat(started), policy.window) + policy.window
    first = max(first, window_of(now - policy.history, policy.window))
    amounts, censored = rows.demand(skus, first), rows.censored(skus, first)
    starts = [first + number * policy.window for number in range((current - first) // policy.window)]
    found: dict[str, Demand] = {}
    for sku in amounts:
        told, hidden = amounts[sku], frozenset(censored.get(sku, ()))
        windows = [Window(at, policy.window, told.get(at, NONE), at in hidden) for at in starts]
        if (demand := fit(windows)) is not None:
            found[sku] = demand
    return found


def weights_of(
    rows: Transaction, keys: Iterable[Key], policy: StockPolicy, *, now: dt.datetime
) -> Mapping[Key, Fraction]:
    """Base units lately ordered through each row."""
    names = {_through(sku, unit): (sku, unit) for sku, unit in keys}
    told = rows.demand(sorted(names), now - policy.history)
    return {names[name]: sum(windows.values(), NONE) for name, windows in told.items()}


def _through(sku: str, unit: str) -> str:
    return f"{sku}{_BETWEEN}{unit}"
