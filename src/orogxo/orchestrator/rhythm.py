"""The rhythm of a shop: in which hours of the week its buyers order. Pure.

Without it a quiet night and a busy noon look like chance, and safety stocks grow many times too large.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attrs import field, frozen

if TYPE_CHECKING:
    from orogxo.orchestrator.demand import Window

_HOUR = dt.timedelta(hours=1)
_HOURS = 168
_FAINTEST = 0.05


@frozen
class Rhythm:
    """How much is ordered in each hour of the week (Monday 0:00 first, local time of `zone`); 1 is the mean.

    `peak`: the busiest hour. `surge`: what a span of any length sees beyond the mean at most, in hours of it.
    """

    weights: tuple[float, ...]
    zone: ZoneInfo
    peak: float = field(init=False)
    surge: float = field(init=False)

    @peak.default
    def _busiest(self) -> float:
        return max(self.weights)

    @surge.default
    def _most_beyond(self) -> float:
        beyond = highest = 0.0
        for weight in self.weights * 2:
            beyond = max(0.0, beyond + weight - 1)
            highest = max(highest, beyond)
        return highest

    def weight(self, start: dt.datetime, length: dt.timedelta) -> float:
        """The mean weight of a span."""
        parts = list(_hours(start, length, self.zone))
        return math.fsum(self.weights[hour] * part for hour, part in parts) / math.fsum(p for _, p in parts)


def rhythm(skus: Mapping[str, Sequence[Window]], zone: ZoneInfo) -> Rhythm | None:
    """The rhythm that all SKUs together show, each counting alike; None where nothing was ordered.

    Windows should last an hour or less: a longer one counts as spread evenly over its hours. Censored ones
    are left out. No weight is below 0.05.
    """
    ordered, open_for = [0.0] * _HOURS, [0.0] * _HOURS
    for windows in skus.values():
        seen = [one for one in windows if not one.censored]
        total = float(sum(one.amount for one in seen))
        if total <= 0:
            continue
        for one in seen:
            whole = one.length / _HOUR
            for hour, part in _hours(one.start, one.length, zone):
                ordered[hour] += float(one.amount) / total * part / whole
                open_for[hour] += part
    known = [amount / spent if spent else None for amount, spent in zip(ordered, open_for, strict=True)]
    rates = [rate for rate in known if rate is not None]
    if not rates:
        return None
    mean = math.fsum(rates) / len(rates)
    weights = [max(_FAINTEST, 1.0 if rate is None else rate / mean) for rate in known]
    level = math.fsum(weights) / _HOURS
    return Rhythm(tuple(weight / level for weight in weights), zone)


def _hours(start: dt.datetime, length: dt.timedelta, zone: ZoneInfo) -> Iterator[tuple[int, float]]:
    """Each hour of the week that a span touches, and how much of an hour."""
    at, end = start.astimezone(dt.UTC), (start + length).astimezone(dt.UTC)
    while at < end:
        until = min(end, at.replace(minute=0, second=0, microsecond=0) + _HOUR)
        local = at.astimezone(zone)
        yield local.weekday() * 24 + local.hour, (until - at) / _HOUR
        at = until
