"""Names and addresses: the N1 loops of a document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orogxo.gxo.edi.documents._writing import Sheet
from orogxo.gxo.edi.documents.text import Text
from orogxo.model import Address, Organisation

_STATE = re.compile(r"[A-Z0-9]{2}")
_SHORTEST_CODE = 2


def write_site(sheet: Sheet, entity: str) -> None:
    """N1 of the depositor (DE) and of the site, where the profile names them."""
    profile = sheet.profile
    for code, party in (("DE", profile.depositor), (entity, profile.site)):
        if party:
            sheet.add("N1", code, "", profile.party_qualifier, party)


def write_address(sheet: Sheet, entity: str, address: Address) -> None:
    """An N1 loop: N102 is the company, else the person; where there are both, the person is N201.

    N402 takes a region of exactly two characters (ISO 3166-2 after the country), else it stays empty and the
    region follows as a second N3 (contract x12, length traps).
    """
    country, region = address.country, address.region
    state = region.removeprefix(f"{country}-")
    in_n402 = bool(_STATE.fullmatch(state))
    if not address.company and not address.name:
        sheet.refuse("ADDRESS_INCOMPLETE", f"the address of party {entity} names neither company nor person")
    sheet.add("N1", entity, Text(address.company or address.name))
    if address.company and address.name:
        sheet.add("N2", Text(address.name))
    if address.street or address.street2:
        sheet.add("N3", Text(address.street or address.street2), Text(address.street and address.street2))
    if region and not in_n402:
        sheet.add("N3", Text(region))
    place = (Text(address.city), state if in_n402 else "", address.postal_code, country)
    if any(place):
        sheet.add("N4", *place)
    if address.phone:
        sheet.add("PER", "IC", "", "TE", Text(address.phone))


def write_customer(sheet: Sheet, customer: Organisation) -> None:
    """The customer organisation as N1*BY and its parents as N1 behind it, the nearest first."""
    profile = sheet.profile
    for place, organisation in _family(customer) if profile.customer_entity else ():
        entity = profile.customer_entity if place == 1 else profile.parent_entity
        code = () if _too_short(organisation) else (profile.party_qualifier, organisation.id)
        sheet.add("N1", entity, Text(organisation.name), *code)


def write_customer_refs(sheet: Sheet, customer: Organisation) -> None:
    """N9 of each organisation that N1 cannot hold: its id, and in N903 its place in the family (1 is the
    customer itself). That is an id too short for N104, or, where the profile has no entity for it, each one.
    """
    for place, organisation in _family(customer):
        if not sheet.profile.customer_entity:
            sheet.reference("customer", organisation.id, f"{place} {organisation.name}")
        elif _too_short(organisation):
            sheet.reference("customer", organisation.id, str(place))


def _too_short(organisation: Organisation) -> bool:
    return len(organisation.id) < _SHORTEST_CODE


def _family(customer: Organisation) -> Iterator[tuple[int, Organisation]]:
    place, member = 1, customer
    while True:
        yield place, member
        if member.parent is None:
            return
        place, member = place + 1, member.parent
