"""A document while it is written: every value is checked against its element before anything is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

from attrs import define, field

from orogxo.gxo.edi import envelope
from orogxo.gxo.edi.documents.elements import IK, LIMITS, Limit
from orogxo.gxo.edi.documents.text import Text, refused, transliterate
from orogxo.gxo.edi.profile import X12Profile
from orogxo.gxo.edi.x12 import Finding, Segment, Transaction, X12Error
from orogxo.model import Quantity, as_decimal, plain

Cell: TypeAlias = str | Fraction | int | dt.date | tuple[int | None, ...]
"""What an element holds: `Text` for people, any other str as an identifier, a number, a day, a tuple as the
components of a composite; "" for nothing."""


@define
class Sheet:
    """Collects the segments of one transaction and everything that is wrong with them."""

    code: str
    subject: str
    profile: X12Profile
    segments: list[Segment] = field(factory=list)
    problems: list[Finding] = field(factory=list)

    def add(self, segment: str, *cells: Cell) -> None:
        """Write one segment; trailing empty elements are left off (contract x12, writing rules)."""
        limits = LIMITS[self.profile.release][IK.get(segment, segment)]
        pairs = enumerate(zip(limits, cells, strict=False), start=1)
        values = [self._value(segment, position, limit, cell) for position, (limit, cell) in pairs]
        while values and not values[-1]:
            values.pop()
        self.segments.append(Segment(segment, tuple(values), self.profile.separators))

    def refuse(self, code: str, message: str, element: int | None = None) -> None:
        """Note what must not be sent; `element` is of the segment that is written next."""
        self.problems.append(Finding(code, message, 0, len(self.segments) + 1, element, "error"))

    def unit(self, uom: str) -> str:
        """The X12 unit (e355) of a Rec 20 unit."""
        if uom not in self.profile.units:
            self.refuse("UNIT_UNMAPPED", f"unit {uom!r} has no X12 code; add it to x12.units of the site")
        return self.profile.units.get(uom, "")

    def reference(self, kind: str, value: str, description: str = "") -> None:
        """An N9 of that kind, where there is a value."""
        if value:
            self.add("N9", self.profile.references[kind], value, Text(description))

    def at_most(self, most: int, segment: str) -> None:
        """Check how many of a segment there are so far (contract x12, section 2.2)."""
        count = sum(written.id == segment for written in self.segments)
        if count > most:
            self.refuse("SEGMENTS_TOO_MANY", f"{count} {segment} are needed, and {most} can be written here")

    def line_refs(self, refs: Iterable[str]) -> None:
        """Check that there are lines and that each can be told from the others."""
        seen: set[str] = set()
        for ref in refs:
            if not ref or ref in seen:
                self.refuse("LINE_REF_REPEATED", f"line ref {ref!r} does not name exactly one line")
            seen.add(ref)
        if not seen:
            self.refuse("LINES_MISSING", "it has no lines")

    def amount(self, quantity: Quantity, sku: str) -> Fraction:
        """The amount of a line. Goods that can be moved are above zero, and exact as a decimal."""
        if quantity.amount <= 0:
            told = f"{quantity} of {sku} is nothing that can be moved"
            self.refuse("QUANTITY_NOT_POSITIVE", told)
        return quantity.amount

    def finish(self, control: int) -> Transaction:
        """The transaction. Raises X12Error (X12_UNWRITABLE) with every problem."""
        if self.problems:
            told = f"{self.code} of {self.subject} cannot be written"
            raise X12Error(told, code="X12_UNWRITABLE", findings=self.problems)
        return envelope.transaction(self.code, self.segments, control=control)

    def _value(self, segment: str, position: int, limit: Limit, cell: Cell) -> str:
        value = self._written(cell, position, f"{segment}{position:02} ({limit.name})")
        shown = f"{segment}{position:02} ({limit.name}) {value!r}"
        length = sum(map(str.isdigit, value)) if limit.kind == "R" else len(value)
        if not value:
            if limit.mandatory:
                told = f"{segment}{position:02} ({limit.name}) must not be empty"
                self.refuse("VALUE_MISSING", told, position)
        elif length > limit.longest:
            told = f"{shown} has {length} characters of at most {limit.longest}"
            self.refuse("VALUE_TOO_LONG", told, position)
        elif length < limit.shortest:
            told = f"{shown} has {length} characters of at least {limit.shortest}"
            self.refuse("VALUE_TOO_SHORT", told, position)
        return value

    def _written(self, cell: Cell, position: int, name: str) -> str:
        if isinstance(cell, Fraction | int):
            decimal = as_decimal(Fraction(cell))
            if decimal is None:
                told = (
                    f"{name} {plain(Fraction(cell))} has no finite decimal, so it cannot be written exactly"
                )
                self.refuse("QUANTITY_NOT_DECIMAL", told, position)
            return "" if decimal is None else format(decimal, "f")
        if isinstance(cell, dt.date):
            return cell.isoformat().replace("-", "")
        if isinstance(cell, tuple):
            separator = self.profile.separators.component
            return separator.join("" if part is None else str(part) for part in cell).rstrip(separator)
        value = transliterate(cell, self.profile) if isinstance(cell, Text) else cell
        self._check_letters(value, position, name)
        return value

    def _check_letters(self, value: str, position: int, name: str) -> None:
        if letters := refused(value, self.profile):
            hint = "correct it, or declare what to write instead in x12.replacements (names and notes only)"
            told = f"{name} {value!r} holds {letters!r}, which X12 cannot carry here; {hint}"
            self.refuse("CHARACTER_REFUSED", told, position)
        if value != value.strip():
            self.refuse("VALUE_PADDED", f"{name} {value!r} begins or ends with a space", position)
