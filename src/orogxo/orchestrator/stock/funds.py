"""The pools of some SKUs as far as they are certain, and by name what stands in the way where not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from attrs import frozen

from orogxo.errors import MappingError
from orogxo.mapping.inventory import in_base
from orogxo.orchestrator.stock.facts import FIGURE_UNREADABLE, Books, Tables
from orogxo.orchestrator.stock.policy import StockPolicy
from orogxo.orchestrator.stock.pool import FigureTerms, Pool, figure, pool
from orogxo.rules import Violation
from orogxo.rules.violations import violated

DEMAND_UNKNOWN = "STOCK_DEMAND_UNKNOWN"


@frozen
class Funds:
    """`pools`: what is free to sell by SKU; a SKU that is absent has no number that anybody may use, and its
    rows are left as they are. `unsure`: by SKU, why its true pool may be smaller: lowering is fine, raising
    is not. `problems`: by SKU, the same for people."""

    pools: Mapping[str, Pool]
    unsure: Mapping[str, str]
    problems: Mapping[str, tuple[Violation, ...]]


def funds(
    skus: Iterable[str], books: Books, tables: Tables, policy: StockPolicy, terms: FigureTerms
) -> Funds:
    """The pools of `skus`. Nothing is raised: what cannot be known becomes a problem of its SKU."""
    pools: dict[str, Pool] = {}
    unsure: dict[str, str] = {}
    problems: dict[str, tuple[Violation, ...]] = {}
    for sku in skus:
        found = list(_doubts(sku, books))
        if not any(one.code == FIGURE_UNREADABLE for one in found):
            try:
                pools[sku] = _pool(sku, books, tables, policy, terms)
            except MappingError as error:
                found.append(violated(error, "figure"))
            else:
                found += _unclear(pools[sku], books)
        if found:
            problems[sku], unsure[sku] = tuple(found), found[0].message
    return Funds(pools, unsure, problems)


def _pool(sku: str, books: Books, tables: Tables, policy: StockPolicy, terms: FigureTerms) -> Pool:
    to_base = partial(in_base, sku, units=tables.units, uoms=tables.uoms)
    tables.units.base(sku)  # a SKU without rows in the snapshot must have known units as well
    known = figure(
        sku,
        books.figures.get(sku, ()),
        books.movements.get(sku, ()),
        as_of=books.mark.as_of,
        terms=terms,
        to_base=to_base,
    )
    claims, reserve = books.claims.get(sku, ()), policy.reserve_of(sku)
    return pool(known, claims, books.news, kind=terms.kind, told=books.told, reserve=reserve)


def _doubts(sku: str, books: Books) -> Iterable[Violation]:
    for doubt in books.doubts:
        if doubt.sku == sku:
            yield Violation(doubt.code, "figure", doubt.message, (f"since: {doubt.at.isoformat()}",))
        elif not doubt.sku and doubt.code == FIGURE_UNREADABLE and sku not in books.figures:
            # The row that names no SKU may be this one's: its absence proves nothing.
            told = f"the snapshot has no figure of {sku}, and one of its rows cannot be read: {doubt.message}"
            yield Violation(FIGURE_UNREADABLE, "figure", told, (f"since: {doubt.at.isoformat()}",))


def _unclear(found: Pool, books: Books) -> Iterable[Violation]:
    orders = [claim.order_id for claim in books.claims.get(found.sku, ()) if claim.unclear]
    if orders:
        named = ", ".join(orders[:10]) + (f" and {len(orders) - 10} more" if len(orders) > 10 else "")
        told = f"nobody knows how much of {found.sku} these orders take: {named}"
        yield Violation(DEMAND_UNKNOWN, "orders", told, tuple(orders[:10]))
