"""Large replies of one shape: read without a hook for each object, and refused for the same reasons."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.errors import DecodeError
from orogxo.gxo.stock_reading import census
from orogxo.http import Reply, decode_json

ROW = {"sku": "A", "status": "available", "qty": {"value": "1", "uom": "EA"}}


def read(body: bytes, counted: Any = census) -> Any:
    """The value, or the sentence that refuses it."""
    try:
        return decode_json(Reply(200, {}, body), system="gxo", operation="GET /x", census=counted)
    except DecodeError as error:
        return str(error), error.paths


def page(*rows: object, **head: object) -> bytes:
    return json.dumps({"snapshot_id": "S", **head, "rows": [*rows]}).encode()


def tally(value: Any) -> tuple[int, int]:
    if isinstance(value, dict):
        inside = [tally(one) for one in value.values()]
        return 1 + sum(one for one, _ in inside), len(value) + sum(one for _, one in inside)
    if isinstance(value, list):
        inside = [tally(one) for one in value]
        return 1 + sum(one for one, _ in inside), sum(one for _, one in inside)
    return 0, 0


def test_a_page_of_the_usual_shape_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    hooks: list[object] = []
    loads = json.loads
    monkeypatch.setattr(json, "loads", lambda *a, **k: hooks.append(k["object_pairs_hook"]) or loads(*a, **k))
    assert read(page(ROW, ROW)) == {"snapshot_id": "S", "rows": [ROW, ROW]}
    assert read(page(ROW).replace(b'":', b'"\n :')) == {"snapshot_id": "S", "rows": [ROW]}
    assert hooks == [None, None]


@pytest.mark.parametrize("space", [b"", b" ", b"\t", b"\n", b"\r", b" \r\n"])
@pytest.mark.parametrize(
    ("once", "twice"),
    [
        (b'"value"', b'"value"%s:"2","value"'),
        (b'"sku"', b'"sku"%s:"B","sku"'),
        (b'"snapshot_id"', b'"snapshot_id"%s:"T","snapshot_id"'),
        (b'"qty"', b'"qty"%s:{"value":"9","uom":"EA"},"qty"'),
        (b'"rows"', b'"rows"%s:[],"rows"'),
        (b'"sku"', b'"\\u0073ku"%s:"B","sku"'),
    ],
)
def test_a_name_that_stands_twice_is_refused(once: bytes, twice: bytes, space: bytes) -> None:
    """RFC 8259, section 4; however the colon is set off, and however the name is written."""
    body = page(ROW, ROW).replace(once, twice % space, 1)
    sentence, paths = read(body)
    assert "names one thing twice" in sentence
    assert (sentence, paths) == read(body, None)
    assert paths == (once.strip(b'"').decode(),)


@pytest.mark.parametrize(
    "body",
    [
        page(dict(ROW, deep=json.loads("[" * 61 + "]" * 61))),
        page({**ROW, "qty": [1]}),
        page(ROW, "row"),
        page(ROW, {"sku": "A"}),
        page({**ROW, "sku": '":{"[' * 3}),
        page({**ROW, "sku": 'A":"B'}),
        page({**ROW, "sku": "\\u0022:"}),
        page(ROW, more=[{"a": 1}]),
        page(dict(ROW, deep=json.loads("[" * 62 + "]" * 62))),
        page({**ROW, "lot": float("nan")}),
        page({**ROW, "lot": "half"}).replace(b"half", b"\\ud800"),
        b'{"rows": 5}',
        b"[" * 100_000,
        b'{"rows": [',
        b"[1, 2]",
    ],
)
def test_whatever_has_another_shape_is_read_as_ever(body: bytes) -> None:
    assert read(body) == read(body, None)


def test_a_depth_that_the_count_hides_is_refused() -> None:
    """A bracket in a string stands for one that is not there: the sum is never below the truth."""
    deep = page(dict(ROW, deep=json.loads("[" * 62 + "]" * 62)))
    assert "nested deeper" in read(deep)[0]
    assert "nested deeper" in read(deep.replace(b'"S"', b'"S[[[{{{"'))[0]


VALUES = st.recursive(
    st.none() | st.integers(-9, 9) | st.text('a":{}[] \\\n', max_size=6),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.text('a":{ \\', max_size=4), inside, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=200)
@given(VALUES, st.sampled_from([None, 1]), st.integers(0, 60), st.booleans())
def test_a_true_count_changes_nothing(value: Any, indent: int | None, place: int, double: bool) -> None:
    """Even where the text is damaged by saying a part of it twice."""
    text = json.dumps(value, indent=indent)
    if double:
        text = text[:place] + text[max(place - 7, 0) :]
    assert read(text.encode(), tally) == read(text.encode(), None)
