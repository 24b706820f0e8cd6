"""What the demo asks of a way to its warehouse, and when things go wrong there.

Behind each stands the same floor, which ships twice whatever it receives twice: a missing guard would show.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import ClassVar, Protocol

from attrs import frozen

from orogxo.demo.worker import Worker
from orogxo.sandbox import Exchange, Served


@frozen
class Plan:
    """At which order the first worker dies, and at which a reply is lost."""

    kill_at: int
    lose_at: int

    @classmethod
    def of(cls, orders: int) -> Plan:
        """60 and 25 of 200."""
        return cls(kill_at=orders * 3 // 10, lose_at=orders // 8)


class Site(Protocol):
    """The warehouse as one demo reaches it."""

    title: ClassVar[str]
    announced: ClassVar[str]
    proves: ClassVar[str]
    plan: Plan

    def open(self, stack: ExitStack) -> None:
        """Make ready; what must be closed goes on `stack`."""
        ...

    def watch(self, call: Exchange) -> None:
        """Told of every HTTP request once it was carried out and before it is answered."""
        ...

    def settings(self, served: Served) -> str:
        """Its table in the settings."""
        ...

    def start_doomed(self, worker: Worker) -> None:
        """Start the worker that will be killed."""
        ...

    def receive(self) -> None:
        """Take in what was sent."""
        ...

    def tell(self) -> None:
        """Tell what was shipped since it told last."""
        ...

    def is_quiet(self, worker: Worker) -> bool:
        """Whether all that it told was read; it finishes meanwhile what it does in two steps."""
        ...

    def left_behind(self) -> int:
        """Asked once when the worker is dead: how many files it had written and not renamed."""
        ...

    def missed(self) -> list[str]:
        """Faults that did not happen, a sentence each: without them a clean end proves nothing."""
        ...

    def rows(self) -> list[tuple[str, str]]:
        """What happened here only, for the table."""
        ...
