"""Writes interchanges: what was read as it came, what was built exactly; else nothing at all."""

from __future__ import annotations

from collections.abc import Iterable

from orogxo.gxo.edi._check import check
from orogxo.gxo.edi._separators import BLANKS, is_segment_id, read_separators
from orogxo.gxo.edi._tree import ENVELOPE, count_envelope
from orogxo.gxo.edi._values import Interchange, Segment
from orogxo.gxo.edi.findings import FindingList, Limits, X12Error

_CONTROLS = frozenset(map(chr, [*range(0x20), 0x7F]))
_NOT_CONTROLS = bytes(code for code in range(0x100) if chr(code) not in _CONTROLS)


def dump(interchanges: Iterable[Interchange]) -> bytes:
    """The bytes of a file with these interchanges; the same values always give the same bytes.

    An interchange that was read is written as it came, wrong counts included. One that was built must be
    right: counts, control numbers, trailers, ISA widths. Either way a separator inside a value is refused,
    since X12 cannot escape it; composites and repetitions are text here, so their separators cannot be told
    from data: `Separators.reserved` names them for whoever makes the values. Empty elements at the end of a
    built segment are left out.

    Raises X12Error (X12_UNWRITABLE) with every problem of every interchange as findings.
    """
    findings = FindingList(Limits().findings)
    written = []
    for number, interchange in enumerate(interchanges):
        findings.interchange = number
        writer = _Writer(interchange, findings)
        written.append(writer.write())
        if not interchange.received:
            check(interchange, findings)
        findings.offset += writer.segments
    problems = tuple(findings)
    if problems:
        raise X12Error("nothing was written", code="X12_UNWRITABLE", findings=problems)
    return b"".join(written)


class _Writer:
    """Writes one interchange. Values are checked in bulk, and singly only to name the place of a fault."""

    def __init__(self, interchange: Interchange, findings: FindingList) -> None:
        self._interchange = interchange
        self._separators = interchange.separators
        self._findings = findings
        self.segments = 0

    def write(self) -> bytes:
        """The bytes; worthless where findings were added."""
        separators, ending = self._separators, self._interchange.last_suffix
        lines, elements, ids = self._lines()
        self.segments = len(lines)
        text = (separators.segment + separators.suffix).join(lines)
        data = self._encoded(text)
        if not (all(map(self._is_id, ids)) and self._is_clean(text, data, elements)):
            self._look_closely()
        ending = separators.segment + (separators.suffix if ending is None else ending)
        if not self._interchange.received:
            self._check_separators(text + ending)
        self._check_levels(text)
        return data + ending.encode(self._interchange.encoding, "replace")

    def _lines(self) -> tuple[list[str], int, set[str]]:
        """Every segment as text, the number of element separators, the ids of segments not taken as read."""
        separators, received = self._separators, self._interchange.received
        element, elements = separators.element, 0
        lines: list[str] = []
        ids: set[str] = set()
        for segment in self._interchange:
            held = segment._held
            if isinstance(held, str) and segment._separators is separators:
                lines.append(held)
                elements += held.count(element)
            else:
                parts = segment.parts() if received else _without_empty_end(segment.parts())
                lines.append(element.join(parts))
                elements += len(parts) - 1
                ids.add(parts[0])
        return lines, elements, ids

    def _is_clean(self, text: str, data: bytes, elements: int) -> bool:
        """No separator and no control character stands anywhere but where this writer put it."""
        separators, glued = self._separators, self.segments - 1
        if text.count(separators.element) != elements or text.count(separators.segment) != glued:
            return False
        controls = set(data.translate(None, _NOT_CONTROLS).decode("ascii")) - self._allowed()
        return all(text.count(control) == glued * separators.suffix.count(control) for control in controls)

    def _look_closely(self) -> None:
        separators = self._separators
        for place, segment in enumerate(self._interchange):
            name, *values = segment.parts()
            if not self._is_id(name):
                self._findings.add("X12_SEGMENT_ID", f"{name[:40]!r} is no segment id", place)
            for position, value in enumerate(values, start=1):
                if separators.element in value or separators.segment in value:
                    message = f"{value[:40]!r} contains a separator, which X12 cannot escape"
                    self._findings.add("X12_DELIMITER_IN_DATA", message, place, position)
                elif not _CONTROLS.isdisjoint(set(value) - self._allowed()):
                    message = f"{value[:40]!r} contains a control character"
                    self._findings.add("X12_CONTROL_CHARACTER", message, place, position)

    def _check_separators(self, text: str) -> None:
        """Whoever reads this must find the same separators in ISA."""
        if read_separators(text, 0) != self._separators:
            message = f"ISA cannot declare these so that they are understood: {self._separators}"
            self._findings.add("X12_SEPARATORS", message)

    def _check_levels(self, text: str) -> None:
        """No segment may be taken for a header or trailer that it is not; in what was read, for an ISA."""
        interchange, separators = self._interchange, self._separators
        if interchange.received:
            wrong: tuple[str, ...] = ("ISA",)
            if separators.segment + separators.suffix + "ISA" + separators.element not in text:
                return
        else:
            wrong = ENVELOPE
            pairs = len(interchange.groups) + sum(len(group.transactions) for group in interchange.groups)
            if count_envelope(text, separators) == 2 * pairs + 1:
                return
        levels = _levels(interchange)
        for place, segment in enumerate(interchange):
            if segment.id in wrong and id(segment) not in levels:
                self._findings.add("X12_STRAY_SEGMENT", f"{segment.id} stands where none belongs", place)

    def _allowed(self) -> set[str]:
        """Control characters that may stand in a value: the separators of composites; a tab that was read."""
        tab = {"\t"} if self._interchange.received else set()
        separators = self._separators
        return tab | {
            separators.element,
            separators.segment,
            separators.component,
            separators.repetition or "",
        }

    def _is_id(self, id: str) -> bool:  # noqa: A002 (X12's own word)
        """A segment id; of a file that was read, whatever stood in its place."""
        if not self._interchange.received:
            return is_segment_id(id)
        return (
            id != ""
            and id[0] not in BLANKS
            and self._separators.segment not in id
            and self._separators.element not in id
        )

    def _encoded(self, text: str) -> bytes:
        try:
            return text.encode(self._interchange.encoding)
        except UnicodeEncodeError as error:
            place = text.count(self._separators.segment, 0, error.start)
            message = f"{text[error.start]!r} does not exist in {error.encoding}"
            self._findings.add("X12_NOT_ENCODABLE", message, place)
            return text.encode(self._interchange.encoding, "replace")


def _levels(interchange: Interchange) -> set[int]:
    """The identities of the segments that open and close the levels."""
    levels: list[Segment | None] = [interchange.isa, interchange.iea]
    for group in interchange.groups:
        levels += (group.gs, group.ge)
        for transaction in group.transactions:
            levels += (transaction.st, transaction.se)
    return {id(segment) for segment in levels}


def _without_empty_end(parts: tuple[str, ...]) -> tuple[str, ...]:
    if parts[-1] or parts[0] == "ISA":
        return parts
    filled = len(parts)
    while filled > 1 and not parts[filled - 1]:
        filled -= 1
    return parts[:filled]
