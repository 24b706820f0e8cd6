"""What reading tolerated and what writing refused: findings, the error that carries them, and the limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar, Literal

from attrs import field, frozen

from orogxo.errors import Disposition, OrogxoError

Severity = Literal["warning", "error"]

_TOLD = 100  # findings that an error's text repeats; all of them are in `findings`

WARNING: Severity = "warning"
ERROR: Severity = "error"

SEVERITIES: Mapping[str, Severity] = MappingProxyType(
    {
        # How the file is laid out; every value was read as its sender meant it.
        "X12_BOM": WARNING,
        "X12_NOT_UTF8": WARNING,
        "X12_LEADING_JUNK": WARNING,
        "X12_TRAILING_JUNK": WARNING,
        "X12_BLANK_LINES": WARNING,
        "X12_INDENTED": WARNING,
        "X12_LINE_ENDS": WARNING,
        "X12_EMPTY_SEGMENT": WARNING,
        "X12_NEWLINE_IN_DATA": WARNING,
        "X12_TAB_IN_DATA": WARNING,
        "X12_TERMINATOR_MISSING": WARNING,
        # The interchange header: readable, but not as the standard lays it out.
        "X12_ISA_ELEMENTS": WARNING,
        "X12_ISA_WIDTH": WARNING,
        "X12_ISA11": WARNING,
        "X12_ISA12": WARNING,
        "X12_ISA16": WARNING,
        "X12_GS01": WARNING,
        "X12_CONTROL_FORMAT": WARNING,
        # The document contradicts itself: something may be missing, doubled or somebody else's.
        "X12_SEGMENT_ID": ERROR,
        "X12_STRAY_SEGMENT": ERROR,
        "X12_ISA_MISSING": ERROR,
        "X12_GS_MISSING": ERROR,
        "X12_SE_MISSING": ERROR,
        "X12_GE_MISSING": ERROR,
        "X12_IEA_MISSING": ERROR,
        "X12_SE_COUNT": ERROR,
        "X12_GE_COUNT": ERROR,
        "X12_IEA_COUNT": ERROR,
        "X12_SE_CONTROL": ERROR,
        "X12_GE_CONTROL": ERROR,
        "X12_IEA_CONTROL": ERROR,
        "X12_CONTROL_REPEATED": ERROR,
        "X12_MORE_FINDINGS": ERROR,
        # Refused when writing.
        "X12_DELIMITER_IN_DATA": ERROR,
        "X12_CONTROL_CHARACTER": ERROR,
        "X12_NOT_ENCODABLE": ERROR,
        "X12_SEPARATORS": ERROR,
        "X12_ENVELOPE": ERROR,
    }
)


@frozen
class Finding:
    """One thing about a document that is not as it should be.

    `interchange` counts from 0; `segment` is the index in the whole file, from 0; `element` is the X12
    position, from 1, or None where the whole segment is meant.
    """

    code: str
    message: str
    interchange: int = 0
    segment: int = 0
    element: int | None = None
    severity: Severity = field()

    @severity.default
    def _severity_of_the_code(self) -> Severity:
        return SEVERITIES.get(self.code, ERROR)

    def __str__(self) -> str:
        place = f"segment {self.segment}" + (f", element {self.element}" if self.element else "")
        return f"{self.code}: {self.message} (interchange {self.interchange}, {place})"


class X12Error(OrogxoError):
    """Input that is not readable as X12, or interchanges that must not be written.

    `findings` holds every problem that was found, not the first only. Reading raises X12_EMPTY, X12_NOT_X12,
    X12_EDIFACT, X12_NO_ENVELOPE, X12_HEADER, X12_ENCODING, X12_CONTROL_BYTES or X12_LIMIT;
    writing raises X12_UNWRITABLE; wrapping raises X12_ENVELOPE.
    """

    default_code: ClassVar[str] = "X12_UNREADABLE"
    default_disposition: ClassVar[Disposition] = Disposition.REVIEW

    def __init__(
        self, message: str = "", *, code: str | None = None, findings: Sequence[Finding] = ()
    ) -> None:
        told = "; ".join(str(finding) for finding in findings[:_TOLD])
        told += f"; and {len(findings) - _TOLD} more" if len(findings) > _TOLD else ""
        super().__init__(": ".join(part for part in (message, told) if part), code=code)
        self.findings = tuple(findings)


@frozen
class Limits:
    """What a file may cost: bytes, segments, interchanges, characters in one segment, findings listed singly.

    An X12 envelope is three levels deep by construction, so width is what a hostile file can abuse.
    """

    size: int = 50_000_000
    segments: int = 2_000_000
    interchanges: int = 10_000
    segment_size: int = 1_000_000
    findings: int = 10_000


class FindingList:
    """Collects the findings of one file, up to the limit; what is beyond it is counted, not lost silently."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: list[Finding] = []
        self._beyond = 0
        self.interchange = 0
        self.offset = 0

    def add(self, code: str, message: str, segment: int = 0, element: int | None = None) -> None:
        """Report something about the current interchange; `segment` counts from its ISA."""
        if len(self._kept) < self._limit:
            place = self.offset + segment
            self._kept.append(Finding(code, message, self.interchange, place, element))
        else:
            self._beyond += 1

    def __iter__(self) -> Iterator[Finding]:
        yield from self._kept
        if self._beyond:
            message = f"{self._beyond} more findings are not listed"
            yield Finding("X12_MORE_FINDINGS", message, self.interchange, self.offset)
