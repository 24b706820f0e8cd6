"""Writes requests as gateway-v1 wants them: exact decimal strings, one fixed order of members.

Everything that could not be written exactly is refused here, before a byte is sent.
"""

from __future__ import annotations

import json
import re
from typing import Any

from attrs import asdict

from orogxo.errors import MappingError
from orogxo.gxo.codes import Codes
from orogxo.gxo.site import SiteProfile, refusal
from orogxo.model import FulfilmentLine, FulfilmentRequest, Organisation, as_decimal, plain

_REF = re.compile(r"[A-Za-z0-9._-]+")


def is_ref(text: str) -> bool:
    """Whether `text` can be a natural key: it stands in a URL path, where some servers change anything else.

    `.` and `..` are letters of the alphabet and still no refs: RFC 3986, section 5.2.4 removes them.
    """
    return _REF.fullmatch(text) is not None and text.strip(".") != ""


def checked_ref(ref: str) -> str:
    """`ref`, if it can be a natural key. Raises MappingError (REF_NOT_ALLOWED)."""
    if is_ref(ref):
        return ref
    raise bad_ref("ref", ref)


def named(what: str, ref: str) -> str:
    """`ref`, a name of the site's own for some `what`. Raises MappingError (REF_NOT_ALLOWED) for no name."""
    if ref in ("", ".", ".."):
        # They vanish from a path (RFC 3986, section 5.2.4): it would ask for something else.
        told = f"{ref!r} is no {what}"
        raise MappingError(told, code="REF_NOT_ALLOWED", path=f"{what}_id", value=ref)
    return ref


def encode_order(
    request: FulfilmentRequest, *, depositor: str, site: str, profile: SiteProfile | None = None
) -> bytes:
    """The JSON body of PUT /v1/orders/{ref} (contract gateway-v1, resource Order), in the `profile`'s codes.

    Raises MappingError naming every problem; `code` and `path` are the first one's: REF_NOT_ALLOWED,
    LINES_MISSING, LINE_REF_REPEATED, QUANTITY_NOT_POSITIVE, QUANTITY_NOT_DECIMAL (its decimal never ends),
    SKU_MISSING, UOM_MISSING, TEXT_NOT_UNICODE; with a profile also those of `SiteProfile.problems`.
    """
    problems = _problems(request)
    if profile and (problems := [*problems, *profile.problems(request)]):
        raise refusal(problems, request, profile.name)
    if problems:
        raise _refusal(request, problems)
    codes = profile.codes if profile else Codes()
    text = json.dumps(_order(request, depositor, site, codes), ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        told, hint = "a text has half a character (a lone surrogate)", "correct the text in OroCommerce"
        raise _refusal(request, [MappingError(told, code="TEXT_NOT_UNICODE", hint=hint)]) from None


def _order(request: FulfilmentRequest, depositor: str, site: str, codes: Codes) -> dict[str, Any]:
    carrier, latest = codes.carrier(request.carrier), request.ship_not_after
    return {
        "client_id": depositor,
        "site_id": site,
        "client_order_ref": request.ref,
        "type": "sale",
        "po_number": request.po_number,
        "customer_org": _organisation(request.customer),
        "external_ids": [
            {"scheme": "oro_order", "value": request.order_id},
            {"scheme": "oro_identifier", "value": request.identifier},
        ],
        **({"requested_ship": {"not_after": latest.isoformat()}} if latest else {}),
        "ship_to": asdict(request.ship_to),
        "carrier": {"code": carrier.carrier, "service_code": carrier.service, "scac": carrier.scac},
        "instructions": [{"kind": "delivery", "text": request.notes}] if request.notes else [],
        "lines": [_line(line, codes) for line in request.lines],
    }


def _organisation(organisation: Organisation) -> dict[str, Any]:
    parent = organisation.parent
    return {
        "id": organisation.id,
        "name": organisation.name,
        "parent": _organisation(parent) if parent else None,
    }


def _line(line: FulfilmentLine, codes: Codes) -> dict[str, Any]:
    # `plain` writes a fraction only where no decimal ends, and such a line has been refused.
    return {
        "line_ref": line.ref,
        "sku": line.sku,
        "qty": {"value": plain(line.quantity.amount), "uom": codes.unit(line.uom)},
    }


def _problems(request: FulfilmentRequest) -> list[MappingError]:
    problems = [] if is_ref(request.ref) else [bad_ref("ref", request.ref)]
    if not request.lines:
        problems.append(MappingError("it has no lines", code="LINES_MISSING", path="lines"))
    seen: set[str] = set()
    for index, line in enumerate(request.lines):
        path = f"lines[{index}]"
        problems += _line_problems(line, path)
        if line.ref in seen:
            told = f"{path}.ref {line.ref!r} names two lines"
            problems.append(MappingError(told, code="LINE_REF_REPEATED", path=f"{path}.ref", value=line.ref))
        seen.add(line.ref)
    return problems


def _line_problems(line: FulfilmentLine, path: str) -> list[MappingError]:
    problems = [] if is_ref(line.ref) else [bad_ref(f"{path}.ref", line.ref)]
    amount, asked = line.quantity.amount, str(line.quantity)
    where, hint = f"{path}.quantity", "check the unit rates of this SKU"
    if amount <= 0:
        told = f"{where} {asked} of {line.sku} is nothing that can be shipped"
        problems.append(MappingError(told, code="QUANTITY_NOT_POSITIVE", path=where, value=asked, hint=hint))
    if as_decimal(amount) is None:
        told = f"{where} {asked} of {line.sku} has no finite decimal, so it cannot be written exactly"
        problems.append(MappingError(told, code="QUANTITY_NOT_DECIMAL", path=where, value=asked, hint=hint))
    for name, text in (("sku", line.sku), ("uom", line.uom)):
        if not text.strip():
            told = f"{path}.{name} is empty"
            problems.append(MappingError(told, code=f"{name.upper()}_MISSING", path=f"{path}.{name}"))
    return problems


def bad_ref(path: str, ref: str) -> MappingError:
    """What to say of a reference at `path` that cannot be a natural key."""
    return MappingError(
        f"{path} {ref!r} cannot name anything at the warehouse",
        code="REF_NOT_ALLOWED",
        path=path,
        value=ref,
        hint="use only letters, digits, dot, underscore and hyphen, and not dots alone",
    )


def _refusal(request: FulfilmentRequest, problems: list[MappingError]) -> MappingError:
    first = problems[0]
    return MappingError(
        "the order cannot be written as the warehouse reads it: "
        + "; ".join(problem.message for problem in problems),
        code=first.code,
        path=first.path,
        value=first.value,
        hint=first.hint,
        context={"order": request.order_id, "ref": request.ref},
    )
