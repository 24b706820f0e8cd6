"""One file that came, understood: what it ships, what it acknowledges, what we answer. No drop, no clock.

The same bytes and the same memory always give the same result, so a file may be read again at any time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from attrs import define, field, frozen

from orogxo.gxo.edi import x12
from orogxo.gxo.edi.documents import (
    GroupReceipt,
    Known,
    Quarantined,
    acknowledge,
    read_945,
    read_997,
    read_999,
)
from orogxo.gxo.edi.exchange import LARGEST
from orogxo.gxo.edi.site import Site
from orogxo.gxo.edi.x12 import Limits, X12Error
from orogxo.model import FulfilmentRequest, Shipment
from orogxo.ports import FeedTrouble

_ENVELOPE_OPEN = frozenset({"X12_IEA_MISSING", "X12_GE_MISSING", "X12_SE_MISSING"})


@frozen
class Memory:
    """What is known when a file is read: our orders by reference, and what came under a control number."""

    order: Callable[[str], FulfilmentRequest | None]
    received: Callable[[int], str]


@define
class Incoming:
    """What one file says. `interchanges` are control number and digest of those that were read for the first
    time; `answers` what our 997 says; `verdicts` what theirs says of our groups; `kept` what waits for a
    reader of its own. For people: `problems` with shipments, `troubles` with the file. `complete`: it is
    readable and every envelope in it is closed."""

    name: str
    digest: str
    complete: bool = True
    shipments: list[Shipment] = field(factory=list)
    problems: list[str] = field(factory=list)
    troubles: list[FeedTrouble] = field(factory=list)
    interchanges: list[tuple[int, str]] = field(factory=list)
    answers: list[GroupReceipt] = field(factory=list)
    verdicts: list[GroupReceipt] = field(factory=list)
    kept: list[x12.Transaction] = field(factory=list)


def digest_of(data: bytes) -> str:
    """Names a content."""
    return hashlib.sha256(data).hexdigest()


def understand(name: str, data: bytes, site: Site, memory: Memory) -> Incoming:
    """Read one file. Never raises for what is in it."""
    found = Incoming(name, digest_of(data))
    try:
        interchanges, findings = x12.parse(data, limits=Limits(size=LARGEST))
    except X12Error as error:
        found.complete = False
        told = f"file {name} is not readable as X12: {error}"
        found.troubles.append(FeedTrouble("FILE_UNREADABLE", _file(found), told, (told,)))
        return found
    found.complete = not any(finding.code in _ENVELOPE_OPEN for finding in findings)
    for place, interchange in enumerate(interchanges):
        mine = [finding for finding in findings if finding.interchange == place]
        _Reader(found, site, memory, mine, f"interchange {place + 1}").interchange(interchange)
    return found


@frozen
class _Reader:
    """One interchange of the file."""

    found: Incoming
    site: Site
    memory: Memory
    findings: list[x12.Finding]
    _here: str

    def interchange(self, interchange: x12.Interchange) -> None:
        if not self._is_ours(interchange):
            return
        control = int(interchange.control) if interchange.control.isdigit() else 0
        if not control:
            told = f"interchange {interchange.control!r} has no control number; nothing of it was used"
            self._trouble("FILE_UNREADABLE", self._here, told)
            return
        digest = digest_of(repr([segment.parts() for segment in interchange]).encode())
        before = self.memory.received(control)
        if before and before != digest:
            told = (
                f"control number {control} was used before for something else; nothing of it was used: "
                "ask the site which of the two counts"
            )
            self._trouble("FILE_NUMBER_REUSED", self._here, told)
            return
        if not before:
            self.found.interchanges.append((control, digest))
        for group in interchange.groups:
            self._group(group, again=bool(before))

    def _is_ours(self, interchange: x12.Interchange) -> bool:
        ends = (interchange.sender, interchange.receiver)
        if ends != (self.site.receiver, self.site.sender):
            told = f"it is from {ends[0]!r} to {ends[1]!r}, not for us; nothing of it was used"
            self._trouble("FILE_MISDIRECTED", self._here, told)
        elif interchange.usage != self.site.usage:
            kinds = {"P": "production", "T": "test"}
            kind = kinds.get(interchange.usage, repr(interchange.usage))
            told = f"it is a {kind} file at a {kinds[self.site.usage]} site; nothing of it was used"
            self._trouble("FILE_MISDIRECTED", self._here, told)
        else:
            return True
        return False

    def _group(self, group: x12.Group, *, again: bool) -> None:
        acknowledges = group.functional_id == "FA"
        receipt = None if acknowledges else acknowledge(group, self.findings)
        if receipt is not None and group.gs is not None:
            self.found.answers.append(receipt)
        if again:
            return
        good = {one.control for one in receipt.sets if one.accepted} if receipt else set()
        for transaction in group.transactions:
            if acknowledges or transaction.code in {"997", "999"}:
                self._acknowledgement(transaction)
            elif transaction.control in good:
                self._document(transaction)
            else:
                why = "; ".join(str(finding) for finding in self._of(transaction))
                told = f"{_named(transaction)} is broken and was not used: {why or 'see its group'}"
                if transaction.code == "945":
                    self._tell(told)
                else:
                    self._unusable(transaction, told)

    def _of(self, transaction: x12.Transaction) -> Iterator[x12.Finding]:
        span = range(transaction.index, transaction.index + transaction.size + 1)
        return (finding for finding in self.findings if finding.segment in span)

    def _document(self, transaction: x12.Transaction) -> None:
        if transaction.code in self.site.kept:
            self.found.kept.append(transaction)
            return
        if transaction.code != "945":
            if transaction.code not in self.site.set_aside:
                told = f"{_named(transaction)} is not agreed with this site; it lies in the archive"
                self._unusable(transaction, told)
            return
        ref = next((one.element(2).strip() for one in transaction.segments if one.id == "W06"), "")
        request = self.memory.order(ref)
        known = Known(orders={ref: request} if request else {})
        values, findings = read_945(transaction, self.site.profile, known)
        for value in values:
            if isinstance(value, Quarantined):
                why = "; ".join(str(reason) for reason in value.reasons)
                self._tell(f"{_named(transaction)} for order {value.reference!r} was not booked: {why}")
            else:
                self.found.shipments.append(value)
                doubts = "; ".join(str(one) for one in findings if one.severity == "error")
                if doubts:
                    self._tell(f"shipment {value.id} was booked, but {doubts}")

    def _acknowledgement(self, transaction: x12.Transaction) -> None:
        reader = read_999 if transaction.code == "999" else read_997
        values, _ = reader(transaction, self.site.profile)
        for value in values:
            if isinstance(value, Quarantined):
                why = "; ".join(str(reason) for reason in value.reasons)
                self._unusable(transaction, f"{_named(transaction)} cannot be understood: {why}")
            elif value.functional_id == "OW":
                self.found.verdicts.append(value)

    def _tell(self, what: str) -> None:
        """Of a shipment."""
        self.found.problems.append(f"file {self.found.name}: {what}")

    def _unusable(self, transaction: x12.Transaction, what: str) -> None:
        self._trouble("FILE_UNREADABLE", f"segment {transaction.index}", what)

    def _trouble(self, code: str, place: str, what: str) -> None:
        """Of the file."""
        told = f"file {self.found.name}: {what}"
        self.found.troubles.append(FeedTrouble(code, f"{_file(self.found)}, {place}", told, (told,)))


def _file(found: Incoming) -> str:
    """A file by name and content, for sites that call every file alike."""
    return f"{found.name}#{found.digest[:8]}"


def _named(transaction: x12.Transaction) -> str:
    return f"{transaction.code} {transaction.control}"
