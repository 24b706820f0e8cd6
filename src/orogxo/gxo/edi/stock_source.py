"""The books of stock of a site that trades X12 files, from 846 and 947; its 944 and 180 in the same way.

Nothing here touches a file: the warehouse's inbox puts what `Site.kept` names on a shelf in the store when
the file it came in is recorded, acknowledged and archived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from attrs import frozen

from orogxo.gxo.edi._shelf import Shelf, Shelved
from orogxo.gxo.edi.documents import Quarantined, Read, read_180, read_846, read_944, read_947
from orogxo.gxo.edi.profile import X12Profile
from orogxo.gxo.edi.warehouse import X12Warehouse
from orogxo.gxo.edi.x12 import Finding, Segment, Transaction
from orogxo.gxo.goods import FeedPage
from orogxo.model import Receipt, ReturnReceipt, StockSnapshot
from orogxo.ports.stock import BadFigure, MovementPage, NewsPage, SnapshotPage

T = TypeVar("T")

PAGE_ROWS = 5_000
DOCUMENTS = 20
"""Of one page of a feed."""

_SNAPSHOTS = 3
_LIN, _W19 = range(2, 31, 2), (5, 7, 17)


@frozen
class X12StockSource:
    """The books of the site behind `warehouse`. Threads and processes may share its store.

    SKUs go through as the site writes them. X12 tells nothing of what becomes of orders before they leave.
    """

    warehouse: X12Warehouse

    def snapshot(self, *, known: str = "") -> Iterator[SnapshotPage]:
        """The newest 846 by its own moment (BIA04, BIA05); its id is BIA03 and that moment.

        One that cannot be understood is told by a page that is last and not complete; an older one that was
        not read yet takes its place first.
        """
        broken: list[SnapshotPage] = []
        for shelved in self._newest_snapshots():
            (value, *_), findings = read_846(shelved.transaction, self._profile)
            if isinstance(value, Quarantined):
                told = _told(shelved, value)
                broken.append(SnapshotPage(told, shelved.at, (), last=True, bad=[BadFigure("", told)]))
                continue
            name = f"{value.id}@{value.as_of:%Y-%m-%dT%H:%M:%SZ}"
            if name != known:
                yield from _pages(name, value, self._doubts(shelved, findings))
                return
            break
        yield from broken[:1]

    def movements(self, cursor: str) -> MovementPage:
        """The changes in the 947 that came after `cursor`; those before it are recorded, and forgotten here.

        A day is all that a 947 tells: `occurred_at` is its last moment and `earliest` its first. A document
        that cannot be understood is a BadFigure of every SKU in it.
        """
        found, bad, following, more = self._feed("947", cursor, read_947)
        figures = [
            BadFigure(sku, told) for transaction, told in bad for sku in _skus_in(transaction, self._profile)
        ]
        return MovementPage(found, following, more, figures)

    def news(self, cursor: str) -> NewsPage:
        """Nothing: X12 has no word for it."""
        return NewsPage((), cursor, more=False)

    def receipts(self, cursor: str = "") -> FeedPage[Receipt]:
        """The goods that were taken in by the 944 after `cursor`; see `movements`."""
        found, bad, following, more = self._feed("944", cursor, read_944)
        return FeedPage(tuple(found), following, more, tuple(told for _, told in bad))

    def returns(self, cursor: str = "") -> FeedPage[ReturnReceipt]:
        """What became of returned goods by the 180 after `cursor`; see `movements`."""
        found, bad, following, more = self._feed("180", cursor, read_180)
        return FeedPage(tuple(found), following, more, tuple(told for _, told in bad))

    # The shelf --------------------------------------------------------------------------------------------

    @property
    def _profile(self) -> X12Profile:
        return self.warehouse.site.profile

    def _newest_snapshots(self) -> list[Shelved]:
        """The last few, newest first; those before them are forgotten, for nobody will ask for them."""
        with self.warehouse.store.transaction() as rows:
            shelf = Shelf(rows, self.warehouse.prefix, "846")
            shelf.forget(shelf.last - _SNAPSHOTS)
            kept = list(shelf.after(0, _SNAPSHOTS))
        return sorted(kept, key=lambda one: (_moment(one.transaction), one.number), reverse=True)

    def _feed(
        self, code: str, cursor: str, reader: Callable[[Transaction, X12Profile], Read[T]]
    ) -> tuple[list[T], list[tuple[Transaction, str]], str, bool]:
        """What was read of the documents after `cursor`, what was not, the next cursor, whether more wait."""
        with self.warehouse.store.transaction() as rows:
            shelf = Shelf(rows, self.warehouse.prefix, code)
            shelf.forget(number := _number(cursor, code))
            kept, last = list(shelf.after(number, DOCUMENTS)), shelf.last
        found: list[T] = []
        bad: list[tuple[Transaction, str]] = []
        for shelved in kept:
            values, _ = reader(shelved.transaction, self._profile)
            for value in values:
                if isinstance(value, Quarantined):
                    bad.append((shelved.transaction, _told(shelved, value)))
                else:
                    found.append(value)
        reached = kept[-1].number if kept else number
        return found, bad, f"{code}:{reached}" if kept else cursor, reached < last and bool(kept)

    def _doubts(self, shelved: Shelved, findings: tuple[Finding, ...]) -> list[BadFigure]:
        """SKUs that come without a figure: to take that for none would empty their rows by accident."""
        segments = shelved.transaction.segments
        found = []
        for finding in findings:
            if finding.code == "QUANTITY_ABSENT":
                sku = _sku(segments[finding.segment - 1], self._profile, *_LIN)
                found.append(BadFigure(sku, f"file {shelved.file}: {finding}"))
        return found


def _pages(name: str, value: StockSnapshot, bad: list[BadFigure]) -> Iterator[SnapshotPage]:
    starts = range(0, max(len(value.rows), 1), PAGE_ROWS)
    for start in starts:
        rows, last = value.rows[start : start + PAGE_ROWS], start == starts[-1]
        complete = value.complete and last
        yield SnapshotPage(name, value.as_of, rows, last, complete, bad if last else ())


def _told(shelved: Shelved, value: Quarantined) -> str:
    why = "; ".join(str(reason) for reason in value.reasons)
    document = f"{shelved.transaction.code} {shelved.transaction.control}"
    return f"file {shelved.file}: {document} was not used: {why}"


def _number(cursor: str, code: str) -> int:
    """The document that a cursor names; one that is not ours, of another source before, names none."""
    kind, _, number = cursor.partition(":")
    return int(number) if kind == code and number.isdecimal() and len(number) < 16 else 0


def _moment(transaction: Transaction) -> tuple[str, str]:
    bia = next((segment for segment in transaction.segments if segment.id == "BIA"), None)
    return (bia.element(4), bia.element(5)) if bia else ("", "")


def _skus_in(transaction: Transaction, profile: X12Profile) -> list[str]:
    """The SKUs that a 947 names, "" where a change of it names none."""
    changes = [segment for segment in transaction.segments if segment.id == "W19"]
    return sorted({_sku(segment, profile, *_W19) for segment in changes}) or [""]


def _sku(segment: Segment, profile: X12Profile, *positions: int) -> str:
    pairs = {segment.element(place).strip(): segment.element(place + 1).strip() for place in positions}
    return next((pairs[name] for name in profile.sku_qualifiers if pairs.get(name)), "")
