"""Reads the words and units of one row; what it does not know is kept, and remembered as a sentence."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any, TypeVar

import attrs
from attrs import define, field

from orogxo.gxo.codes import Codes
from orogxo.gxo.records import structure
from orogxo.gxo.vocabulary import UNMAPPED, canonical
from orogxo.model import Quantity

T = TypeVar("T")


@define
class Words:
    """A reader of one row from a site with `codes`; `unknown` has a sentence for each strange word."""

    codes: Codes = field(factory=Codes)
    unknown: list[str] = field(factory=list)

    def record(self, kind: type[T], value: Any) -> T:
        """`value` as a record, all quantities in our units. Raises UnreadableError with every problem."""
        record = structure(kind, value)
        return self._in_our_units(record) if self.codes.units else record

    def known(self, name: str, word: str, known: AbstractSet[str]) -> str:
        """`canonical`, told in `unknown` where `word` is strange."""
        return self._told(name, word, canonical(word, known))

    def reason(self, code: str) -> str:
        """`Codes.reason`, told where it is strange."""
        return self._told("reason", code, self.codes.reason(code))

    def movement_reason(self, code: str) -> str:
        """`Codes.movement_reason`, told where it is strange."""
        return self._told("reason", code, self.codes.movement_reason(code))

    def status(self, name: str, code: str) -> str:
        """`Codes.status` of member `name`, told where it is strange."""
        return self._told(name, code, self.codes.status(code))

    def carried(self, code: str, service: str) -> tuple[str, str]:
        """`Codes.carried`, told where either is strange."""
        carrier, meant = self.codes.carried(code, service)
        agreed = "is not agreed with the site"
        return self._told("carrier", code, carrier, agreed), self._told("service", service, meant, agreed)

    def _told(self, name: str, word: str, read: str, strange: str = "is not a word of gateway-v1") -> str:
        if read.startswith(UNMAPPED) and read != word:
            self._tell(f"{name} {word[:60]!r} {strange}")
        return read

    def _tell(self, sentence: str) -> None:
        # A site that counts in a strange unit does so on every line: one sentence is enough.
        if sentence not in self.unknown:
            self.unknown.append(sentence)

    def _in_our_units(self, value: Any) -> Any:
        if isinstance(value, Quantity):
            read = self.codes.quantity(value)
            if read.unit == UNMAPPED + value.unit:
                self._tell(f"unit {value.unit[:60]!r} is not agreed with the site")
            return read
        if isinstance(value, list):
            return [self._in_our_units(item) for item in value]
        if attrs.has(type(value)):
            members = {each.name: getattr(value, each.name) for each in attrs.fields(type(value))}
            return type(value)(**{name: self._in_our_units(member) for name, member in members.items()})
        return value
