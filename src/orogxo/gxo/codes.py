"""The code tables of a site, both ways: what it calls our carriers and units, what its own codes mean."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from orogxo.errors import MappingError
from orogxo.gxo.vocabulary import LINE_REASONS, MOVEMENT_REASONS, STOCK_STATUSES, UNMAPPED, canonical
from orogxo.model import CarrierService, Quantity


@frozen
class Codes:
    """Tables between our words and the site's. An empty table means that the words are the same.

    `carriers` by "CARRIER SERVICE" and `units` by Rec 20 code lead to the site's codes. `reasons` (of lines
    of a shipment), `movement_reasons` and `statuses` (of stock) lead from the site's codes to gateway-v1's
    words, as several codes may mean one thing. A code without a meaning is read as `unmapped:` and the code.
    """

    carriers: Mapping[str, str] = field(factory=dict)
    units: Mapping[str, str] = field(factory=dict)
    reasons: Mapping[str, str] = field(factory=dict)
    movement_reasons: Mapping[str, str] = field(factory=dict)
    statuses: Mapping[str, str] = field(factory=dict)

    def carrier(self, carrier: CarrierService) -> CarrierService:
        """`carrier` as the site calls it: its code stands for carrier and service together.

        Raises MappingError (CARRIER_NOT_AT_SITE).
        """
        if not self.carriers:
            return carrier
        name = f"{carrier.carrier} {carrier.service}".strip()
        return CarrierService(_code(self.carriers, name, "CARRIER_NOT_AT_SITE", "carrier"), "", carrier.scac)

    def carried(self, code: str, service: str) -> tuple[str, str]:
        """Our words for the carrier and the service that a shipment names.

        A code that stands for several carriers does not tell which one it was: it is `unmapped:`, too.
        """
        if not self.carriers or not code:
            return code, service
        meanings = [name.partition(" ") for name, known in self.carriers.items() if known == code]
        carriers = {carrier for carrier, _, _ in meanings}
        services = {meant for _, _, meant in meanings}
        if len(carriers) != 1:
            return UNMAPPED + code, service
        if not service:
            service = services.pop() if len(services) == 1 else ""
        elif service not in services:
            service = UNMAPPED + service
        return carriers.pop(), service

    def unit(self, uom: str, path: str = "uom") -> str:
        """The site's code for a Rec 20 unit. Raises MappingError (UNIT_NOT_AT_SITE)."""
        return _code(self.units, uom, "UNIT_NOT_AT_SITE", path) if self.units else uom

    def uom(self, code: str) -> str | None:
        """The Rec 20 unit that the site calls `code`; None where it is not agreed."""
        if not self.units:
            return code
        return next((uom for uom, known in self.units.items() if known == code), None)

    def quantity(self, told: Quantity) -> Quantity:
        """What the site told, in our unit. No unit of ours is `unmapped:`, so nothing is booked in it."""
        if not self.units:
            return told
        uom = self.uom(told.unit)
        return Quantity(told.amount, UNMAPPED + told.unit if uom is None else uom)

    def reason(self, code: str) -> str:
        """gateway-v1's word for why a line was not shipped as ordered."""
        return canonical(self.reasons.get(code, code), LINE_REASONS)

    def movement_reason(self, code: str) -> str:
        """gateway-v1's word for why stock moved."""
        return canonical(self.movement_reasons.get(code, code), MOVEMENT_REASONS)

    def status(self, code: str) -> str:
        """gateway-v1's word for a stock status."""
        return canonical(self.statuses.get(code, code), STOCK_STATUSES)


def _code(table: Mapping[str, str], word: str, code: str, path: str) -> str:
    if word not in table:
        said = f"{path} {word!r} has no code at this site; it knows {', '.join(sorted(table))}"
        raise MappingError(said, code=code, path=path, value=word)
    return table[word]
