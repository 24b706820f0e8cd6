"""Turning a request's documents into rows: forms, links in both directions, and all complaints at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import define, field

from orogxo.sandbox.oro_checks import Filled, check
from orogxo.sandbox.oro_data import OroData, Row
from orogxo.sandbox.oro_documents import Document
from orogxo.sandbox.oro_effects import Effects
from orogxo.sandbox.oro_forms import Member, converted, form
from orogxo.sandbox.oro_links import relink
from orogxo.sandbox.oro_query import error, refused

_BLANK = "This value should not be blank."
_INVALID = "This value is not valid."
_NO_ENTITY = "The entity does not exist."
_OWNERS = frozenset({"order", "orders"})  # a part of an order gets its order by being listed there
_COUNT = "count constraint"
_AT_LEAST_ONE = "This collection should contain 1 element or more."
_MISSING = {
    "lineItems": ((_COUNT, "Please add at least one Line Item"),),
    "unitPrecisions": ((_COUNT, "Please add one or more product units."),),
    "orders": ((_COUNT, _AT_LEAST_ONE),),
    "names": (
        ("not blank default localized fallback value constraint", "Product default name is blank"),
        (_COUNT, _AT_LEAST_ONE),
    ),
}


@define
class Saver:
    """Saves one primary document with the parts that hang on it. Use inside a transaction.

    `made` are the parts that were saved, by their type and temporary id; they get their ids in the order in
    which they were sent. Constraint violations come before
    what the forms themselves refuse, as recorded.
    """

    data: OroData
    effects: Effects
    parts: Mapping[tuple[str, str | None], Document] = field(factory=dict)
    made: dict[tuple[str, str | None], Row] = field(factory=dict)
    reserved: dict[tuple[str, str | None], str] = field(factory=dict)
    early: list[dict[str, Any]] = field(factory=list)
    violations: list[dict[str, Any]] = field(factory=list)
    invalid: list[dict[str, Any]] = field(factory=list)

    def save(self, sent: Document, row: Row | None = None) -> Row:
        """The row, new or changed. Raises Refused with every complaint."""
        for key, part in self.parts.items():
            if not part.meta.get("update"):
                self.reserved[key] = self.data.take_id(part.type)
        saved = self._save(sent, row)
        problems = self.early + self.violations + self.invalid
        if problems:
            raise refused(*problems)
        for kind, each, created in self._all(sent, saved, created=row is None):
            self.effects.after(kind, each, created=created)
        return saved

    def _all(self, sent: Document, saved: Row, *, created: bool) -> Iterable[tuple[str, Row, bool]]:
        for (kind, temporary), row in self.made.items():
            yield kind, row, not self.parts[kind, temporary].meta.get("update")
        yield sent.type, saved, created

    def _save(self, sent: Document, existing: Row | None) -> Row:
        members = form(sent.type, self.data.version, statuses=self.data.statuses_readable)
        self._refuse_extra(sent, members)
        values = self._values(sent, members, creating=existing is None)
        if existing is None:
            row_id = self.reserved.get((sent.type, sent.id)) or self.effects.new_id(sent.type, sent.id)
            row = self.data.insert(sent.type, self.effects.fresh(sent.type), {}, row_id)
        else:
            row = self.data.change(sent.type, existing)
        row.attributes |= values
        for member in members.values():
            if member.is_relation:
                self._relate(sent, row, member, creating=existing is None)
        self.violations += check(Filled(self.data, sent, row, creating=existing is None))
        return row

    def _refuse_extra(self, sent: Document, members: Mapping[str, Member]) -> None:
        resource = self.data.resources[sent.type]
        known = {*resource.attributes, *resource.relations, *members}
        extra = [f'"{name}"' for name in (*sent.attributes, *sent.relationships) if name not in known]
        if extra:
            told = f"This form should not contain extra fields: {', '.join(extra)}."
            where = {} if sent.pointer == "/data" else {"pointer": sent.pointer}
            self.early.append(error(400, "extra fields constraint", told, **where))

    def _values(self, sent: Document, members: Mapping[str, Member], *, creating: bool) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for member in members.values():
            if member.is_relation or (member.once and not creating):
                continue
            pointer = f"{sent.pointer}/attributes/{member.name}"
            try:
                value = converted(member.kind, sent.attributes.get(member.name))
            except ValueError:
                self.invalid.append(error(400, "form constraint", _INVALID, pointer=pointer))
                continue
            if member.name in sent.attributes:
                values[member.name] = value
            if member.required and value in {None, ""} and (creating or member.name in sent.attributes):
                told = self.effects.blank(sent.type, member.name, _BLANK)
                self.violations.append(error(400, "not blank constraint", told, pointer=pointer))
            elif member.longest and isinstance(value, str) and len(value) > member.longest:
                told = f"This value is too long. It should have {member.longest} characters or less."
                self.violations.append(error(400, "length constraint", told, pointer=pointer))
        return values

    # Relations --------------------------------------------------------------------------------------------

    def _relate(self, sent: Document, row: Row, member: Member, *, creating: bool) -> None:
        if (
            member.name in sent.attributes
        ):  # a relation under `attributes`: a form error, wherever it is known
            pointer = f"{sent.pointer}/relationships/{member.name}/data"
            self.invalid.append(error(400, "form constraint", _INVALID, pointer=pointer))
            return
        if member.name not in sent.relationships:
            if creating:
                relink(self.data, sent.type, row, member.name, [] if member.many else None)
                self._refuse_missing(sent, member)
            return
        linked = sent.linked(member.name)
        pointer = f"{sent.pointer}/relationships/{member.name}/data"
        if linked is not None and isinstance(linked, list) is not member.many:
            self.invalid.append(error(400, "form constraint", _INVALID, pointer=pointer))
            return
        if not linked:
            self._refuse_missing(sent, member)
        if member.once and not creating:
            return
        value = self._resolve(linked, member, pointer)
        keeps = member.kind == "ignored" or (member.kind == "status" and not self.data.status_management)
        if not keeps:
            relink(self.data, sent.type, row, member.name, value)

    def _refuse_missing(self, sent: Document, member: Member) -> None:
        if not member.required or (sent.pointer.startswith("/included") and member.name in _OWNERS):
            return
        pointer = f"{sent.pointer}/relationships/{member.name}/data"
        complaints = _MISSING.get(member.name, (("not blank constraint", _BLANK),))
        self.violations += [error(400, title, told, pointer=pointer) for title, told in complaints]

    def _resolve(self, linked: Any, member: Member, pointer: str) -> Any:
        members = linked if isinstance(linked, list) else [linked] if linked else []
        found = [self._row_of(one) for one in members]
        if None in found:
            violations, form_too = self.effects.unknown(member.name, pointer)
            self.violations += violations
            if form_too:
                self.invalid.append(error(400, "form constraint", _NO_ENTITY, pointer=pointer))
        ids = [row_id for row_id in found if row_id is not None]
        return ids if member.many else (ids[0] if ids else None)

    def _row_of(self, identifier: dict[str, Any]) -> str | None:
        """The id of the record that is meant: a part of this request or one that is there, or None."""
        key = (str(identifier.get("type")), str(identifier.get("id")))
        if key in self.made:
            return self.made[key].id
        part = self.parts.get(key)
        if part is not None:
            existing = self.data.row(part.type, part.id) if part.meta.get("update") else None
            self.made[key] = self._save(part, existing)
            return self.made[key].id
        resource = self.data.resources.get(key[0])
        if resource is None or (resource.listed and self.data.row(*key) is None):
            return None
        return key[1]
