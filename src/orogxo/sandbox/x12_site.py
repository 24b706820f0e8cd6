"""The warehouse of the twin behind X12 files: takes our 940, gives 997 and 945, and commits every sin.

It reads and writes X12 by its own few lines, so that it cannot share a mistake with the product.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from attrs import define, field

from orogxo.sandbox.gxo_checks import problems_of
from orogxo.sandbox.gxo_floor import Floor, NotEditable
from orogxo.sandbox.twin import Twin
from orogxo.sandbox.x12_text import Rows, envelope, order_of, rows_of, shipment_rows

Sin: TypeAlias = Literal[
    "twice",  # the file comes a second time, under another name
    "half",  # half of it is written under its final name; `finish` writes the rest
    "temporary",  # it is written under a temporary name; `finish` renames it
    "late",  # it is kept back; `finish` delivers it
    "gap",  # a control number before it is left out
    "reused",  # it carries the control number of the file before it
    "silent",  # a 940 is taken and no 997 comes
    "reject",  # a 940 is answered by a 997 that rejects it, and not taken
    "stranger",  # a 945 for an order that nobody placed comes as well
    "wrong_line",  # a 945 names a line that the order does not have
    "bad_count",  # SE01 is one too high
    "dirty",  # it begins with a byte order mark and its lines end in CR LF
]
SINS = frozenset(get_args(Sin))


@define
class X12Site:
    """Trades files in `drop` (folders outbox and inbox, as we name them) for the floor of `twin`.

    `checks_control`: it does not work on an interchange twice. Else it does whatever it finds, again.
    """

    twin: Twin
    drop: Path
    sender: str = "ACME"
    receiver: str = "GXOLEEDS"
    checks_control: bool = True
    taken: list[str] = field(factory=list)
    problems: list[str] = field(factory=list)
    acknowledged: list[Rows] = field(factory=list)
    _sins: Counter[str] = field(factory=Counter)
    _seen: set[str] = field(factory=set)
    _told: int = 0
    _control: int = 0
    _unfinished: list[Callable[[], None]] = field(factory=list)

    def sin(self, sin: Sin, times: int = 1) -> None:
        """Commit it with the next `times` files that it can befall."""
        if sin not in SINS:
            raise ValueError(f"no sin {sin!r}; there are {sorted(SINS)}")
        self._sins[sin] += times

    @property
    def uncommitted(self) -> frozenset[str]:
        """Sins that wait for a file that they can befall."""
        return frozenset(+self._sins)

    def work(self) -> None:
        """Take what lies in the outbox, then tell every shipment that has not been told yet."""
        self.receive()
        self.tell()

    def finish(self) -> None:
        """Deliver what was half written, under a temporary name, or kept back."""
        while self._unfinished:
            self._unfinished.pop(0)()

    # Our files --------------------------------------------------------------------------------------------

    def receive(self) -> None:
        """Take every file of the outbox away, work on it, acknowledge it."""
        for file in sorted((self.drop / "outbox").iterdir()):
            text = file.read_text("utf-8")
            self.taken.append(file.name)
            file.unlink()
            self._take(rows_of(text))

    def _take(self, rows: Rows) -> None:
        control, group = rows[0][13], next(row for row in rows if row[0] == "GS")
        if group[1] == "FA":
            self.acknowledged.append(rows)
            return
        again = control in self._seen
        self._seen.add(control)
        refused = self._commits("reject")
        for document in _documents(rows):
            if not refused and not (again and self.checks_control):
                self._order(document)
        if not self._commits("silent"):
            verdict = "R" if refused else "A"
            told: Rows = [
                ["AK1", "OW", group[6]],
                ["AK2", "940", rows[2][2]],
                ["AK5", verdict, *(["5"] if refused else [])],
                ["AK9", verdict, "1", "1", "0" if refused else "1"],
            ]
            self._write("997", "FA", told)

    def _order(self, document: Rows) -> None:
        status, body = order_of(document)
        ref, now = body["client_order_ref"], self.twin.clock.now()
        with self.twin.network.lock:
            if status == "F":
                self._cancel(ref)
                return
            wrong = problems_of(body, self.twin.world)
            if wrong:
                self.problems += [f"order {ref}: {problem['message']}" for problem in wrong]
                return
            try:
                self._floor.take(body, now)
            except NotEditable:
                self.problems.append(f"order {ref} cannot be changed any more")

    def _cancel(self, ref: str) -> None:
        entry = self._floor.entries.get(ref)
        if entry is None:
            self.problems.append(f"a cancellation of {ref}, which is not here")
        elif self._floor.cancel(entry, self.twin.clock.now())[0] == "cancelled":
            self._write("945", "SW", shipment_rows(_nothing_of(entry.body, self.twin.clock.now())))

    # Their files ------------------------------------------------------------------------------------------

    def tell(self) -> None:
        """Write a 945 for every shipment of the floor that was not told yet."""
        with self.twin.network.lock:
            new, self._told = self._floor.feed[self._told :], len(self._floor.feed)
        for shipment in new:
            if self._commits("stranger"):
                self._write("945", "SW", shipment_rows({**shipment, "order_refs": ["999999"]}))
            if self._commits("wrong_line"):
                lines = [{**line, "order_line_ref": "no-such-line"} for line in shipment["lines"]]
                shipment = {**shipment, "lines": lines, "packages": []}  # noqa: PLW2901  # what is told
            self._write("945", "SW", shipment_rows(shipment))

    def _write(self, code: str, functional_id: str, body: Rows) -> None:
        self._control += 0 if self._control and self._commits("reused") else 1 + self._commits("gap")
        too_many = self._commits("bad_count")
        now, ends = self.twin.clock.now(), (self.receiver, self.sender)
        rows = envelope((code, functional_id), body, ends, self._control, now, too_many=too_many)
        text = "~\n".join("*".join(row) for row in rows) + "~\n"
        if self._commits("dirty"):
            text = "\ufeff" + text.replace("\n", "\r\n")
        self._deliver(f"{code}-{self._control:06}", text.encode())

    def _deliver(self, name: str, data: bytes) -> None:
        inbox = self.drop / "inbox"
        final = inbox / f"{name}.edi"
        number = 1
        while final.exists():
            number += 1
            final = inbox / f"{name}-{number}.edi"
        if self._commits("late"):
            self._unfinished.append(lambda: _put(final, data))
        elif self._commits("half"):
            final.write_bytes(data[: len(data) // 2])
            self._unfinished.append(lambda: _append(final, data[len(data) // 2 :]))
        elif self._commits("temporary"):
            part = inbox / f"{name}.edi.part"
            part.write_bytes(data)
            self._unfinished.append(lambda: _rename(part, final))
        else:
            _put(final, data)
        if self._commits("twice"):
            _put(inbox / f"{name}-again.edi", data)

    def _commits(self, sin: str) -> bool:
        if self._sins[sin] <= 0:
            return False
        self._sins[sin] -= 1
        return True

    @property
    def _floor(self) -> Floor:
        return self.twin.floor  # the twin's own warehouse, by another door


def _documents(rows: Rows) -> Iterator[Rows]:
    document: Rows = []
    for row in rows:
        if row[0] == "ST":
            document = []
        elif row[0] == "SE":
            yield document
        else:
            document.append(row)


def _nothing_of(body: Mapping[str, Any], now: Any) -> dict[str, Any]:
    """A shipment document that says: all of it was cancelled."""
    none = {"value": "0", "uom": ""}
    lines = [
        {
            "order_line_ref": line["line_ref"],
            "sku": line["sku"],
            "ordered": line["qty"],
            "shipped": {**none, "uom": line["qty"]["uom"]},
            "cancelled": line["qty"],
            "backordered": None,
            "short": None,
            "raw_reason": None,
        }
        for line in body["lines"]
    ]
    return {
        "shipment_ref": f"C-{body['client_order_ref']}",
        "order_refs": [body["client_order_ref"]],
        "po_number": body["po_number"],
        "shipped_at": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "carrier": "",
        "service": "",
        "packages": [],
        "lines": lines,
        "final": True,
    }


def _put(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)


def _rename(part: Path, final: Path) -> None:
    part.replace(final)


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)
