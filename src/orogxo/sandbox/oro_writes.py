"""What a client may write to the twin's OroCommerce: trackings, and a few fields of orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orogxo.messages import Reply
from orogxo.sandbox.oro_data import OroData, Row
from orogxo.sandbox.oro_orders import OrderDesk
from orogxo.sandbox.oro_query import JSON_API, error, refused
from orogxo.sandbox.oro_render import Renderer
from orogxo.sandbox.oro_schema import Relation, Resource
from orogxo.sandbox.wire import Call, json_reply, loads

_WRITABLE = frozenset(
    {
        "identifier",
        "poNumber",
        "customerNotes",
        "shipUntil",
        "shippingMethod",
        "shippingMethodType",
        "externalId",
    }
)
_LOCKED = frozenset({"closed", "cancelled"})
_NO_ENTITY = "The entity does not exist."
_BLANK = "This value should not be blank."


class OroWrites:
    """POST, PATCH and DELETE; the resource table says which types allow them."""

    def __init__(self, data: OroData, desk: OrderDesk) -> None:
        self._data = data
        self._desk = desk

    def answer(self, call: Call, resource: Resource, steps: Sequence[str], renderer: Renderer) -> Reply:
        """Carry out one write. Raises Refused with nothing changed."""
        kind = resource.type
        if call.method == "POST":
            row = self._create_tracking(self._document(call), resource)
            headers = {"Location": renderer.url(kind, row.id)}
            return json_reply(201, _single(renderer, kind, row), JSON_API, headers)
        existing = self._data.row(kind, steps[1])
        if existing is None:
            missing = "An entity with the requested identifier does not exist."
            raise refused(error(404, "not found http exception", missing))
        if call.method == "DELETE":
            self._delete_tracking(existing)
            return Reply(204)
        if len(steps) == 4:
            self._set_shipping_status(existing, self._body(call).get("data"))
            return Reply(204)
        self._patch(resource, existing, self._document(call))
        return json_reply(200, _single(renderer, kind, existing), JSON_API)

    # Trackings --------------------------------------------------------------------------------------------

    def _create_tracking(self, sent: dict[str, Any], resource: Resource) -> Row:
        if "upsert" in sent.get("meta", {}):
            told = "The upsert operation is not allowed."
            raise refused(error(400, "value constraint", told, pointer="/meta/upsert"))
        attributes, relations = sent.get("attributes") or {}, sent.get("relationships") or {}
        _no_extra_fields(resource, attributes, relations)
        self._check_tracking(attributes)
        relation = resource.relations["order" if self._data.old else "orders"]
        orders = self._orders(relation, relations)
        kept = {name: attributes[name] for name in resource.attributes}
        row = self._data.insert(resource.type, kept, {})
        row.relations[relation.name] = orders if relation.many else orders[0]
        for order_id in orders:
            # The order's own updatedAt does not move, as recorded.
            self._data.table("orders")[order_id].relations["shippingTrackings"].append(row.id)
        return row

    def _check_tracking(self, attributes: dict[str, Any]) -> None:
        blank = [name for name in ("method", "number") if not attributes.get(name)]
        if blank:
            raise refused(
                *(
                    error(400, "not blank constraint", _BLANK, pointer=f"/data/attributes/{name}")
                    for name in blank
                )
            )
        if any(len(str(attributes[name])) > 255 for name in ("method", "number")):
            raise refused(error(500, "driver exception"))

    def _orders(self, relation: Relation, relations: dict[str, Any]) -> list[str]:
        linked = (relations.get(relation.name) or {}).get("data")
        pointer = f"/data/relationships/{relation.name}/data"
        if linked is None and not relation.many:
            raise refused(error(500, "error exception"))
        if isinstance(linked, list) is not relation.many and linked is not None:
            raise refused(error(400, "form constraint", "This value is not valid.", pointer=pointer))
        members = linked if isinstance(linked, list) else [linked] if linked else []
        found = [str(member.get("id")) for member in members]
        if any(self._data.row("orders", order_id) is None for order_id in found):
            raise refused(error(400, "form constraint", _NO_ENTITY, pointer=pointer))
        return found

    def _delete_tracking(self, row: Row) -> None:
        for order_id in self._data.order_of(row):
            self._data.table("orders")[order_id].relations["shippingTrackings"].remove(row.id)
        del self._data.table("ordershippingtrackings")[row.id]

    # PATCH ------------------------------------------------------------------------------------------------

    def _patch(self, resource: Resource, row: Row, sent: dict[str, Any]) -> None:
        if str(sent.get("id")) != row.id:
            told = (
                "The 'id' property of the primary data object should match 'id' parameter of the query string"
            )
            raise refused(error(409, "conflict constraint", told, pointer="/data/id"))
        attributes, relations = sent.get("attributes"), sent.get("relationships") or {}
        if attributes == {}:
            told = "The 'attributes' property should not be empty"
            raise refused(error(400, "request data constraint", told, pointer="/data/attributes"))
        self._no_unknown_types(relations)
        _no_extra_fields(resource, attributes or {}, relations)
        if resource.type == "orders":
            self._patch_order(row, attributes or {}, relations)
        else:
            row.attributes |= attributes or {}

    def _no_unknown_types(self, relations: dict[str, Any]) -> None:
        for name, relation in relations.items():
            linked = relation.get("data") if isinstance(relation, dict) else None
            kind = linked.get("type") if isinstance(linked, dict) else None
            if kind is not None and kind not in self._data.resources and kind != "orderinternalstatuses":
                pointer = f"/data/relationships/{name}/data/type"
                raise refused(
                    error(400, "entity type constraint", f"Unknown entity type: {kind}.", pointer=pointer)
                )

    def _patch_order(self, order: Row, attributes: dict[str, Any], relations: dict[str, Any]) -> None:
        self._must_be_editable(order)
        wanted = attributes.get("identifier")
        taken = [
            row.id for row in self._data.table("orders").values() if row.attributes["identifier"] == wanted
        ]
        if wanted is not None and taken not in ([], [order.id]):
            told = "This value is already used."
            raise refused(error(400, "unique entity constraint", told, pointer="/data/attributes/identifier"))
        status = relations.pop("shippingStatus", None)
        # A known internal status is accepted and silently ignored; other relations are beyond the sandbox.
        relations.pop("internalStatus", None)
        if relations:
            told = f"the sandbox does not write {', '.join(sorted(relations))}"
            raise refused(error(400, "form constraint", told))
        if status is not None:
            self._set_shipping_status(order, status.get("data"))
        # Totals, currency and dates are accepted and ignored, as recorded.
        order.attributes |= {name: value for name, value in attributes.items() if name in _WRITABLE}
        self._desk.touch(order)

    def _must_be_editable(self, order: Row) -> None:
        if not self._data.old and order.relations.get("internalStatus") in _LOCKED:
            told = 'No access by "EDIT" permission to the entity.'
            raise refused(error(403, "access denied exception", told))

    def _set_shipping_status(self, order: Row, linked: dict[str, Any] | None) -> None:
        self._must_be_editable(order)
        status = None if linked is None else str(linked.get("id"))
        if status is not None and self._data.row("ordershippingstatuses", status) is None:
            pointer = "/data/relationships/shippingStatus/data"
            raise refused(error(400, "form constraint", _NO_ENTITY, pointer=pointer))
        order.relations["shippingStatus"] = status
        self._desk.touch(order)

    # Bodies -----------------------------------------------------------------------------------------------

    def _body(self, call: Call) -> dict[str, Any]:
        media_type = call.media_type("Content-Type")
        if not call.request.body or media_type not in {"", "application/json", JSON_API}:
            told = "The request data should not be empty" + ("" if self._data.old else ".")
            raise refused(error(400, "request data constraint", told))
        try:
            body = loads(call.request.body)
        except ValueError:
            raise refused(
                error(400, "bad request http exception", "Invalid json message received.")
            ) from None
        return body if isinstance(body, dict) else {}

    def _document(self, call: Call) -> dict[str, Any]:
        sent = self._body(call).get("data")
        if not isinstance(sent, dict) or not sent:
            told = "The primary data object should not be empty"
            raise refused(error(400, "request data constraint", told, pointer="/data"))
        return sent


def _no_extra_fields(resource: Resource, attributes: dict[str, Any], relations: dict[str, Any]) -> None:
    known = {*resource.attributes, *resource.relations}
    extra = [f'"{name}"' for name in (*attributes, *relations) if name not in known]
    if extra:
        told = f"This form should not contain extra fields: {', '.join(extra)}."
        raise refused(error(400, "extra fields constraint", told))


def _single(renderer: Renderer, kind: str, row: Row) -> dict[str, Any]:
    document: dict[str, Any] = {"data": renderer.resource(kind, row)}
    if renderer.hateoas:
        document["links"] = {"self": renderer.url(kind)}
    return document
