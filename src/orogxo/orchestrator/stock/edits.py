"""Finds rows that somebody else than this flow and the buyers changed: they are overwritten and reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from orogxo.errors import MappingError
from orogxo.mapping import UnitBook
from orogxo.model import Claim, InventoryLevel, plain
from orogxo.orchestrator.stock.orders import placed_since
from orogxo.orchestrator.stock.unfinished import Write
from orogxo.rules import Violation

EDITED = "STOCK_EDITED_LOCALLY"


def edits(
    now: Iterable[InventoryLevel],
    before: Mapping[str, InventoryLevel],
    claims: Mapping[str, Sequence[Claim]],
    *,
    marks: Sequence[tuple[dt.datetime, int]],
    units: UnitBook,
    writes: Iterable[Write],
) -> dict[str, list[Violation]]:
    """By SKU, the rows that show something else than they did (`before`, by id), and nothing explains it.

    Rows fall when buyers order: orders placed since then (`marks`) explain as much as they take, through any
    unit of the SKU. Rows never rise by themselves; a write of ours may have done it (`writes`,
    whose outcome was not known).
    """
    ours = {level_id for write in writes for level_id in write.rows}
    found: dict[str, list[Violation]] = {}
    for level in now:
        known = before.get(level.id)
        if known is None or known.quantity == level.quantity or level.id in ours:
            continue
        if not _sold(level, known, claims.get(level.sku, ()), marks, units):
            found.setdefault(level.sku, []).append(_edited(level, known))
    return found


def _sold(
    level: InventoryLevel,
    known: InventoryLevel,
    claims: Sequence[Claim],
    marks: Sequence[tuple[dt.datetime, int]],
    units: UnitBook,
) -> bool:
    if level.quantity > known.quantity:
        return False
    since = placed_since(claims, known.read_at, marks)
    try:
        fallen = (known.quantity - level.quantity) * units.factor(level.sku, level.unit)
    except MappingError:
        return bool(since)
    return any(claim.unclear for claim in since) or fallen <= sum(claim.amount for claim in since)


def _edited(level: InventoryLevel, known: InventoryLevel) -> Violation:
    was, is_ = plain(known.quantity), plain(level.quantity)
    told = (
        f"the row of {level.sku} in {level.unit} showed {was} and shows {is_}, and no order explains it: "
        "somebody changed it, or a checkout or an order that was cancelled at once ran across a push"
    )
    return Violation(EDITED, level.unit, told, (f"before: {was}", f"found: {is_}"))
