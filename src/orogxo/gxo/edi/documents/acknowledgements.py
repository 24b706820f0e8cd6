"""997 Functional Acknowledgment, and 999 its sibling from 5010: was the syntax of a file understood?

They speak of syntax only. An accepted 940 is a file that the site could parse, no order that it took, and no
shipment: only a 945 proves one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from attrs import frozen

from orogxo.gxo.edi.documents._reading import DEFAULT, Loop, Placed, Read, Reading, find, read, split
from orogxo.gxo.edi.documents._writing import Sheet
from orogxo.gxo.edi.profile import X12Profile
from orogxo.gxo.edi.x12 import Finding, Group, Transaction, X12Error

Code = Literal["997", "999"]

_SEGMENTS: dict[Code, tuple[str, str, str]] = {"997": ("AK3", "AK4", "AK5"), "999": ("IK3", "IK4", "IK5")}
_SET_ERRORS = {"X12_SE_MISSING": "2", "X12_SE_CONTROL": "3", "X12_SE_COUNT": "4"}
_GROUP_ERRORS = {"X12_GE_MISSING": "3", "X12_GE_CONTROL": "4", "X12_GE_COUNT": "5"}


@frozen
class ElementError:
    """What is wrong with one element (AK4, IK4).

    `position` is AK401, "4" or "4" with component and repetition in `component` and `repetition`; `code` is
    AK403 (e723), `reference` the data element's number, `copy` the bad value.
    """

    position: int
    code: str
    component: int | None = None
    repetition: int | None = None
    reference: str = ""
    copy: str = ""


@frozen
class SegmentError:
    """What is wrong with one segment (AK3, IK3); `position` counts from ST, which is 1, `code` is e720.

    `context` are the elements of each CTX of a 999, as they came.
    """

    id: str
    position: int
    code: str = ""
    loop: str = ""
    elements: tuple[ElementError, ...] = ()
    context: tuple[tuple[str, ...], ...] = ()


@frozen
class SetReceipt:
    """The verdict on one transaction set (AK2 to AK5): A, E (accepted with errors), R, M, W or X."""

    code: str
    control: str
    verdict: str
    errors: tuple[str, ...] = ()
    segments: tuple[SegmentError, ...] = ()
    version: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the other side can work with it."""
        return self.verdict in {"A", "E"}


@frozen
class GroupReceipt:
    """The verdict on one functional group (AK1 to AK9): A, E, P (partly) or R, with the three counts."""

    functional_id: str
    control: str
    verdict: str
    included: int
    received: int
    accepted: int
    sets: tuple[SetReceipt, ...] = ()
    errors: tuple[str, ...] = ()
    version: str = ""


def acknowledge(group: Group, findings: Iterable[Finding]) -> GroupReceipt:
    """What we say of a group that was read: `findings` are those of `x12.parse` for the same file.

    A set whose trailer is missing or wrong is rejected, for some of it may be missing too; so is one with a
    segment that cannot be one. Raises X12Error (X12_NEVER_ACKNOWLEDGED) for a group of acknowledgements:
    two partners would answer each other for ever.
    """
    if group.functional_id == "FA":
        raise X12Error("an acknowledgement is never acknowledged", code="X12_NEVER_ACKNOWLEDGED")
    found = list(findings)
    sets = tuple(_judge(transaction, found) for transaction in group.transactions)
    good = sum(one.accepted for one in sets)
    ge = None if group.ge is None else group.ge.element(1)
    included = int(ge) if ge and ge.isascii() and ge.isdigit() else len(sets)
    places = _places(group)
    errors = _codes(_GROUP_ERRORS, (one for one in found if one.segment in places))
    verdict = "A" if good == len(sets) and not errors else "E" if good == len(sets) else "P" if good else "R"
    return GroupReceipt(
        group.functional_id, group.control, verdict, included, len(sets), good, sets, errors, group.version
    )


def _judge(transaction: Transaction, findings: Sequence[Finding]) -> SetReceipt:
    span = range(transaction.index, transaction.index + len(tuple(transaction)))
    mine = [finding for finding in findings if finding.segment in span]
    errors = _codes(_SET_ERRORS, mine)
    segments = tuple(
        SegmentError(_id_at(transaction, finding.segment), finding.segment - transaction.index + 1, "1")
        for finding in mine
        if finding.code == "X12_SEGMENT_ID"
    )
    errors += ("5",) if segments else ()
    return SetReceipt(transaction.code, transaction.control, "R" if errors else "A", errors, segments)


def _codes(table: dict[str, str], findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(table[finding.code] for finding in findings if finding.code in table))


def _id_at(transaction: Transaction, place: int) -> str:
    """The id of a segment that has a bad one, as far as AK301 can carry it."""
    raw = tuple(transaction)[place - transaction.index].id
    return "".join(letter for letter in raw if letter.isascii() and letter.isalnum())[:3].ljust(2, "0")


def _places(group: Group) -> range:
    """Where the group stands in its file: from GS, one before its first ST, to its end."""
    first = group.transactions[0].index - len(group.preamble) - 1 if group.transactions else 0
    return range(first, first + len(tuple(group)))


def write_997(receipt: GroupReceipt, profile: X12Profile = DEFAULT, *, control: int) -> Transaction:
    """`receipt` as one 997 (contract x12, sections 2.2 to 2.5; functional id FA).

    AK103 and AK203 are written from 5010 on. Raises X12Error (X12_UNWRITABLE) with every problem.
    """
    return _write("997", receipt, profile, control)


def write_999(receipt: GroupReceipt, profile: X12Profile, *, control: int) -> Transaction:
    """`receipt` as one 999, for partners that ask for it; it exists from 5010 on.

    Raises X12Error (X12_UNWRITABLE) with every problem; RELEASE_TOO_OLD for a 4010 profile.
    """
    return _write("999", receipt, profile, control)


def _write(code: Code, receipt: GroupReceipt, profile: X12Profile, control: int) -> Transaction:
    sheet = Sheet(code, f"group {receipt.functional_id} {receipt.control}", profile)
    if code == "999" and profile.release == "004010":
        sheet.refuse("RELEASE_TOO_OLD", "there is no 999 before 5010; write a 997")
    with_version = profile.release == "005010"
    sheet.add("AK1", receipt.functional_id, receipt.control, *([receipt.version] if with_version else []))
    for one in receipt.sets:
        sheet.add("AK2", one.code, one.control, *([one.version] if with_version else []))
        for error in one.segments:
            _write_error(sheet, code, error)
        _write_codes(sheet, _SEGMENTS[code][2], (one.verdict,), one.errors)
    counts = (receipt.included, receipt.received, receipt.accepted)
    _write_codes(sheet, "AK9", (receipt.verdict, *counts), receipt.errors)
    return sheet.finish(control)


def _write_codes(sheet: Sheet, segment: str, cells: tuple[str | int, ...], errors: tuple[str, ...]) -> None:
    if len(errors) > 5:
        sheet.refuse("SEGMENTS_TOO_MANY", f"{segment} has room for 5 errors, not {len(errors)}")
    sheet.add(segment, *cells, *errors)


def _write_error(sheet: Sheet, code: Code, error: SegmentError) -> None:
    segment, element, _ = _SEGMENTS[code]
    if error.context:
        sheet.refuse("CONTEXT_REFUSED", "a CTX is read, not written: its separators are those of its sender")
    sheet.add(segment, error.id, error.position, error.loop, error.code)
    for one in error.elements:
        place = (one.position, one.component, one.repetition)
        sheet.add(element, place, one.reference, one.code, one.copy)


def read_997(transaction: Transaction, profile: X12Profile = DEFAULT) -> Read[GroupReceipt]:
    """A 997 as a GroupReceipt (contract x12, sections 2.2 to 2.5), and all findings.

    Quarantined: WRONG_DOCUMENT, SEGMENT_MISSING (AK1, AK9), VALUE_MISSING, VALUE_TOO_LONG, QUANTITY_MISSING,
    QUANTITY_UNREADABLE. Finding on what is read all the same: TOTAL_DIFFERS (AK904 is not the number of sets
    that are accepted one by one; where only the group is judged there is nothing to compare).
    """
    return read(transaction, "997", _group_receipt, profile)


def read_999(transaction: Transaction, profile: X12Profile = DEFAULT) -> Read[GroupReceipt]:
    """A 999 as a GroupReceipt, like `read_997`; CTX are kept as they came."""
    return read(transaction, "999", _group_receipt, profile)


def _group_receipt(reading: Reading) -> GroupReceipt | None:
    ak1, ak9 = reading.needed("AK1"), reading.needed("AK9")
    if ak1 is None or ak9 is None:
        return None
    control = reading.reference = reading.text(ak1, 2, "group control number")
    body, _ = split(reading.segments, "AK9")
    _, loops = split(body, "AK2")
    sets = tuple(_set_receipt(reading, loop) for loop in loops)
    included, received, accepted = (_count(reading, ak9, position) for position in (2, 3, 4))
    good = sum(one.accepted for one in sets)
    if sets and len(sets) == received and good != accepted:
        reading.doubt("TOTAL_DIFFERS", f"AK904 is {accepted}, and {good} sets are accepted", ak9, 4)
    return GroupReceipt(
        functional_id=reading.text(ak1, 1, "functional id"),
        control=control,
        verdict=reading.text(ak9, 1, "verdict"),
        included=included,
        received=received,
        accepted=accepted,
        sets=sets,
        errors=_errors(ak9, range(5, 10)),
        version=ak1.element(3),
    )


def _count(reading: Reading, at: Placed, position: int) -> int:
    count = reading.amount(at, position)
    if count.denominator != 1:
        reading.refuse("QUANTITY_UNREADABLE", f"{at.id}{position:02} {count} is no count", at, position)
    return int(count)


def _errors(at: Placed, positions: Iterable[int]) -> tuple[str, ...]:
    return tuple(code for position in positions if (code := at.element(position)))


def _set_receipt(reading: Reading, loop: Loop) -> SetReceipt:
    ak2 = loop[0]
    verdict = find(loop, "AK5") or find(loop, "IK5")
    if verdict is None:
        reading.refuse("SEGMENT_MISSING", f"no AK5 judges set {ak2.element(2)!r}", ak2)
        verdict = ak2
    _, errors = split(loop, "AK3", "IK3")
    return SetReceipt(
        code=ak2.element(1),
        control=ak2.element(2),
        verdict=reading.text(verdict, 1, "verdict"),
        errors=_errors(verdict, range(2, 7)),
        segments=tuple(_segment_error(reading, error) for error in errors),
        version=ak2.element(3),
    )


def _segment_error(reading: Reading, loop: Loop) -> SegmentError:
    at = loop[0]
    _, elements = split(loop, "AK4", "IK4")
    return SegmentError(
        id=at.element(1),
        position=_count(reading, at, 2),
        code=at.element(4),
        loop=at.element(3),
        elements=tuple(_element_error(reading, element[0]) for element in elements),
        context=tuple(segment.segment.elements for segment in loop if segment.id == "CTX"),
    )


def _element_error(reading: Reading, at: Placed) -> ElementError:
    position, component, repetition = (_part(at, part) for part in (1, 2, 3))
    if position is None:
        reading.refuse("VALUE_MISSING", f"{at.id}01 does not tell which element is wrong", at, 1)
    return ElementError(
        position=position or 0,
        code=at.element(3),
        component=component,
        repetition=repetition,
        reference=at.element(2),
        copy=at.element(4),
    )


def _part(at: Placed, part: int) -> int | None:
    text = at.segment.component(1, part).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None
