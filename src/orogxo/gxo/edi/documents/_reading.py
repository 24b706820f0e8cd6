"""A document while it is read: what is odd becomes a finding, what cannot be understood quarantines it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias, TypeVar

from attrs import define, field, frozen

from orogxo.gxo.edi.profile import X12Profile
from orogxo.gxo.edi.x12 import Finding, Segment, Severity, Transaction
from orogxo.gxo.vocabulary import UNMAPPED
from orogxo.model import FulfilmentRequest, InboundAdvice, Quantity, ReturnAdvice

T = TypeVar("T")

DEFAULT = X12Profile()

_LONGEST = 300
_NUMBER = re.compile(r"[+-]?([0-9]{1,20}(\.[0-9]{0,12})?|\.[0-9]{1,12})")
_DATE = re.compile(r"(19|20|21)[0-9]{6}")
_TIME = re.compile(r"[0-9]{4}|[0-9]{6,8}")


@frozen
class Known:
    """What our books hold, to compare documents with; None: not compared.

    Keyed by our reference: orders by `FulfilmentRequest.ref`, inbounds by `InboundAdvice.ref`, returns by RMA
    number. `gtins` maps GTIN to SKU for sites that do not send the SKU.
    """

    orders: Mapping[str, FulfilmentRequest] | None = None
    inbounds: Mapping[str, InboundAdvice] | None = None
    returns: Mapping[str, ReturnAdvice] | None = None
    skus: Collection[str] | None = None
    gtins: Mapping[str, str] = field(factory=dict)


NOTHING = Known()


@frozen
class Quarantined:
    """A document that must not be acted on until a person has looked: as it came, and every reason why.

    `reference` is the order, receipt, adjustment or RMA that it is about, as far as that can be told.
    """

    transaction: Transaction
    reasons: tuple[Finding, ...]
    reference: str = ""


Read: TypeAlias = tuple[tuple[T | Quarantined, ...], tuple[Finding, ...]]
"""What a reader returns: values (here one document, or its quarantine) and all findings, warnings too."""


@frozen
class Placed:
    """A segment and its index in the file."""

    place: int
    segment: Segment

    @property
    def id(self) -> str:
        """The segment id."""
        return self.segment.id.strip().upper()

    def element(self, position: int) -> str:
        """An element without the blanks that some senders pad it with."""
        return self.segment.element(position).strip()

    def pairs(self, *positions: int) -> tuple[tuple[str, str], ...]:
        """(qualifier, id) at each of `positions` and the one after, where both are there."""
        found = ((self.element(position), self.element(position + 1)) for position in positions)
        return tuple((qualifier, id_) for qualifier, id_ in found if qualifier and id_)


Loop: TypeAlias = Sequence[Placed]


def split(segments: Loop, *openers: str) -> tuple[Loop, list[Loop]]:
    """What stands before the first of `openers`, and one loop from each opener to the next."""
    starts = [index for index, segment in enumerate(segments) if segment.id in openers]
    bounds = [*starts, len(segments)]
    return segments[: bounds[0]], [segments[start:end] for start, end in pairwise(bounds)]


def find(segments: Loop, id_: str, qualifiers: Collection[str] | None = None) -> Placed | None:
    """The first segment with that id, and, where given, one of `qualifiers` in its first element."""
    return next(find_all(segments, id_, qualifiers), None)


def find_all(segments: Loop, id_: str, qualifiers: Collection[str] | None = None) -> Iterator[Placed]:
    """Every segment with that id, and, where given, one of `qualifiers` in its first element."""
    wanted = (segment for segment in segments if segment.id == id_)
    return (segment for segment in wanted if qualifiers is None or segment.element(1) in qualifiers)


@define
class Reading:
    """One transaction, the agreement with its site, what we know, and what was noticed so far."""

    transaction: Transaction
    profile: X12Profile
    known: Known
    reference: str = ""
    findings: list[Finding] = field(factory=list)
    reasons: list[Finding] = field(factory=list)
    segments: Loop = field(init=False)
    """What stands between ST and SE."""

    @segments.default
    def _place_each(self) -> Loop:
        start = self.transaction.index + 1
        return [Placed(place, segment) for place, segment in enumerate(self.transaction.segments, start)]

    def note(self, code: str, message: str, at: Placed, element: int | None = None) -> None:
        """Something is odd, and the document can be understood all the same."""
        self._add(code, message, at.place, element, "warning")

    def doubt(self, code: str, message: str, at: Placed, element: int | None = None) -> None:
        """The document contradicts itself: it is read, and somebody should look."""
        self._add(code, message, at.place, element, "error")

    def refuse(self, code: str, message: str, at: Placed | None = None, element: int | None = None) -> None:
        """The document cannot be understood as a whole: it goes to quarantine."""
        place = self.transaction.index if at is None else at.place
        self.reasons.append(self._add(code, message, place, element, "error"))

    def _add(self, code: str, message: str, place: int, element: int | None, severity: Severity) -> Finding:
        short = message if len(message) <= _LONGEST else message[:_LONGEST] + "..."
        finding = Finding(code, short, 0, place, element, severity)
        self.findings.append(finding)
        return finding

    def needed(self, id_: str) -> Placed | None:
        """The first segment with that id; without it the document is refused."""
        found = find(self.segments, id_)
        if found is None:
            self.refuse("SEGMENT_MISSING", f"there is no {id_}")
        return found

    def text(self, at: Placed, element: int, name: str) -> str:
        """An element that must be there."""
        value = at.element(element)
        if not value:
            self.refuse("VALUE_MISSING", f"{at.id}{element:02} ({name}) is empty", at, element)
        return value

    def number(self, at: Placed, element: int, *, signed: bool = False) -> Fraction | None:
        """An element as an exact number; None where it is empty, or refused as unreadable or negative."""
        text = at.element(element)
        if not text:
            return None
        if not _NUMBER.fullmatch(text) or (text.startswith("-") and not signed):
            self.refuse("QUANTITY_UNREADABLE", f"{at.id}{element:02} {text[:40]!r} is no amount", at, element)
            return None
        return Fraction(text)

    def amount(self, at: Placed, element: int, *, signed: bool = False) -> Fraction:
        """An element as an exact number that must be there; 0 where it was refused."""
        if not at.element(element):
            self.refuse("QUANTITY_MISSING", f"{at.id}{element:02} (quantity) is empty", at, element)
        return self.number(at, element, signed=signed) or Fraction(0)

    def day(self, at: Placed, element: int) -> dt.date | None:
        """An element as a date CCYYMMDD; None, and noted, where it is none."""
        text = at.element(element)
        try:
            return dt.date.fromisoformat(text if _DATE.fullmatch(text) else "")
        except ValueError:
            if text:
                self.note("DATE_UNREADABLE", f"{at.id}{element:02} {text[:40]!r} is no date", at, element)
            return None

    def clock(self, at: Placed, element: int) -> dt.time | None:
        """An element as a time HHMM, HHMMSS or HHMMSSDD at the site; None, and noted, where it is none."""
        text = at.element(element)
        try:
            if _TIME.fullmatch(text):
                return dt.time(int(text[:2]), int(text[2:4]), int(text[4:6] or 0))
        except ValueError:
            pass
        if text:
            self.note("TIME_UNREADABLE", f"{at.id}{element:02} {text[:40]!r} is no time", at, element)
        return None

    def uom(self, at: Placed, element: int, code: str, asked: str = "") -> str:
        """The Rec 20 unit of X12 unit `code`; `asked` where that is the unit it was written from."""
        if asked and self.profile.units.get(asked) == code:
            return asked
        uom = self.profile.units_read.get(code, "")
        if not uom:
            told = f"unit {code!r} is not agreed with this site; see x12.units_read" if code else "no unit"
            self.refuse("UNIT_UNKNOWN", told, at, element)
        return uom

    def quantity(self, at: Placed, amount: int, unit: int) -> Quantity:
        """Two elements as a quantity in a Rec 20 unit."""
        return Quantity(self.amount(at, amount), self.uom(at, unit, at.element(unit)))

    def sku(self, at: Placed, pairs: Iterable[tuple[str, str]], upc: str = "") -> str:
        """Our SKU among (qualifier, id) pairs, or by a GTIN that we know."""
        by_qualifier = dict(reversed(tuple(pairs)))
        found = [by_qualifier[name] for name in self.profile.sku_qualifiers if name in by_qualifier]
        gtins = [by_qualifier.get(name, "") for name in self.profile.gtin_qualifiers]
        found += [self.known.gtins[gtin] for gtin in (*gtins, upc) if gtin in self.known.gtins]
        if not found:
            told = f"no SKU under {', '.join(self.profile.sku_qualifiers)} and no GTIN that we know"
            self.refuse("SKU_MISSING", told, at)
            return ""
        if self.known.skus is not None and found[0] not in self.known.skus:
            self.refuse("SKU_UNKNOWN", f"SKU {found[0]!r} is not ours", at)
        return found[0]

    def mapped(self, table: Mapping[str, str], code: str, what: str, at: Placed, element: int) -> str:
        """The word for `code`; "" for none, `unmapped:` and the code, noted, where the table lacks it."""
        if code and code not in table:
            self.doubt("CODE_UNMAPPED", f"{what} {code!r} is not in the site's table", at, element)
        return table.get(code, UNMAPPED + code) if code else ""

    def named(self, loop: Loop, kind: str) -> str:
        """The reference of that kind (N902, or N903 where the sender left N902 empty), or ""."""
        found = find(loop, "N9", {self.profile.references[kind]})
        return "" if found is None else found.element(2) or found.element(3)

    def all_named(self, loop: Loop, kind: str) -> tuple[str, ...]:
        """Every reference of that kind."""
        found = find_all(loop, "N9", {self.profile.references[kind]})
        return tuple(segment.element(2) for segment in found if segment.element(2))

    def lot(self, loop: Loop, stated: str) -> tuple[str, dt.date | None]:
        """The lot, in full where N9 has it, and the best-before date in N904 of that N9."""
        reference = find(loop, "N9", {self.profile.references["lot"]})
        if reference is None:
            return stated, None
        expiry = self.day(reference, 4) if reference.element(4) else None
        return reference.element(2) or stated, expiry

    def site(self, heading: Loop) -> str:
        """The site that speaks: N104 of N1*WH or N1*SF, else the one of the profile."""
        named = find(heading, "N1", {"WH", "SF"})
        return (named.element(4) if named else "") or self.profile.site


def read_each(
    transaction: Transaction,
    code: str,
    body: Callable[[Reading], tuple[T, ...]],
    profile: X12Profile,
    known: Known = NOTHING,
) -> Read[T]:
    """`body` on a transaction that must be a `code`; what it refuses comes back whole, in quarantine."""
    reading = Reading(transaction, profile, known)
    values: tuple[T, ...] = ()
    if transaction.code == code:
        values = body(reading)
        _check_lengths(reading)
    else:
        told = f"this is a {transaction.code or 'document without code'}, no {code}"
        reading.refuse("WRONG_DOCUMENT", told)
    findings = tuple(reading.findings)
    if reading.reasons:
        reference = reading.reference[:_LONGEST]
        return (Quarantined(transaction, tuple(reading.reasons), reference),), findings
    return values, findings


def read(
    transaction: Transaction,
    code: str,
    body: Callable[[Reading], T | None],
    profile: X12Profile,
    known: Known = NOTHING,
) -> Read[T]:
    """`read_each` for a document that is one value; `body` returns None only where it refused."""

    def one(reading: Reading) -> tuple[T, ...]:
        value = body(reading)
        return () if value is None else (value,)

    return read_each(transaction, code, one, profile, known)


def _check_lengths(reading: Reading) -> None:
    """No element of these documents is anywhere near so long: such text must not reach a store or a log."""
    for at in reading.segments:
        for position, text in enumerate(at.segment.elements, start=1):
            if len(text) > _LONGEST:
                told = f"{at.id[:3]}{position:02} has {len(text)} characters"
                reading.refuse("VALUE_TOO_LONG", told, at, position)
