"""What orders take from the pools, in memory: which fulfilments changed, their claims, and news of them.

What each method promises is written in `orogxo.ports.stock`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from orogxo.model import Claim, Fulfilment, OrderNews
from orogxo.storage import _stock_rows as stock
from orogxo.storage import _stock_semantics as rules
from orogxo.storage import codec
from orogxo.storage._memory_due import MemoryDue


class MemoryClaims(MemoryDue):
    """Implements `orogxo.ports.stock.ClaimRows`."""

    def fulfilments_changed(self, after: int, limit: int) -> Sequence[tuple[int, Fulfilment]]:
        hits = sorted((number, row) for row, number in self._stock.saves.items() if number > after)
        bodies = self._tables.fulfilments
        return tuple(
            (number, codec.decode(bodies[row], Fulfilment, row)) for number, row in hits[: max(limit, 0)]
        )

    def put_claims(self, claims: Mapping[str, Sequence[Claim]], *, now: dt.datetime) -> None:
        since, after = codec.instant(now), stock.claim_rows(claims)
        orders, skus = rules.claims_changed(self._stock.claims, after)
        for order_id in orders:
            self._replace_claims(order_id, after[order_id])
        self._put_due((sku, since, rules.CLAIMS_CHANGED) for sku in skus)

    def _replace_claims(self, order_id: str, rows: tuple[stock.ClaimRow, ...]) -> None:
        tables = self._stock
        for row in tables.claims.get(order_id, ()):
            self._put(tables.claimed, row.sku, tables.claimed[row.sku] - {order_id})
        for row in rows:
            self._put(tables.claimed, row.sku, tables.claimed.get(row.sku, frozenset()) | {order_id})
        self._put(tables.claims, order_id, rows)

    def claims(self, skus: Collection[str]) -> Mapping[str, Sequence[Claim]]:
        tables = self._stock
        rows = {
            sku: [
                (order_id, row.body)
                for order_id in sorted(tables.claimed.get(sku, ()))
                for row in tables.claims[order_id]
                if row.sku == sku
            ]
            for sku in rules.distinct(skus)
        }
        return {
            sku: tuple(codec.decode(body, Claim, order_id) for order_id, body in found)
            for sku, found in rows.items()
            if found
        }

    def unclear_claims(self) -> Sequence[Claim]:
        return self.claims([""]).get("", ())

    def drop_claims(self, known_since: dt.datetime) -> int:
        known, stray = codec.instant(known_since), codec.instant(known_since - rules.NEWS_WITHOUT_CLAIM)
        dropped: list[stock.ClaimRow] = []
        for order_id, rows in list(self._stock.claims.items()):
            gone = [row for row in rows if row.known_since and row.known_since < known]
            if gone:
                dropped += gone
                self._replace_claims(order_id, tuple(row for row in rows if row not in gone))
        refs = {row.ref for rows in self._stock.claims.values() for row in rows}
        done = {row.ref for row in dropped} - refs
        for news_id, (_, ref, _, at, _) in list(self._stock.news.items()):
            if ref in done or (at < stray and ref not in refs):
                self._drop(self._stock.news, news_id)
        return len(dropped)

    def put_news(self, news: Sequence[OrderNews], *, now: dt.datetime) -> int:
        since, told = codec.instant(now), stock.news_rows(news)
        wanted = [row for name, row in told.items() if name not in self._stock.news]
        for row in wanted:
            self._put(self._stock.news, row[0], row)
        refs = {row[1] for row in wanted} - {""}
        skus = {row.sku for rows in self._stock.claims.values() for row in rows if row.ref in refs}
        self._put_due((sku, since, rules.NEWS_CAME) for sku in skus)
        return len(wanted)

    def news(self, refs: Collection[str]) -> Mapping[str, Sequence[OrderNews]]:
        wanted = set(rules.distinct(refs))
        hits = sorted(
            (row for row in self._stock.news.values() if row[1] in wanted),
            key=lambda row: (row[1], row[3], row[0]),
        )
        return rules.grouped((row[1], stock.order_news(row)) for row in hits)
