"""Finds the interchange headers of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from orogxo.gxo.edi._separators import BLANKS, LINE_ENDS, read_separators
from orogxo.gxo.edi._values import Separators
from orogxo.gxo.edi.findings import X12Error

# Blanks are spelled out: \s would take the control characters 1C to 1F, which are separators in some files.
CANDIDATE = re.compile(r"ISA(?=[^A-Za-z0-9 \t\r\n\x00])")
_MOST_UNREADABLE = 1_000


@frozen
class Header:
    """Where an ISA stands in the text, and the separators that it declares."""

    start: int
    separators: Separators


def headers(text: str) -> Iterator[Header]:
    """The headers of a file, in order. An "ISA" inside data is none: no terminator or line end precedes."""
    last: Header | None = None
    unreadable = 0
    for candidate in CANDIDATE.finditer(text):
        start = candidate.start()
        if not _may_begin(text, start, last):
            continue
        separators = read_separators(text, start)
        if separators is not None:
            last = Header(start, separators)
            yield last
            continue
        unreadable += 1
        if unreadable > _MOST_UNREADABLE:
            raise X12Error(
                "the file repeats broken ISA segments; ask its sender for it again", code="X12_HEADER"
            )


def _may_begin(text: str, start: int, last: Header | None) -> bool:
    """The first header may follow any junk, but is no value; another follows a terminator or a line end."""
    before = text[max(0, start - 200) : start]
    if last is None:
        return not before[-1:].isalnum() and before[-1:] != text[start + 3]
    bare = before.rstrip(BLANKS)
    return bare.endswith(last.separators.segment) or not LINE_ENDS.isdisjoint(before[len(bare) :])
