"""Batch updates of the twin's OroCommerce: PATCH on a collection, asynchronous and synchronous.

Recordings: batch_*, asyncoperation_*, sync_*, s61_sync_*, s61_batch_*.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from attrs import define, field

from orogxo.messages import Reply
from orogxo.sandbox.clock import TwinClock, stamp
from orogxo.sandbox.oro_consumer import Consumer
from orogxo.sandbox.oro_data import OroData, Row
from orogxo.sandbox.oro_documents import Document, document, operation, parts, refusal_errors
from orogxo.sandbox.oro_query import JSON_API, Refused, error, refused
from orogxo.sandbox.oro_reads import MISSING
from orogxo.sandbox.oro_render import Renderer
from orogxo.sandbox.oro_schema import Resource
from orogxo.sandbox.oro_writes import OroWrites, marked
from orogxo.sandbox.wire import Call, json_reply, loads

CHUNK, MOST_AT_ONCE, MOST_PARTS_AT_ONCE = 100, 100, 50
_PICKED_UP, _PER_CHUNK = dt.timedelta(seconds=0.5), dt.timedelta(seconds=0.5)
_AT_ONCE = dt.timedelta()
_PATIENCE = 25.0
_UNPARSED = (
    "Failed to parse the data file. Parsing error in [0:0]."
    " Document must start with a named object that has an array as a value."
)
_MODES = 'The accepted values for the "X-Mode" are "sync" or "async".'
_ALL_META = frozenset({"update", "upsert", "validate"})


@define
class _Batch:
    """One request. `items` None: its body is no batch; a body that is no JSON counts as an empty batch."""

    resource: Resource
    operation: Row
    items: list[Any] | None
    included: list[Document]
    done: int = 0
    counts: dict[str, int] = field(factory=dict)

    def count(self, **more: int) -> None:
        for name, number in more.items():
            self.counts[name] = self.counts.get(name, 0) + number


class OroBatch:
    """Carries out batches; the queue's consumer does the asynchronous ones.

    `pickup` is how long one waits in the queue. `pace`: the time from one item of a chunk to the next, in an
    order drawn from `seed`; none: the items of a chunk are saved at one moment, in the order of the request.
    """

    def __init__(
        self, data: OroData, writes: OroWrites, consumer: Consumer, clock: TwinClock, seed: int
    ) -> None:
        self.pickup, self.pace = _PICKED_UP, _AT_ONCE
        self._dice = random.Random(f"{seed}/batch")  # noqa: S311 - a reproducible order, nothing secret
        self._data = data
        self._writes = writes
        self._consumer = consumer
        self._clock = clock

    def answer(self, call: Call, resource: Resource, renderer: Renderer) -> Reply:
        """The reply to one PATCH on a collection. Raises Refused."""
        mode = call.request.header("X-Mode") or "async"
        if not self._data.old and mode not in {"sync", "async"}:
            raise refused(error(400, "invalid header value exception", _MODES))
        if not call.request.body:
            told = "The request data should not be empty" + ("" if self._data.old else ".")
            raise refused(error(400, "request data constraint", told))
        batch = self._read(call.request.body, resource)
        if mode == "sync" and not self._data.old:
            return self._at_once(batch, renderer)
        self._consumer.later(self._clock.now() + self.pickup, lambda when: self._start(batch, when))
        return self._accepted(batch, renderer)

    def _read(self, body: bytes, resource: Resource) -> _Batch:
        now = stamp(self._clock.now())
        attributes = {"status": "new", "createdAt": now, "updatedAt": now, "elapsedTime": 0}
        attributes["entityType"] = resource.type
        operation_row = self._data.insert(
            "asyncoperations", attributes, {"owner": "1", "organization": "1", "errors": []}
        )
        try:
            sent = loads(body)
        except ValueError:
            return _Batch(resource, operation_row, [], [])
        items = sent.get("data") if isinstance(sent, dict) else None
        if not isinstance(items, list):
            return _Batch(resource, operation_row, None, [])
        return _Batch(resource, operation_row, items, parts(sent))

    def _accepted(self, batch: _Batch, renderer: Renderer) -> Reply:
        headers = {"Content-Location": renderer.url("asyncoperations", batch.operation.id)}
        shown = {"data": renderer.resource("asyncoperations", batch.operation)}
        return json_reply(202, shown, JSON_API, headers)

    # Asynchronous -------------------------------------------------------------------------------------------

    def _start(self, batch: _Batch, when: dt.datetime) -> None:
        if batch.items is None:
            self._fail(batch, when)
            return
        self._tell(batch, when, status="running")
        half = _PER_CHUNK / 2
        self._consumer.later(when + half, lambda then: self._tell(batch, then, progress=0.5))
        self._consumer.later(when + _PER_CHUNK, lambda then: self._work(batch, then))

    def _work(self, batch: _Batch, when: dt.datetime) -> None:
        items = batch.items or []
        chunk = list(enumerate(items[batch.done : batch.done + CHUNK], batch.done))
        problems: dict[int, list[dict[str, Any]]] = {}

        def save(place: int, sent: Any, _: dt.datetime) -> None:
            problems[place] = self._item(batch, place, sent)

        if self.pace == _AT_ONCE:
            for place, sent in chunk:
                save(place, sent, when)
            self._chunk_done(batch, problems, when)
            return
        self._dice.shuffle(chunk)
        for place, sent in chunk:
            when += self.pace
            self._consumer.later(when, partial(save, place, sent))
        self._consumer.later(when, lambda then: self._chunk_done(batch, problems, then))

    def _chunk_done(
        self, batch: _Batch, by_place: Mapping[int, list[dict[str, Any]]], when: dt.datetime
    ) -> None:
        items = batch.items or []
        problems = [problem for place in sorted(by_place) for problem in by_place[place]]
        self._report(batch, batch.done // CHUNK + 1, problems)
        batch.done += len(by_place)
        batch.count(readCount=len(by_place), errorCount=len(problems))
        if batch.done < len(items):
            self._tell(batch, when, status="running", progress=round(batch.done / len(items), 4))
            self._consumer.later(when + _PER_CHUNK, lambda then: self._work(batch, then))
        else:
            self._finish(batch, when, "success", 1)

    def _item(self, batch: _Batch, place: int, sent: Any) -> list[dict[str, Any]]:
        try:
            created, _, _ = self._save(batch, place, sent)
        except Refused as refusal:
            return refusal_errors(refusal) or [_not_allowed(self._data, f"/data/{place}")]
        batch.count(writeCount=1, createCount=int(created), updateCount=int(not created))
        return []

    def _fail(self, batch: _Batch, when: dt.datetime) -> None:
        self._report(batch, 0, [error(400, "async operation exception", _UNPARSED)])
        batch.count(errorCount=1)
        self._finish(batch, when, "failed", None)

    def _finish(self, batch: _Batch, when: dt.datetime, status: str, progress: int | None) -> None:
        names = ("aggregateTime", "readCount", "writeCount", "errorCount", "createCount", "updateCount")
        summary = {name: batch.counts.get(name, 0) for name in names}
        summary["aggregateTime"] = 20 * summary["readCount"]
        self._tell(batch, when, status=status, progress=progress, summary=summary)

    def _tell(self, batch: _Batch, when: dt.datetime, **news: Any) -> None:
        batch.operation.attributes |= {**news, "updatedAt": stamp(when)}

    def _report(self, batch: _Batch, chunk: int, problems: Iterable[Mapping[str, Any]]) -> None:
        errors: list[str] = batch.operation.relations["errors"]
        for number, each in enumerate(problems, start=1):
            attributes = {"source": None, **each, "status": int(each["status"])}
            row_id = f"{batch.operation.id}-{chunk}-{number}"
            errors.append(self._data.insert("asyncoperationerrors", attributes, {}, row_id).id)

    # Synchronous --------------------------------------------------------------------------------------------

    def _at_once(self, batch: _Batch, renderer: Renderer) -> Reply:
        if batch.items is None or len(batch.items) > MOST_AT_ONCE or len(batch.included) > MOST_PARTS_AT_ONCE:
            self._fail(batch, self._clock.now())
            reply = self._accepted(batch, renderer)
            self._forget(batch)
            return reply
        if not self._consumer.on:
            self._clock.sleep(_PATIENCE)
            self._consumer.later(self._clock.now(), lambda when: self._start(batch, when))
            return self._accepted(batch, renderer)
        self._forget(batch)
        if not batch.items:
            return json_reply(200, [], JSON_API)
        return self._all_or_nothing(batch, renderer)

    def _forget(self, batch: _Batch) -> None:
        self._data.delete("asyncoperations", batch.operation.id)

    def _all_or_nothing(self, batch: _Batch, renderer: Renderer) -> Reply:
        shown: dict[str, dict[str, Any]] = {}
        included: list[dict[str, Any]] = []
        saved: list[tuple[Row, Any, Mapping[tuple[str, str | None], Row]]] = []
        problems: list[dict[str, Any]] = []
        with self._data.transaction():
            for place, sent in enumerate(batch.items or []):
                try:
                    _, row, made = self._save(batch, place, sent)
                    saved.append((row, sent, made))
                except Refused as refusal:
                    if not refusal.reply.body:
                        raise
                    problems += refusal_errors(refusal)
            if problems:
                raise _mixed(problems)
        for row, sent, made in saved:
            shown[row.id] = renderer.resource(batch.resource.type, row)
            if "id" in sent:
                shown[row.id]["meta"] = {"dataId": sent["id"]}
            included += [marked(renderer, kind, part, name) for (kind, name), part in made.items()]
        body: dict[str, Any] = {"data": list(shown.values())}
        if included:
            body["included"] = included
        if renderer.hateoas:
            body["links"] = {"self": renderer.url(batch.resource.type)}
        return json_reply(200, body, JSON_API)

    # One item -----------------------------------------------------------------------------------------------

    def _save(self, batch: _Batch, place: int, sent: Any) -> tuple[bool, Row, Mapping[Any, Row]]:
        """Whether it counts as new, its row, its parts. Raises Refused, without a body for a 405."""
        pointer, kind = f"/data/{place}", batch.resource.type
        if isinstance(sent, dict) and sent.get("type", kind) != kind:
            told = f'The entity type "{sent["type"]}" is not supported by this batch operation.'
            raise refused(error(400, "entity type constraint", told, pointer=pointer))
        wanted = document(sent, kind, pointer)
        asked = operation(self._data, wanted, _ALL_META, pointer)
        existing = self._existing(batch, wanted, asked)
        if existing is None and "POST" not in batch.resource.methods:
            allowed = ", ".join(["OPTIONS", *batch.resource.allowed(1)])
            raise Refused(Reply(405, {"Content-Type": JSON_API, "Allow": allowed}))
        mine = _reachable(wanted, batch.included)
        row, made = self._writes.save(wanted, mine, existing)
        return asked != "update", row, made

    def _existing(self, batch: _Batch, wanted: Document, asked: str) -> Row | None:
        if asked == "upsert":
            return self._writes.find(wanted)
        if asked != "update":
            return None
        if wanted.id is None:
            told = "The identifier of an entity must be set in the context."
            raise refused(error(400, "entity identifier constraint", told, pointer=wanted.pointer))
        row = self._data.row(batch.resource.type, wanted.id)
        if row is None:
            raise refused(error(404, "not found http exception", MISSING[""], pointer=wanted.pointer))
        return row


def _reachable(wanted: Document, included: Sequence[Document]) -> list[Document]:
    """The parts that hang on this item, directly or through other parts."""
    found: list[Document] = []
    queue = [wanted]
    while queue:
        each = queue.pop()
        for name in each.relationships:
            linked = each.linked(name)
            for one in linked if isinstance(linked, list) else [linked]:
                if not isinstance(one, dict):
                    continue
                hits = [part for part in included if (part.type, part.id) == (one.get("type"), one.get("id"))]
                new = [part for part in hits if part not in found]
                found += new
                queue += new
    return [part for part in included if part in found]


def _not_allowed(data: OroData, pointer: str) -> dict[str, Any]:
    told = "The action is not allowed." if data.old else 'The "create" action is not allowed.'
    return error(405, "action not allowed exception", told, pointer=pointer)


def _mixed(problems: list[dict[str, Any]]) -> Refused:
    """All errors at once: with their common status, or 400."""
    statuses = {each["status"] for each in problems}
    status = int(statuses.pop()) if len(statuses) == 1 else 400
    return Refused(json_reply(status, {"errors": problems}, JSON_API))
