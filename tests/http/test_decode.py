"""JSON from outside: exact, strict, bounded."""

from __future__ import annotations

import contextlib
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.errors import DecodeError
from orogxo.http import Reply, decode_json
from orogxo.http import decode as module

JSON = {"Content-Type": "application/vnd.api+json"}


def read(body: bytes | str, headers: dict[str, str] | None = None) -> Any:
    raw = body.encode() if isinstance(body, str) else body
    return decode_json(
        Reply(200, JSON if headers is None else headers, raw), system="oro", operation="GET /x"
    )


def test_numbers_are_exact() -> None:
    read_back = read('{"quantity": 0.1, "large": 12345678901234567890.12, "count": 3, "tiny": 1E-7}')
    assert read_back["quantity"] == Decimal("0.1")
    assert read_back["large"] == Decimal("12345678901234567890.12")
    assert type(read_back["count"]) is int
    assert read_back["tiny"] == Decimal("1E-7")


@pytest.mark.parametrize("kind", ["application/json", "application/problem+json; charset=utf-8", ""])
def test_json_types_and_a_missing_type_are_read(kind: str) -> None:
    assert read("[]", {"Content-Type": kind} if kind else {}) == []


def test_a_byte_order_mark_is_ignored() -> None:
    assert read(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize(
    ("body", "told", "path"),
    [
        (b"", "is empty", None),
        (b"  \n", "is empty", None),
        (b'{"a": 1', "is cut off", "line 1 column 8"),
        (b'{"a": "unfinis', "is cut off", "line 1 column 7"),
        (b'{"a": }', "is not JSON", "line 1 column 7"),
        (b"{} {}", "is not JSON", "line 1 column 4"),
        (b'{"a": "\xff"}', "UTF-8", "byte 7"),
        (b"[NaN]", "NaN", None),
        (b"[-Infinity]", "-Infinity", None),
        (b"[1e999999999]", "out of all proportion", None),
        (b"[1E-401]", "out of all proportion", None),
        (b"[" + b"9" * 5000 + b"]", "thousands of digits", None),
        (b'{"sku": 1, "quantity": 1, "quantity": 2}', "twice", "quantity"),
        (b'["\\ud800"]', "half a character", None),
    ],
)
def test_what_is_refused(body: bytes, told: str, path: str | None) -> None:
    with pytest.raises(DecodeError, match=told) as caught:
        read(body)
    assert caught.value.paths == ((path,) if path else ())
    assert (caught.value.system, caught.value.operation) == ("oro", "GET /x")


@pytest.mark.parametrize(
    ("kind", "told"), [("text/html; charset=UTF-8", "web page"), ("text/plain", "type text/plain")]
)
def test_other_media_types_are_refused(kind: str, told: str) -> None:
    with pytest.raises(DecodeError, match=told):
        read("{}", {"Content-Type": kind})


def test_paired_surrogates_are_a_character() -> None:
    assert read(b'["\\ud83d\\ude9a"]') == ["\N{DELIVERY TRUCK}"]


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_depth_is_bounded(opening: str) -> None:
    closing = "]" if opening == "[" else "}"
    inner = "1"
    assert read(opening * 64 + inner + closing * 64)
    with pytest.raises(DecodeError, match="deeper than 64"):
        read(opening * 65 + inner + closing * 65)
    with pytest.raises(DecodeError, match="deeper than 64"):
        read(opening * 100_000 + inner + closing * 100_000)


def test_wide_is_not_deep_and_brackets_in_text_do_not_count() -> None:
    assert len(read(json.dumps([["[[[[" * 40, '\\"[[['], {"]": 1}] * 100))) == 200


def test_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 10)
    assert read('"12345678"') == "12345678"
    with pytest.raises(DecodeError, match="larger than"):
        read('"123456789"')


def test_an_error_quotes_and_keeps_no_content() -> None:
    with pytest.raises(DecodeError) as caught:
        read('{"access_token": "canary-5f1e", }')
    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


@settings(max_examples=100)
@given(values)
def test_what_json_writes_is_read_back(value: object) -> None:
    assert read(json.dumps(value)) == value


@settings(max_examples=200)
@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:\\u0d8e1.-NaI ', max_size=40).map(str.encode))
def test_anything_is_read_or_a_decode_error(body: bytes) -> None:
    with contextlib.suppress(DecodeError):
        json.dumps(read(body), default=str).encode()
