"""Why a row shows what it shows, in one sentence for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from orogxo.model import plain
from orogxo.orchestrator.stock.pool import Pool

MOST_NAMED = 5


def because(sku: str, pools: Iterable[Pool], shown: Sequence[tuple[Fraction, str]]) -> str:
    """For example "figure 120, less 24 of orders 1042, 1043; 60 each and 3 case"."""
    told = [_pool(pool, alone=pool.sku == sku) for pool in pools]
    rows = " and ".join(f"{plain(amount)} {unit}" for amount, unit in sorted(shown, key=lambda row: row[1]))
    return "; ".join([*told, rows])


def _pool(pool: Pool, *, alone: bool) -> str:
    parts = [f"figure {plain(pool.figure)}" if alone else f"figure of {pool.sku} {plain(pool.figure)}"]
    if pool.unknown:
        parts.append(f"less {plain(pool.unknown)} of orders {named(pool.orders)}")
    if pool.reserve:
        parts.append(f"less {plain(pool.reserve)} in reserve")
    return ", ".join(parts)


def named(names: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
