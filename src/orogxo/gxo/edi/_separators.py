"""Learns from an interchange header which separators its interchange uses.

The standard's ISA is 106 characters wide, so position 3 is the element separator, 104 the component separator
and 105 the segment terminator. Real ones have collapsed blanks, elements cut short, no ISA16, or a line end
for a terminator; so the header is split at its element separator and its end judged by what follows.
"""

from __future__ import annotations

import re

from orogxo.gxo.edi._values import Separators

BLANKS = " \t\r\n"
LINE_ENDS = frozenset("\r\n")
_LONGEST_HEADER = 400
_SEGMENT_ID = re.compile(r"[A-Z][A-Z0-9]{1,2}\Z")
_AFTER_ISA = ("GS", "TA1", "IEA")
_USAGE_AND_NEXT = re.compile(rf"[A-Za-z]?([^A-Za-z0-9 \t])([ \t\r\n]*(?:{'|'.join(_AFTER_ISA)}))\Z")


def is_segment_id(text: str) -> bool:
    """A letter, then one or two letters or digits, all capital."""
    return _SEGMENT_ID.match(text) is not None


def read_separators(text: str, start: int) -> Separators | None:
    """The separators that the ISA at `start` declares, or None where it cannot be understood."""
    window = text[start : start + _LONGEST_HEADER]
    element = window[3]
    parts = window.split(element, 16)
    if len(parts) < 17 or not _is_aligned(parts):
        return None
    short = len(parts[15].strip(" ")) > 1
    found = _ending_at_usage(parts[15]) if short else _ending(parts[16], element)
    if found is None:
        return None
    component, terminator, after = found
    agreed, after = _as_the_lines_have_it(terminator, after, element)
    if _unusable(agreed, element) or not _goes_on(after, element, agreed, complete=component != ""):
        return None
    if not _is_whole(parts[1 : 15 if short else 16], {terminator, agreed}):
        return None
    component = component or _unused({element, agreed})
    isa11, isa12 = (re.sub(r"[\r\n]", "", part) for part in parts[11:13])  # a wrapped line may break here
    repetition = repetition_of(isa11, isa12, {element, component, agreed})
    return Separators(element, component, repetition, agreed, _suffix(agreed, after))


def has_repetition(isa12: str) -> bool:
    """Whether this release of the envelope has a repetition separator in ISA11, and not a standards id."""
    return is_release(isa12) and isa12 >= "00402"


def is_release(isa12: str) -> bool:
    """Five digits, such as 00401."""
    return len(isa12) == 5 and isa12.isascii() and isa12.isdigit()


def repetition_of(isa11: str, isa12: str, others: set[str]) -> str | None:
    """ISA11 as repetition separator: from release 00402 on, where it is a separator at all."""
    if not has_repetition(isa12) or len(isa11) != 1:
        return None
    return None if isa11.isalnum() or isa11 in BLANKS or isa11 in others else isa11


def _suffix(terminator: str, after: str) -> str:
    """What follows a terminator: a line end, or nothing. A terminator "\\r" may be half of a line end."""
    if terminator in LINE_ENDS:
        return "\n" if terminator == "\r" and after.startswith("\n") else ""
    if after.startswith("\r\n"):
        return "\r\n"
    return after[:1] if after[:1] in LINE_ENDS else ""


def _unusable(separator: str, element: str) -> bool:
    return separator.isalnum() or separator in {" ", "\t", "\x00", "", element}


def _unused(others: set[str]) -> str:
    """Stands in for an ISA16 that is missing: a character that no readable document contains as data."""
    return next(character for character in "\x1f\x1e\x1d" if character not in others)


def _ending_at_usage(usage: str) -> tuple[str, str, str] | None:
    """ISA16 and the separator before it are missing: ISA15 runs into the terminator and the next segment."""
    match = _USAGE_AND_NEXT.match(usage)
    return ("", match[1], match[2]) if match else None


def _ending(rest: str, element: str) -> tuple[str, str, str] | None:
    """Component separator ("" where missing), terminator and what follows, from the text of ISA16 on."""
    bare = rest.lstrip(" ")
    if not bare:
        return None
    first, tail = bare[0], bare[1:].lstrip(" ")
    if first in LINE_ENDS or _begins_segment(tail, element):
        return "", first, bare[1:]
    terminator, after = tail[:1], tail[1:]
    if terminator in LINE_ENDS and any(line.endswith(first) for line in _lines(after, element)[:1]):
        return "", first, bare[1:]
    return ("" if _unusable(first, element) or first == terminator else first), terminator, after


def _is_aligned(parts: list[str]) -> bool:
    """Elements stand where they belong: those of one character (ISA11, ISA14) are not longer."""
    return all(len(parts[position].strip(BLANKS)) <= 1 for position in (11, 14))


def _is_whole(elements: list[str], terminators: set[str]) -> bool:
    """ISA does not end within its elements; else some are lost and the next segment's stand in for them."""
    ends = terminators if LINE_ENDS.isdisjoint(terminators) else terminators | LINE_ENDS
    return ends.isdisjoint("".join(elements))


def _goes_on(after: str, element: str, terminator: str, *, complete: bool) -> bool:
    """A header is followed by a segment, or complete and all there is; else it was misunderstood."""
    following = after.lstrip(BLANKS)
    if not following:
        return complete
    return is_segment_id(following.partition(terminator)[0].partition(element)[0])


def _as_the_lines_have_it(terminator: str, after: str, element: str) -> tuple[str, str]:
    """Terminator and what follows ISA. Where ISA and the lines after it differ, the lines are right."""
    lines = _lines(after, element)
    if not lines:
        return terminator, after
    last = lines[0][-1]
    if terminator in LINE_ENDS:
        if all(line.endswith(last) for line in lines[:-1] or lines) and not _unusable(last, element):
            return last, after[after.index(lines[0]) + len(lines[0]) :]
    elif after[0] in LINE_ENDS and len(lines) > 1 and not any(terminator in line for line in lines):
        return after[0], after[1:]
    return terminator, after


def _begins_segment(text: str, element: str) -> bool:
    return any(text.startswith(segment_id + element) for segment_id in _AFTER_ISA)


def _lines(text: str, element: str) -> list[str]:
    """The lines after ISA, without blanks around them; none where they do not go on as they should."""
    lines = [line for line in (piece.strip(BLANKS) for piece in re.split(r"[\r\n]+", text)) if line]
    return lines if lines and _begins_segment(lines[0], element) else []
