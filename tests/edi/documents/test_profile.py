"""A site's agreement: a contradiction in it is refused when it is made, with the setting's name."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve

from orogxo.errors import ConfigError
from orogxo.gxo.edi.profile import X12Profile
from support.x12_documents import SITE


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("time_zone", "Europe/Atlantis", "no time zone 'Europe/Atlantis'"),
        ("time_zone", "", "no time zone"),
        ("time_zone", "../etc", "no time zone"),
        ("sku_qualifiers", (), "at least one"),
        ("routing_separator", "", "not empty"),
        ("order_codes", {"new": "N", "change": "R"}, "each need a code"),
        ("order_codes", {"new": "N", "change": "N", "cancel": "F"}, "each need a code"),
        ("references", {"po": "PO"}, "no qualifier for container|no qualifier for customer"),
        ("references", {**SITE.references, "lot": "LI"}, "share a qualifier"),
        ("units_read", {"EA": "EA"}, "BX, CA, .* can be written but not read"),
        ("outcomes", {"CC": "done"}, "done is none of"),
        ("return_reasons", {"a": "DA", "b": "DA"}, "two reasons share a code"),
    ],
)
def test_a_contradiction_is_refused(setting, value, told):
    with pytest.raises(ConfigError, match=told) as caught:
        evolve(SITE, **{setting: value})
    assert f"x12.{setting}" in str(caught.value)


def test_a_day_holds_its_moments_at_the_site():
    day = dt.date(2026, 10, 25)
    assert SITE.first_moment(day) == dt.datetime(2026, 10, 24, 23, 0, tzinfo=dt.UTC)
    assert SITE.last_moment(day) == dt.datetime(2026, 10, 25, 23, 59, 59, tzinfo=dt.UTC)
    # British clocks show 01:30 twice on that day.
    assert SITE.moment(day, dt.time(1, 30)) == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)


def test_its_repr_is_short_enough_for_a_log():
    assert len(repr(X12Profile())) < 1200
