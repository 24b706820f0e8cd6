"""Documents that came and wait for their reader, in the store: put there when their file is archived.

Each kind (846, 947, ...) has its own numbers, from 1 on. A document is put once and forgotten once its reader
has recorded it, so a worker that dies in between loses none and reads none twice.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from attrs import frozen

from orogxo.gxo.edi.x12 import Segment, Separators, Transaction
from orogxo.ports import Transaction as Rows


@frozen
class Shelved:
    """A document as it came in `file` at `at` (our clock)."""

    number: int
    file: str
    at: dt.datetime
    transaction: Transaction


@frozen
class Shelf:
    """The documents of one kind from one site, inside a transaction of the store."""

    rows: Rows
    prefix: str
    code: str

    @property
    def last(self) -> int:
        """The number of the newest; 0 for none."""
        return self._count("last")

    def put(self, transaction: Transaction, file: str, now: dt.datetime) -> None:
        """Keep a document."""
        number = self.last + 1
        separators = transaction.st.separators
        told = {
            "file": file,
            "at": now.isoformat(),
            "component": separators.component,
            "repetition": separators.repetition,
            "parts": [segment.parts() for segment in (transaction.st, *transaction.segments)],
        }
        self.rows.set_cursor(self._name(str(number)), json.dumps(told))
        self.rows.set_cursor(self._name("last"), str(number))

    def after(self, number: int, limit: int) -> Iterator[Shelved]:
        """Up to `limit` documents after that one, in the order in which they came."""
        first = max(number, self._count("forgotten")) + 1
        for place in range(first, min(self.last, first + limit - 1) + 1):
            yield self._read(place)

    def forget(self, number: int) -> None:
        """That one and all before it are recorded elsewhere."""
        for place in range(self._count("forgotten") + 1, min(number, self.last) + 1):
            self.rows.set_cursor(self._name(str(place)), "")
            self.rows.set_cursor(self._name("forgotten"), str(place))

    def _read(self, number: int) -> Shelved:
        told: dict[str, Any] = json.loads(self.rows.cursor(self._name(str(number))))
        separators = Separators(component=told["component"], repetition=told["repetition"])
        st, *body = (Segment(parts[0], tuple(parts[1:]), separators) for parts in told["parts"])
        at = dt.datetime.fromisoformat(told["at"])
        return Shelved(number, told["file"], at, Transaction(st, tuple(body), None))

    def _count(self, name: str) -> int:
        return int(self.rows.cursor(self._name(name)) or 0)

    def _name(self, name: str) -> str:
        return f"{self.prefix}:shelf:{self.code}:{name}"
