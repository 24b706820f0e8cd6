"""A month of trading in a small model of its own: buyers, rows, a pool, pushes that take time and fail.

It shares no code with the product. Times are minutes since the beginning, quantities whole eaches. Each SKU
is sold by the each and by the case of 12. An order that its row cannot fill is refused; one that the row can
fill and the pool cannot is oversold by the difference, which is then called off. When a SKU is sold out, or
an order had to be refused, a delivery of `lot` comes half a day later. A push shows what the pool held when
it was read, less what was sold while it was written: that is corrected at once.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import define, field, frozen

DAY = 1440.0
CASE = 12
DELIVERY = DAY / 2
HOURS = [0.1] * 7 + [0.6, 1.6, 2.6, 3.0, 2.6, 1.8, 2.0, 2.6, 2.4, 1.6, 0.8] + [0.3] * 6
WEEK = [1.2, 1.3, 1.2, 1.2, 1.1, 0.6, 0.4]


@frozen
class Article:
    """A SKU: orders a day, the sizes of orders with their weights, and whether they come in waves."""

    sku: str
    orders: float
    sizes: Mapping[int, float]
    lot: int
    price: int
    waves: bool = False

    @property
    def eaches_a_day(self) -> float:
        """What is wanted on an average day."""
        return self.orders * sum(size * weight for size, weight in self.sizes.items())


@frozen
class Rules:
    """How pushes run: minutes each, chance to fail, outages (a year, minutes), and what they cost."""

    duration: float
    failure: float
    outages: float
    outage: float
    base: int
    per_batch: int
    batch: int


@frozen
class Push:
    """One run for some SKUs: read at `read`, in force at `written` if it is confirmed."""

    read: float
    written: float
    skus: frozenset[str]
    confirmed: bool


@define
class Result:
    """What became of a month: eaches, the worth of those oversold, and requests a day.

    `refused`: what was wanted, was there and could not be ordered; no each counts twice before a delivery.
    """

    wanted: int = 0
    oversold: int = 0
    cost: int = 0
    refused: int = 0
    requests: float = 0.0
    by_sku: dict[str, int] = field(factory=dict)


def orders(article: Article, days: int, rng: random.Random) -> Iterator[tuple[float, int]]:
    """When how many eaches are wanted, in order of time. Waves: the rate varies as a gamma, for 3 hours."""
    sizes, weights, wave = list(article.sizes), list(article.sizes.values()), 1.0
    mean = sum(HOURS) / 24 * sum(WEEK) / 7
    for hour in range(24 * days):
        if article.waves and hour % 3 == 0:
            wave = rng.gammavariate(0.5, 2.0)
        rate = article.orders / DAY * HOURS[hour % 24] * WEEK[hour // 24 % 7] / mean * wave
        at = 60.0 * hour + rng.expovariate(rate) if rate > 0 else math.inf
        while at < 60.0 * (hour + 1):
            yield at, rng.choices(sizes, weights)[0] if len(sizes) > 1 else sizes[0]
            at += rng.expovariate(rate)


def pushes(
    every: Mapping[float, Sequence[frozenset[str]]], days: int, rules: Rules, rng: random.Random
) -> list[Push]:
    """All runs: at each tick of each timer (minutes), the next of its groups of SKUs, in turn."""
    down, at = [], rng.expovariate(rules.outages / 365 / DAY) if rules.outages else math.inf
    while at < days * DAY:
        down.append((at, at + rules.outage))
        at += rules.outage + rng.expovariate(rules.outages / 365 / DAY)
    runs = []
    for tick, groups in every.items():
        for number, skus in zip(range(math.ceil(days * DAY / tick)), itertools.cycle(groups), strict=False):
            read, written = number * tick, number * tick + rules.duration
            reachable = all(written < begin or end <= read for begin, end in down)
            runs.append(Push(read, written, skus, reachable and rng.random() >= rules.failure))
    return sorted(runs, key=lambda one: one.read)


@define
class _Shelf:
    """One SKU: what is there, what its two rows offer, and what happened to it."""

    lot: int
    safety: int
    strict: bool
    pool: int
    eaches: int = 0
    cases: int = 0
    changed: bool = True
    oversold: int = 0
    refused: int = 0
    unserved: int = 0
    delivery: float = math.inf

    def show(self, pool: int) -> None:
        free = max(0, pool - self.safety)
        self.cases = free // (2 * CASE) if self.strict else free // CASE
        self.eaches = free - CASE * self.cases if self.strict else free

    def order(self, at: float, amount: int) -> None:
        by_case = amount % CASE == 0
        if amount > (self.cases * CASE if by_case else self.eaches):
            lost = max(0, min(amount, self.pool - self.unserved))
            self.refused, self.unserved = self.refused + lost, self.unserved + lost
            self.delivery = min(self.delivery, at + DELIVERY)
            return
        if by_case:
            self.cases -= amount // CASE
        else:
            self.eaches -= amount
        self.oversold += max(0, amount - self.pool)
        self.pool, self.changed = max(0, self.pool - amount), True
        if not self.pool:
            self.delivery = min(self.delivery, at + DELIVERY)

    def deliver(self) -> None:
        self.pool, self.changed, self.delivery = self.pool + self.lot, True, math.inf
        self.unserved = 0


def buyers(articles: Iterable[Article], days: int, seed: int) -> dict[str, list[tuple[float, int]]]:
    """The orders of so many days, by SKU; the same for the same seed, whatever is pushed."""
    return {one.sku: list(orders(one, days, random.Random(f"{seed} {one.sku}"))) for one in articles}


def month(
    articles: Iterable[Article],
    wanted: Mapping[str, Sequence[tuple[float, int]]],
    runs: Sequence[Push],
    rules: Rules,
    *,
    days: int,
    safety: Mapping[str, int],
    strict: frozenset[str] = frozenset(),
) -> Result:
    """Trade for so many days with these buyers. A SKU in `strict` shows shares of its pool."""
    result, rows = Result(), [0] * len(runs)
    for article in articles:
        shelf = _Shelf(article.lot, safety.get(article.sku, 0), article.sku in strict, article.lot)
        shelf.show(article.lot)
        _trade(
            shelf,
            wanted[article.sku],
            [i for i, one in enumerate(runs) if article.sku in one.skus],
            runs,
            rows,
        )
        result.wanted += sum(amount for _, amount in wanted[article.sku])
        result.oversold += shelf.oversold
        result.by_sku[article.sku] = shelf.oversold
        result.cost += shelf.oversold * article.price
        result.refused += shelf.refused
    spent = sum(rules.base + math.ceil(some / rules.batch) * rules.per_batch for some in rows)
    result.requests = spent / days
    return result


def _trade(
    shelf: _Shelf,
    wanted: Sequence[tuple[float, int]],
    mine: Iterable[int],
    runs: Sequence[Push],
    rows: list[int],
) -> None:
    """Play all events of one SKU in order of time; note in `rows` how many rows each push must write."""
    events = [(at, 2, amount) for at, amount in wanted]
    for number in mine:
        events.append((runs[number].read, 1, number))
        if runs[number].confirmed:
            events.append((runs[number].written, 0, number))
    read: dict[int, int] = {}
    for at, kind, value in sorted(events):
        if shelf.delivery <= at:
            shelf.deliver()
        if kind == 2:
            shelf.order(at, value)
        elif kind == 0:
            shelf.show(min(read.pop(value), shelf.pool))
        else:
            rows[value] += 2 * shelf.changed
            read[value] = shelf.pool
            shelf.changed = shelf.changed and not runs[value].confirmed
