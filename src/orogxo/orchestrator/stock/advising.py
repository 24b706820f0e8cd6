"""Gathers what the advice on schedules is made from: recorded demand, free stock, rows, prices, budget."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from fractions import Fraction

from orogxo.errors import ConfigError
from orogxo.mapping import UnitBook
from orogxo.orchestrator.engine import Engine
from orogxo.orchestrator.schedule import Advice, PushCosts, SkuDemand, advise
from orogxo.orchestrator.stock.demands import demand_of
from orogxo.orchestrator.stock.facts import Shop
from orogxo.orchestrator.stock.gather import read_books, read_shop, tables_of
from orogxo.orchestrator.stock.policy import StockEnds
from orogxo.orchestrator.stock.pool import Pool
from orogxo.orchestrator.stock.targets import targets


def stock_advice(engine: Engine, ends: StockEnds, costs: PushCosts, skus: Collection[str]) -> Advice:
    """The advice for these SKUs by what the store and OroCommerce know now.

    Raises ConfigError, which lists every SKU without a price or without a known pool; ApiError.
    """
    policy, now = ends.policy, engine.now()
    shop = read_shop(engine, ends, skus)
    pools = _pools(engine, ends, shop, now)
    units = tables_of(engine, shop).units
    missing = [f"{sku} has no price in [stock.prices]" for sku in sorted(skus) if sku not in policy.prices]
    missing += [f"nobody knows how much of {sku} is free to sell" for sku in sorted(skus) if sku not in pools]
    if missing:
        raise ConfigError("no advice can be given:\n" + "\n".join(f"- {one}" for one in missing))
    with engine.store.transaction() as rows:
        demand = demand_of(rows, sorted(skus), policy, now=now)
    asked = [
        SkuDemand(
            sku=sku,
            demand=demand.get(sku),
            pool=pools[sku].amount,
            price=policy.prices[sku],
            rows=_rows(sku, shop),
            primary=_primary(sku, shop, units),
        )
        for sku in sorted(skus)
    ]
    return advise(asked, costs, policy.budget, now=now, zone=policy.zone, blackouts=policy.blackouts)


def _pools(engine: Engine, ends: StockEnds, shop: Shop, now: dt.datetime) -> Mapping[str, Pool]:
    terms = ends.policy.figures
    with engine.store.transaction() as rows:
        mark, _ = rows.snapshots()
        if terms is None or mark is None:
            return {}
        books = read_books(rows, mark, shop, ends, (), now=now, prefix=engine.tables.reference_prefix)
    tables = tables_of(engine, shop)
    return targets(shop, books, tables, policy=ends.policy, terms=terms, horizon=ends.policy.interval).pools


def _rows(sku: str, shop: Shop) -> int:
    kits = [kit for kit, parts in shop.kits.items() if sku in parts]
    return sum(len(shop.levels.get(one, ())) for one in (sku, *kits))


def _primary(sku: str, shop: Shop, units: UnitBook) -> Fraction:
    product = shop.products.get(sku)
    return units.factor(sku, product.units[0].code) if product and product.units else Fraction(1)
