"""What comes in from a site: files into pages, and, once a page is recorded, their 997 and the archive.

A page changes nothing durable: a worker that dies with it leaves every file where it was, and the next one
reads the same. Its cursor lists what it was made of; only when it comes back is that answered and put away.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Any

from attrs import define, field, frozen

from orogxo.gxo.edi import x12
from orogxo.gxo.edi._incoming import Incoming, Memory, digest_of, understand
from orogxo.gxo.edi._ledger import Ledger
from orogxo.gxo.edi._shelf import Shelf
from orogxo.gxo.edi.documents import GroupReceipt, write_997
from orogxo.gxo.edi.envelope import wrap
from orogxo.gxo.edi.exchange import Arrival, FileDrop
from orogxo.gxo.edi.site import Site
from orogxo.model import FulfilmentRequest, Shipment
from orogxo.ports import Clock, FeedTrouble, ShipmentPage, Store, Transaction

FILES = 20  # of one page


@define
class _Page:
    """A page while it grows. `marks` are what its cursor will say is recorded."""

    marks: list[list[str]] = field(factory=list)
    shipments: list[Shipment] = field(factory=list)
    problems: list[str] = field(factory=list)
    troubles: list[FeedTrouble] = field(factory=list)
    seen: dict[int, str] = field(factory=dict)


@frozen
class Inbox:
    """The incoming side of one site."""

    drop: FileDrop
    site: Site
    store: Store
    clock: Clock
    prefix: str

    def page(self, cursor: str) -> ShipmentPage:
        """Put away what `cursor` says is recorded, then read what is there; `more` where there was some."""
        self._settle(_marks(cursor))
        page = _Page()
        for arrival in self._whole(self.drop.arrivals())[:FILES]:
            self._read(arrival, page)
        self._tell_overdue(page)
        told = json.dumps(page.marks) if page.marks else ""
        return ShipmentPage(page.shipments, told, bool(page.marks), page.problems, page.troubles)

    # Reading ----------------------------------------------------------------------------------------------

    def _whole(self, arrivals: Sequence[Arrival]) -> list[Arrival]:
        """Files that are not being written any more, as far as their size tells; looks are remembered."""
        now = self.clock.now()
        with self.store.transaction() as rows:
            ledger = self._ledger(rows)
            before, looks = ledger.looks(), {}
            for arrival in arrivals:
                known = before.get(arrival.name)
                same = known is not None and known[0] == arrival.size
                looks[arrival.name] = known if same else [arrival.size, now.isoformat()]
            if looks != before:
                ledger.put_looks(looks)
        if self.site.complete == "renamed":
            return list(arrivals)
        return [arrival for arrival in arrivals if _age(looks, arrival.name, now) >= self.site.settle]

    def _read(self, arrival: Arrival, page: _Page) -> None:
        data = self.drop.read(arrival.name)
        if data is None:
            return
        incoming = self._understood(arrival.name, data, page.seen)
        if not incoming.complete and not self._out_of_patience(arrival.name):
            return  # it is still being written, however its name looks
        page.marks.append(["file", arrival.name, incoming.digest])
        page.shipments += incoming.shipments
        page.problems += incoming.problems
        page.troubles += incoming.troubles
        for receipt in incoming.verdicts:
            page.troubles += self._unreadable_there(receipt)

    def _understood(self, name: str, data: bytes, seen: dict[int, str]) -> Incoming:
        """`seen` is what came under each control number in files of this page, not recorded yet."""
        memory = Memory(self._order, lambda control: seen.get(control) or self._received(control))
        incoming = understand(name, data, self.site, memory)
        # One that is broken may come again, mended, under its own number.
        seen.update(incoming.interchanges if incoming.complete else ())
        return incoming

    def _out_of_patience(self, name: str) -> bool:
        with self.store.transaction() as rows:
            looks = self._ledger(rows).looks()
        return _age(looks, name, self.clock.now()) >= self.site.patience

    def _order(self, ref: str) -> FulfilmentRequest | None:
        with self.store.transaction() as rows:
            sent = self._ledger(rows).sent("new", ref)
            fulfilment = rows.fulfilment(sent.order_id) if sent else None
        return fulfilment.request if fulfilment else None

    def _received(self, control: int) -> str:
        with self.store.transaction() as rows:
            return self._ledger(rows).received(control)

    def _unreadable_there(self, receipt: GroupReceipt) -> Iterator[FeedTrouble]:
        """A cancellation or change that the site could not read; an order says it itself, by `find`."""
        if _is_good(receipt) or not receipt.control.isdigit():
            return
        with self.store.transaction() as rows:
            expected = self._ledger(rows).expected(int(receipt.control))
        if expected is not None and expected.purpose != "new":
            told = (
                f"control number {receipt.control}: the site could not read the 940 that was to "
                f"{expected.purpose} order {expected.ref} ({_reason(receipt)}); call the site"
            )
            yield _numbered("FILE_REJECTED", receipt.control, told, expected.at)

    def _tell_overdue(self, page: _Page) -> None:
        """997 that should have come, and control numbers that did not come."""
        now = self.clock.now()
        with self.store.transaction() as rows:
            ledger = self._ledger(rows)
            for control, expected in ledger.overdue(now - self.site.acknowledge_within):
                page.marks.append(["unanswered", str(control)])
                told = (
                    f"control number {control}: no 997 has come for the 940 of order {expected.ref} "
                    f"({expected.purpose}, sent {expected.at:%Y-%m-%d %H:%M}Z); ask the site about it"
                )
                page.troubles.append(_numbered("FILE_UNACKNOWLEDGED", control, told, expected.at))
            for control, since in ledger.missing().items():
                if since + self.site.patience <= now:
                    page.marks.append(["missing", str(control)])
                    told = (
                        f"control number {control} from {self.site.receiver} did not come, later ones did; "
                        "ask the site to send it again: it may be a shipment"
                    )
                    page.troubles.append(_numbered("FILE_NUMBER_GAP", control, told, since))

    # Once it is recorded ----------------------------------------------------------------------------------

    def _settle(self, marks: list[list[str]]) -> None:
        seen: dict[int, str] = {}
        done = []
        for kind, name, *rest in marks:
            if kind != "file":
                continue
            data = self.drop.read(name)
            if data is None or digest_of(data) != rest[0]:
                continue  # put away already, or written anew since: then it is read as a new file
            done.append(self._understood(name, data, seen))
        if not marks:
            return
        self._record(marks, done, seen)
        for incoming in done:
            self._answer(incoming)
            self.drop.archive(incoming.name, incoming.digest[:12])

    def _record(self, marks: list[list[str]], done: list[Incoming], seen: dict[int, str]) -> None:
        now = self.clock.now()
        with self.store.transaction() as rows:
            ledger = self._ledger(rows)
            for control, digest in seen.items():
                ledger.receive(control, digest)
            for incoming in done:
                for shipment in incoming.shipments:
                    ledger.note_shipped(shipment.order_ref, now)
                for receipt in incoming.verdicts:
                    if receipt.control.isdigit():
                        ledger.judge(int(receipt.control), good=_is_good(receipt), reason=_reason(receipt))
                for document in incoming.kept:
                    Shelf(rows, self.prefix, document.code).put(document, incoming.name, now)
            if seen:
                ledger.note_gaps(set(seen), now)
            ledger.forget_missing({int(mark[1]) for mark in marks if mark[0] == "missing"})
            ledger.chase_from({int(mark[1]) for mark in marks if mark[0] == "unanswered"})

    def _answer(self, incoming: Incoming) -> None:
        """Our 997 for each group, the same one however often the file comes: one file each."""
        for place, receipt in enumerate(incoming.answers):
            with self.store.transaction() as rows:
                group = f"{place}:{receipt.control}"
                control, at = self._ledger(rows).answer(incoming.digest, group, self.clock.now())
            profile = self.site.profile
            interchange = wrap(
                [write_997(receipt, profile, control=control)],
                sender=self.site.us,
                receiver=self.site.them,
                control=control,
                now=at,
                version=profile.release,
                usage=self.site.usage,
                separators=profile.separators,
            )
            name = f"997-{control:09}-{incoming.digest[:12]}.x12"
            self.drop.stage(name, x12.dump([interchange]))
            self.drop.publish(name)

    def _ledger(self, rows: Transaction) -> Ledger:
        return Ledger(rows, self.prefix)


def _marks(cursor: str) -> list[list[str]]:
    """What a cursor lists; one that is not ours, of another warehouse before this one, lists nothing."""
    try:
        marks: Any = json.loads(cursor or "[]")
    except ValueError:
        return []
    return marks if isinstance(marks, list) else []


def _age(looks: dict[str, Any], name: str, now: dt.datetime) -> dt.timedelta:
    return now - dt.datetime.fromisoformat(looks[name][1]) if name in looks else dt.timedelta(0)


def _numbered(code: str, control: int | str, told: str, since: dt.datetime) -> FeedTrouble:
    """`since` stands in the evidence: numbers begin again some day, and then it is another trouble."""
    return FeedTrouble(code, f"control number {control}", told, (told, f"since {since:%Y-%m-%d %H:%M}Z"))


def _is_good(receipt: GroupReceipt) -> bool:
    """One order a group: it was read if the group was, and the set itself was not refused."""
    return receipt.verdict in {"A", "E", "P"} and all(one.accepted for one in receipt.sets)


def _reason(receipt: GroupReceipt) -> str:
    errors = [
        f"{one.code} {one.control}: {one.verdict} {' '.join(one.errors)}".strip() for one in receipt.sets
    ]
    places = [f"{bad.id} at {bad.position}: error {bad.code}" for one in receipt.sets for bad in one.segments]
    return "; ".join((f"997 says {receipt.verdict}", *errors, *places))
