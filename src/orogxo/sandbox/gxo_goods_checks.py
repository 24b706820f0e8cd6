"""What the site refuses of items, inbounds, returns, holds: all problems at once, with pointer and code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from orogxo.sandbox.world import Product, World

HOLD_KINDS = (
    "credit",
    "payment",
    "fraud",
    "address",
    "stock",
    "compliance_export",
    "customer_request",
    "site_operator",
    "other",
)
_REF = re.compile(r"[A-Za-z0-9._-]{1,100}")
_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")
_DATE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
UNIT_OF_UOM = {"EA": "each", "CS": "case", "PF": "pallet", "KGM": "kg", "SET": "set"}

Problem = dict[str, str]


def text(value: object) -> bool:
    """Whether it is filled text."""
    return isinstance(value, str) and bool(value.strip())


def problem(pointer: str, code: str, message: str) -> Problem:
    """One entry of `errors`."""
    return {"pointer": pointer, "code": code, "message": message}


def amount(value: object) -> Decimal | None:
    """A decimal string above zero, or None."""
    try:
        number = Decimal(value) if isinstance(value, str) and _AMOUNT.fullmatch(value) else Decimal()
    except InvalidOperation:
        number = Decimal()
    return number if number > 0 else None


def item_problems(body: Mapping[str, Any], sku: str) -> Iterator[Problem]:
    """What is wrong with an item."""
    if body.get("sku") != sku:
        yield problem("/sku", "invalid", "the SKU differs from the address")
    for name in ("client_id", "description"):
        if not isinstance(body.get(name), str):
            yield problem(f"/{name}", "required", f"{name} must be text")
    uoms = body.get("uoms")
    if not isinstance(uoms, list) or not uoms:
        yield problem("/uoms", "required", "an item needs a unit")
        return
    sizes = []
    for number, told in enumerate(uoms):
        uom = told if isinstance(told, Mapping) else {}
        sizes.append(size := amount(uom.get("qty_in_base")))
        if size is None:
            yield problem(f"/uoms/{number}/qty_in_base", "invalid", "it is not a decimal string above zero")
        code = uom.get("code")
        if not isinstance(code, str) or code not in UNIT_OF_UOM:
            yield problem(f"/uoms/{number}/code", "unknown_uom", "this site does not know the unit")
    if sizes.count(Decimal(1)) != 1:
        yield problem("/uoms", "invalid", "exactly one unit is the base unit and holds 1")


def advice_problems(body: Mapping[str, Any], name: str, ref: str, world: World) -> Iterator[Problem]:
    """What is wrong with an inbound or a return; `name` is the member that names it."""
    if body.get(name) != ref or not _REF.fullmatch(ref):
        yield problem(f"/{name}", "invalid", "the reference differs from the address, or cannot be one")
    for member in ("client_id", "site_id"):
        if not text(body.get(member)):
            yield problem(f"/{member}", "required", f"{member} must not be blank")
    day = "authorised_on" if name == "rma_ref" else "shipped_on"
    if not (isinstance(body.get(day), str) and _DATE.fullmatch(body[day])):
        yield problem(f"/{day}", "invalid", f"{day} must be a date")
    lines = body.get("lines")
    if not isinstance(lines, list) or not lines:
        yield problem("/lines", "required", "it needs at least one line")
        return
    seen: set[str] = set()
    for number, line in enumerate(lines):
        yield from _line(line if isinstance(line, Mapping) else {}, f"/lines/{number}", world, seen)


def _line(line: Mapping[str, Any], pointer: str, world: World, seen: set[str]) -> Iterator[Problem]:
    line_ref = line.get("line_ref")
    if not isinstance(line_ref, str) or not _REF.fullmatch(line_ref) or line_ref in seen:
        yield problem(f"{pointer}/line_ref", "invalid", "line_ref is blank, cannot be one, or is used twice")
    else:
        seen.add(line_ref)
    product = known_product(line.get("sku"), world)
    if product is None:
        yield problem(f"{pointer}/sku", "unknown_sku", "the item master has no such SKU")
        return
    quantity = line.get("qty")
    quantity = quantity if isinstance(quantity, Mapping) else {}
    uom = quantity.get("uom")
    if not isinstance(uom, str) or uom not in product.uoms():
        yield problem(f"{pointer}/qty/uom", "unknown_uom", f"{product.sku} is not handled in it")
    if amount(quantity.get("value")) is None:
        yield problem(f"{pointer}/qty/value", "invalid", "it is not a decimal string above zero")


def known_product(sku: object, world: World) -> Product | None:
    """The product, if the item master has it."""
    product = world.products.get(sku) if isinstance(sku, str) else None
    return product if product is not None and product.in_gxo else None


def hold_problems(body: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with a hold."""
    if body.get("kind") not in HOLD_KINDS:
        yield problem("/kind", "invalid", "the kind is none of " + ", ".join(HOLD_KINDS))
    if not isinstance(body.get("note", ""), str):
        yield problem("/note", "invalid", "a note is text")
