"""A warehouse that trades flat CSV files over a folder, in the role that the orchestrator wants.

The folder has `out` (orders for the site), `in` (shipments from it) and `done` (what was read). The site can
prove nothing by itself: no key, no look-up. So nothing is ever written twice on a guess.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
from collections.abc import Collection, Sequence
from pathlib import Path

from attrs import asdict, field, frozen

from orogxo.errors import ConfigError, NotSent, PermissionDenied, ReplyLost
from orogxo.gxo.flat_shipments import UnfinishedError, read_shipments
from orogxo.gxo.site import SiteProfile, refusal
from orogxo.gxo.site_tables import FlatFiles
from orogxo.gxo.wire import checked_ref, encode_order
from orogxo.model import Acknowledgement, CancelAnswer, FulfilmentLine, FulfilmentRequest, Shipment, plain
from orogxo.ports import Clock, ShipmentPage, Store, WarehouseFacts

FILES_A_PAGE = 20
MOST_BYTES = 10 * 1024 * 1024
PATIENCE = dt.timedelta(hours=1)
"""How long a shipment file may lie unfinished before people are told."""


def _flat(_owner: object, _attribute: object, profile: SiteProfile) -> None:
    if profile.flat is None:
        raise ConfigError(f"the profile of site {profile.name} says nothing about flat files: add [flat]")


@frozen
class FlatFileWarehouse:
    """The site that `profile` describes, behind `folder`. Threads may share it; so may processes.

    `store` numbers the files, so that no name is ever used twice. Every ability is what the profile states,
    else missing. Raises ConfigError for a profile without [flat].
    """

    folder: Path = field(converter=Path)
    profile: SiteProfile = field(validator=_flat)
    store: Store = field(repr=False)
    clock: Clock = field(repr=False)

    def facts(self) -> WarehouseFacts:
        """What the profile states; files can do nothing by themselves."""
        nothing = WarehouseFacts(natural_key=False, lookup=False, item_master=False)
        return self.profile.facts(nothing)

    def submit(self, request: FulfilmentRequest) -> Acknowledgement:
        """Write one file with the order; state `submitted` is all that can be known.

        Raises MappingError for what the site cannot take; NotSent where the file was surely not put there;
        ReplyLost where it may have been, so that only the people of the site can tell.
        """
        checked_ref(request.ref)
        # The checks of every site: quantities above zero, lines named once.
        encode_order(request, depositor="-", site=self.profile.name)
        if problems := self.profile.problems(request):
            raise refusal(problems, request, self.profile.name)
        text = self._order(request).encode(self.profile.limits.charset)
        self._publish(f"{self.profile.name}-{self._number():08d}-{request.ref}.csv", text)
        return Acknowledgement(request.ref, "submitted")

    def find(self, ref: str) -> Acknowledgement | None:
        """Files cannot be asked. Raises PermissionDenied."""
        raise self._cannot(f"look up order {ref}")

    def cancel(self, ref: str) -> CancelAnswer:
        """The site takes no cancellations by file. Raises PermissionDenied."""
        raise self._cannot(f"cancel order {ref}")

    def change(self, request: FulfilmentRequest, version: int) -> Acknowledgement:
        """The site takes no changes by file. Raises PermissionDenied."""
        raise self._cannot(f"change version {version} of order {request.ref}")

    def unknown_skus(self, skus: Collection[str]) -> frozenset[str]:
        """The site has no item master to ask. Raises PermissionDenied."""
        raise self._cannot(f"check {len(skus)} SKUs")

    def shipments(self, cursor: str) -> ShipmentPage:
        """The shipments in the files of `in`, oldest name first.

        The cursor names the files of the page. They are moved to `done` when it comes back, which is when
        the page has been recorded; so a file that comes late, whatever its name, is never passed over.
        """
        try:
            self._put_away(cursor)
            files = sorted(path for path in self._box("in").iterdir() if path.suffix == ".csv")
            return self._page(files)
        except OSError as error:
            told = f"the folder {self.folder} cannot be read: {error.strerror}"
            raise NotSent(told, system="gxo") from None

    def _page(self, files: Sequence[Path]) -> ShipmentPage:
        names: list[str] = []
        shipments: list[Shipment] = []
        unreadable: list[str] = []
        for path in files:
            if len(names) == FILES_A_PAGE:
                return ShipmentPage(tuple(shipments), json.dumps(names), more=True, unreadable=unreadable)
            try:
                found, problems = read_shipments(self._text(path), path.name, self.profile, self._agreed)
            except UnfinishedError as unfinished:
                if self._waited(path):
                    unreadable.append(str(unfinished))
                continue
            names.append(path.name)
            shipments += found
            unreadable += problems
        cursor = json.dumps(names) if names else ""
        return ShipmentPage(tuple(shipments), cursor, more=False, unreadable=unreadable)

    # Orders -----------------------------------------------------------------------------------------------

    @property
    def _agreed(self) -> FlatFiles:
        assert self.profile.flat is not None  # noqa: S101 - checked when it was made
        return self.profile.flat

    def _order(self, request: FulfilmentRequest) -> str:
        columns = self._agreed.order_columns
        text = io.StringIO()
        rows = csv.writer(text, delimiter=self._agreed.delimiter, lineterminator="\r\n")
        rows.writerow(columns)
        for line in request.lines:
            told = self._fields(request, line)
            rows.writerow([told[name] for name in columns.values()])
        rows.writerow(["END", len(request.lines)])
        return text.getvalue()

    def _fields(self, request: FulfilmentRequest, line: FulfilmentLine) -> dict[str, str]:
        to, latest, codes = request.ship_to, request.ship_not_after, self.profile.codes
        carrier = codes.carrier(request.carrier)
        told = {
            "ref": request.ref,
            "po_number": request.po_number,
            "carrier": f"{carrier.carrier} {carrier.service}".strip(),
            "ship_not_after": latest.isoformat() if latest else "",
            "notes": request.notes,
            "line_ref": line.ref,
            "sku": line.sku,
            "quantity": plain(line.quantity.amount),
            "unit": codes.unit(line.uom),
        }
        # A line break inside of quotes is one row to us and two to many readers of CSV.
        return {name: " ".join(value.split("\n")) for name, value in {**asdict(to), **told}.items()}

    def _number(self) -> int:
        name = f"flat:{self.profile.name}:files"
        with self.store.transaction() as rows:
            number = int(rows.cursor(name) or 0) + 1
            rows.set_cursor(name, str(number))
        return number

    def _publish(self, name: str, content: bytes) -> None:
        box, draft = self._box("out"), self.folder / f"{name}.draft"
        try:
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise NotSent(f"{name} could not be written: {error.strerror}", system="gxo") from None
        try:
            draft.replace(box / name)
        except OSError as error:
            # A share of the network may have moved it, and lost the answer.
            told = f"{name} may be at the site or not: {error.strerror}; ask its people about this order"
            raise ReplyLost(told, system="gxo", operation=f"write {name}") from None

    def _cannot(self, what: str) -> PermissionDenied:
        told = f"site {self.profile.name} trades files and cannot {what}; ask its people"
        return PermissionDenied(told, system="gxo", code="FORBIDDEN_OPERATION")

    # Shipments --------------------------------------------------------------------------------------------

    def _box(self, name: str) -> Path:
        box = self.folder / name
        try:
            box.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise NotSent(f"{box} cannot be used: {error.strerror}", system="gxo") from None
        return box

    def _put_away(self, cursor: str) -> None:
        done, inbox = self._box("done"), self._box("in")
        for name in json.loads(cursor or "[]"):
            path = inbox / Path(name).name
            if path.exists():
                path.replace(done / path.name)

    def _text(self, path: Path) -> str:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise UnfinishedError(f"{path.name} is larger than {MOST_BYTES} bytes")
        try:
            return content.decode(self.profile.limits.charset)
        except UnicodeDecodeError as error:
            told = f"{path.name} is not {self.profile.limits.charset} at byte {error.start}"
            raise UnfinishedError(told) from None

    def _waited(self, path: Path) -> bool:
        changed = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
        return self.clock.now() - changed > PATIENCE
