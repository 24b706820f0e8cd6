"""The warehouse itself: orders it took in, the jobs people really pick, the shipments that really leave."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from orogxo.sandbox.clock import stamp
from orogxo.sandbox.gxo_jobs import Entry, Job, JobLine, Watcher
from orogxo.sandbox.gxo_packing import pack
from orogxo.sandbox.wire import dumps, plain_number
from orogxo.sandbox.world import World

PICKING_AFTER = dt.timedelta(hours=1)
SHIPPED_AFTER = dt.timedelta(hours=4)


class NotEditable(Exception):
    """The order differs from the one that is already being worked on."""


class Floor:
    """The site. `duplicates`: it has no natural key, so every order received is another job.

    `witness` is told the reference of an order each time work for it is taken in.
    """

    def __init__(self, world: World, seed: int, witness: Callable[[str], None], *, duplicates: bool) -> None:
        self.duplicates = duplicates
        self.entries: dict[str, Entry] = {}
        self.feed: list[dict[str, Any]] = []
        self._world = world
        self._seed = seed
        self.witness = witness
        self._jobs_of: dict[str, Job] = {}
        self._serial = 0
        self.hesitates = False
        self.watcher: Watcher | None = None

    # Orders -----------------------------------------------------------------------------------------------

    def take(self, body: dict[str, Any], now: dt.datetime) -> tuple[Entry, bool]:
        """Take an order in; says whether it is new. Raises NotEditable."""
        ref = body["client_order_ref"]
        entry = self.entries.get(ref)
        if entry is None:
            entry = self.entries[ref] = Entry(ref, body, now, jobs=[self._job(body, now)])
            self._changed(entry)
            return entry, True
        same = dumps(entry.body) == dumps(body)
        if not same and entry.state not in {"accepted", "rejected"} and not self.duplicates:
            raise NotEditable(ref)
        entry.times_received += 1
        if self.duplicates:
            entry.jobs.append(self._job(body, now))
        elif not same:
            entry.jobs = [self._job(body, now)]
        if not same:
            entry.body, entry.reason, entry.allocated = body, None, False
            self._move(entry, "accepted", now)
        elif self.duplicates:
            self._changed(entry)
        return entry, False

    def reject(self, ref: str, reason: str, now: dt.datetime) -> None:
        """Refuse an order after it was accepted: nothing of it will be picked."""
        entry = self.entries[ref]
        entry.jobs, entry.allocated = [], False
        self._move(entry, "rejected", now)
        entry.reason = reason

    def cancel(self, entry: Entry, now: dt.datetime) -> tuple[str, str]:
        """Stop what nobody has picked yet. The answer ("cancelled", "refused", "pending") and its reason."""
        if entry.state == "cancelled":
            return "cancelled", "it was cancelled before"
        if self.hesitates and entry.state == "accepted":
            return "pending", "a supervisor decides"
        if entry.state not in {"accepted", "on_hold", "allocated"}:
            return "refused", f"the order is {entry.state}"
        entry.jobs, entry.allocated = [], False
        self._move(entry, "cancelled", now)
        return "cancelled", ""

    def allocate(self, ref: str, now: dt.datetime) -> None:
        """Set goods aside for an order: from here on it cannot be changed, and nobody else gets them."""
        entry = self._free(ref)
        if entry.state == "accepted":
            entry.allocated = True
            self._move(entry, "allocated", now)

    def pick(self, ref: str, now: dt.datetime) -> None:
        """Begin to pick, from goods that are allocated for it."""
        self.allocate(ref, now)
        entry = self._free(ref)
        for job in entry.jobs:
            if job.state == "accepted":
                job.state = "picking"
        if entry.state == "allocated":
            self._move(entry, "picking", now)

    def work(self, now: dt.datetime, *, at_once: bool) -> None:
        """Do what is due: pick an hour after acceptance, ship four hours after it; or all `at_once`.

        An order for which the goods are not there waits.
        """
        for entry in [entry for entry in self.entries.values() if entry.state != "on_hold"]:
            if self.watcher and not self.watcher.suffices(entry):
                continue
            for job in entry.jobs:
                age = now - job.accepted_at
                if at_once or age >= PICKING_AFTER:
                    self.pick(entry.ref, now)
                if (at_once or age >= SHIPPED_AFTER) and any(line.open for line in job.lines.values()):
                    self._ship(entry, job, now, {})

    def stop(self, entry: Entry, now: dt.datetime) -> None:
        """Put an order on hold: nobody picks it."""
        if entry.state == "accepted":
            self._move(entry, "on_hold", now)

    def _free(self, ref: str) -> Entry:
        if self.entries[ref].state == "on_hold":
            raise ValueError(f"order {ref} is on hold: nobody touches it")
        return self.entries[ref]

    def resume(self, entry: Entry, now: dt.datetime) -> None:
        """Work on it again."""
        if entry.state == "on_hold":
            self._move(entry, "accepted", now)

    def _job(self, body: Mapping[str, Any], now: dt.datetime) -> Job:
        lines = {}
        for line in body["lines"]:
            quantity, sku = line["qty"], line["sku"]
            size = self._world.products[sku].uoms()[quantity["uom"]]
            ordered = Decimal(quantity["value"])
            lines[line["line_ref"]] = JobLine(line["line_ref"], sku, quantity["uom"], ordered, size)
        self.witness(body["client_order_ref"])
        return Job(lines, now)

    def _move(self, entry: Entry, state: str, now: dt.datetime) -> None:
        entry.state, entry.version, entry.updated_at = state, entry.version + 1, now
        self._changed(entry)

    def _changed(self, entry: Entry) -> None:
        if self.watcher:
            self.watcher.changed(entry)

    def _tell(self, entry: Entry, document: dict[str, Any]) -> None:
        self.feed.append(document)
        if self.watcher:
            self.watcher.left(entry, document)

    # Shipments --------------------------------------------------------------------------------------------

    def ship(self, ref: str, now: dt.datetime, **choices: Any) -> list[str]:
        """Ship every job of an order; see `Twin.ship`. The shipment references, one a job."""
        entry = self._free(ref)
        return [self._ship(entry, job, now, choices) for job in entry.jobs]

    def _ship(self, entry: Entry, job: Job, now: dt.datetime, choices: Mapping[str, Any]) -> str:
        wanted = choices.get("quantities")
        shipped = {
            line.line_ref: line.open if wanted is None else Decimal(str(wanted.get(line.line_ref, 0)))
            for line in job.lines.values()
        }
        for line_ref, quantity in shipped.items():
            job.lines[line_ref].shipped += quantity
        left = any(line.open for line in job.lines.values())
        final = not left if choices.get("final") is None else bool(choices["final"])
        self._serial += 1
        document = self._document(entry, job, shipped, now, final=final, choices=choices)
        for line in job.lines.values():
            line.closed = line.closed or final
        self._tell(entry, document)
        self._jobs_of[document["shipment_ref"]] = job
        job.state = "shipped" if final else "partially_shipped"
        done = all(each.state == "shipped" for each in entry.jobs)
        self._move(entry, "shipped" if done else "partially_shipped", now)
        return str(document["shipment_ref"])

    def correct(self, shipment_ref: str, choices: Mapping[str, Any], now: dt.datetime) -> None:
        """Tell a shipment again with the next version: other quantities, trackings or carrier."""
        latest = self.shipments()[shipment_ref]
        job = self._jobs_of[shipment_ref]
        lines = [dict(line) for line in latest["lines"]]
        for line in lines:
            wanted = (choices.get("quantities") or {}).get(line["order_line_ref"])
            if wanted is not None:
                change = Decimal(str(wanted)) - Decimal(line["shipped"]["value"])
                job.lines[line["order_line_ref"]].shipped += change
                line["shipped"] = _amount(Decimal(str(wanted)), line["shipped"]["uom"])
        self._serial += 1
        count = choices.get("trackings")
        numbers = _trackings(latest) if count is None else self._numbers(count)
        changed = {"version": latest["version"] + 1, "lines": lines, "updated_at": stamp(now)}
        changed["packages"] = pack(shipment_ref, lines, numbers, self._sscc_serial())
        changed |= {"carrier": choices["carrier"]} if choices.get("carrier") else {}
        entry = self.entries[latest["order_refs"][0]]
        self._tell(entry, {**latest, **changed})
        self._changed(entry)

    def repeat(self, shipment_ref: str, version: int | None = None) -> None:
        """Deliver a shipment once more, as feeds do: one version (None: the latest), word for word."""
        told = {
            document["version"]: document
            for document in self.feed
            if document["shipment_ref"] == shipment_ref
        }
        self.feed.append(told[max(told) if version is None else version])

    def shipments(self) -> dict[str, dict[str, Any]]:
        """The latest version of every shipment."""
        latest: dict[str, dict[str, Any]] = {}
        for document in self.feed:
            known = latest.get(document["shipment_ref"])
            if known is None or known["version"] <= document["version"]:
                latest[document["shipment_ref"]] = document
        return latest

    def job_lines(self) -> Iterator[tuple[Entry, Job, JobLine]]:
        """Every line of every job."""
        for entry in self.entries.values():
            for job in entry.jobs:
                for line in job.lines.values():
                    yield entry, job, line

    def _document(
        self,
        entry: Entry,
        job: Job,
        shipped: Mapping[str, Decimal],
        now: dt.datetime,
        *,
        final: bool,
        choices: Mapping[str, Any],
    ) -> dict[str, Any]:
        shipment_ref = f"S{self._seed:03d}-{self._serial:06d}"
        carrier = entry.body.get("carrier") or {}
        lines = [
            _told(job.lines[line_ref], quantity, final, choices) for line_ref, quantity in shipped.items()
        ]
        numbers = self._numbers(choices.get("trackings", 2))
        return {
            "shipment_ref": shipment_ref,
            "version": 1,
            "order_refs": [entry.ref],
            "po_number": None if choices.get("lose_po") else entry.body["po_number"],
            "shipped_at": stamp(now),
            "updated_at": stamp(now),
            "carrier": choices.get("carrier") or carrier.get("code"),
            "service": carrier.get("service_code"),
            "packages": pack(shipment_ref, lines, numbers, self._sscc_serial()),
            "lines": lines,
            "final": final,
        }

    def _numbers(self, count: int) -> list[str]:
        # Hashing keeps numbers apart between seeds and the same for one seed.
        texts = (f"{self._seed}/{self._serial}/{number}" for number in range(count))
        return [f"1Z{hashlib.sha256(text.encode()).hexdigest()[:16].upper()}" for text in texts]

    def _sscc_serial(self) -> int:
        return (self._seed % 100) * 10_000_000 + self._serial * 100


def _amount(value: Decimal, uom: str) -> dict[str, str]:
    return {"value": plain_number(value), "uom": uom}


def _told(line: JobLine, quantity: Decimal, final: bool, choices: Mapping[str, Any]) -> dict[str, Any]:  # noqa: FBT001
    """A shipment line: what is left is back-ordered, or when nothing more comes, short or cancelled."""
    left = _amount(line.open, line.uom) if line.open else None
    cancelled = left if final and choices.get("cancelled") else None
    return {
        "order_line_ref": line.line_ref,
        "sku": (choices.get("skus") or {}).get(line.line_ref, line.sku),
        "ordered": _amount(line.ordered, line.uom),
        "shipped": _amount(quantity, line.uom),
        "backordered": None if final else left,
        "short": left if final and cancelled is None else None,
        "cancelled": cancelled,
        "reason": choices.get("reason") if left else None,
        "raw_reason": choices.get("raw_reason") if left else None,
    }


def _trackings(shipment: Mapping[str, Any]) -> list[str]:
    return [number for package in shipment["packages"] for number in package["tracking"]]
