"""The next run (R22): at planned instants, outside blackouts, caught up once and never in a burst."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.errors import ConfigError
from orogxo.orchestrator.schedule import Blackout, next_due

LONDON, UTC = ZoneInfo("Europe/London"), ZoneInfo("UTC")
QUARTER, MINUTE = dt.timedelta(minutes=15), dt.timedelta(minutes=1)
NIGHT = Blackout(dt.time(22), dt.time(2))
INSTANTS = st.integers(0, 2 * 366 * 86_400).map(lambda s: at("2026-01-01") + dt.timedelta(seconds=s))
INTERVALS = st.sampled_from([dt.timedelta(minutes=m) for m in (1, 5, 7, 15, 60, 240, 1440)])
BLACKOUTS = st.lists(
    st.builds(
        Blackout,
        st.times().map(lambda at: at.replace(microsecond=0, second=0)),
        st.times().map(lambda at: at.replace(microsecond=0, second=0)),
        st.frozensets(st.integers(0, 5), min_size=1, max_size=4),
    ),
    max_size=3,
)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def test_runs_happen_exactly_at_the_planned_instants() -> None:
    """A day under a clock that ticks each second-long push: no drift, though every push takes 47 seconds."""
    now, confirmed, begun = at("2026-11-23 00:00"), None, []
    while now < at("2026-11-24 00:00"):
        due = next_due(confirmed, QUARTER, now=now, zone=LONDON)
        now = max(now, due)
        begun.append(now)
        confirmed = now = now + dt.timedelta(seconds=47)
    assert begun[:96] == [at("2026-11-23 00:00") + number * QUARTER for number in range(96)]


def test_a_missed_run_is_caught_up_once() -> None:
    now = at("2026-11-23 12:07")
    assert next_due(at("2026-11-23 08:00:40"), QUARTER, now=now, zone=UTC) == now
    assert next_due(now + MINUTE, QUARTER, now=now + MINUTE, zone=UTC) == at("2026-11-23 12:15")


def test_the_first_run_is_at_once() -> None:
    now = at("2026-11-23 12:07")
    assert next_due(None, QUARTER, now=now, zone=UTC) == now


def test_a_run_in_a_blackout_waits_for_its_end_and_comes_once() -> None:
    """Over midnight: the blackout belongs to the day on which it starts."""
    for moment in ("22:00", "23:59:59", "00:00", "01:59:59"):
        day = "2026-11-24" if moment < "12" else "2026-11-23"
        assert next_due(None, QUARTER, now=at(f"{day} {moment}"), zone=UTC, blackouts=[NIGHT]) == at(
            "2026-11-24 02:00"
        )
    for moment in ("21:59:59", "02:00"):
        now = at(f"2026-11-23 {moment}")
        assert next_due(None, QUARTER, now=now, zone=UTC, blackouts=[NIGHT]) == now


def test_days_count_where_the_blackout_starts() -> None:
    sunday = Blackout(dt.time(22), dt.time(2), frozenset({6}))
    assert next_due(None, QUARTER, now=at("2026-11-23 01:00"), zone=UTC, blackouts=[sunday]) == at(
        "2026-11-23 02:00"
    )
    assert next_due(None, QUARTER, now=at("2026-11-22 01:00"), zone=UTC, blackouts=[sunday]) == at(
        "2026-11-22 01:00"
    )


def test_a_whole_day_and_blackouts_that_touch_are_waited_for_together() -> None:
    sunday, early = Blackout(dt.time(0), dt.time(0), frozenset({6})), Blackout(dt.time(0), dt.time(6))
    assert sunday.length == dt.timedelta(days=1)
    found = next_due(None, QUARTER, now=at("2026-11-22 03:00"), zone=UTC, blackouts=[sunday, early])
    assert found == at("2026-11-23 06:00")


@pytest.mark.parametrize(
    ("blackout", "now", "due"),
    [
        # 29 March 2026: 01:00 GMT becomes 02:00 BST; 01:00 to 02:00 is never on the wall
        (Blackout(dt.time(1), dt.time(2)), "2026-03-29 01:00", "2026-03-29 01:00"),
        (Blackout(dt.time(0, 30), dt.time(1, 30)), "2026-03-29 00:30:20", "2026-03-29 01:00"),
        (Blackout(dt.time(0), dt.time(4)), "2026-03-29 00:00", "2026-03-29 03:00"),
        (Blackout(dt.time(1, 30), dt.time(4)), "2026-03-29 01:00", "2026-03-29 03:00"),
        # 25 October 2026: 02:00 BST becomes 01:00 GMT; 01:00 to 02:00 is on the wall twice
        (Blackout(dt.time(1, 30), dt.time(2)), "2026-10-25 00:40", "2026-10-25 01:00"),
        (Blackout(dt.time(1, 30), dt.time(2)), "2026-10-25 01:40", "2026-10-25 02:00"),
        (Blackout(dt.time(1), dt.time(2)), "2026-10-25 00:10", "2026-10-25 02:00"),
        (Blackout(dt.time(0), dt.time(4)), "2026-10-24 23:00", "2026-10-25 04:00"),
    ],
)
def test_clocks_that_are_put_forward_and_back(blackout: Blackout, now: str, due: str) -> None:
    assert next_due(None, QUARTER, now=at(now), zone=LONDON, blackouts=[blackout]) == at(due)


@settings(max_examples=200, deadline=None)
@given(
    last=st.none() | INSTANTS,
    now=INSTANTS,
    interval=INTERVALS,
    blackouts=BLACKOUTS,
    zone=st.sampled_from([UTC, LONDON, ZoneInfo("America/St_Johns"), ZoneInfo("Australia/Lord_Howe")]),
)
def test_the_next_run_is_the_first_planned_instant_outside_of_blackouts(
    last: dt.datetime | None,
    now: dt.datetime,
    interval: dt.timedelta,
    blackouts: list[Blackout],
    zone: ZoneInfo,
) -> None:
    due = next_due(last, interval, now=now, zone=zone, blackouts=blackouts)
    planned = next_due(last, interval, now=now, zone=zone)
    assert due >= planned >= now
    assert planned == now or (planned - at("1970-01-01")) % interval == dt.timedelta()
    assert last is None or planned == now or dt.timedelta() < planned - last <= interval
    assert not any(hidden(due, one, zone) for one in blackouts)
    if due > planned:
        assert any(hidden(planned, one, zone) for one in blackouts)
        assert any(hidden(due - dt.timedelta(microseconds=1), one, zone) for one in blackouts)


def hidden(moment: dt.datetime, blackout: Blackout, zone: ZoneInfo) -> bool:
    """Written anew: what the clock on the wall shows, with the day before for what goes over midnight."""
    wall = moment.astimezone(zone)
    today, yesterday = wall.weekday() in blackout.days, (wall.weekday() - 1) % 7 in blackout.days
    if blackout.start < blackout.end:
        return today and blackout.start <= wall.time() < blackout.end
    return (today and wall.time() >= blackout.start) or (yesterday and wall.time() < blackout.end)


def test_what_leaves_no_time_is_refused() -> None:
    now, always = at("2026-11-23 12:00"), Blackout(dt.time(0), dt.time(0))
    with pytest.raises(ConfigError, match="leave no time"):
        next_due(None, QUARTER, now=now, zone=UTC, blackouts=[always])
    for none in (dt.timedelta(), -QUARTER):
        with pytest.raises(ConfigError, match="longer than nothing"):
            next_due(now, none, now=now, zone=UTC)
