"""What a client sends: bodies, resource objects, the operations that `meta` asks for; their early errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import define, field

from orogxo.sandbox.oro_data import OroData
from orogxo.sandbox.oro_forms import form
from orogxo.sandbox.oro_query import JSON_API, Refused, error, refused
from orogxo.sandbox.wire import Call, loads

UPSERT_KEYS: Mapping[str, tuple[str, ...]] = {"orders": ("identifier", "uuid")}
_NOT_LINKED = (
    "The entity should have a relationship with the primary entity"
    " and this should be explicitly specified in the request"
)
_AUTO_ID = "The upsert operation is not supported for resources with auto-generated identifier value."
_BY_FIELD = "The upsert operation cannot use this field to find an entity."


@define
class Document:
    """One resource object of a request. `pointer` is where it stands; `id` None where none was sent."""

    type: str
    id: str | None
    pointer: str
    attributes: dict[str, Any] = field(factory=dict)
    relationships: dict[str, Any] = field(factory=dict)
    meta: dict[str, Any] = field(factory=dict)

    def linked(self, name: str) -> Any:
        """The `data` of a relationship."""
        found = self.relationships[name]
        return found.get("data") if isinstance(found, dict) else None


def read_body(call: Call, *, old: bool) -> Any:
    """The JSON of a write. Raises Refused."""
    media_type = call.media_type("Content-Type")
    if not call.request.body or media_type not in {"", "application/json", JSON_API}:
        told = "The request data should not be empty" + ("" if old else ".")
        raise refused(error(400, "request data constraint", told))
    try:
        return loads(call.request.body)
    except ValueError:
        raise refused(error(400, "bad request http exception", "Invalid json message received.")) from None


def document(sent: Any, kind: str, pointer: str) -> Document:
    """`sent` taken apart. Raises Refused where it is not a resource object."""
    if not isinstance(sent, dict) or not sent:
        told = "The primary data object should not be empty"
        raise refused(error(400, "request data constraint", told, pointer=pointer))
    if "id" in sent and not isinstance(sent["id"], str):
        told = "The 'id' property should be a string"
        raise refused(error(400, "request data constraint", told, pointer=f"{pointer}/id"))
    if sent.get("attributes") == {}:
        told = "The 'attributes' property should not be empty"
        raise refused(error(400, "request data constraint", told, pointer=f"{pointer}/attributes"))
    members = {name: sent.get(name) or {} for name in ("attributes", "relationships", "meta")}
    for name, value in members.items():
        if not isinstance(value, dict):
            raise _misshapen(f"{pointer}/{name}", f"The '{name}' property should be an object")
    for name, link in members["relationships"].items():
        linkage(link.get("data") if isinstance(link, dict) else link, f"{pointer}/relationships/{name}/data")
    return Document(str(sent.get("type", kind)), sent.get("id"), pointer, **members)


def linkage(linked: Any, pointer: str) -> Any:
    """`linked`, which must be null, an identifier or a list of them. Raises Refused."""
    members = linked if isinstance(linked, list) else [linked] if linked is not None else []
    for one in members:
        if not isinstance(one, dict):
            raise _misshapen(pointer, "The relationship should be an object or an array of objects")
    return linked


def _misshapen(pointer: str, told: str) -> Refused:
    return refused(error(400, "request data constraint", told, pointer=pointer))


def parts(sent: Any) -> list[Document]:
    """The `included` of a request."""
    listed = (sent.get("included") if isinstance(sent, dict) else None) or []
    if not isinstance(listed, list):
        raise _misshapen("/included", "The 'included' property should be an array")
    return [document(each, "", f"/included/{place}") for place, each in enumerate(listed)]


def operation(data: OroData, wanted: Document, allowed: frozenset[str], pointer: str) -> str:
    """What `meta` asks for: "", update, upsert or validate. Raises Refused."""
    asked = [name for name in ("update", "upsert", "validate") if wanted.meta.get(name)]
    if len(asked) > 1:
        told = "Only one meta option can be used."
        raise refused(error(400, "request data constraint", told, pointer=f"{pointer}/meta"))
    chosen = asked[0] if asked else ""
    if chosen == "validate" and data.old:
        return ""
    if chosen == "upsert":
        told = upsert_problem(data, wanted)
        if told:
            raise refused(error(400, "value constraint", told, pointer=f"{pointer}/meta/upsert"))
    elif chosen and chosen not in allowed:
        told = "The option is not supported."
        raise refused(error(400, "value constraint", told, pointer=f"{pointer}/meta/{chosen}"))
    return chosen


def upsert_problem(data: OroData, wanted: Document) -> str:
    """Why this upsert cannot be, or nothing."""
    how = wanted.meta["upsert"]
    if how is True:
        return _AUTO_ID if data.resources[wanted.type].numeric_id else ""
    keys = UPSERT_KEYS.get(wanted.type)
    if keys is None:
        return "The upsert operation is not allowed."
    usable = not isinstance(how, list) or (len(how) == 1 and how[0] in keys and how[0] in wanted.attributes)
    known = isinstance(how, list) and how[0] in data.resources[wanted.type].attributes
    return "" if usable and known else _BY_FIELD


# References -----------------------------------------------------------------------------------------------


def check_references(data: OroData, primary: Iterable[Document], included: list[Document]) -> None:
    """Types and ids that are pointed at can be read, and every part hangs on something. Raises Refused."""
    problems: list[dict[str, Any]] = []
    pool = {(each.type, str(each.id)) for each in included}
    pointed_at: set[tuple[str, str]] = set()
    for each in (*primary, *included):
        if each.type not in data.resources:
            continue
        for pointer, target, identifier in _identifiers(data, each):
            key = (str(identifier.get("type")), str(identifier.get("id")))
            pointed_at.add(key)
            if key not in pool:
                problems += _unreadable(data, pointer, target, identifier)
    problems += [
        error(400, "request data constraint", _NOT_LINKED, pointer=each.pointer)
        for each in included
        if (each.type, str(each.id)) not in pointed_at and not _points_at(each, primary)
    ]
    if problems:
        raise refused(*problems)


def _points_at(part: Document, primary: Iterable[Document]) -> bool:
    mine = {(each.type, each.id) for each in primary}
    for name in part.relationships:
        linked = part.linked(name)
        members = linked if isinstance(linked, list) else [linked]
        if any(isinstance(one, dict) and (one.get("type"), one.get("id")) in mine for one in members):
            return True
    return False


def _identifiers(data: OroData, each: Document) -> Iterable[tuple[str, str, dict[str, Any]]]:
    relations = data.resources[each.type].relations
    members = form(each.type, data.version, statuses=data.statuses_readable)
    for name in each.relationships:
        target = relations[name].target if name in relations and name in members else ""
        linked, pointer = each.linked(name), f"{each.pointer}/relationships/{name}/data"
        if isinstance(linked, dict):
            yield pointer, target, linked
        elif isinstance(linked, list):
            for place, one in enumerate(linked):
                if isinstance(one, dict):
                    yield f"{pointer}/{place}", target, one


def _unreadable(data: OroData, pointer: str, target: str, identifier: dict[str, Any]) -> list[dict[str, Any]]:
    kind, row_id = str(identifier.get("type")), str(identifier.get("id"))
    known = kind in data.resources or kind == "orderinternalstatuses"
    if not known:
        told = f"Unknown entity type: {kind}."
        return [error(400, "entity type constraint", told, pointer=f"{pointer}/type")]
    if target and kind != target:
        told = "Not acceptable entity type."
        return [error(400, "entity type constraint", told, pointer=f"{pointer}/type")]
    if kind in data.resources and data.resources[kind].numeric_id and not row_id.isdigit():
        told = f'Expected integer value. Given "{row_id}".'
        return [error(400, "entity identifier constraint", told, pointer=f"{pointer}/id")]
    return []


def refusal_errors(refusal: Refused) -> list[dict[str, Any]]:
    """The error objects of a refusal, empty where it has no body."""
    if not refusal.reply.body:
        return []
    found: list[dict[str, Any]] = loads(refusal.reply.body)["errors"]
    return found
