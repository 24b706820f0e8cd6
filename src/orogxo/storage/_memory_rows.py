"""The rows of `MemoryStore`: dicts of JSON text.

What each method promises is written in `orogxo.ports`. The rows of stock are in `_memory_figures`,
`_memory_claims` and `_memory_levels`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from orogxo.model import Command, CommandState, ExceptionItem, Fulfilment, JournalEntry, Pause, State
from orogxo.storage import chain, codec, semantics
from orogxo.storage._memory_claims import MemoryClaims
from orogxo.storage._memory_figures import MemoryFigures
from orogxo.storage._memory_levels import MemoryDemand, MemoryLevels


class MemoryTransaction(MemoryFigures, MemoryClaims, MemoryLevels, MemoryDemand):
    """One transaction on `Tables`; implements `orogxo.ports.Transaction`."""

    # fulfilments

    def fulfilment(self, order_id: str) -> Fulfilment | None:
        text = self._tables.fulfilments.get(order_id)
        return None if text is None else codec.decode(text, Fulfilment, order_id)

    def save(self, fulfilment: Fulfilment) -> Fulfilment:
        tables, order_id = self._tables, codec.key(fulfilment.order_id)
        stored, _ = tables.standing.get(order_id, (0, None))
        saved = semantics.next_version(fulfilment, stored)
        self._put(tables.fulfilments, order_id, codec.encode(saved))
        self._put(tables.standing, order_id, (saved.version, saved.state))
        self._put(tables.stock.saves, order_id, self._next("saves"))
        return saved

    def in_state(
        self, states: Collection[State], *, after: str = "", limit: int = 100
    ) -> Sequence[Fulfilment]:
        standing = self._tables.standing.items()
        hits = sorted(order_id for order_id, (_, state) in standing if state in states and order_id > after)
        return self._fulfilments(hits[: max(limit, 0)])

    def find(self, text: str) -> Sequence[Fulfilment]:
        every = self._fulfilments(sorted(self._tables.fulfilments))
        return tuple(fulfilment for fulfilment in every if semantics.answers_to(fulfilment, text))

    def counts(self) -> Mapping[State, int]:
        return dict(Counter(state for _, state in self._tables.standing.values()))

    def _fulfilments(self, order_ids: Iterable[str]) -> tuple[Fulfilment, ...]:
        rows = self._tables.fulfilments
        return tuple(codec.decode(rows[order_id], Fulfilment, order_id) for order_id in order_ids)

    # commands

    def enqueue(self, command: Command) -> bool:
        if codec.key(command.key) in self._tables.commands:
            return False
        self._write(command)
        return True

    def command(self, key: str) -> Command | None:
        text = self._tables.commands.get(key)
        return None if text is None else codec.decode(text, Command, key)

    def claim(
        self, kind: str, *, now: dt.datetime, lease: dt.timedelta, owner: str, limit: int
    ) -> Sequence[Command]:
        semantics.check_claim(owner, lease)
        instant = codec.instant(now)
        due = sorted(
            (created, key)
            for key, (of_kind, _, created, due_at) in self._tables.waiting.items()
            if of_kind == kind and due_at <= instant
        )
        found = self._commands(key for _, key in due[: max(limit, 0)])
        return tuple(
            self._write(semantics.claimed(command, now=now, lease=lease, owner=owner)) for command in found
        )

    def complete(self, command: Command, *, now: dt.datetime, note: str = "") -> None:
        stored = self.command(command.key)
        self._write(semantics.finished(stored, command, CommandState.DONE, now=now, note=note))

    def postpone(self, command: Command, *, until: dt.datetime, note: str) -> None:
        self._write(semantics.postponed(self.command(command.key), command, until=until, note=note))

    def abandon(self, command: Command, *, now: dt.datetime, note: str) -> None:
        stored = self.command(command.key)
        self._write(semantics.finished(stored, command, CommandState.ABANDONED, now=now, note=note))

    def pending(self, order_id: str) -> Sequence[Command]:
        waiting = self._tables.waiting.items()
        hits = sorted((created, key) for key, (_, order, created, _) in waiting if order == order_id)
        return tuple(self._commands(key for _, key in hits))

    def _commands(self, keys: Iterable[str]) -> Iterator[Command]:
        return (codec.decode(self._tables.commands[key], Command, key) for key in keys)

    def _write(self, command: Command) -> Command:
        tables, key, text = self._tables, command.key, codec.encode(command)
        kind, order_id = codec.key(command.kind), codec.key(command.order_id)
        self._put(tables.commands, key, text)
        if command.state is CommandState.PENDING:
            facts = (kind, order_id, codec.instant(command.created_at), semantics.due_at(command))
            self._put(tables.waiting, key, facts)
        else:
            self._drop(tables.waiting, key)
        return command

    # journal

    def record(self, entry: JournalEntry) -> JournalEntry:
        tables, subject = self._tables, codec.key(entry.subject)
        before = tables.journal.get((subject, tables.heads.get(subject, 0)))
        sealed = chain.seal(entry, None if before is None else codec.decode(before, JournalEntry, subject))
        self._put(tables.journal, (subject, sealed.seq), codec.encode(sealed))
        self._put(tables.heads, subject, sealed.seq)
        return sealed

    def journal(self, subject: str) -> Sequence[JournalEntry]:
        tables = self._tables
        texts = (tables.journal[subject, seq] for seq in range(1, tables.heads.get(subject, 0) + 1))
        return tuple(codec.decode(text, JournalEntry, subject) for text in texts)

    # exceptions

    def put_exception(self, item: ExceptionItem) -> None:
        codec.key(item.subject)
        self._put(self._tables.exceptions, codec.key(item.id), codec.encode(item))

    def exception(self, exception_id: str) -> ExceptionItem | None:
        text = self._tables.exceptions.get(exception_id)
        return None if text is None else codec.decode(text, ExceptionItem, exception_id)

    def exceptions(
        self, *, subject: str | None = None, include_closed: bool = False
    ) -> Sequence[ExceptionItem]:
        stored = self._tables.exceptions.items()
        items = (codec.decode(text, ExceptionItem, exception_id) for exception_id, text in stored)
        wanted = (
            item
            for item in items
            if (subject is None or item.subject == subject) and (include_closed or item.is_open)
        )
        return tuple(sorted(wanted, key=lambda item: (item.opened_at, item.id)))

    # cursors, inbox, pauses

    def cursor(self, name: str) -> str:
        return self._tables.cursors.get(name, "")

    def set_cursor(self, name: str, value: str) -> None:
        self._put(self._tables.cursors, codec.key(name), codec.key(value))

    def first_sight(self, key: str, *, now: dt.datetime) -> bool:
        if codec.key(key) in self._tables.seen:
            return False
        self._put(self._tables.seen, key, codec.instant(now))
        return True

    def pause(self, pause: Pause) -> None:
        self._put(self._tables.pauses, codec.key(pause.backend), codec.encode(pause))

    def paused(self, backend: str, *, now: dt.datetime) -> Pause | None:
        text = self._tables.pauses.get(backend)
        pause = None if text is None else codec.decode(text, Pause, backend)
        return pause if pause and pause.until > now else None
