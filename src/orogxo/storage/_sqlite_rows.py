"""The rows of `SQLiteStore`: statements, each with its values bound.

What each method promises is written in `orogxo.ports`; the tables in `sql/sqlite/0001_initial.sql`.
The rows of stock are in `_sqlite_figures`, `_sqlite_claims` and `_sqlite_levels`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from orogxo.model import Command, CommandState, ExceptionItem, Fulfilment, JournalEntry, Pause, State
from orogxo.storage import chain, codec, semantics
from orogxo.storage._sqlite_claims import SQLiteClaims
from orogxo.storage._sqlite_figures import SQLiteFigures
from orogxo.storage._sqlite_levels import SQLiteDemand, SQLiteLevels

SAVE = """
    INSERT INTO fulfilments (order_id, version, state, identifier, po_number, body, save_number)
    VALUES (?, ?, ?, ?, ?, ?, (SELECT COALESCE(MAX(save_number), 0) + 1 FROM fulfilments))
    ON CONFLICT (order_id) DO UPDATE SET version = excluded.version, state = excluded.state,
        identifier = excluded.identifier, po_number = excluded.po_number, body = excluded.body,
        save_number = excluded.save_number"""
IN_ONE_STATE = "SELECT order_id, body FROM fulfilments WHERE state = ? AND order_id > ?"
FIND = """
    SELECT order_id, body FROM fulfilments
    WHERE order_id = ? OR identifier = ? OR po_number = ?
       OR order_id IN (SELECT order_id FROM tracking_numbers WHERE number = ?)
    ORDER BY order_id"""
CLAIM = """
    SELECT key, body FROM commands WHERE state = 'pending' AND kind = ? AND due_at <= ?
    ORDER BY created_at, key LIMIT ?"""
PENDING = """
    SELECT key, body FROM commands WHERE state = 'pending' AND order_id = ? ORDER BY created_at, key"""
ENQUEUE = """
    INSERT INTO commands (key, kind, order_id, created_at, state, due_at, body) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (key) DO NOTHING"""
UPDATE = "UPDATE commands SET state = ?, due_at = ?, body = ? WHERE key = ?"
LAST_ENTRY = "SELECT subject, body FROM journal WHERE subject = ? ORDER BY seq DESC LIMIT 1"
PUT_EXCEPTION = """
    INSERT INTO exceptions (id, subject, opened_at, is_open, body) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET subject = excluded.subject, opened_at = excluded.opened_at,
        is_open = excluded.is_open, body = excluded.body"""


def in_states(count: int) -> str:
    """The page query for `count` states: each walks the index in order, and SQLite merges the walks."""
    return " UNION ALL ".join([IN_ONE_STATE] * count) + " ORDER BY order_id LIMIT ?"


def exceptions_where(*, of_subject: bool, include_closed: bool) -> str:
    """The query for exceptions, in a form whose conditions an index answers."""
    open_only = [] if include_closed else ["is_open"]
    one_subject = ["subject = ?"] if of_subject else []
    select = " AND ".join(["SELECT id, body FROM exceptions WHERE TRUE", *open_only, *one_subject])
    return select + " ORDER BY opened_at, id"


class SQLiteTransaction(SQLiteFigures, SQLiteClaims, SQLiteLevels, SQLiteDemand):
    """One open transaction; implements `orogxo.ports.Transaction`."""

    # fulfilments

    def fulfilment(self, order_id: str) -> Fulfilment | None:
        return self._record(Fulfilment, "SELECT order_id, body FROM fulfilments WHERE order_id = ?", order_id)

    def save(self, fulfilment: Fulfilment) -> Fulfilment:
        order_id = fulfilment.order_id
        stored = self._rows("SELECT version FROM fulfilments WHERE order_id = ?", order_id)
        saved = semantics.next_version(fulfilment, stored[0][0] if stored else 0)
        body = codec.encode(saved)
        named = codec.searchable(saved.identifier), codec.searchable(saved.po_number)
        self._run(SAVE, order_id, saved.version, saved.state.value, *named, body)
        self._index_trackings(saved)
        return saved

    def _index_trackings(self, fulfilment: Fulfilment) -> None:
        order_id = fulfilment.order_id
        wanted = {codec.searchable(number) for number in semantics.tracking_numbers(fulfilment)}
        known = {
            row[0] for row in self._rows("SELECT number FROM tracking_numbers WHERE order_id = ?", order_id)
        }
        for sql, numbers in (
            ("DELETE FROM tracking_numbers WHERE order_id = ? AND number = ?", known - wanted),
            ("INSERT INTO tracking_numbers (order_id, number) VALUES (?, ?)", wanted - known),
        ):
            self._run_many(sql, [(order_id, number) for number in sorted(numbers)])

    def in_state(
        self, states: Collection[State], *, after: str = "", limit: int = 100
    ) -> Sequence[Fulfilment]:
        if not states:
            return ()
        distinct = set(states)
        bound = [value for state in distinct for value in (state.value, after)]
        return self._records(Fulfilment, in_states(len(distinct)), *bound, max(limit, 0))

    def find(self, text: str) -> Sequence[Fulfilment]:
        hits = self._records(Fulfilment, FIND, *[codec.searchable(text)] * 4)
        return tuple(fulfilment for fulfilment in hits if semantics.answers_to(fulfilment, text))

    def counts(self) -> Mapping[State, int]:
        rows = self._rows("SELECT state, COUNT(*) FROM fulfilments GROUP BY state")
        return {codec.decode(codec.dump(state), State): count for state, count in rows}

    # commands

    def enqueue(self, command: Command) -> bool:
        standing, created = _standing(command), codec.instant(command.created_at)
        row = (command.key, command.kind, command.order_id, created, *standing)
        return self._run(ENQUEUE, *row) == 1

    def command(self, key: str) -> Command | None:
        return self._record(Command, "SELECT key, body FROM commands WHERE key = ?", key)

    def claim(
        self, kind: str, *, now: dt.datetime, lease: dt.timedelta, owner: str, limit: int
    ) -> Sequence[Command]:
        semantics.check_claim(owner, lease)
        due = self._records(Command, CLAIM, kind, codec.instant(now), max(limit, 0))
        claims = tuple(semantics.claimed(command, now=now, lease=lease, owner=owner) for command in due)
        self._run_many(UPDATE, [(*_standing(command), command.key) for command in claims])
        return claims

    def complete(self, command: Command, *, now: dt.datetime, note: str = "") -> None:
        stored = self.command(command.key)
        self._write(semantics.finished(stored, command, CommandState.DONE, now=now, note=note))

    def postpone(self, command: Command, *, until: dt.datetime, note: str) -> None:
        self._write(semantics.postponed(self.command(command.key), command, until=until, note=note))

    def abandon(self, command: Command, *, now: dt.datetime, note: str) -> None:
        stored = self.command(command.key)
        self._write(semantics.finished(stored, command, CommandState.ABANDONED, now=now, note=note))

    def pending(self, order_id: str) -> Sequence[Command]:
        return self._records(Command, PENDING, order_id)

    def _write(self, command: Command) -> None:
        self._run(UPDATE, *_standing(command), command.key)

    # journal

    def record(self, entry: JournalEntry) -> JournalEntry:
        sealed = chain.seal(entry, self._record(JournalEntry, LAST_ENTRY, entry.subject))
        row = (sealed.subject, sealed.seq, codec.encode(sealed))
        self._run("INSERT INTO journal (subject, seq, body) VALUES (?, ?, ?)", *row)
        return sealed

    def journal(self, subject: str) -> Sequence[JournalEntry]:
        return self._records(
            JournalEntry, "SELECT subject, body FROM journal WHERE subject = ? ORDER BY seq", subject
        )

    # exceptions

    def put_exception(self, item: ExceptionItem) -> None:
        body = codec.encode(item)
        row = (item.id, item.subject, codec.instant(item.opened_at), int(item.is_open), body)
        self._run(PUT_EXCEPTION, *row)

    def exception(self, exception_id: str) -> ExceptionItem | None:
        return self._record(ExceptionItem, "SELECT id, body FROM exceptions WHERE id = ?", exception_id)

    def exceptions(
        self, *, subject: str | None = None, include_closed: bool = False
    ) -> Sequence[ExceptionItem]:
        bound = () if subject is None else (subject,)
        sql = exceptions_where(of_subject=subject is not None, include_closed=include_closed)
        return self._records(ExceptionItem, sql, *bound)

    # cursors, inbox, pauses

    def cursor(self, name: str) -> str:
        rows = self._rows("SELECT value FROM cursors WHERE name = ?", name)
        return str(rows[0][0]) if rows else ""

    def set_cursor(self, name: str, value: str) -> None:
        sql = """INSERT INTO cursors (name, value) VALUES (?, ?)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value"""
        self._run(sql, name, value)

    def first_sight(self, key: str, *, now: dt.datetime) -> bool:
        sql = "INSERT INTO inbox (key, seen_at) VALUES (?, ?) ON CONFLICT (key) DO NOTHING"
        return self._run(sql, key, codec.instant(now)) == 1

    def pause(self, pause: Pause) -> None:
        sql = """INSERT INTO pauses (backend, body) VALUES (?, ?)
            ON CONFLICT (backend) DO UPDATE SET body = excluded.body"""
        self._run(sql, pause.backend, codec.encode(pause))

    def paused(self, backend: str, *, now: dt.datetime) -> Pause | None:
        pause = self._record(Pause, "SELECT backend, body FROM pauses WHERE backend = ?", backend)
        return pause if pause and pause.until > now else None


def _standing(command: Command) -> tuple[str, str, str]:
    body = codec.encode(command)
    return command.state.value, semantics.due_at(command), body
