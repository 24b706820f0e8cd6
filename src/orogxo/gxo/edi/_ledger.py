"""What the file exchange remembers of one site, in the store's cursors: numbers, what went, what came.

Control numbers count on for ever, whatever dies. What was sent is one record an order and purpose, found
again by the control number that a 997 names.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import asdict, evolve, frozen

from orogxo.errors import NotSent
from orogxo.gxo.edi.documents import Purpose
from orogxo.ports import Transaction

INTENDED, STAGED, PUBLISHED, ACCEPTED, REJECTED = "intended", "staged", "published", "accepted", "rejected"
UNSENT, OVERDUE = "unsent", "overdue"
LEFT = frozenset({PUBLISHED, ACCEPTED, REJECTED})

_LAST_CONTROL = 999_999_999


@frozen
class Sent:
    """One 940 of ours. `state`: intended, staged, published, then by its 997 accepted or rejected.

    The file may have left from `staged` on, never before: a rename is only tried once that is recorded.
    `digest` is that of the content, whatever its control number; `version` counts what the site was told,
    `attempt` the contents that were tried under the same control number.
    """

    purpose: Purpose
    ref: str
    order_id: str
    control: int
    digest: str
    at: dt.datetime
    state: str = INTENDED
    version: int = 1
    attempt: int = 1
    reason: str = ""

    @property
    def name(self) -> str:
        """The file's name, fixed with its content: no two attempts share one."""
        again = f"-{self.attempt}" if self.attempt > 1 else ""
        return f"940-{self.control:09}-{self.digest[:12]}{again}.x12"

    @property
    def has_left(self) -> bool:
        """Whether the site has (had) the file."""
        return self.state in LEFT


@frozen
class Expected:
    """Whose 997 is due for a control number of ours. `verdict`: unsent, "" while it is due, overdue once that
    was told, accepted or rejected."""

    purpose: str
    ref: str
    at: dt.datetime
    verdict: str = ""


def overtaken(sent: Sent) -> NotSent:
    """Another worker was faster; nothing left by this one."""
    told = f"order {sent.ref} is being sent by another worker; the next run looks at it again"
    return NotSent(told, system="gxo", operation=f"940 {sent.control:09}")


@frozen
class Ledger:
    """The rows of one site inside a transaction of the store."""

    rows: Transaction
    prefix: str

    # What we send -----------------------------------------------------------------------------------------

    def next_control(self) -> int:
        """The next interchange control number; after 999999999 comes 1."""
        last = int(self.rows.cursor(f"{self.prefix}:control") or 0)
        control = last % _LAST_CONTROL + 1
        self.rows.set_cursor(f"{self.prefix}:control", str(control))
        return control

    def sent(self, purpose: str, ref: str) -> Sent | None:
        """The latest of that purpose for that order."""
        told = self._read(f"{purpose}:{ref}")
        return Sent(**{**told, "at": dt.datetime.fromisoformat(told["at"])}) if told else None

    def put(self, sent: Sent) -> None:
        """Write it, whatever was there."""
        self._write(f"{sent.purpose}:{sent.ref}", {**asdict(sent), "at": sent.at.isoformat()})

    def begin(self, sent: Sent) -> Sent:
        """Write a new one under a control number of its own."""
        self.put(sent)
        self._write_expected(sent.control, Expected(sent.purpose, sent.ref, sent.at, UNSENT))
        return sent

    def replace(self, old: Sent, new: Sent) -> Sent:
        """Write `new` if `old` is still what is recorded; raises NotSent when another worker was faster."""
        if self.sent(old.purpose, old.ref) != old:
            raise overtaken(old)
        self.put(new)
        if new.state == PUBLISHED:
            self._write_expected(new.control, Expected(new.purpose, new.ref, new.at))
            if self._chased() >= new.control:
                self.rows.set_cursor(f"{self.prefix}:chased", str(new.control - 1))
        return new

    # What answers it --------------------------------------------------------------------------------------

    def expected(self, control: int) -> Expected | None:
        """Who waits for the 997 of that group; None where no 940 of ours had that number."""
        told = self._read(f"expected:{control}")
        return Expected(**{**told, "at": dt.datetime.fromisoformat(told["at"])}) if told else None

    def judge(self, control: int, *, good: bool, reason: str) -> None:
        """Record the verdict of a 997 on the group that we sent under `control`."""
        expected = self.expected(control)
        if expected is None or expected.verdict in (ACCEPTED, REJECTED):
            return
        verdict = ACCEPTED if good else REJECTED
        self._write_expected(control, evolve(expected, verdict=verdict))
        sent = self.sent(expected.purpose, expected.ref)
        if sent is not None and sent.control == control:
            self.put(evolve(sent, state=verdict, reason=reason))

    def overdue(self, before: dt.datetime) -> Iterator[tuple[int, Expected]]:
        """Control numbers sent before that instant and not answered, of which nobody was told yet.

        Only what lies after the low-water mark is read, so that a pass costs what is open, not what ever was.
        """
        for control in self._unsettled():
            expected = self.expected(control)
            if expected is not None and not expected.verdict and expected.at < before:
                yield control, expected

    def chase_from(self, told: set[int]) -> None:
        """Note which were `told`, and move the low-water mark over everything that waits for nothing."""
        mark, open_ = self._chased(), False
        for control in self._unsettled():
            expected = self.expected(control)
            waits = expected is not None and not expected.verdict
            if expected is not None and waits and control in told:
                self._write_expected(control, evolve(expected, verdict=OVERDUE))
                waits = False
            open_ = open_ or waits
            mark = mark if open_ else control
        self.rows.set_cursor(f"{self.prefix}:chased", str(mark))

    def _unsettled(self) -> range:
        return range(self._chased() + 1, int(self.rows.cursor(f"{self.prefix}:control") or 0) + 1)

    def _chased(self) -> int:
        mark = int(self.rows.cursor(f"{self.prefix}:chased") or 0)
        return mark if mark <= int(self.rows.cursor(f"{self.prefix}:control") or 0) else 0

    def _write_expected(self, control: int, expected: Expected) -> None:
        self._write(f"expected:{control}", {**asdict(expected), "at": expected.at.isoformat()})

    # What comes in ----------------------------------------------------------------------------------------

    def received(self, control: int) -> str:
        """The digest of the interchange that came under this control number; "" for none."""
        return self.rows.cursor(f"{self.prefix}:received:{control}")

    def receive(self, control: int, digest: str) -> None:
        """Record an interchange whose content was recorded."""
        self.rows.set_cursor(f"{self.prefix}:received:{control}", digest)

    def last_received(self) -> int:
        """The greatest control number that came in; 0 for none."""
        return int(self.rows.cursor(f"{self.prefix}:last_received") or 0)

    def note_gaps(self, controls: set[int], now: dt.datetime) -> None:
        """Remember what is missing between the last number known and these, and strike off what came."""
        last, missing = self.last_received(), dict(self.missing())
        if last and controls and max(controls) > last:
            for control in range(last + 1, min(max(controls), last + 1000)):
                missing.setdefault(control, now)
        for control in controls:
            missing.pop(control, None)
        self._write("missing", {str(control): at.isoformat() for control, at in missing.items()})
        greatest = max(controls, default=0)
        self.rows.set_cursor(f"{self.prefix}:last_received", str(max(last, greatest)))

    def missing(self) -> Mapping[int, dt.datetime]:
        """Control numbers that did not come, with the instant when that was noticed."""
        return {int(name): dt.datetime.fromisoformat(at) for name, at in self._read("missing").items()}

    def forget_missing(self, controls: set[int]) -> None:
        """Those were told; people know."""
        kept = {str(name): at.isoformat() for name, at in self.missing().items() if name not in controls}
        self._write("missing", kept)

    def answer(self, digest: str, group: str, now: dt.datetime) -> tuple[int, dt.datetime]:
        """Control number and time of our 997 for a group of the file with that digest: always the same."""
        told = self._read(f"answer:{digest}:{group}")
        if not told:
            control = self.next_control()
            told = {"control": control, "at": now.isoformat()}
            self._write(f"answer:{digest}:{group}", told)
        return told["control"], dt.datetime.fromisoformat(told["at"])

    def looks(self) -> dict[str, Any]:
        """Files of the inbox as last seen: name to [size, since when it has that size]."""
        return self._read("looks")

    def put_looks(self, looks: Mapping[str, Any]) -> None:
        """Replace them."""
        self._write("looks", looks)

    def shipped(self, ref: str) -> bool:
        """Whether a 945 has come for that order."""
        return bool(self.rows.cursor(f"{self.prefix}:shipped:{ref}"))

    def note_shipped(self, ref: str, now: dt.datetime) -> None:
        """A 945 has come for that order: from now on it is too late for changes."""
        self.rows.set_cursor(f"{self.prefix}:shipped:{ref}", now.isoformat())

    def _read(self, name: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.rows.cursor(f"{self.prefix}:{name}") or "{}")
        return told

    def _write(self, name: str, value: Mapping[str, Any]) -> None:
        self.rows.set_cursor(f"{self.prefix}:{name}", json.dumps(value, sort_keys=True))
