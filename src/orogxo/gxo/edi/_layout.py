"""Brings the text of one interchange into the regular layout: segments, terminator and suffix, nothing else.

A file that is regular already is recognised by one search and goes through untouched. Any other is cut
segment by segment, and each thing that had to be put straight becomes a finding.
"""

from __future__ import annotations

import re
from functools import lru_cache

from attrs import frozen

from orogxo.gxo.edi._separators import BLANKS, is_segment_id
from orogxo.gxo.edi._values import Separators
from orogxo.gxo.edi.findings import FindingList

_LINE_END = re.compile(r"\r\n|\r|\n")
_LINE_ENDS = {"", "\n", "\r", "\r\n"}
_QUOTED = 40  # characters of a stray text that a message repeats


@frozen
class Layout:
    """The segments of one interchange in regular layout, and the last one's suffix where that differs."""

    text: str
    last_suffix: str | None = None


def lay_out(text: str, separators: Separators, findings: FindingList) -> Layout:
    """The regular layout of an interchange that begins with ISA and runs to the next one, or to the end."""
    bare = text.rstrip(BLANKS)
    ending = text[len(bare) :]
    if separators.segment not in BLANKS:
        bare, ended = bare.removesuffix(separators.segment), bare.endswith(separators.segment)
        ending = separators.segment * ended + ending
    return _as_it_is(bare, ending, separators) or _straightened(text, separators, findings)


def _as_it_is(bare: str, ending: str, separators: Separators) -> Layout | None:
    if not ending.startswith(separators.segment):
        return None
    last_suffix = ending[1:]
    usual = _LINE_ENDS if separators.segment not in BLANKS else {separators.suffix}
    if last_suffix not in usual or _irregularity(separators).search(bare):
        return None
    glued = bare.count(separators.segment)
    glue = separators.segment + separators.suffix
    if any(bare.count(blank) != glued * glue.count(blank) for blank in "\r\n\t"):
        return None
    return Layout(bare, None if last_suffix == separators.suffix else last_suffix)


@lru_cache(maxsize=64)
def _irregularity(separators: Separators) -> re.Pattern[str]:
    """A terminator that is not followed by the suffix and a segment id."""
    terminator, element = re.escape(separators.segment), re.escape(separators.element)
    return re.compile(f"{terminator}(?!{separators.suffix}[A-Z][A-Z0-9]{{1,2}}[{terminator}{element}])")


def _straightened(text: str, separators: Separators, findings: FindingList) -> Layout:
    work = _Straightening(separators, findings)
    if separators.segment in BLANKS:
        *lines, tail = _LINE_END.split(text)
        if len(set(_LINE_END.findall(text))) > 1:
            work.note("X12_LINE_ENDS")
    else:
        *lines, tail = text.split(separators.segment)
        if lines and _isa_runs_on(lines[0], separators.element):
            findings.add("X12_TERMINATOR_MISSING", "ISA has no terminator, only the end of its line")
            isa, following = _LINE_END.split(lines[0], maxsplit=1)
            lines[:1] = [isa, separators.suffix + following]
    for line in lines:
        work.take(line)
    work.take_tail(tail)
    work.report()
    return Layout((separators.segment + separators.suffix).join(work.segments))


def _isa_runs_on(text: str, element: str) -> bool:
    """The first line is a whole ISA, and a segment follows it before the first terminator."""
    isa, *following = _LINE_END.split(text, maxsplit=1)
    begins = "".join(following).lstrip(BLANKS).partition(element)[0]
    return isa.count(element) in {15, 16} and is_segment_id(begins)


_NOTES = {
    "X12_BLANK_LINES": "blank lines between segments or at the end",
    "X12_INDENTED": "blanks before the segment id",
    "X12_LINE_ENDS": "line ends are not the same throughout",
    "X12_EMPTY_SEGMENT": "segment terminators with nothing before them",
}


class _Straightening:
    """The segments put straight so far; what concerns the layout alone is counted and reported once."""

    def __init__(self, separators: Separators, findings: FindingList) -> None:
        self.segments: list[str] = []
        self._element = separators.element
        self._lines = separators.segment in BLANKS
        self._suffix = "" if self._lines else separators.suffix
        self._findings = findings
        self._notes: dict[str, tuple[int, int]] = {}
        self._ended = False

    def note(self, code: str) -> None:
        """Count one more place with this oddity."""
        first, places = self._notes.get(code, (len(self.segments), 0))
        self._notes[code] = first, places + 1

    def report(self) -> None:
        """One finding for each kind of oddity, at its first place."""
        for code, (first, places) in self._notes.items():
            more = f", {places} places" if places > 1 else ""
            self._findings.add(code, _NOTES[code] + more, first)

    def take(self, piece: str) -> None:
        """The text up to a terminator."""
        text = piece.lstrip(BLANKS)
        if not text:
            self.note("X12_BLANK_LINES" if self._lines else "X12_EMPTY_SEGMENT")
            return
        if self.segments:
            self._look_at_blanks(piece[: len(piece) - len(text)])
        text = self._without_line_ends(text)
        if not self._begins_like_a_segment(text):
            if self._ended:
                self._junk(text)
                return
            message = f"{text[:_QUOTED]!r} does not begin with a segment id"
            self._findings.add("X12_SEGMENT_ID", message, len(self.segments))
        self._ended = self._ended or text.startswith("IEA" + self._element)
        self.segments.append(text)

    def take_tail(self, piece: str) -> None:
        """The text after the last terminator: nothing, a segment that lost its own, or junk."""
        text = piece.strip(BLANKS)
        if not text:
            if piece not in _LINE_ENDS:
                self.note("X12_BLANK_LINES")
        elif self._begins_like_a_segment(text):
            self._findings.add(
                "X12_TERMINATOR_MISSING", "the last segment has no terminator", len(self.segments)
            )
            self.take(piece)
        else:
            self._junk(text)

    def _look_at_blanks(self, blanks: str) -> None:
        if blanks == self._suffix:
            return
        if len(_LINE_END.findall(blanks)) > 1:
            self.note("X12_BLANK_LINES")
        if " " in blanks or "\t" in blanks:
            self.note("X12_INDENTED")
        elif blanks in _LINE_ENDS:
            self.note("X12_LINE_ENDS")

    def _without_line_ends(self, text: str) -> str:
        place = len(self.segments)
        for number, element in enumerate(text.split(self._element)):
            if "\t" in element:
                self._findings.add("X12_TAB_IN_DATA", "the value contains a tab", place, number or None)
            if "\n" in element or "\r" in element:
                message = "a line end inside the value was taken out: its sender wraps long lines"
                self._findings.add("X12_NEWLINE_IN_DATA", message, place, number or None)
        return text.replace("\r", "").replace("\n", "")

    def _begins_like_a_segment(self, text: str) -> bool:
        return is_segment_id(text.split(self._element, 1)[0])

    def _junk(self, text: str) -> None:
        message = f"text after the interchange was left out: {text[:_QUOTED]!r}"
        self._findings.add("X12_TRAILING_JUNK", message, len(self.segments))
