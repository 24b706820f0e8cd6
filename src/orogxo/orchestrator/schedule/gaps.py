"""How long it is from one confirmed push to the next: intervals, failed pushes and outages. Pure."""

from __future__ import annotations

import datetime as dt
import itertools

from attrs import frozen

from orogxo.orchestrator.schedule.costs import PushCosts

YEAR = dt.timedelta(days=365)
_LADDER = (1, 2, 3, 4, 6, 8, 12, 16, 24, 48)
_NEGLIGIBLE = 1e-7


@frozen
class Gaps:
    """Spans between confirmed pushes with their chances, and what a push takes until it is confirmed.

    What a push shows was read `duration` before it counts, so demand exposes it for a span and a duration.
    """

    spans: tuple[tuple[float, dt.timedelta], ...]
    duration: dt.timedelta

    @property
    def mean(self) -> dt.timedelta:
        """The expected span."""
        return sum((length * weight for weight, length in self.spans), dt.timedelta())

    @property
    def a_year(self) -> float:
        """Confirmed pushes a year."""
        return YEAR / self.mean


def gaps(interval: dt.timedelta, costs: PushCosts, rows: float) -> Gaps:
    """The spans when pushes of so many rows are begun every `interval` (at least the time that one takes).

    A failed push is made good by the next planned one. A push that an outage prevents comes when that ends.
    """
    duration = costs.duration(rows)
    interval = max(interval, duration)
    broken = [(min(1.0, one.a_year * (interval / YEAR)), one.length + interval) for one in costs.outages]
    whole = max(0.0, 1 - sum(weight for weight, _ in broken))
    spans = [
        (whole * (_still_failing(costs, before) - _still_failing(costs, intervals)), interval * intervals)
        for before, intervals in itertools.pairwise((0, *_LADDER))
    ]
    spans = [one for one in [*spans, *broken] if one[0] > 0]
    total = sum(weight for weight, _ in spans)
    return Gaps(tuple((weight / total, length) for weight, length in spans), duration)


def _still_failing(costs: PushCosts, pushes: int) -> float:
    """The chance that so many pushes in a row fail; nothing where it no longer matters."""
    chance = costs.failure**pushes
    return chance if chance > _NEGLIGIBLE and pushes < _LADDER[-1] else 0.0
