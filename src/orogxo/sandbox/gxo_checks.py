"""What the site refuses before it takes an order: all problems at once, each with a pointer and a code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from orogxo.sandbox.world import CARRIERS, World

_REQUIRED = ("client_id", "site_id", "client_order_ref", "po_number")
_KNOWN_CARRIERS = frozenset(carrier for carrier, _, _ in CARRIERS.values())
_ADDRESS = ("street", "city", "postal_code", "country")


def problems_of(body: Mapping[str, Any], world: World) -> list[dict[str, str]]:
    """Everything that is wrong with an order."""
    found = [*_head(body), *_carrier(body), *_ship_to(body)]
    lines = body.get("lines")
    if not isinstance(lines, list) or not lines:
        return [*found, _problem("/lines", "required", "an order needs at least one line")]
    seen: set[str] = set()
    for number, line in enumerate(lines):
        found += _line(line, f"/lines/{number}", world, seen)
    return found


def _problem(pointer: str, code: str, message: str) -> dict[str, str]:
    return {"pointer": pointer, "code": code, "message": message}


def _blank(value: object) -> bool:
    return not isinstance(value, str) or not value.strip()


def _head(body: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for name in _REQUIRED:
        if _blank(body.get(name)):
            yield _problem(f"/{name}", "required", f"{name} must not be blank")
    organisation = body.get("customer_org")
    if not isinstance(organisation, Mapping) or _blank(organisation.get("name")):
        yield _problem("/customer_org/name", "required", "the customer organisation must be named")
    if body.get("type") != "sale":
        yield _problem("/type", "invalid", "only orders of type sale are agreed with this site")


def _carrier(body: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    carrier = body.get("carrier")
    code = carrier.get("code") if isinstance(carrier, Mapping) else None
    if not isinstance(code, str) or code not in _KNOWN_CARRIERS:
        yield _problem("/carrier/code", "unknown_carrier", f"no carrier {code!r} is set up at this site")


def _ship_to(body: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    address = body.get("ship_to")
    if not isinstance(address, Mapping):
        yield _problem("/ship_to", "invalid_address", "a ship-to address is needed")
        return
    for name in _ADDRESS:
        if _blank(address.get(name)):
            yield _problem(f"/ship_to/{name}", "invalid_address", f"{name} must not be blank")
    if _blank(address.get("name")) and _blank(address.get("company")):
        yield _problem("/ship_to/name", "invalid_address", "a name or a company is needed")
    if not _blank(address.get("country")) and not re.fullmatch(r"[A-Z]{2}", address["country"]):
        yield _problem("/ship_to/country", "invalid_address", "a country is two capital letters (ISO 3166-1)")


def _line(line: Any, pointer: str, world: World, seen: set[str]) -> Iterator[dict[str, str]]:
    if not isinstance(line, Mapping) or not isinstance(line.get("qty"), Mapping):
        yield _problem(pointer, "invalid", "a line has line_ref, sku and qty")
        return
    line_ref, sku = line.get("line_ref"), line.get("sku")
    if _blank(line_ref) or str(line_ref) in seen:
        yield _problem(f"{pointer}/line_ref", "invalid", f"line_ref {line_ref!r} is blank or used twice")
    seen.add(str(line_ref))
    product = world.products.get(str(sku))
    if product is None or not product.in_gxo:
        yield _problem(f"{pointer}/sku", "unknown_sku", f"the item master has no {sku!r}")
        return
    uom = line["qty"].get("uom")
    if not isinstance(uom, str) or uom not in product.uoms():
        yield _problem(f"{pointer}/qty/uom", "unknown_uom", f"{sku} is not handled in {uom!r}")
    yield from _quantity(line["qty"].get("value"), uom, f"{pointer}/qty/value")


def _quantity(value: Any, uom: Any, pointer: str) -> Iterator[dict[str, str]]:
    try:
        # 1e999999999 is a decimal, too, and fills the memory once it is written out.
        amount = (
            Decimal(value)
            if isinstance(value, str) and len(value) < 40 and "e" not in value.lower()
            else Decimal("NaN")
        )
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount <= 0:
        yield _problem(pointer, "invalid", f"{value!r} is not a decimal string above zero")
    elif uom == "EA" and amount != amount.to_integral_value():
        yield _problem(pointer, "invalid", f"{value} EA cannot be picked: pieces are whole")
