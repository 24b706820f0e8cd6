"""Rows of the durable engine: commands in the outbox, the journal, pauses."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping

from attrs import field, frozen


class CommandState(enum.Enum):
    """A command is pending until its outcome is recorded once."""

    PENDING = "pending"
    DONE = "done"
    ABANDONED = "abandoned"


@frozen
class Command:
    """A remote write that is intended. `key` comes from the business fact, so the same fact is one command.

    `attempts` counts claims: above one, an earlier attempt may have reached the other side.
    `lease_owner` holds it until `lease_until`; it is not claimed before `not_before`.
    """

    key: str
    kind: str
    order_id: str
    created_at: dt.datetime
    payload: Mapping[str, str] = field(factory=dict)
    state: CommandState = CommandState.PENDING
    attempts: int = 0
    not_before: dt.datetime | None = None
    lease_owner: str = ""
    lease_until: dt.datetime | None = None
    note: str = ""
    finished_at: dt.datetime | None = None


@frozen
class JournalEntry:
    """One fact of the story of `subject` (an order id, or `flow:NAME`), in words for people.

    Append-only. `seq` counts per subject from 1; `digest` is the SHA-256 over this entry and `previous`.
    The store fills these three.
    """

    at: dt.datetime
    subject: str
    kind: str
    text: str
    data: Mapping[str, str] = field(factory=dict)
    seq: int = 0
    previous: str = ""
    digest: str = ""


@frozen
class Pause:
    """A backend ("oro" or "gxo") that all workers leave alone until `until`."""

    backend: str
    until: dt.datetime
    reason: str
