"""Checks what an interchange says about itself: fixed widths, control numbers, counts, trailers, strays.

Reading reports what is found here; writing refuses it in an interchange that was built.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from orogxo.gxo.edi._separators import has_repetition, is_release
from orogxo.gxo.edi._values import Group, Interchange, Segment, Transaction
from orogxo.gxo.edi.findings import FindingList

ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)  # ISA01 to ISA16

FUNCTIONAL_IDS: Mapping[str, str] = MappingProxyType(
    {
        "180": "AN", "846": "IB", "940": "OW", "943": "AR", "944": "RE", "945": "SW", "947": "AW",
        "997": "FA", "999": "FA",
    }
)  # fmt: skip


def check(interchange: Interchange, findings: FindingList) -> int:
    """Report everything wrong with the envelopes; the number of segments, counted on the way."""
    _check_isa(interchange, findings)
    walk = _Walk(findings)
    walk.place = 1
    walk.strays(
        [segment for segment in interchange.preamble if segment.id != "TA1"], len(interchange.preamble)
    )
    seen: set[str] = set()
    for group in interchange.groups:
        if group.gs is not None:
            walk.once(group.control, "group", seen, 6)
        walk.group(group)
    walk.trailer("IEA", interchange.iea, len(interchange.groups), interchange.control, after=0)
    walk.strays(interchange.stray, len(interchange.stray))
    return walk.place


def _check_isa(interchange: Interchange, findings: FindingList) -> None:
    elements, separators = interchange.isa.elements, interchange.separators
    if len(elements) > len(ISA_WIDTHS):
        findings.add("X12_ISA_ELEMENTS", f"ISA has {len(elements)} elements instead of 16")
    for position, (value, width) in enumerate(zip(elements[:15], ISA_WIDTHS, strict=False), start=1):
        if len(value) != width:
            message = f"ISA{position:02} has {len(value)} characters instead of {width}"
            findings.add("X12_ISA_WIDTH", message, 0, position)
    if interchange.isa.element(16) != separators.component:
        findings.add("X12_ISA16", "ISA16 does not give a component separator", 0, 16)
    if not is_release(interchange.version):
        findings.add("X12_ISA12", f"ISA12 {interchange.isa.element(12)!r} is no release", 0, 12)
    elif has_repetition(interchange.version) and separators.repetition is None:
        message = f"ISA11 is {interchange.isa.element(11)!r}; this release has a repetition separator there"
        findings.add("X12_ISA11", message, 0, 11)
    elif interchange.isa.element(11) != (separators.repetition or "U"):
        message = f"ISA11 is {interchange.isa.element(11)!r} instead of {separators.repetition or 'U'!r}"
        findings.add("X12_ISA11", message, 0, 11)


class _Walk:
    """Passes over an interchange in file order; `place` is the index of the next segment, ISA being 0."""

    def __init__(self, findings: FindingList) -> None:
        self.place = 0
        self._findings = findings

    def group(self, group: Group) -> None:
        """GS, what is in the group, GE."""
        header = self.place
        if group.gs is None:
            self._findings.add("X12_GS_MISSING", "transactions stand outside any group", header)
        else:
            self.place += 1
        self.strays(group.preamble, len(group.preamble))
        seen: set[str] = set()
        functional_id = group.functional_id
        for transaction in group.transactions:
            expected = FUNCTIONAL_IDS.get(transaction.code, functional_id)
            if expected != functional_id and group.gs is not None:
                message = f"GS01 is {functional_id!r}; a {transaction.code} belongs in a group {expected}"
                self._findings.add("X12_GS01", message, header, 1)
            control = transaction.control
            self.once(control, "transaction", seen, 2)
            self._transaction(transaction, control)
        if group.gs is not None or group.ge is not None:
            self.trailer("GE", group.ge, len(group.transactions), group.control, after=header)
        self.strays(group.stray, len(group.stray))

    def once(self, control: str, what: str, seen: set[str], element: int) -> None:
        """A control number may be used once at its level: a second one may be the same order again."""
        if control in seen:
            message = f"control number {control!r} is used by another {what} before"
            self._findings.add("X12_CONTROL_REPEATED", message, self.place, element)
        seen.add(control)

    def trailer(self, id: str, segment: Segment | None, count: int, control: str, *, after: int) -> None:  # noqa: A002
        """SE, GE or IEA: it is there, its count is right, its control number is that of the header."""
        if segment is None:
            message = f"the {id} that should close segment {after} of the interchange is missing"
            self._findings.add(f"X12_{id}_MISSING", message, after)
            return
        if segment.parts() != (id, str(count), control):
            self._count(id, segment.element(1), count)
            self._control(id, segment.element(2), control)
        self.place += 1

    def strays(self, segments: tuple[Segment, ...] | list[Segment], passed: int) -> None:
        """Segments where none belongs; `passed` is how many stand there in all."""
        if segments:
            ids = ", ".join(segment.id[:3] for segment in segments[:10])
            message = f"{len(segments)} segments stand outside any transaction: {ids}"
            self._findings.add("X12_STRAY_SEGMENT", message, self.place)
        self.place += passed

    def _transaction(self, transaction: Transaction, control: str) -> None:
        header = self.place
        self.place += transaction.size - 1
        self.trailer("SE", transaction.se, transaction.size, control, after=header)
        self.strays(transaction.stray, len(transaction.stray))

    def _count(self, id: str, stated: str, count: int) -> None:  # noqa: A002
        if _number(stated) != count:
            self._findings.add(
                f"X12_{id}_COUNT", f"{id}01 says {stated!r}, {count} were counted", self.place, 1
            )

    def _control(self, id: str, stated: str, control: str) -> None:  # noqa: A002
        if stated.strip(" ") == control:
            return
        same = _number(stated) is not None and _number(stated) == _number(control)
        code = "X12_CONTROL_FORMAT" if same else f"X12_{id}_CONTROL"
        self._findings.add(code, f"{id}02 is {stated!r}, the header says {control!r}", self.place, 2)


def _number(text: str) -> int | None:
    bare = text.strip(" ")
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) < 20 else None
