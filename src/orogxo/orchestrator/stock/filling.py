"""Weighted shares of tied pools, before rounding: all rows fill at once, each at a speed set by its weight.

A row stops when it has all that it can use or when a pool that it draws on is empty; the others go on. So
what one row cannot use goes to the rest in the proportion of their weights, and a kit that waits for one
component keeps nothing of the others from being sold. (Progressive filling: weighted max-min fairness.)
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from fractions import Fraction

from orogxo.orchestrator.stock.sell_rows import Group, Key

_ROW, _POOL = 0, 1


def filled(group: Group, weights: Mapping[Key, Fraction]) -> dict[Key, Fraction]:
    """What each row may sell, in its unit, not rounded; 0 for a row without weight.

    The base units that two rows draw are in the proportion of their weights until one of them stops.
    Exact, and in time that grows as n log n with the number of rows and pools.
    """
    return _Filling(group, weights).run()


class _Filling:
    def __init__(self, group: Group, weights: Mapping[Key, Fraction]) -> None:
        self.rows = {row.key: row for row in group.rows}
        self.speed = {key: weights[key] / row.size for key, row in self.rows.items() if weights[key] > 0}
        self.left = dict(group.free)
        self.share: dict[Key, Fraction] = {key: Fraction(0) for key in self.rows}
        self.open = set(self.speed)
        self.drawing: dict[str, list[Key]] = {sku: [] for sku in group.free}
        self.pull = dict.fromkeys(group.free, Fraction(0))
        for key, speed in self.speed.items():
            for sku, each in self.rows[key].takes.items():
                self.drawing[sku].append(key)
                self.pull[sku] += speed * each
        rows = [(group.most(self.rows[key]) / speed, _ROW, key) for key, speed in self.speed.items()]
        pools = [(self.left[sku] / pull, _POOL, (sku, "")) for sku, pull in self.pull.items() if pull]
        self.ends = [*rows, *pools]
        heapq.heapify(self.ends)

    def run(self) -> dict[Key, Fraction]:
        while self.open:
            at, kind, name = heapq.heappop(self.ends)
            if kind == _ROW:
                self.stop(name, at)
            else:
                self.look_at_pool(name[0], at)
        return self.share

    def stop(self, key: Key, at: Fraction) -> None:
        if key not in self.open:
            return
        self.open.remove(key)
        self.share[key] = self.speed[key] * at
        for sku, each in self.rows[key].takes.items():
            self.left[sku] -= self.share[key] * each
            self.pull[sku] -= self.speed[key] * each

    def look_at_pool(self, sku: str, at: Fraction) -> None:
        # The end of a pool was foretold before other rows stopped; with each that stops it lasts longer.
        if not self.pull[sku]:
            return
        empty = self.left[sku] / self.pull[sku]
        if empty > at:
            heapq.heappush(self.ends, (empty, _POOL, (sku, "")))
            return
        for key in self.drawing[sku]:
            self.stop(key, at)
