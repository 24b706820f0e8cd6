"""Many updates in few requests: sent in chunks, waited for, and accounted for item by item.

OroCommerce takes a chunk and works on it in the background, or at once with `X-Mode: sync` (contract, section
3; recordings batch_inventory_*, sync_inventory_*). What the answer does not prove is looked up: "success" may
have item errors, a cut upload is a "success" that read nothing, and after a lost reply the rows themselves
say what was written. Nothing is ever sent a second time. One request is finished before the next one goes
out, so that of two items for one record the later one wins; while the state of one is open, none follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from attrs import Factory, define, frozen

from orogxo.errors import ApiError, DecodeError, Disposition, StatusError
from orogxo.http import Flow, Reply, Request, Wait, decode_json, operation
from orogxo.oro.api import Headers, document_of
from orogxo.oro.batch_chunks import MOST_INCLUDED_SYNC, Chunk, Limits, Row, chunks
from orogxo.oro.batch_result import (
    FAILED,
    NO_CONSUMER,
    NOT_READ,
    NOT_WRITTEN,
    OUTCOME_UNKNOWN,
    REFUSED,
    UNFINISHED,
    BatchError,
    BatchNote,
    BatchOperation,
    BatchPolicy,
    BatchResult,
    Item,
)
from orogxo.oro.batch_rows import shown
from orogxo.oro.capabilities import Known
from orogxo.oro.endpoint import NOTHING, Endpoint
from orogxo.oro.operations import OroAsyncOperation, OroAsyncOperationError
from orogxo.oro.query import query

Mode: TypeAlias = Literal["async", "sync"]

MOST_SYNC = 100
ERRORS_A_PAGE = 500

_POINTER = re.compile(r"/(data|included)/(\d{1,9})(?:/|$)")
_TOLD = re.compile(r"\((/(data|included)/(\d{1,9})(?:/[^()]*)?)\)$")
_LOCATION = re.compile(r"/asyncoperations/(\d{1,19})$")


@frozen
class _Outcome:
    """What became of one chunk; `stop`: its state is open, and nothing may follow it."""

    operation: BatchOperation
    errors: Sequence[BatchError] = ()
    failure: ApiError | None = None
    stop: bool = False


@define
class _Tally:
    sent: int = 0
    read: int = 0
    written: int = 0
    errors: list[BatchError] = Factory(list)
    notes: list[BatchNote] = Factory(list)
    operations: list[BatchOperation] = Factory(list)
    stopped_at: int | None = None
    failure: ApiError | None = None

    def add(self, outcome: _Outcome) -> None:
        self.sent += outcome.operation.sent
        self.read += outcome.operation.read
        self.written += outcome.operation.written
        self.errors += outcome.errors
        self.operations.append(outcome.operation)
        self.failure = outcome.failure or self.failure

    def result(self) -> BatchResult:
        return BatchResult(
            self.sent,
            self.read,
            self.written,
            tuple(sorted(self.errors, key=lambda one: -1 if one.index is None else one.index)),
            tuple(self.notes),
            tuple(self.operations),
            self.stopped_at,
            self.failure,
        )


class BatchUpdate:
    """One call of `update_many`."""

    def __init__(
        self,
        endpoint: Endpoint[Any],
        known: Known,
        policy: BatchPolicy,
        *,
        mode: Mode,
        key: str,
        headers: Headers,
    ) -> None:
        if mode not in ("async", "sync"):
            raise ValueError(f"mode is async or sync, not {mode!r}")
        self._endpoint, self._known, self._policy = endpoint, known, policy
        self._key, self._headers = key, headers
        self._sync = mode == "sync" and known.sync_batch is not False
        self._operations = Endpoint.of(endpoint.api, OroAsyncOperation)
        self._errors = Endpoint.of(endpoint.api, OroAsyncOperationError)

    def run(self, items: Iterable[Item]) -> Flow[BatchResult]:
        """Send all, stop early only where going on would be unsafe."""
        tally = _Tally()
        limits = Limits(self._policy.chunk)
        if self._sync:
            limits = Limits(min(MOST_SYNC, self._policy.chunk), MOST_INCLUDED_SYNC)
        for chunk in chunks(items, self._key, limits):
            if tally.stopped_at is not None:
                break
            tally.notes += chunk.notes
            tally.errors += chunk.malformed
            if chunk.rows:
                yield from self._deliver(chunk, tally)
            if not self._sync:
                limits.rows, limits.included = self._policy.chunk, None
        return tally.result()

    def _deliver(self, chunk: Chunk, tally: _Tally) -> Flow[None]:
        request = self._request(chunk)
        try:
            reply = yield request
        except ApiError as error:
            if error.disposition is not Disposition.RECONCILE:
                self._turned_down(chunk, tally, error)
                return
            outcome = yield from self._looked_up(chunk, error)
        else:
            outcome = yield from self._answered(chunk, request, reply)
        tally.add(outcome)
        if outcome.stop:
            tally.stopped_at = _next(chunk)

    def _request(self, chunk: Chunk) -> Request:
        data = [
            self._endpoint.entry(row.id, row.attributes, row.relationships, {"update": True})
            for row in chunk.rows
        ]
        included = [one for row in chunk.rows for one in row.included]
        document = {"data": data} | ({"included": included} if included else {})
        headers = {**self._headers, "X-Mode": "sync"} if self._sync else self._headers
        return self._endpoint.api.write("PATCH", (self._endpoint.wire_type,), document, headers=headers)

    def _turned_down(self, chunk: Chunk, tally: _Tally, error: ApiError) -> None:
        """Nothing of the request was done: OroCommerce, or the way to it, said no."""
        problems = error.problems if isinstance(error, StatusError) else ()
        placed = [(pointer, one) for one in problems for pointer in [_TOLD.search(one)] if pointer]
        if not (self._sync and placed):
            if not tally.operations:
                raise error
            tally.stopped_at, tally.failure = chunk.start, error
            return
        status = error.status if isinstance(error, StatusError) else None
        errors = []
        for pointer, sentence in placed:
            row = _row_at(chunk, pointer[2], int(pointer[3]))
            detail = sentence.removesuffix(pointer[0]).rstrip()
            if row:
                errors.append(row.error(REFUSED, detail, status=status, pointer=pointer[1]))
        told = "nothing of this request was written, since another item in it was refused"
        errors += [row.error(NOT_WRITTEN, told) for row in _others(chunk, errors)]
        self._known.learn(sync_batch=True)
        tally.add(_Outcome(BatchOperation(None, "refused", len(chunk.rows), len(chunk.rows), 0), errors))

    def _answered(self, chunk: Chunk, request: Request, reply: Reply) -> Flow[_Outcome]:
        if reply.status != 202:
            if self._sync and reply.status == 200:
                return (yield from self._at_once(chunk, request, reply))
            told = f"OroCommerce answered a batch with status {reply.status}"
            return (yield from self._looked_up(chunk, DecodeError(told, system="oro")))
        # Not offered, or too busy to do it at once: the work goes on in the background.
        self._sync = False
        operation_id = _operation_id(request, reply)
        if operation_id is None:
            told = "OroCommerce accepted the batch, but its answer does not say under which operation"
            return (yield from self._looked_up(chunk, DecodeError(told, system="oro")))
        try:
            found = yield from self._finished(operation_id)
            if found.status in ("new", "running"):
                return (yield from self._left_open(chunk, found))
            errors = yield from self._errors_of(chunk, operation_id)
            return (yield from self._accounted(chunk, found, errors))
        except ApiError as error:
            return (yield from self._looked_up(chunk, error, operation_id))

    def _at_once(self, chunk: Chunk, request: Request, reply: Reply) -> Flow[_Outcome]:
        try:
            # Where it could not read the upload, it answers [], and 200.
            nothing = decode_json(reply, system="oro", operation=operation(request)) == []
            ids = set() if nothing else {one.id for one in document_of(request, reply).primary}
        except DecodeError as error:
            return (yield from self._looked_up(chunk, error))
        self._known.learn(sync_batch=True)
        told = "OroCommerce does not name it among what it has written"
        errors = [row.error(NOT_READ, told) for row in chunk.rows if row.id not in ids]
        sent = len(chunk.rows)
        return _Outcome(BatchOperation(None, "success", sent, len(ids), sent - len(errors)), errors)

    def _finished(self, operation_id: str) -> Flow[OroAsyncOperation]:
        """The operation when it is finished, or when waiting for it is over."""
        waited, pause = 0.0, self._policy.first
        while True:
            yield Wait(pause)
            waited, pause = waited + pause, min(pause * 2, self._policy.cap)
            found = yield from self._operations.get(operation_id, (), None, NOTHING)
            patience = self._policy.unclaimed if found.status == "new" else self._policy.deadline
            if found.status not in ("new", "running") or waited >= min(patience, self._policy.deadline):
                return found

    def _errors_of(self, chunk: Chunk, operation_id: str) -> Flow[list[BatchError]]:
        asked = query("asyncoperationerrors", page_size=ERRORS_A_PAGE, page_number=1)
        errors: list[BatchError] = []
        while True:
            path = ("asyncoperations", operation_id, "errors")
            page = yield from self._errors.page_at(path, asked, NOTHING)
            errors += [_placed(chunk, one) for one in page.items]
            if page.following is None:
                return errors
            asked = page.following

    def _accounted(self, chunk: Chunk, found: OroAsyncOperation, errors: list[BatchError]) -> Flow[_Outcome]:
        """Every row of a finished operation: written, or with an error that says why not."""
        counts = found.summary if isinstance(found.summary, Mapping) else {}
        read, written = _count(counts, "readCount"), _count(counts, "writeCount")
        rows = chunk.rows
        unread = rows[read:] if read is not None else []
        told = f"the upload was cut: OroCommerce read {read} of {len(rows)} records"
        wrong = {one.index for one in errors}
        errors += [row.error(NOT_READ, told) for row in unread if row.index not in wrong]
        left = _others(chunk, errors)
        if written != len(left):
            # The counts do not add up: the rows themselves know.
            seen = (yield from shown(self._endpoint, left)) if written != 0 else set()
            code = NOT_WRITTEN if found.status == "success" else FAILED
            told = (
                f"the operation ended with status {found.status!r}, and the record does not show the values"
            )
            told += "".join(f"; {one.title}: {one.detail}" for one in errors if one.item is None)
            errors += [row.error(code, told) for row in left if row.id not in seen]
        done = len(_others(chunk, errors))
        # A loose error beside rows of which each is accounted for is kept: it is somebody's.
        counted = BatchOperation(found.id, str(found.status), len(rows), read or 0, done)
        return _Outcome(counted, errors)

    def _left_open(self, chunk: Chunk, found: OroAsyncOperation) -> Flow[_Outcome]:
        rows = chunk.rows
        if found.status == "new":
            told = (
                f"operation {found.id} stayed new: no consumer is running on the OroCommerce server (its "
                "administrator starts oro:message-queue:consume); when one starts, this will still be written"
            )
            errors = [row.error(NO_CONSUMER, told) for row in rows]
            return _Outcome(BatchOperation(found.id, "new", len(rows), 0, 0), errors, stop=True)
        seen = yield from shown(self._endpoint, rows)
        told = f"operation {found.id} is still running after {self._policy.deadline:g} s"
        errors = [row.error(UNFINISHED, told) for row in rows if row.id not in seen]
        counted = BatchOperation(found.id, "running", len(rows), 0, len(rows) - len(errors))
        return _Outcome(counted, errors, stop=True)

    def _looked_up(self, chunk: Chunk, why: ApiError, operation_id: str | None = None) -> Flow[_Outcome]:
        """Nobody told what became of the chunk: read its rows back until they show it, or time is up."""
        rows, left = len(chunk.rows), chunk.rows
        failure: ApiError | None = None
        waited, pause = 0.0, self._policy.first
        while left and waited < self._policy.settle:
            yield Wait(pause)
            waited, pause = waited + pause, min(pause * 2, self._policy.cap)
            try:
                seen = yield from shown(self._endpoint, left)
            except ApiError as error:
                failure = error
                break
            left = [row for row in left if row.id not in seen]
        told = f"the outcome is unknown ({why.message}), and the record does not show the values; look again"
        errors = [row.error(OUTCOME_UNKNOWN, told) for row in left]
        counted = BatchOperation(operation_id, "unknown", rows, rows - len(left), rows - len(left))
        # Where not one row shows anything, the request may still lie in a queue.
        return _Outcome(counted, errors, failure, stop=len(left) == rows or failure is not None)


def _placed(chunk: Chunk, error: OroAsyncOperationError) -> BatchError:
    source = error.source
    pointer = source.get("pointer") if isinstance(source, Mapping) else None
    found = _POINTER.match(pointer) if isinstance(pointer, str) else None
    row = _row_at(chunk, found[1], int(found[2])) if found else None
    told: dict[str, Any] = {"title": error.title or "", "status": error.status, "pointer": pointer or ""}
    detail = error.detail or ""
    return row.error(REFUSED, detail, **told) if row else BatchError(REFUSED, detail, **told)


def _row_at(chunk: Chunk, part: str, position: int) -> Row | None:
    rows = chunk.rows if part == "data" else chunk.owners()
    return rows[position] if position < len(rows) else None


def _others(chunk: Chunk, errors: Iterable[BatchError]) -> list[Row]:
    wrong = {one.index for one in errors}
    return [row for row in chunk.rows if row.index not in wrong]


def _next(chunk: Chunk) -> int:
    """The index of the item behind the chunk."""
    notes = [note.index for note in chunk.notes]
    wrong = [one.index for one in chunk.malformed if one.index is not None]
    return max([*(row.index for row in chunk.rows), *notes, *wrong]) + 1


def _operation_id(request: Request, reply: Reply) -> str | None:
    try:
        found = document_of(request, reply).resource(OroAsyncOperation, "asyncoperations")
    except DecodeError:
        # The body was cut; the header names the operation too.
        located = _LOCATION.search(reply.header("Content-Location") or "")
        return located[1] if located else None
    return found.id


def _count(counts: Mapping[str, Any], name: str) -> int | None:
    value = counts.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
