"""JSON on its way out: exact numbers, times in UTC, and an error for all that JSON cannot say."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.oro.encoding import to_json

NOON = dt.datetime(2026, 11, 23, 12, 0, 0, 999, tzinfo=dt.timezone(dt.timedelta(hours=2)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("120.50"), b"120.50"),
        (Decimal("1E+3"), b"1000"),
        (Decimal("-0.0000001"), b"-0.0000001"),
        (0.1, b"0.1"),
        (True, b"true"),
        (None, b"null"),
        ("ü/\n", b'"\\u00fc/\\n"'),
        (NOON, b'"2026-11-23T10:00:00Z"'),
        (dt.date(2026, 12, 15), b'"2026-12-15"'),
        ({"a": [], "b": None, "c": {}}, b'{"a":[],"b":null,"c":{}}'),
        ((1, (2, [3])), b"[1,[2,[3]]]"),
        ((one for one in "ab"), b'["a","b"]'),
    ],
)
def test_what_is_written(value, text):
    assert to_json(value) == text


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (Decimal("NaN"), ValueError),
        (float("inf"), ValueError),
        (NOON.replace(tzinfo=None), ValueError),
        (object(), TypeError),
        (b"bytes", TypeError),
        ({1: "a"}, TypeError),
    ],
)
def test_what_json_cannot_say(value, kind):
    with pytest.raises(kind):
        to_json({"a": [value]})


@settings(max_examples=200, deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
def test_a_decimal_arrives_with_its_exact_value(value):
    assert json.loads(to_json(value), parse_float=Decimal, parse_int=Decimal) == value
