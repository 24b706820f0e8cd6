"""Delivery addresses: complete enough for a carrier, and short enough for the warehouse's fields."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import Attribute, asdict, field, fields_dict, frozen

from orogxo.errors import ConfigError
from orogxo.mapping.violations import Violation
from orogxo.model.parties import Address

WITHOUT_POSTAL_CODE = frozenset((
    "AE", "AG", "AO", "AW", "BF", "BI", "BJ", "BO", "BS", "BW", "BZ", "CD", "CF", "CG", "CI", "CK", "CM",
    "DJ", "DM", "ER", "FJ", "GA", "GD", "GH", "GM", "GQ", "GY", "HK", "IE", "JM", "KI", "KM", "KN", "KP",
    "LY", "ML", "MO", "MR", "MW", "NR", "NU", "PA", "QA", "RW", "SB", "SC", "SL", "SR", "ST", "SY", "TD",
    "TG", "TK", "TL", "TO", "TT", "TV", "UG", "VU", "YE", "ZW",
))  # fmt: skip
"""Countries where an address is complete without a postal code; a site may state its own.

Ireland is among them, because many addresses have no Eircode.
"""

WITH_REGION = frozenset(("US", "CA", "AU"))
"""Countries whose carriers need the state or province."""

X12_LIMITS: Mapping[str, int] = {
    "name": 60, "company": 60, "street": 55, "street2": 55, "city": 30, "postal_code": 15,
}  # fmt: skip
"""Longest values of N102, N301, N302, N401 and N403 in X12 004010."""


@frozen
class Addresses:
    """What an address must have. `limits`: characters allowed per field of `Address` (absent: no limit).

    Raises ConfigError for a limit on a field that does not exist.
    """

    limits: Mapping[str, int] = field(factory=dict)
    without_postal_code: frozenset[str] = WITHOUT_POSTAL_CODE
    with_region: frozenset[str] = WITH_REGION

    @limits.validator
    def _limits_name_fields(self, _: Attribute[Mapping[str, int]], limits: Mapping[str, int]) -> None:
        if unknown := sorted(limits.keys() - fields_dict(Address).keys()):
            raise ConfigError(f"an address has no such field: {', '.join(unknown)}")

    def problems(self, address: Address | None) -> tuple[Violation, ...]:
        """Everything wrong with `address`: ADDRESS_MISSING, ADDRESS_INCOMPLETE (names every missing field),
        ADDRESS_TOO_LONG (names every field and its length). Empty: it can be sent."""
        if address is None:
            return (Violation("ADDRESS_MISSING", "ship_to", "the order has no shipping address"),)
        found = []
        if missing := self._missing(address):
            told = f"the shipping address lacks {', '.join(missing)}"
            found.append(Violation("ADDRESS_INCOMPLETE", "ship_to", told, missing))
        if long := self._too_long(address):
            told = f"the shipping address is too long for the warehouse: {', '.join(long)}"
            found.append(Violation("ADDRESS_TOO_LONG", "ship_to", told, long))
        return tuple(found)

    def _missing(self, address: Address) -> tuple[str, ...]:
        country = address.country
        iso = len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()
        needed = {
            "name or company": address.name + address.company,
            "street": address.street + address.street2,
            "city": address.city,
            "country": country if iso else "",
        }
        if country and country not in self.without_postal_code:
            needed["postal code"] = address.postal_code
        if country in self.with_region:
            needed["region"] = address.region
        return tuple(name for name, value in needed.items() if not value.strip())

    def _too_long(self, address: Address) -> tuple[str, ...]:
        values = asdict(address)
        return tuple(
            f"{name} has {len(values[name])} characters of {limit}"
            for name, limit in self.limits.items()
            if len(values[name]) > limit
        )
