"""Reads a file: bytes to text, text to interchanges, every tolerance a finding."""

from __future__ import annotations

from attrs import evolve

from orogxo.gxo.edi._check import check
from orogxo.gxo.edi._headers import Header, headers
from orogxo.gxo.edi._layout import lay_out
from orogxo.gxo.edi._separators import BLANKS
from orogxo.gxo.edi._text import (
    Text,
    holds_segments,
    read_text,
    refuse_controls,
    refuse_unreadable,
    settle_encoding,
)
from orogxo.gxo.edi._tree import build
from orogxo.gxo.edi._values import Interchange, Separators
from orogxo.gxo.edi.findings import Finding, FindingList, Limits, X12Error

DEFAULT_LIMITS = Limits()


def parse(
    data: bytes | str, *, limits: Limits = DEFAULT_LIMITS
) -> tuple[tuple[Interchange, ...], tuple[Finding, ...]]:
    """The interchanges of a file, and everything about it that is not as it should be.

    Dirty input that can be read is read; each thing forgiven is a finding with its code and place. Bytes are
    UTF-8, else Latin-1. A clean file, one without findings, is written back byte for byte by `dump`.

    Raises X12Error for input that is no X12 (X12_EMPTY, X12_NOT_X12, X12_EDIFACT), has no readable ISA
    (X12_NO_ENVELOPE, X12_HEADER), is hostile (X12_ENCODING, X12_CONTROL_BYTES) or too large (X12_LIMIT).
    """
    findings = FindingList(limits.findings)
    source = read_text(data, limits, findings)
    places = _headers(source, limits, findings)
    ends = [*(header.start for header in places[1:]), len(source.text)]
    seen: set[tuple[str, str, str]] = set()
    interchanges = []
    for number, (header, end) in enumerate(zip(places, ends, strict=True)):
        findings.interchange = number
        text = source.text[header.start : end]
        interchange = _interchange(text, header, source, limits, findings)
        _check_once(interchange, seen, findings)
        findings.offset += check(interchange, findings)
        interchanges.append(interchange)
    return tuple(interchanges), tuple(
        sorted(findings, key=lambda finding: (finding.interchange, finding.segment))
    )


def _headers(source: Text, limits: Limits, findings: FindingList) -> list[Header]:
    """Where the interchanges begin; what stands before the first is blank, or junk that is told."""
    places: list[Header] = []
    for header in headers(source.text):
        places.append(header)
        if len(places) > limits.interchanges:
            raise X12Error(f"more than {limits.interchanges} interchanges in one file", code="X12_LIMIT")
    if not places:
        refuse_unreadable(source.text)
    _tell_before(source.text[: places[0].start], findings)
    return places


def _tell_before(text: str, findings: FindingList) -> None:
    refuse_controls(text, allowed="")
    junk = text.strip(BLANKS)
    if holds_segments(junk):
        message = f"segments before the first readable ISA were left out: {junk[:40]!r}"
        findings.add("X12_ISA_MISSING", message)
    elif junk:
        findings.add("X12_LEADING_JUNK", f"text before the interchange was left out: {junk[:40]!r}")
    elif text:
        findings.add("X12_BLANK_LINES", "blanks or blank lines before the interchange")


def _interchange(
    text: str, header: Header, source: Text, limits: Limits, findings: FindingList
) -> Interchange:
    separators = header.separators
    if source.has_controls:
        refuse_controls(text, allowed=_declared(text, separators))
    terminators = text.count(separators.segment)
    if findings.offset + terminators > limits.segments:
        raise X12Error(f"the file has more than {limits.segments} segments", code="X12_LIMIT")
    _check_segment_size(text, separators, limits.segment_size)
    layout = lay_out(text, separators, findings)
    encoding = source.encoding
    if encoding != "utf-8":
        text, encoding = settle_encoding(layout.text, separators, findings)
        layout = evolve(layout, text=text)
    return build(layout, separators, index=findings.offset, encoding=encoding)


def _declared(text: str, separators: Separators) -> str:
    """The separators that really stand in ISA: what stands in for a missing ISA16 is not allowed as data."""
    isa = text.partition(separators.segment)[0]
    component = separators.component if isa.endswith(separators.component) else ""
    return separators.element + separators.segment + (separators.repetition or "") + component


def _check_segment_size(text: str, separators: Separators, allowed: int) -> None:
    """No stretch of `allowed` characters without a terminator; jumps from one terminator to the next."""
    start = 0
    while len(text) - start > allowed:
        last = text.rfind(separators.segment, start, start + allowed + 1)
        if last < 0:
            message = f"a segment is longer than {allowed} characters; is its terminator missing?"
            raise X12Error(message, code="X12_LIMIT")
        start = last + 1


def _check_once(interchange: Interchange, seen: set[tuple[str, str, str]], findings: FindingList) -> None:
    key = (interchange.sender, interchange.receiver, interchange.control)
    if key in seen:
        message = f"control number {interchange.control!r} is used by an interchange before"
        findings.add("X12_CONTROL_REPEATED", message, 0, 13)
    seen.add(key)
