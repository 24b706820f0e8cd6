"""What a client may write to the twin's OroCommerce, one record at a time, relationships included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orogxo.messages import Reply
from orogxo.sandbox.oro_data import Change, OroData, Row
from orogxo.sandbox.oro_documents import (
    Document,
    check_references,
    document,
    linkage,
    operation,
    parts,
    read_body,
    refusal_errors,
)
from orogxo.sandbox.oro_effects import Effects
from orogxo.sandbox.oro_forms import Member, form
from orogxo.sandbox.oro_links import relink, remove
from orogxo.sandbox.oro_query import JSON_API, Refused, error, page_of, read_query, refused, select
from orogxo.sandbox.oro_reads import MISSING, existing, single
from orogxo.sandbox.oro_render import Renderer
from orogxo.sandbox.oro_saving import Saver
from orogxo.sandbox.oro_schema import Resource
from orogxo.sandbox.wire import Call, json_reply

_LOCKED = frozenset({"closed", "cancelled"})
_NO_EDIT = 'No access by "EDIT" permission to the entity.'
_CONFLICT = "The '{0}' property of the primary data object should match {1}"
_LONGEST_COLUMN = {"secret": 255, "method": 255, "number": 255, "notificationUrl": 2048}
_MOST_DELETED = 100


class OroWrites:
    """Writes of single records; the resource table says which types allow them."""

    def __init__(self, data: OroData, effects: Effects) -> None:
        self._data = data
        self._effects = effects

    def answer(self, call: Call, resource: Resource, steps: Sequence[str], renderer: Renderer) -> Reply:
        """Carry out one write. Raises Refused with nothing changed."""
        if len(steps) == 4:
            return self._relationship(call, resource, steps)
        if call.method == "DELETE":
            return self._delete(call, resource, steps)
        if call.method == "POST":
            return self._post(call, resource, renderer)
        return self._patch(call, resource, steps[1], renderer)

    # One record --------------------------------------------------------------------------------------------

    def _post(self, call: Call, resource: Resource, renderer: Renderer) -> Reply:
        body = read_body(call, old=self._data.old)
        sent = document(body.get("data") if isinstance(body, dict) else None, resource.type, "/data")
        self._match_type(sent, resource.type, status=400 if self._data.old else 409)
        allowed = frozenset({"validate"} if resource.type == "orders" else ())
        wanted = operation(self._data, sent, allowed, "")
        if wanted == "upsert":
            return self._upsert(call, resource, sent, body, renderer)
        self._mandatory_id(resource, sent)
        row, made = self.save(sent, parts(body), None, keep=wanted != "validate")
        reply = self._single(call, resource, row, made, renderer)
        self._not_yet(reply, sent)
        return json_reply(201, reply, JSON_API, {"Location": renderer.url(resource.type, row.id)})

    def _not_yet(self, reply: dict[str, Any], sent: Document) -> None:
        """5.1 fills these in after it has built the answer to a creation."""
        if self._data.old and sent.type == "orders":
            names = ("identifier", "disablePromotions")
            reply["data"]["attributes"] |= {name: sent.attributes.get(name) for name in names}

    def _mandatory_id(self, resource: Resource, sent: Document) -> None:
        if resource.numeric_id or resource.type == "webhooks":
            return
        if sent.id is None:
            told = "The identifier is mandatory"
            raise refused(error(400, "entity identifier constraint", told, pointer="/data/id"))
        if self._data.row(resource.type, sent.id) is not None:
            raise refused(error(409, "conflict constraint", "The entity already exists."))

    def _upsert(self, call: Call, resource: Resource, sent: Document, body: Any, renderer: Renderer) -> Reply:
        found = self.find(sent)
        row, made = self.save(sent, parts(body), found)
        reply = self._single(call, resource, row, made, renderer)
        headers = {"Location": renderer.url(resource.type, row.id)}
        if found is None:
            self._not_yet(reply, sent)
            return json_reply(201, reply, JSON_API, headers)
        # nginx and php-fpm make a redirect of a 200 with a Location; later versions send none.
        return (
            json_reply(302, reply, JSON_API, headers) if self._data.old else json_reply(200, reply, JSON_API)
        )

    def find(self, sent: Document) -> Row | None:
        """The record that an upsert means. Raises Refused when it is more than one."""
        how = sent.meta["upsert"]
        if how is True:
            return self._data.row(sent.type, sent.id)
        rows = self._data.table(sent.type).values()
        same = [row for row in rows if all(row.attributes.get(key) == sent.attributes[key] for key in how)]
        if len(same) > 1:
            told = "The upsert operation founds more than one entity."
            raise refused(error(409, "conflict constraint", told))
        return same[0] if same else None

    def _patch(self, call: Call, resource: Resource, row_id: str, renderer: Renderer) -> Reply:
        body = read_body(call, old=self._data.old)
        sent = document(body.get("data") if isinstance(body, dict) else None, resource.type, "/data")
        row = existing(self._data, resource, row_id)
        if str(sent.id) != row.id:
            told = _CONFLICT.format("id", "'id' parameter of the query string")
            raise refused(error(409, "conflict constraint", told, pointer="/data/id"))
        self._match_type(sent, resource.type, status=409)
        allowed = frozenset({"validate"} if resource.type == "orders" else ())
        wanted = operation(self._data, sent, allowed, "")
        row, made = self.save(sent, parts(body), row, keep=wanted != "validate")
        return json_reply(200, self._single(call, resource, row, made, renderer), JSON_API)

    def _match_type(self, sent: Document, kind: str, *, status: int) -> None:
        if sent.type != kind:
            told = _CONFLICT.format("type", "the requested resource")
            raise Refused(
                json_reply(
                    status,
                    {"errors": [error(409, "conflict constraint", told, pointer="/data/type")]},
                    JSON_API,
                )
            )

    def save(
        self, sent: Document, included: list[Document], row: Row | None, *, keep: bool = True
    ) -> tuple[Row, Mapping[tuple[str, str | None], Row]]:
        """The row of `sent` and its parts, saved together or not at all. Raises Refused.

        `keep` False: checked and shown only; nothing stays.
        """
        self.must_be_editable(sent.type, row)
        check_references(self._data, [sent], included)
        saver = Saver(self._data, self._effects, {(each.type, each.id): each for each in included})
        with self._data.transaction(trial=not keep) as changes:
            saved = saver.save(sent, row)
            _fit_columns(changes, self._data)
            if keep:
                return saved, saver.made
            shown = _tried(saved.copy(), new=row is None)
            return shown, {key: _tried(part.copy(), new=True) for key, part in saver.made.items()}

    def must_be_editable(self, kind: str, row: Row | None) -> None:
        """Closed and cancelled orders are not. Raises Refused."""
        locked = row is not None and row.relations.get("internalStatus") in _LOCKED
        if kind == "orders" and locked and not self._data.old:
            raise refused(error(403, "access denied exception", _NO_EDIT))

    def _single(
        self,
        call: Call,
        resource: Resource,
        row: Row,
        made: Mapping[tuple[str, str | None], Row],
        renderer: Renderer,
    ) -> dict[str, Any]:
        query = read_query(self._data, call.query, listing=False)
        body = single(renderer, resource.type, row, query)
        names = {(kind, part.id): name for (kind, name), part in made.items()}
        if query.include and self._data.old:
            for each in body.get("included", []):
                if (each["type"], each["id"]) in names:
                    each["meta"] = {"includeId": names[each["type"], each["id"]]}
        elif made and not query.include:
            body["included"] = [marked(renderer, kind, part, name) for (kind, name), part in made.items()]
        if renderer.hateoas:
            body["links"] = {"self": renderer.url(resource.type)}
        order = ("data", "included", "links")
        return {name: body[name] for name in order if name in body}

    # Deleting ----------------------------------------------------------------------------------------------

    def _delete(self, call: Call, resource: Resource, steps: Sequence[str]) -> Reply:
        kind = resource.type
        if len(steps) == 2:
            self.delete(kind, existing(self._data, resource, steps[1]))
            return Reply(204)
        query = read_query(self._data, call.query, listing=True)
        if not query.filters:
            raise refused(error(400, "filter constraint", "At least one filter must be provided."))
        query.size = min(query.size, _MOST_DELETED) if query.size > 0 else _MOST_DELETED
        chosen, _ = page_of(select(self._data, kind, list(self._data.table(kind).values()), query), query)
        for row in chosen:
            self.delete(kind, row)
        return Reply(204)

    def delete(self, kind: str, row: Row) -> None:
        """Take a record away, and what lives only in it. Raises Refused."""
        self.must_be_editable(kind, row)
        orders = self._data.order_of(row) if kind == "orderlineitems" else []
        for order_id in orders:
            order = self._data.row("orders", order_id)
            if order is not None and len(order.relations["lineItems"]) == 1:
                told = "The delete operation is forbidden. Reason: Please add at least one Line Item."
                raise refused(error(403, "access denied exception", told))
        with self._data.transaction():
            remove(self._data, kind, row.id)
            self._effects.settle(orders)

    # Relationships -----------------------------------------------------------------------------------------

    def _relationship(self, call: Call, resource: Resource, steps: Sequence[str]) -> Reply:
        member = relationship_member(self._data, resource, steps[3])
        row = self._data.row(resource.type, steps[1])
        if member is None or row is None:
            raise refused(error(404, "not found http exception", MISSING["parent"]))
        body = read_body(call, old=self._data.old)
        linked = linkage(body.get("data") if isinstance(body, dict) else None, "/data")
        if linked is not None and isinstance(linked, list) is not member.many:
            raise refused(error(400, "form constraint", "This value is not valid."))
        self.must_be_editable(resource.type, row)
        sent = Document(resource.type, row.id, "/data", {}, {member.name: {"data": linked}}, {})
        try:
            with self._data.transaction():
                self._set(call.method, sent, row, member, linked)
                if "updatedAt" in resource.attributes:
                    self._data.change(resource.type, row)
                    self._effects.after(resource.type, row, created=False)
        except Refused as refusal:
            raise _without_pointers(refusal) from None
        return Reply(204)

    def _set(self, method: str, sent: Document, row: Row, member: Member, linked: Any) -> None:
        check_references(self._data, [sent], [])
        if method == "PATCH":
            Saver(self._data, self._effects).save(sent, row)
            return
        held, named = row.relations.get(member.name) or [], [str(one.get("id")) for one in linked or []]
        target = self._data.resources[sent.type].relations[member.name].target
        if any(self._data.row(target, each) is None for each in named):
            raise refused(error(400, "form constraint", "The entity does not exist."))
        self._data.change(sent.type, row)
        new = [each for each in named if each not in held]
        left = [each for each in held if each not in named]
        relink(self._data, sent.type, row, member.name, [*held, *new] if method == "POST" else left)


def relationship_member(data: OroData, resource: Resource, name: str) -> Member | None:
    """The member that a relationship address writes, None where it can only be read."""
    member = form(resource.type, data.version, statuses=data.statuses_readable).get(name)
    readable = member is not None and member.is_relation and member.kind != "ignored" and not member.once
    return member if readable else None


def marked(renderer: Renderer, kind: str, part: Row, name: str | None) -> dict[str, Any]:
    """A part as the answer to its creation shows it, with the temporary id that the client gave it."""
    shown = renderer.resource(kind, part)
    members: dict[str, Any] = {key: shown.pop(key) for key in ("attributes", "relationships") if key in shown}
    return shown | {"meta": {"includeId": name}} | members


def _tried(row: Row, *, new: bool) -> Row:
    """A row of a trial as it is shown: no workflow has set its status, nobody has computed its taxes."""
    if new and "internalStatus" in row.relations:
        row.relations |= {"internalStatus": None, "shippingStatus": None}
    if new and "rowTotalAfterDiscount" in row.attributes:
        for end in ("IncludingTax", "ExcludingTax"):
            row.attributes[f"rowTotalAfterDiscount{end}"] = "0.0000"
    return row


def _fit_columns(changes: Sequence[Change], data: OroData) -> None:
    """What the forms let through and the database does not. Raises Refused: 500."""
    for change in changes:
        row = data.row(change.kind, change.row_id)
        for name, longest in _LONGEST_COLUMN.items():
            value = row.attributes.get(name) if row is not None else None
            if isinstance(value, str) and len(value) > longest:
                raise refused(error(500, "driver exception"))


def _without_pointers(refusal: Refused) -> Refused:
    errors = [{name: each[name] for name in each if name != "source"} for each in refusal_errors(refusal)]
    return Refused(json_reply(refusal.reply.status, {"errors": errors}, JSON_API)) if errors else refusal
