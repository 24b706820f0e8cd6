"""A store that forgets: for tests, dry runs and the sandbox."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from orogxo.ports import Transaction
from orogxo.storage import semantics
from orogxo.storage._memory_rows import MemoryTransaction
from orogxo.storage._memory_tables import Tables


class MemoryStore:
    """Everything in this process, with the semantics of `orogxo.ports.Store`; nothing survives it.

    Threads take turns: one transaction at a time. Rows are kept as the same JSON text that a database would
    hold, so no caller shares a mutable value with the store and what cannot be stored fails here too.
    """

    def __init__(self) -> None:
        self._tables = Tables()
        self._turn = threading.Lock()
        self._inside: int | None = None
        self._closed = False

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Begin; commits on a normal exit, rolls back on any exception.

        Raises StoreError inside another transaction of the same thread, or once the store is closed.
        """
        if self._inside == threading.get_ident():
            raise semantics.nested()
        with self._turn:
            if self._closed:
                raise semantics.closed()
            self._inside = threading.get_ident()
            rows = MemoryTransaction(self._tables)
            try:
                yield rows
            except BaseException:
                rows.undo()
                raise
            finally:
                rows.end()
                self._inside = None

    def close(self) -> None:
        """Refuse any further use. Raises StoreError inside a transaction of the same thread."""
        if self._inside == threading.get_ident():
            raise semantics.nested()
        with self._turn:
            self._closed = True
