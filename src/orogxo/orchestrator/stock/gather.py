"""Reads what the targets of some SKUs are made from: OroCommerce first, then orders, then the store.

Rows are read before orders. An order placed in between is then subtracted while the row was read before it
fell, so the row seems too high and is lowered to where it stands. The other way round it would seem too low,
and be raised by what was just sold.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from attrs import frozen

from orogxo.mapping import UnitBook
from orogxo.model import InventoryLevel, SnapshotMark
from orogxo.orchestrator.engine import Engine, isolate
from orogxo.orchestrator.stock.demands import demand_of, weights_of
from orogxo.orchestrator.stock.facts import Books, Shop, Tables
from orogxo.orchestrator.stock.feeds import news_told
from orogxo.orchestrator.stock.policy import StockEnds
from orogxo.orchestrator.stock.unfinished import Write, read_writes, stuck
from orogxo.ports import Transaction

LARGEST_GROUP = 5
"""Kits may tie so many times more SKUs to a slice than the slice has; beyond, nothing of it is raised."""


def read_shop(engine: Engine, ends: StockEnds, skus: Collection[str]) -> Shop:
    """What OroCommerce shows of `skus` and of all that shares a pool with them. Raises ApiError."""
    front, kits, wanted = ends.front, dict[str, frozenset[str]](), frozenset(skus)
    terms, new, whole = dict(front.terms(wanted)), wanted, True
    while new:
        made_of = {sku: terms[sku].kit or () for sku in new if sku in terms and terms[sku].is_kit}
        for found in (front.kits_of(new), made_of):
            for kit, parts in found.items():
                kits[kit] = kits.get(kit, frozenset()).union(parts)
        new = frozenset().union(kits, *kits.values()) - wanted
        if len(wanted) + len(new) > LARGEST_GROUP * max(len(skus), 100):
            whole = False
            break
        more = dict(front.terms(new)) if new else {}
        terms |= more
        wanted |= new
    levels = dict(front.levels(wanted))
    answers, _ = isolate(engine, engine.storefront.products, sorted(wanted))
    products = {sku: product for answer in answers for sku, product in answer.items()}
    return Shop(products, terms, levels, kits, whole)


def tables_of(engine: Engine, shop: Shop) -> Tables:
    """Units and codes of these SKUs."""
    units = engine.tables.units.declared_over(UnitBook.from_oro(shop.products.values()))
    return Tables(units, engine.tables.uoms)


def read_books(
    rows: Transaction,
    mark: SnapshotMark,
    shop: Shop,
    ends: StockEnds,
    hold: Iterable[str],
    *,
    now: dt.datetime,
    prefix: str,
) -> Books:
    """What the store knows of the SKUs of `shop`, with `mark`, the newest snapshot.

    `prefix` stands before the order id in our references.
    """
    skus, policy = shop.skus, ends.policy
    claims, doubts, movements = rows.claims(skus), rows.doubts(skus), rows.movements(skus)
    refs = {claim.ref for found in claims.values() for claim in found} - {""}
    moving = {one.reference for found in movements.values() for one in found} - {"", *refs}
    ours = {ref for ref in moving if rows.fulfilment(ref.removeprefix(prefix)) is not None}
    keys = [(level.sku, level.unit) for found in shop.levels.values() for level in found]
    risky, shared = policy.mode == "risk", policy.shares.policy == "demand"
    return Books(
        mark=mark,
        figures=rows.figures(skus),
        movements=movements,
        claims=claims,
        news=dict.fromkeys(ours, ()) | dict(rows.news(sorted(refs | ours))),
        doubts=doubts,
        demand=demand_of(rows, skus, policy, now=now) if risky else {},
        weights=weights_of(rows, keys, policy, now=now) if shared else {},
        stuck=stuck(read_writes(rows)),
        hold=(*hold, *(doubt.message for doubt in doubts if not doubt.sku)),
        told=news_told(rows),
    )


@frozen
class Seen:
    """A look at the rows: as they are, and as they were when they were last read or written."""

    now: tuple[InventoryLevel, ...]
    before: dict[str, InventoryLevel]
    writes: tuple[Write, ...]


def seen(rows: Transaction, shop: Shop) -> Seen:
    """The rows of `shop` beside what the store remembers of them."""
    now = tuple(level for found in shop.levels.values() for level in found)
    before = {level.id: level for found in rows.levels(shop.skus).values() for level in found}
    return Seen(now, before, tuple(read_writes(rows)))
