"""The next run of a flow: at planned instants, outside blackouts, caught up once and never in a burst."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from attrs import frozen

from orogxo.errors import ConfigError

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_DAY = dt.timedelta(days=1)
_MINUTE = dt.timedelta(minutes=1)
_LONGEST = dt.timedelta(days=15)
EVERY_DAY = frozenset(range(7))


@frozen
class Blackout:
    """No run while the site's clock shows `start` or later and not yet `end`, on these days (Monday is 0).

    One that ends at or before its start lasts into the next day and belongs to the day on which it starts.
    What counts is what the clock on the wall shows: local times that are skipped are not waited for, and
    those that come twice are blacked out twice.
    """

    start: dt.time
    end: dt.time
    days: frozenset[int] = EVERY_DAY

    @property
    def length(self) -> dt.timedelta:
        """How long the clock on the wall takes from start to end."""
        length = _since_midnight(self.end) - _since_midnight(self.start)
        return length if length > dt.timedelta() else length + _DAY

    def left(self, wall: dt.datetime) -> dt.timedelta:
        """How long the clock on the wall still has to go until its end; 0 outside of it."""
        today = _since_midnight(wall.time())
        for begun in (today, today + _DAY):
            day = (wall.weekday() - (begun >= _DAY)) % 7
            passed = begun - _since_midnight(self.start)
            if day in self.days and dt.timedelta() <= passed < self.length:
                return self.length - passed
        return dt.timedelta()


def next_due(
    last_confirmed: dt.datetime | None,
    interval: dt.timedelta,
    *,
    now: dt.datetime,
    blackouts: Sequence[Blackout] = (),
    zone: ZoneInfo,
) -> dt.datetime:
    """When the flow must run next (UTC); at or before `now` means at once.

    Planned instants are the multiples of `interval` since 1970 in UTC, so that runs do not drift by how long
    each takes. The answer is the first of them after `last_confirmed` (None: never yet, so now). One that was
    missed is due now, once: the next is the first planned instant after that run. What falls into a blackout
    is due when that ends. Raises ConfigError for an interval of 0 or less, and for blackouts without a gap.
    """
    if interval <= dt.timedelta():
        raise ConfigError(f"an interval is longer than nothing, not {interval}")
    planned = now
    if last_confirmed is not None:
        planned = _EPOCH + ((last_confirmed - _EPOCH) // interval + 1) * interval
    due = start = max(planned, now).astimezone(dt.UTC)
    while left := _left(due.astimezone(zone), blackouts):
        if due - start > _LONGEST:
            raise ConfigError("the blackouts leave no time for any run")
        due += _unmoved(due, left, zone)
    return due


def _left(wall: dt.datetime, blackouts: Sequence[Blackout]) -> dt.timedelta:
    return max((one.left(wall.replace(tzinfo=None)) for one in blackouts), default=dt.timedelta())


def _unmoved(due: dt.datetime, left: dt.timedelta, zone: ZoneInfo) -> dt.timedelta:
    """`left`, or where the clock is put forward or back meanwhile: until its next full minute."""
    if (due + left).astimezone(zone).utcoffset() == due.astimezone(zone).utcoffset():
        return left
    return _MINUTE - dt.timedelta(seconds=due.second, microseconds=due.microsecond)


def _since_midnight(time: dt.time) -> dt.timedelta:
    return dt.timedelta(
        hours=time.hour, minutes=time.minute, seconds=time.second, microseconds=time.microsecond
    )
