"""Laws: what is written is read again; no bytes whatever raise anything but X12Error."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi.codec.examples import ISA, document, numbered
from orogxo.gxo.edi import envelope, x12

MARKS = "*|^~>:!'`\\+;\x1c\x1d\x1e\x1f"
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
CODES = st.sampled_from(["180", "846", "940", "943", "944", "945", "947", "997"])
NAMES = st.sampled_from(["W05", "N1", "N9", "NTE", "G62", "LX", "W12", "AK4", "B2A", "Z9"])


@st.composite
def separators(draw: st.DrawFn) -> x12.Separators:
    element, component, repetition, segment = draw(st.permutations(MARKS))[:4]
    segment = draw(st.sampled_from([segment, segment, "\n", "\r"]))
    suffixes = {"\n": [""], "\r": ["", "\n"]}.get(segment, ["", "\n", "\r\n", "\r"])
    return x12.Separators(element, component, repetition, segment, draw(st.sampled_from(suffixes)))


@st.composite
def interchange(draw: st.DrawFn, control: int) -> x12.Interchange:
    chosen = draw(separators())
    late = draw(st.booleans())
    plain = st.characters(codec="utf-8", exclude_characters=chosen.reserved, exclude_categories=["Cc", "Cs"])
    inside = plain | st.sampled_from(
        [chosen.component, chosen.repetition or "" if late else chosen.component]
    )
    elements = st.lists(st.text(inside, max_size=6), max_size=5).map(_ended)
    made = st.builds(lambda name, values: x12.Segment(name, values, chosen), NAMES, elements)
    bodies = draw(st.lists(st.tuples(CODES, st.lists(made, max_size=4)), min_size=1, max_size=4))
    return envelope.wrap(
        [
            envelope.transaction(code, body, control=number)
            for number, (code, body) in enumerate(bodies, start=1)
        ],
        sender=draw(st.sampled_from(["ACME", "5012345678900"])),
        receiver="GXOUK",
        control=control,
        now=NOW,
        version="005010" if late else "004010",
        separators=chosen,
    )


def _ended(values: list[str]) -> tuple[str, ...]:
    return (*values, "END") if values else ()


@settings(max_examples=200)
@given(st.data())
def test_what_is_written_is_read_again(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 3))
    made = tuple(data.draw(interchange(control)) for control in range(1, count + 1))
    written = x12.dump(made)
    read, findings = x12.parse(written)
    assert read == made
    assert findings == ()
    assert x12.dump(read) == written


@settings(max_examples=200)
@given(st.binary(max_size=400) | st.binary(max_size=300).map(lambda tail: ISA.encode() + tail))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(x12.X12Error):
        x12.dump(x12.parse(data)[0])


@settings(max_examples=100)
@given(st.text(max_size=200) | st.text(alphabet="ISAGTE*~>\n 01", max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(x12.X12Error):
        x12.dump(x12.parse(text)[0])


BASES = [
    document().encode(),
    document(suffix="").encode(),
    document(terminator="\n", suffix="").encode(),
    document(terminator="\r\n", suffix="").encode(),
    document(isa=ISA.replace("*U*00401", "*^*00501")).encode(),
    document(isa=ISA[:-1]).encode(),
    (document() + numbered(document(), 18)).encode(),
]
BYTES = b"*~>^:\n\r \t\x00\x1d\x1a|ISAGSTE019\xe9\xff\xc3\xa9!A"


def mutated(chance: random.Random, first: int = 0) -> bytes:
    """A document with up to six stretches changed, put in, taken out or doubled, from byte `first` on."""
    data = bytearray(chance.choice(BASES))
    for _ in range(chance.randint(1, 6)):
        place = chance.randint(min(first, len(data)), chance.choice([len(data), max(first, 120)]))
        match chance.randrange(5):
            case 0:
                data[place : place + 1] = chance.choices(BYTES)
            case 1:
                data[place:place] = bytes(chance.choices(BYTES, k=3))
            case 2:
                del data[place : place + chance.randint(1, 12)]
            case 3:
                start = chance.randrange(len(data) + 1)
                data[place:place] = data[start : start + 60]
            case _:
                data[place:place] = chance.choice(BASES)[: chance.randint(1, 200)]
    return bytes(data)


@pytest.mark.parametrize("block", range(20))
def test_mutated_documents_are_read_and_written_the_same_or_refused(block: int) -> None:
    for seed in range(block * 500, (block + 1) * 500):
        data = mutated(random.Random(seed))
        read = _unless_refused(x12.parse, data)
        written = _unless_refused(x12.dump, read[0]) if read else None
        if read and written is not None:
            assert x12.parse(written)[0] == read[0], data
            assert read[1] or written == data, data


def test_refusals_are_the_exception() -> None:
    """With its header whole and no control bytes, any document is read; most of them are written."""
    documents = [mutated(random.Random(seed), 160).translate(None, b"\x00\x1a\x1d") for seed in range(2_000)]
    read = [found[0] for found in (_unless_refused(x12.parse, data) for data in documents) if found]
    written = [data for data in (_unless_refused(x12.dump, interchanges) for interchanges in read) if data]
    assert len(read) == 2_000
    assert len(written) > 0.9 * len(read)


def _unless_refused(work: Callable[[Any], Any], given: object) -> Any:
    try:
        return work(given)
    except x12.X12Error:
        return None
