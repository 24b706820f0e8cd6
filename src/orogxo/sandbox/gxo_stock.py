"""What lies in the building by the site's books: buckets, movements, what is set aside for orders.

Three kinds of figure: `on_hand` counts goods until they leave; `less_allocated` takes them out of `available`
when an order is allocated, `less_accepted` when it is accepted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from attrs import define, field, frozen

from orogxo.sandbox.clock import TwinClock, stamp
from orogxo.sandbox.gxo_feed_faults import MovementFeed
from orogxo.sandbox.gxo_jobs import Entry
from orogxo.sandbox.wire import plain_number
from orogxo.sandbox.world import World

FigureKind: TypeAlias = Literal["on_hand", "less_allocated", "less_accepted"]
OPENING_STOCK = Fraction(100_000)
SITE = "SITE-1"
EVERYBODY = ""
"""The owner of what concerns no depositor's order."""
GOOD = ("available", "allocated")


@frozen
class Bucket:
    """Goods that are alike: where they are, of which lot, and in which status."""

    sku: str
    status: str = "available"
    site: str = SITE
    lot: str | None = None
    expiry: str | None = None

    @property
    def place(self) -> tuple[str, bool, str, bool, str, str]:
        """Where it stands among those of its SKU: available first, without a lot first, then by expiry."""
        status = (self.status != "available", self.status)
        return (self.site, *status, self.lot is not None, self.expiry or "9999", self.lot or "")


@define
class Stock:
    """The goods, in base units. For each order: what is allocated (kept), and what the books claim for it."""

    world: World
    clock: TwinClock
    feed: MovementFeed
    kind: FigureKind = field(default="on_hand")
    changes: int = 0
    _books: dict[str, dict[Bucket, Fraction]] = field(factory=dict)
    _claimed: dict[str, dict[str, Fraction]] = field(factory=dict)
    _kept: dict[str, dict[str, Fraction]] = field(factory=dict)
    _kept_of: dict[str, Fraction] = field(factory=dict)

    @kind.validator
    def _check(self, _: object, value: str) -> None:
        if value not in get_args(FigureKind):
            raise ValueError(f"no such figure: {value!r}; there are {', '.join(get_args(FigureKind))}")

    # What there is ----------------------------------------------------------------------------------------

    def put(self, bucket: Bucket, eaches: Fraction) -> None:
        """Let so much lie in a bucket. No movement tells of it: it was always so, or nobody wrote it down.

        A SKU whose available goods were never put anywhere has OPENING_STOCK of them.
        """
        first = bucket.sku not in self._books
        if first and (bucket.status, bucket.site) == ("available", SITE):
            self._books[bucket.sku] = {}
        self.of(bucket.sku)[bucket] = eaches
        self.changes += 1

    def of(self, sku: str) -> dict[Bucket, Fraction]:
        """The goods of a SKU by bucket, negative ones too."""
        return self._books.setdefault(sku, {Bucket(sku): OPENING_STOCK})

    def rows(self) -> Iterator[tuple[Bucket, Fraction]]:
        """Everything that the books show: all buckets that are not empty, one at least of each SKU."""
        for product in self.world.products.values():
            if product.in_gxo:
                there = sorted(self.of(product.sku).items(), key=lambda item: item[0].place)
                yield from [row for row in there if row[1]] or there[:1]

    def good(self, sku: str) -> Fraction:
        """Goods of that SKU that may be sold, at the site that ships: in the building and not set aside."""
        there = self.of(sku).items()
        fit = [eaches for bucket, eaches in there if bucket.site == SITE and bucket.status in GOOD]
        return sum(fit, Fraction())

    # What moves -------------------------------------------------------------------------------------------

    def move(
        self, owner: str, sku: str, eaches: Fraction, ways: tuple[str, str], *, reason: str, ref: str = ""
    ) -> None:
        """Take goods from one status and put them into another, first out first; "" is outside."""
        source, target = ways
        there = self.of(sku)
        for bucket, part in self._parts(Bucket(sku, source or target), eaches, first_out=bool(source)):
            for status, sign in ((source, -1), (target, 1)):
                if status:
                    place = Bucket(sku, status, SITE, bucket.lot, bucket.expiry)
                    there[place] = there.get(place, Fraction()) + sign * part
            self._write(owner, bucket, part, ways, (reason, ref))
        self.changes += 1

    def _parts(self, wanted: Bucket, eaches: Fraction, *, first_out: bool) -> list[tuple[Bucket, Fraction]]:
        """From which buckets so much is taken; what is not there is taken all the same, from no lot."""
        there = self.of(wanted.sku) if first_out else {}
        alike = [bucket for bucket in there if (bucket.site, bucket.status) == (SITE, wanted.status)]
        parts: list[tuple[Bucket, Fraction]] = []
        for bucket in sorted(alike, key=lambda bucket: bucket.place):
            if part := min(eaches, max(there[bucket], Fraction())):
                parts.append((bucket, part))
                eaches -= part
        return [*parts, (wanted, eaches)] if eaches else parts

    def _write(
        self, owner: str, bucket: Bucket, eaches: Fraction, ways: tuple[str, str], why: tuple[str, str]
    ) -> None:
        reason, ref = why
        product = self.world.products[bucket.sku]
        head = {"occurred_at": stamp(self.clock.now()), "kind": reason, "sku": bucket.sku}
        place = {"site_id": bucket.site, "lot": bucket.lot, "expiry": bucket.expiry}
        way = {"from_status": ways[0] or None, "to_status": ways[1] or None}
        told = {
            "qty": quantity(eaches, product.uom),
            "reason": reason,
            "raw_reason": None,
            "ref": ref or None,
        }
        self.feed.add(owner, {**head, **place, **way, **told}, self.clock.now())

    # What orders lay claim to -----------------------------------------------------------------------------

    def settle(self, entry: Entry) -> None:
        """Set aside what an order should have by now: really, and in the books as their kind has it."""
        before, now = self._kept.get(entry.ref, {}), still_open([entry]) if entry.allocated else {}
        for sku in {*before, *now}:
            change = now.get(sku, Fraction()) - before.get(sku, Fraction())
            self._kept_of[sku] = self._kept_of.get(sku, Fraction()) + change
        self._kept[entry.ref] = now
        wanted, claimed = self._wanted(entry), self._claimed.setdefault(entry.ref, {})
        for sku in sorted({*wanted, *claimed}):
            change = wanted.get(sku, Fraction()) - claimed.get(sku, Fraction())
            ways = ("available", "allocated") if change > 0 else ("allocated", "available")
            if change:
                claimed[sku] = wanted.get(sku, Fraction())
                owner = str(entry.body["client_id"])
                self.move(owner, sku, abs(change), ways, reason="transfer", ref=entry.ref)

    def _wanted(self, entry: Entry) -> dict[str, Fraction]:
        claims = entry.allocated if self.kind == "less_allocated" else self.kind == "less_accepted"
        return still_open([entry]) if claims else {}

    def leave(self, entry: Entry, sku: str, eaches: Fraction, ref: str) -> None:
        """Let goods go for an order (negative: they turn out to be here still): its own first."""
        owner, claims = str(entry.body["client_id"]), self._claimed.setdefault(entry.ref, {})
        back, claimed = eaches < 0, claims.get(sku, Fraction())
        missing = max(self._wanted(entry).get(sku, Fraction()) - claimed, Fraction())
        own = min(abs(eaches), missing if back else claimed)
        if own:
            claims[sku] = claimed + (own if back else -own)
        for status, part in (("allocated", own), ("available", abs(eaches) - own)):
            if part:
                ways = ("", status) if back else (status, "")
                self.move(owner, sku, part, ways, reason="shipment", ref=ref)

    def suffices(self, entry: Entry) -> bool:
        """Whether there are goods for all that is open of an order, beside those of allocated ones."""
        kept = self._kept.get(entry.ref, {})
        return all(
            self.good(sku) - self._kept_of.get(sku, Fraction()) + kept.get(sku, Fraction()) >= eaches
            for sku, eaches in still_open([entry]).items()
            if eaches
        )


def still_open(entries: Sequence[Entry]) -> dict[str, Fraction]:
    """What people will really still pick for these orders, in base units by SKU."""
    found: dict[str, Fraction] = {}
    for entry in entries:
        for job in entry.jobs:
            for line in job.lines.values():
                found[line.sku] = found.get(line.sku, Fraction()) + Fraction(line.open) * line.size
    return found


def quantity(eaches: Fraction, uom: str) -> dict[str, str]:
    """A quantity as the gateway writes it."""
    return {"value": plain_number(Decimal(eaches.numerator) / Decimal(eaches.denominator)), "uom": uom}
