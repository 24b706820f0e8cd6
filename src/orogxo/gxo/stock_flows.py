"""The conversations about much stock: a snapshot page by page, movements with what is unreadable."""

from __future__ import annotations

from functools import partial
from typing import Any

from attrs import define, field

from orogxo.errors import DecodeError, StatusError
from orogxo.gxo import stock_reading
from orogxo.gxo.asking import asked, get, read
from orogxo.gxo.codes import Codes
from orogxo.gxo.errors import SYSTEM, says_absent
from orogxo.gxo.gateway import Gateway
from orogxo.gxo.records import UnreadableError
from orogxo.gxo.stock_reading import RowReader, SnapshotHead
from orogxo.gxo.wire import named
from orogxo.http import Flow
from orogxo.ports.stock import MovementPage, SnapshotPage

LATEST = "latest"
MOST_PAGES = 100_000
_OPERATION = "GET /v1/inventory/snapshots"


def movement_page(gateway: Gateway, codes: Codes, cursor: str) -> Flow[MovementPage]:
    """GET one page of movements after `cursor`."""
    place = {"cursor": cursor} if cursor else {}
    request = get(gateway.url("inventory", "movements", client_id=gateway.depositor, **place))
    return asked(request, partial(stock_reading.movement_page, asked=cursor, codes=codes))


@define
class SnapshotWalk:
    """The way through one snapshot, a page at a time; of the pages before only their cursors are kept.

    `snapshot_id`: which one, "latest" is the newest. `known`: the one that is not wanted again.
    """

    gateway: Gateway
    codes: Codes
    snapshot_id: str = LATEST
    known: str = ""
    _first: SnapshotHead | None = None
    _last: SnapshotHead | None = None
    _seen: set[str] = field(factory=set)
    _done: bool = False
    _rows: RowReader = field(init=False)

    def __attrs_post_init__(self) -> None:
        named("snapshot", self.snapshot_id)
        self._rows = RowReader(self.codes)

    def following(self) -> Flow[SnapshotPage | None]:
        """GET the next page; None when there is no more.

        A page that is gone, of another snapshot or instant, or not the very next one ends the walk with a
        page that is last and not complete. Raises DecodeError for pages that would never end.
        """
        if self._done:
            return None
        cursor = self._last.page_cursor or "" if self._last else ""
        try:
            head, page = yield from self._page(cursor)
        except StatusError as error:
            if self._first is None or not says_absent(error, "not_found"):
                raise
            return self._broken(self._first)
        if self._first is None:
            self._first = head
            if head.snapshot_id == self.known:
                self._done = True
                return None
        elif not self._follows(self._first, head):
            return self._broken(self._first)
        self._last, self._done = head, page.last
        if not page.last:
            self._remember(head)
        return page

    def _page(self, cursor: str) -> Flow[tuple[SnapshotHead, SnapshotPage]]:
        place = {"page_cursor": cursor} if cursor else {}
        depositor = self.gateway.depositor
        url = self.gateway.url("inventory", "snapshots", self.snapshot_id, client_id=depositor, **place)
        reply = yield (request := get(url))
        return read(request, reply, self._read, stock_reading.census)

    def _read(self, value: Any) -> tuple[SnapshotHead, SnapshotPage]:
        head = stock_reading.head(value)
        if self.snapshot_id not in (LATEST, head.snapshot_id) and self._first is None:
            told = f"expected snapshot {self.snapshot_id!r}, not {head.snapshot_id[:60]!r} @ $.snapshot_id"
            raise UnreadableError([told])
        if self._first is None and head.snapshot_id == self.known:
            return head, SnapshotPage(head.snapshot_id, head.as_of, (), last=True)
        rows, bad = self._rows.read(value["rows"])
        last = not head.page_cursor
        complete = head.complete and last
        return head, SnapshotPage(head.snapshot_id, head.as_of, rows, last, complete, bad)

    def _follows(self, first: SnapshotHead, head: SnapshotHead) -> bool:
        """Sites either number the snapshot (`sequence` stays) or its pages (it rises by one)."""
        if (head.snapshot_id, head.as_of) != (first.snapshot_id, first.as_of):
            return False
        before = self._last.sequence if self._last else None
        return before is None or head.sequence is None or head.sequence - before in (0, 1)

    def _broken(self, first: SnapshotHead) -> SnapshotPage:
        self._done = True
        return SnapshotPage(first.snapshot_id, first.as_of, (), last=True, complete=False)

    def _remember(self, head: SnapshotHead) -> None:
        cursor = head.page_cursor or ""
        if cursor in self._seen or len(self._seen) >= MOST_PAGES:
            self._done = True
            raise endless(head.snapshot_id, cursor, again=cursor in self._seen)
        self._seen.add(cursor)


def endless(snapshot_id: str, cursor: str, *, again: bool) -> DecodeError:
    """What to say of pages without an end."""
    why = f"page cursor {cursor[:60]!r} came twice" if again else f"it has more than {MOST_PAGES} pages"
    return DecodeError(
        f"the pages of snapshot {snapshot_id[:60]!r} would never end: {why}",
        paths=("repeated @ $.page_cursor",) if again else (),
        system=SYSTEM,
        operation=_OPERATION,
    )
