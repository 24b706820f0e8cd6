"""The buyer's purchase order number: mandatory, and sent exactly as the buyer wrote it.

OroCommerce treats it as optional text; the warehouse prints it on papers and labels. Blank text and words
that only fill the field ("N/A", "tbd", "---") are no number.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from attrs import Attribute, field, frozen

from orogxo.errors import ConfigError, MappingError

PLACEHOLDERS = (
    "n/a", "not applicable", "not available", "not provided", "none", "nil", "null", "no", "no po",
    "no po number", "unknown", "tbd", "tba", "tbc", "pending", "to follow", "x", "xx", "xxx",
    "0", "00", "000", "0000",
)  # fmt: skip
"""Words that count as "no number"; compared without case, spaces and punctuation."""

_BLANK_GLYPHS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_INVISIBLE = frozenset(("Cc", "Cf", "Zs", "Zl", "Zp"))
_UNPRINTABLE = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


def _gist(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum())


def _gists(words: Iterable[str]) -> frozenset[str]:
    return frozenset(_gist(word) for word in words) | {""}


def normalise(text: str) -> str:
    """`text` in Unicode form NFC, without white space at its ends: the only change ever made to a number."""
    return unicodedata.normalize("NFC", text).strip()


@frozen
class PurchaseOrders:
    """What counts as a purchase order number, and what is sent where a person waived it.

    `max_length` is in characters (255 at the gateway; an X12 site has 22). `waived_value` "": none is
    configured, so a waiver cannot be used. Raises ConfigError when `waived_value` itself cannot be sent.
    """

    placeholders: frozenset[str] = field(default=PLACEHOLDERS, converter=_gists)
    max_length: int = 255
    waived_value: str = field(default="", converter=normalise)

    @waived_value.validator
    def _waived_value_can_be_sent(self, _: Attribute[str], value: str) -> None:
        if problem := self._unsendable(value):
            raise ConfigError(f"the PO number for waived orders cannot be sent: {problem}")

    def sendable(self, po_number: str | None) -> str:
        """The number to send, after `normalise`.

        Raises MappingError: PO_MISSING (none, or nothing visible), PO_PLACEHOLDER, PO_UNSENDABLE (control or
        invisible characters, too long).
        """
        text = normalise(po_number or "")
        if all(char in _BLANK_GLYPHS or unicodedata.category(char) in _INVISIBLE for char in text):
            raise _refused("PO_MISSING", "the order has no purchase order number", po_number)
        if problem := self._unsendable(text):
            raise _refused("PO_UNSENDABLE", f"the purchase order number cannot be sent: {problem}", text)
        if _gist(text) in self.placeholders:
            raise _refused(
                "PO_PLACEHOLDER", f"{text!r} stands where the purchase order number should be", text
            )
        return text

    def _unsendable(self, text: str) -> str:
        for place, char in enumerate(text, start=1):
            if unicodedata.category(char) in _UNPRINTABLE:
                return f"character {place} is U+{ord(char):04X}, which no label can show"
        if len(text) > self.max_length:
            return f"it has {len(text)} characters and the warehouse takes {self.max_length}"
        return ""


def _refused(code: str, message: str, value: str | None) -> MappingError:
    return MappingError(
        message,
        code=code,
        path="po_number",
        value=ascii(value)[:80],
        hint="ask the buyer and enter the number in the order's PO number field in OroCommerce",
    )
