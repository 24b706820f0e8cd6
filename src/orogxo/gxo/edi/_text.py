"""Turns a file's bytes into text, and says why a file cannot be read as X12 at all."""

from __future__ import annotations

import re
from typing import NoReturn

from attrs import frozen

from orogxo.gxo.edi._headers import CANDIDATE
from orogxo.gxo.edi._separators import BLANKS
from orogxo.gxo.edi._values import Separators
from orogxo.gxo.edi.findings import FindingList, Limits, X12Error

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HARMLESS = bytes(code for code in range(0x100) if not _CONTROL.match(chr(code)))
_BYTE_ORDER_MARK = "\ufeff"
_END_OF_FILE = "\x1a"  # some systems close a text file with it
_EDIFACT = re.compile(r"UNA.{6}[ \t\r\n]*UNB|UN[BH][^A-Za-z0-9 \t\r\n]")
_WITHOUT_ENVELOPE = re.compile(r"(?:GS|ST)[^A-Za-z0-9 \t\r\n]")
_LOST_ENVELOPE = re.compile(r"(?<![A-Za-z0-9])(?:ISA(\W)\d\d\1|GS(\W)[A-Z]{2}\2|ST(\W)[0-9]{3}\3)")


@frozen
class Text:
    """A file as text; `has_controls` says that it holds control characters, which only separators may be."""

    text: str
    encoding: str
    has_controls: bool


def read_text(data: bytes | str, limits: Limits, findings: FindingList) -> Text:
    """The text of a file without byte order mark; raises X12_LIMIT and X12_ENCODING."""
    if len(data) > limits.size:
        raise X12Error(f"the file has {len(data)} bytes; {limits.size} are allowed", code="X12_LIMIT")
    text, raw, encoding = _decoded(data)
    has_controls = bool(raw.translate(None, _HARMLESS))
    if text.startswith(_BYTE_ORDER_MARK):
        findings.add("X12_BOM", "the file begins with a byte order mark")
        text = text.removeprefix(_BYTE_ORDER_MARK)
    if has_controls and text.rstrip(BLANKS).endswith(_END_OF_FILE):
        findings.add("X12_TRAILING_JUNK", "the file ends with an end-of-file character, 1A")
        text = text.rstrip(BLANKS + _END_OF_FILE)
    return Text(text, encoding, has_controls)


def _decoded(data: bytes | str) -> tuple[str, bytes, str]:
    if isinstance(data, str):
        try:
            return data, data.encode("utf-8"), "utf-8"
        except UnicodeEncodeError as error:
            message = f"character {error.start} of the text is half a character (a surrogate)"
            raise X12Error(message, code="X12_ENCODING") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise X12Error("the file is UTF-16; X12 is exchanged in ASCII, Latin-1 or UTF-8", code="X12_ENCODING")
    try:
        return data.decode("utf-8"), data, "utf-8"
    except UnicodeDecodeError:
        return data.decode("latin-1"), data, "latin-1"


def refuse_controls(text: str, *, allowed: str) -> None:
    """Raise X12_CONTROL_BYTES where the text holds a control character that is no separator."""
    for match in _CONTROL.finditer(text):
        if match.group() not in allowed:
            message = (
                f"control character {ord(match.group()):02X} in the data; the file is damaged or hostile"
            )
            raise X12Error(message, code="X12_CONTROL_BYTES")


def holds_segments(text: str) -> bool:
    """Whether this is more than junk: it has the beginning of an ISA, a GS or an ST."""
    return _LOST_ENVELOPE.search(text) is not None


def settle_encoding(text: str, separators: Separators, findings: FindingList) -> tuple[str, str]:
    """The text of one interchange of a file that is not UTF-8 as a whole: it may be, else it is Latin-1."""
    try:
        return text.encode("latin-1").decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        before = text[: error.start]
        element = before.rpartition(separators.segment)[2].count(separators.element)
        message = "the file is not UTF-8; it was read as Latin-1"
        findings.add("X12_NOT_UTF8", message, before.count(separators.segment), element or None)
        return text, "latin-1"


def refuse_unreadable(text: str) -> NoReturn:
    """Raise what a file is that has no readable ISA."""
    start = text.lstrip(BLANKS)
    if not start:
        raise X12Error("the file is empty", code="X12_EMPTY")
    if _EDIFACT.match(start):
        raise X12Error("this is EDIFACT, not X12", code="X12_EDIFACT")
    if _WITHOUT_ENVELOPE.match(start):
        message = (
            f"the file begins with {start[:2]}: the interchange header ISA is missing; ask for the whole file"
        )
        raise X12Error(message, code="X12_NO_ENVELOPE")
    if CANDIDATE.search(text):
        raise X12Error("the interchange header ISA is too damaged to tell the separators", code="X12_HEADER")
    raise X12Error("this is not X12: there is no interchange header ISA", code="X12_NOT_X12")
