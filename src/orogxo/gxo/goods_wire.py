"""Writes items, inbounds, returns and holds as gateway-v1 wants them; what is not exact is refused first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from attrs import asdict

from orogxo.errors import MappingError
from orogxo.gxo.bodies import (
    AddressBody,
    AmountBody,
    HoldBody,
    InboundBody,
    InboundLineBody,
    ItemBody,
    ItemUnitBody,
    ReturnBody,
    ReturnLineBody,
)
from orogxo.gxo.codes import Codes
from orogxo.gxo.goods import HOLD_KINDS, Item
from orogxo.gxo.vocabulary import DISPOSITIONS
from orogxo.gxo.wire import bad_ref, is_ref
from orogxo.model import (
    Address,
    InboundAdvice,
    InboundLine,
    Quantity,
    ReturnAdvice,
    ReturnLine,
    as_decimal,
    exact,
    plain,
)


def encode_item(item: Item, *, depositor: str, codes: Codes) -> bytes:
    """The JSON body of PUT /v1/items/{sku}. Raises MappingError naming every problem."""
    problems = (
        [] if item.sku.strip(".").strip() else [_problem("SKU_MISSING", "sku", "sku is empty", item.sku)]
    )
    if sum(exact(unit.in_base) == 1 for unit in item.units) != 1:
        told = "exactly one unit must hold 1: it is the base unit"
        problems.append(_problem("BASE_UNIT_UNCLEAR", "units", told))
    for index, unit in enumerate(item.units):
        path = f"units[{index}]"
        if not unit.code.strip():
            problems.append(_problem("UOM_MISSING", f"{path}.code", f"{path}.code is empty"))
        problems += _unit_problems(unit.code, f"{path}.code", codes)
        if as_decimal(exact(unit.in_base)) is None:
            told = f"{path}.in_base {unit.in_base} has no finite decimal, so it cannot be written exactly"
            problems.append(_problem("QUANTITY_NOT_DECIMAL", f"{path}.in_base", told, str(unit.in_base)))
    _refuse(f"item {item.sku}", problems)
    uoms = [
        ItemUnitBody(codes.unit(unit.code), plain(exact(unit.in_base)), unit.gtin or None)
        for unit in item.units
    ]
    tracked = (item.lot_tracked, item.serial_tracked, item.expiry_tracked)
    return _json(ItemBody(depositor, item.sku, item.description, list(item.gtins), uoms, *tracked))


def encode_inbound(advice: InboundAdvice, *, depositor: str, site: str, codes: Codes) -> bytes:
    """The JSON body of PUT /v1/inbounds/{ref}. Raises MappingError naming every problem."""
    _refuse(f"inbound {advice.ref}", _problems(advice.ref, advice.lines, codes))
    expected = advice.expected_on.isoformat() if advice.expected_on else None
    return _json(
        InboundBody(
            client_id=depositor,
            site_id=site,
            client_asn_ref=advice.ref,
            type="po",
            shipped_on=advice.shipped_on.isoformat(),
            eta=expected,
            supplier=_address(advice.supplier),
            shipment_ref=advice.shipment_ref,
            carrier=advice.carrier,
            container=advice.container,
            lines=[
                InboundLineBody(line.ref, line.sku, _amount(line.quantity, codes), line.lot or None)
                for line in advice.lines
            ],
        )
    )


def encode_return(advice: ReturnAdvice, *, depositor: str, site: str, codes: Codes) -> bytes:
    """The JSON body of PUT /v1/returns/{rma}. Raises MappingError naming every problem."""
    problems = _problems(advice.ref, advice.lines, codes)
    for index, line in enumerate(advice.lines):
        if line.disposition and line.disposition not in DISPOSITIONS:
            path = f"lines[{index}].disposition"
            told = f"{path} {line.disposition!r} is none of {', '.join(sorted(DISPOSITIONS))}"
            problems.append(_problem("DISPOSITION_UNKNOWN", path, told, line.disposition))
    _refuse(f"return {advice.ref}", problems)
    return _json(
        ReturnBody(
            client_id=depositor,
            site_id=site,
            rma_ref=advice.ref,
            order_ref=advice.order_ref,
            po_number=advice.po_number,
            authorised_on=advice.authorised_on.isoformat(),
            lines=[
                ReturnLineBody(
                    line.ref, line.sku, _amount(line.quantity, codes), line.reason, line.disposition
                )
                for line in advice.lines
            ],
        )
    )


def encode_hold(kind: str, note: str) -> bytes:
    """The JSON body of POST /v1/orders/{ref}/holds. Raises MappingError (HOLD_KIND_UNKNOWN)."""
    if kind not in HOLD_KINDS:
        told = f"a hold of kind {kind!r} is none of {', '.join(sorted(HOLD_KINDS))}"
        raise _problem("HOLD_KIND_UNKNOWN", "kind", told, kind)
    return _json(HoldBody(kind, note, "oro"))


def _problems(ref: str, lines: Sequence[InboundLine | ReturnLine], codes: Codes) -> list[MappingError]:
    problems = [] if is_ref(ref) else [bad_ref("ref", ref)]
    if not lines:
        problems.append(_problem("LINES_MISSING", "lines", "it has no lines"))
    seen: set[str] = set()
    for index, line in enumerate(lines):
        path = f"lines[{index}]"
        problems += _line_problems(path, line.ref, line.sku, line.quantity)
        problems += _unit_problems(line.quantity.unit, f"{path}.uom", codes)
        if line.ref in seen:
            told = f"{path}.ref {line.ref!r} names two lines"
            problems.append(_problem("LINE_REF_REPEATED", f"{path}.ref", told, line.ref))
        seen.add(line.ref)
    return problems


def _line_problems(path: str, ref: str, sku: str, quantity: Quantity) -> Iterable[MappingError]:
    if not is_ref(ref):
        yield bad_ref(f"{path}.ref", ref)
    where = f"{path}.quantity"
    if quantity.amount <= 0:
        told = f"{where} {quantity} of {sku} is no quantity of goods"
        yield _problem("QUANTITY_NOT_POSITIVE", where, told, str(quantity))
    if as_decimal(quantity.amount) is None:
        told = f"{where} {quantity} of {sku} has no finite decimal, so it cannot be written exactly"
        yield _problem("QUANTITY_NOT_DECIMAL", where, told, str(quantity))
    for name, text in (("sku", sku), ("uom", quantity.unit)):
        if not text.strip():
            yield _problem(f"{name.upper()}_MISSING", f"{path}.{name}", f"{path}.{name} is empty")


def _unit_problems(uom: str, path: str, codes: Codes) -> Iterable[MappingError]:
    try:
        if uom.strip():
            codes.unit(uom, path)
    except MappingError as error:
        yield error


def _problem(code: str, path: str, told: str, value: str = "") -> MappingError:
    return MappingError(told, code=code, path=path, value=value)


def _refuse(what: str, problems: Sequence[MappingError]) -> None:
    if not problems:
        return
    first = problems[0]
    raise MappingError(
        f"{what} cannot be written as the warehouse reads it: "
        + "; ".join(each.message for each in problems),
        code=first.code,
        path=first.path,
        value=first.value,
        hint=first.hint,
    )


def _amount(quantity: Quantity, codes: Codes) -> AmountBody:
    return AmountBody(plain(quantity.amount), codes.unit(quantity.unit))


def _address(address: Address | None) -> AddressBody | None:
    return AddressBody(**asdict(address)) if address else None


def _json(body: ItemBody | InboundBody | ReturnBody | HoldBody) -> bytes:
    text = json.dumps(asdict(body), ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        told = "a text has half a character (a lone surrogate); correct it"
        raise _problem("TEXT_NOT_UNICODE", "", told) from None
