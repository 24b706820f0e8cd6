"""What orders take from the pools, in SQLite: which fulfilments changed, their claims, and news of them.

What each method promises is written in `orogxo.ports.stock`; the tables in `sql/sqlite/0002_stock.sql`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from orogxo.model import Claim, Fulfilment, OrderNews
from orogxo.storage import _stock_rows as stock
from orogxo.storage import _stock_semantics as rules
from orogxo.storage import codec
from orogxo.storage._sqlite_due import SQLiteDue

SAVED = """
    SELECT save_number, order_id, body FROM fulfilments WHERE save_number > ? ORDER BY save_number LIMIT ?"""
CLAIMS_OF = """
    SELECT order_id, sku, ref, known_since, body FROM stock_claims WHERE order_id IN (:these)
    ORDER BY order_id, place"""
CLAIMS_ON = """
    SELECT sku, order_id, body FROM stock_claims WHERE sku IN (:these) ORDER BY sku, order_id, place"""
PUT_CLAIM = """
    INSERT INTO stock_claims (order_id, place, sku, ref, known_since, body) VALUES (?, ?, ?, ?, ?, ?)"""
# The news of an order goes with its last claim; news that no claim has asked for yet may wait for one.
DROP_NEWS = """
    DELETE FROM stock_news WHERE ref IN (SELECT ref FROM stock_claims WHERE known_since < ?)
    AND NOT EXISTS (SELECT 1 FROM stock_claims AS other WHERE other.ref = stock_news.ref
        AND (other.known_since IS NULL OR other.known_since >= ?))"""
DROP_CLAIMS = "DELETE FROM stock_claims WHERE known_since < ?"
DROP_STRAY_NEWS = """
    DELETE FROM stock_news WHERE at < ?
    AND NOT EXISTS (SELECT 1 FROM stock_claims WHERE stock_claims.ref = stock_news.ref)"""
KNOWN_NEWS = "SELECT id FROM stock_news WHERE id IN (:these)"
PUT_NEWS = "INSERT INTO stock_news (id, ref, state, at, seq) VALUES (?, ?, ?, ?, ?)"
NEWS = "SELECT id, ref, state, at, seq FROM stock_news WHERE ref IN (:these) ORDER BY ref, at, id"
CLAIMED_BY = "SELECT DISTINCT sku FROM stock_claims WHERE ref IN (:these)"


class SQLiteClaims(SQLiteDue):
    """Implements `orogxo.ports.stock.ClaimRows`."""

    def fulfilments_changed(self, after: int, limit: int) -> Sequence[tuple[int, Fulfilment]]:
        rows = self._rows(SAVED, after, max(limit, 0))
        return tuple((number, codec.decode(body, Fulfilment, row)) for number, row, body in rows)

    def put_claims(self, claims: Mapping[str, Sequence[Claim]], *, now: dt.datetime) -> None:
        since, after = codec.instant(now), stock.claim_rows(claims)
        stored = self._rows_of(CLAIMS_OF, after)
        before = rules.grouped((order_id, stock.ClaimRow(*row)) for order_id, *row in stored)
        orders, skus = rules.claims_changed(before, after)
        self._run_for("DELETE FROM stock_claims WHERE order_id IN (:these)", orders)
        self._run_prepared(
            PUT_CLAIM,
            ((order_id, place, *row) for order_id in orders for place, row in enumerate(after[order_id])),
        )
        self._put_due((sku, since, rules.CLAIMS_CHANGED) for sku in skus)

    def claims(self, skus: Collection[str]) -> Mapping[str, Sequence[Claim]]:
        rows = self._rows_of(CLAIMS_ON, skus)
        return rules.grouped((sku, codec.decode(body, Claim, order_id)) for sku, order_id, body in rows)

    def unclear_claims(self) -> Sequence[Claim]:
        return self.claims([""]).get("", ())

    def drop_claims(self, known_since: dt.datetime) -> int:
        known = codec.instant(known_since)
        self._run(DROP_NEWS, known, known)
        dropped = self._run(DROP_CLAIMS, known)
        self._run(DROP_STRAY_NEWS, codec.instant(known_since - rules.NEWS_WITHOUT_CLAIM))
        return dropped

    def put_news(self, news: Sequence[OrderNews], *, now: dt.datetime) -> int:
        since = codec.instant(now)
        told = stock.news_rows(news)
        known = {name for (name,) in self._rows_of(KNOWN_NEWS, told)}
        wanted = [row for name, row in told.items() if name not in known]
        self._run_prepared(PUT_NEWS, wanted)
        skus = self._rows_of(CLAIMED_BY, {row[1] for row in wanted} - {""})
        self._put_due((sku, since, rules.NEWS_CAME) for (sku,) in skus)
        return len(wanted)

    def news(self, refs: Collection[str]) -> Mapping[str, Sequence[OrderNews]]:
        rows = self._rows_of(NEWS, refs)
        return rules.grouped((row[1], stock.order_news(row)) for row in rows)
