"""The recorded exchanges in order, and a twin in the state that each of them found."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from typing import Any, TypeAlias

from attrs import define, field, frozen

from orogxo.sandbox import Twin
from orogxo.sandbox.oro_links import inverse
from support.twins import FOLDERS, RECORDINGS

API = "/admin/api"
SECONDS = dt.timedelta(seconds=3)
Members: TypeAlias = tuple[dict[str, Any], dict[str, Any]]
State: TypeAlias = dict[str, dict[str, Members]]
_OWN = frozenset({"webhooktopics", "webhookformats"})  # the twin makes them itself


@frozen
class Recording:
    """One exchange: `name` is its file's path below the version's folder, without the suffix."""

    version: str
    name: str
    exchange: dict[str, Any]
    position: int

    @property
    def request(self) -> dict[str, Any]:
        """What was sent."""
        found: dict[str, Any] = self.exchange["request"]
        return found

    @property
    def response(self) -> dict[str, Any]:
        """What came back."""
        found: dict[str, Any] = self.exchange["response"]
        return found

    @property
    def ended(self) -> dt.datetime:
        """When the answer was there, to the second."""
        return dt.datetime.fromisoformat(self.exchange["recorded_at"])

    @property
    def began(self) -> dt.datetime:
        """When the request was sent."""
        return self.ended - dt.timedelta(milliseconds=self.exchange["elapsed_ms"])


@cache
def world(version: str) -> dict[str, Any]:
    """The derived world of one version."""
    found: dict[str, Any] = json.loads((RECORDINGS / FOLDERS[version] / "world.json").read_text("utf-8"))
    return found


@cache
def recordings(version: str) -> dict[str, Recording]:
    """Every exchange with the API of one version, by name, oldest first."""
    folder = RECORDINGS / FOLDERS[version]
    return {
        name: Recording(version, name, json.loads((folder / f"{name}.json").read_text("utf-8")), position)
        for position, name in enumerate(world(version)["exchanges"])
    }


def state_at(version: str, position: int, *, reading: bool) -> dict[str, dict[str, tuple[dict, dict]]]:
    """Every record as it was at one exchange: for a read as it shows it, for a write as it found it."""
    found: dict[str, dict[str, tuple[dict, dict]]] = {}
    for kind, rows in world(version)["rows"].items():
        table = found[kind] = {}
        for row_id, row in rows.items():
            born = -1 if row["born"] is None else row["born"]
            gone = row["gone"]
            if (
                born > position
                or (born == position and not reading)
                or (gone is not None and gone < position)
            ):
                continue
            table[row_id] = _members(row["states"], position, reading=reading)
    return found


def _members(states: list[Any], position: int, *, reading: bool) -> tuple[dict, dict]:
    attributes: dict[str, Any] = {}
    relations: dict[str, Any] = {}
    past = [state for state in states if state[0] < position or (reading and state[0] == position)]
    for _, *members in past:
        attributes |= members[0]
        relations |= members[1]
    for _, *members in states[len(past) :]:
        attributes = members[0] | attributes
        relations = members[1] | relations
    return attributes, relations


def twin_at(recording: Recording, *, knowing: bool = False) -> Twin:
    """A twin whose OroCommerce is in the state that this exchange found.

    `knowing`: what a write does not touch is taken from its answer, for the case that somebody else had
    changed it since it was last seen.
    """
    exposed = True if recording.name.startswith("with-status-exposed/") else None
    slow = recording.ended - recording.began > SECONDS
    start = recording.began if slow else recording.ended
    twin = Twin(oro_version=recording.version, status_exposed=exposed, start=start)
    reading = recording.request["method"] == "GET"
    state = state_at(recording.version, recording.position, reading=reading)
    if knowing:
        _take_over(state, recording)
    _forget_its_own(state, recording)
    _fill_unseen(state)
    _believe(twin, state, recording)
    mender = _Mender(twin, state)
    rows = [
        (kind, row_id, attributes, mender.whole(kind, row_id, relations))
        for kind, table in state.items()
        for row_id, (attributes, relations) in table.items()
        if kind not in twin._data.derived
    ]
    formats = twin._data.table("webhookformats").copy()
    twin.load_oro(row for row in rows if row[0] not in _OWN)
    twin._data.table("webhookformats").update(formats)
    return twin


def _forget_its_own(state: dict[str, Any], recording: Recording) -> None:
    """What a batch is about to create is not there yet, though it was made within the same second."""
    body = recording.request["body"]
    data = body.get("data") if isinstance(body, dict) and recording.response["status"] == 202 else None
    rows = world(recording.version)["rows"]["orders"]
    for sent in data if isinstance(data, list) else []:
        wanted = (sent.get("attributes") or {}).get("identifier")
        for row_id, (attributes, _) in list(state.get("orders", {}).items()):
            near = abs((rows[row_id]["born"] or 0) - recording.position) < 10
            if wanted and "meta" not in sent and attributes.get("identifier") == wanted and near:
                del state["orders"][row_id]


def _fill_unseen(state: dict[str, Any]) -> None:
    """What no answer showed: statuses are those of new orders, lines are worth what their order says."""
    for attributes, relations in state.get("orders", {}).values():
        attributes.setdefault("external", False)
        relations.setdefault("internalStatus", "open")
        relations.setdefault("shippingStatus", "not_shipped")
    _fill_unseen_errors(state)
    lines = state.setdefault("orderlineitems", {})
    for order_id, (attributes, relations) in state.get("orders", {}).items():
        ids = [each for each in relations.get("lineItems") or [] if each != "cut"]
        if ids and not any(each in lines for each in ids):
            for each in ids:
                value = attributes.get("subtotalValue") if each == ids[0] else "0.0000"
                lines[each] = ({"quantity": 1, "value": value}, {"order": order_id, "orders": [order_id]})


def _fill_unseen_errors(state: dict[str, Any]) -> None:
    errors = state.setdefault("asyncoperationerrors", {})
    for number, (attributes, _) in state.get("asyncoperations", {}).items():
        for place in range(1, ((attributes.get("summary") or {}).get("errorCount") or 0) + 1):
            errors.setdefault(f"{number}-1-{place}", ({}, {"operation": number}))


def _believe(twin: Twin, state: dict[str, Any], recording: Recording) -> None:
    """What an accepted write addressed or pointed at was there, whether or not anybody had seen it."""
    if recording.request["method"] == "GET" or recording.response["status"] >= 300:
        return
    after = state_at(recording.version, recording.position, reading=True)
    kind, _, row_id = recording.request["path"].removeprefix(f"{API}/").partition("?")[0].partition("/")
    if row_id and row_id not in state.setdefault(kind, {}) and row_id in after.get(kind, {}):
        state[kind][row_id] = after[kind][row_id]
    body = recording.request["body"]
    for part in body.get("included", []) if isinstance(body, dict) else []:
        for link in part.get("relationships", {}).values():
            for one in link["data"] if isinstance(link["data"], list) else [link["data"]]:
                resource = twin._data.resources.get(one["type"])
                if resource is not None and resource.numeric_id and one["id"].isdigit():
                    state.setdefault(one["type"], {}).setdefault(one["id"], ({}, {}))


def _take_over(state: dict[str, Any], recording: Recording) -> None:
    after = state_at(recording.version, recording.position, reading=True)
    touched = set()
    body = recording.request["body"]
    data = body.get("data") if isinstance(body, dict) else None
    for sent in data if isinstance(data, list) else [data]:
        if isinstance(sent, dict):
            touched |= {*(sent.get("attributes") or {}), *(sent.get("relationships") or {})}
    for kind, table in state.items():
        for row_id, members in table.items():
            for mine, theirs in zip(members, after.get(kind, {}).get(row_id, ({}, {})), strict=True):
                kept = {name: mine[name] for name in mine if name in touched or _derived(name)}
                mine.update({name: value for name, value in theirs.items() if name not in kept})


def _derived(name: str) -> bool:
    return name == "updatedAt" or name.startswith(("total", "subtotal", "rowTotal"))


@define
class _Mender:
    """Completes lists that were cut, or seen before others changed them, from what points back."""

    twin: Twin
    state: State
    _back: dict[tuple[str, str], dict[str, list[str]]] = field(factory=dict)

    def whole(self, kind: str, row_id: str, relations: dict[str, Any]) -> dict[str, Any]:
        """The relations of one record."""
        whole = dict(relations)
        if kind == "asyncoperations":
            errors = self.pointing("asyncoperationerrors", "operation").get(row_id, [])
            whole["errors"] = sorted(errors, key=lambda other: [int(part) for part in other.split("-")])
        for name, value in relations.items():
            other = inverse(self.twin._data, kind, name) if isinstance(value, list) else None
            if other is not None:
                shown = self._shown(other[0], [*value, *self._also(kind, row_id, name)])
                whole[name] = list(dict.fromkeys([*shown, *self.pointing(*other).get(row_id, [])]))
        return whole

    def _also(self, kind: str, row_id: str, name: str) -> list[str]:
        history = world(self.twin._data.version)["rows"].get(kind, {}).get(row_id)
        found: list[str] = history["also"].get(name, []) if history else []
        return found

    def _shown(self, kind: str, ids: list[str]) -> list[str]:
        there, history = self.state.get(kind, {}), world(self.twin._data.version)["rows"].get(kind, {})
        return [each for each in ids if each != "cut" and (each in there or each not in history)]

    def pointing(self, kind: str, name: str) -> dict[str, list[str]]:
        """Which records of a type point at which with one relation."""
        if (kind, name) not in self._back:
            found = self._back[kind, name] = {}
            for row_id, (_, relations) in self.state.get(kind, {}).items():
                value = relations.get(name)
                for each in value if isinstance(value, list) else [value]:
                    found.setdefault(each, []).append(row_id)
        return self._back[kind, name]
