"""Looks whether the movements explain what became of each SKU between the last two snapshots."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from orogxo.errors import MappingError
from orogxo.mapping.inventory import in_base
from orogxo.model import SnapshotMark, plain
from orogxo.orchestrator.stock.drift import Drift, drift
from orogxo.orchestrator.stock.facts import Books, Tables
from orogxo.orchestrator.stock.feeds import unreadable_in
from orogxo.orchestrator.stock.policy import StockPolicy
from orogxo.ports import Transaction
from orogxo.rules import Violation

DRIFT = "STOCK_DRIFT"


def drifts(
    rows: Transaction, skus: Iterable[str], books: Books, tables: Tables, policy: StockPolicy
) -> dict[str, list[Violation]]:
    """By SKU, what came or went between the two snapshots and no movement tells of.

    A site that has told no movement at all since the first of them, and does not promise to, explains nothing
    and is not asked to.
    A SKU whose figures cannot be compared (unreadable, units, sites, a negative) has an exception of its own
    and none here. SKUs that fell due are those that changed or moved, so to look at them is to look at all.
    """
    newest, before = rows.snapshots()
    terms = policy.figures
    if newest is None or before is None or terms is None:
        return {}
    if not policy.movements and not rows.moved_skus(before.as_of, "", 1):
        return {}
    unreadable = unreadable_in(rows, (before.id, newest.id))
    wanted = [] if "" in unreadable else [sku for sku in skus if sku not in unreadable]
    earlier, found = rows.figures_before(wanted), dict[str, list[Violation]]()
    for sku in wanted:
        now = books.figures.get(sku, ())
        sides = (earlier.get(sku, now), now)
        movements, claims = books.movements.get(sku, ()), books.claims.get(sku, ())
        to_base = partial(in_base, sku, units=tables.units, uoms=tables.uoms)
        try:
            difference = drift(sku, sides, (before, newest), movements, claims, terms=terms, to_base=to_base)
        except MappingError:
            continue
        if difference is not None:
            found[sku] = [_violation(difference, before, newest)]
    return found


def _violation(found: Drift, before: SnapshotMark, newest: SnapshotMark) -> Violation:
    told = (
        f"{found.sku}: {plain(found.before)} in snapshot {before.id}, {plain(found.moved)} moved, "
        f"{plain(found.found)} in snapshot {newest.id}: {plain(found.difference)} unexplained; {found.cause}"
    )
    evidence = (f"difference: {plain(found.difference)}", f"likely cause: {found.cause}")
    return Violation(DRIFT, newest.id, told, evidence)
