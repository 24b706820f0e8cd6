"""Reads dispatches: one model Shipment for each order in them; a bad one is reported and hides no other."""

from __future__ import annotations

import json
from typing import Any

from attrs import define, field

from orogxo.gxo.codes import Codes
from orogxo.gxo.goods import Dispatch
from orogxo.gxo.gs1 import is_sscc
from orogxo.gxo.reading import NO_CODES, same_subject
from orogxo.gxo.records import (
    PackageLineRecord,
    PackageRecord,
    ShipmentLineRecord,
    ShipmentRecord,
    ShipmentsRecord,
    UnreadableError,
    structure,
)
from orogxo.gxo.words import Words
from orogxo.model import Package, PackageLine, Shipment, ShipmentLine
from orogxo.ports import ShipmentPage


def shipment_page(value: Any, *, asked: str, codes: Codes = NO_CODES) -> ShipmentPage:
    """The page that a gateway gave for cursor `asked`.

    `unreadable` has a sentence for each shipment that cannot be read, for each SSCC whose check digit is
    wrong, and for each word that is in no table of a site with `codes`: such a shipment is read all the same,
    without that SSCC, the word as `unmapped:`. The cursor moves past all of them. Raises UnreadableError
    when the page itself is not readable, or promises more and leads nowhere.
    """
    page = structure(ShipmentsRecord, value)
    if page.has_more and page.next_cursor in (None, "", asked):
        told = f"has_more is true, but the next cursor {page.next_cursor!r} leads nowhere new"
        raise UnreadableError([f"{told} @ $.next_cursor"])
    shipments: list[Shipment] = []
    unreadable: list[str] = []
    for item in page.items:
        try:
            found = _dispatch(item, codes)
        except UnreadableError as error:
            unreadable.append(f"{_name(item)} cannot be read: {error}")
        else:
            shipments += found.shipments
            unreadable += found.unreadable
    # A last page without a cursor leaves ours where it is: "" would begin again from the very first shipment.
    return ShipmentPage(tuple(shipments), page.next_cursor or asked, page.has_more, tuple(unreadable))


def dispatch(value: Any, *, ref: str, codes: Codes) -> Dispatch:
    """A shipment resource, read as the feed reads it. Raises UnreadableError, also when it is another one."""
    found = _dispatch(value, codes)
    same_subject("shipment", "shipment_ref", value["shipment_ref"], ref)
    return found


def _dispatch(item: Any, codes: Codes) -> Dispatch:
    words = Words(codes)
    record = words.record(ShipmentRecord, item)
    shipments = _by_order(record, words)
    # Where no code was agreed, a strange word breaks no agreement: it stands in the shipment for who asks.
    strange = words.unknown if codes != NO_CODES else []
    told = [f"{_name(item)} was read, but {sentence}" for sentence in strange]
    return Dispatch(tuple(shipments), (*_bad_labels(record), *told))


def _name(item: Any) -> str:
    ref, version = (item.get("shipment_ref"), item.get("version")) if isinstance(item, dict) else (None, None)
    if isinstance(ref, str) and ref.strip():
        return f"shipment {ref[:40]}" + (f" version {version}" if isinstance(version, int) else "")
    return f"a shipment without shipment_ref, {json.dumps(item, default=str)[:200]},"


def _bad_labels(record: ShipmentRecord) -> list[str]:
    return [
        f"shipment {record.shipment_ref[:40]} version {record.version} was read, but without an SSCC: "
        f"{package.sscc[:60]!r} of package {package.package_ref} is not 18 digits with a right check digit"
        for package in record.packages or ()
        if package.sscc and not is_sscc(package.sscc)
    ]


def _by_order(record: ShipmentRecord, words: Words) -> list[Shipment]:
    """One Shipment an order, with id `shipment_ref/order_ref`.

    The id names the order even where there is only one. Otherwise a correction that adds an order would come
    under a new id, and what was shipped before would be booked twice.
    """
    split = _Split(tuple(dict.fromkeys(record.order_refs)))
    if not split.refs:
        raise UnreadableError(["expected at least one order @ $.order_refs"])
    lines: dict[str, list[ShipmentLine]] = {ref: [] for ref in split.refs}
    for index, line in enumerate(record.lines):
        owner = split.owner(line.order_ref, f"$.lines[{index}]")
        lines.get(owner, []).append(_line(line, words))
    split.problems += [f"no line is of order {ref!r} @ $.lines" for ref, found in lines.items() if not found]
    packages: dict[str, list[Package]] = {ref: [] for ref in split.refs}
    for index, package in enumerate(record.packages or ()):
        for owner, goods in split.goods(package, f"$.packages[{index}]").items():
            packages.get(owner, []).append(_package(package, goods))
    if split.problems:
        raise UnreadableError(split.problems)
    carrier, service = words.carried(record.carrier or "", record.service or "")
    return [
        Shipment(
            id=f"{record.shipment_ref}/{ref}",
            order_ref=ref,
            lines=tuple(lines[ref]),
            packages=tuple(packages[ref]),
            version=record.version,
            shipped_at=record.shipped_at,
            carrier=carrier,
            service=service,
            # One PO number cannot speak for several orders.
            po_number=record.po_number if len(split.refs) == 1 else None,
            final=record.final,
            recorded_at=record.updated_at,
        )
        for ref in split.refs
    ]


@define
class _Split:
    """Tells which order a line or a package is of, and collects where that cannot be told."""

    refs: tuple[str, ...]
    problems: list[str] = field(factory=list)

    def owner(self, order_ref: str | None, path: str) -> str:
        """The order of something at `path` that says `order_ref`."""
        if not order_ref and len(self.refs) == 1:
            return self.refs[0]
        if not order_ref:
            self.problems.append(f"required where a shipment is of several orders @ {path}.order_ref")
        elif order_ref not in self.refs:
            self.problems.append(f"{order_ref[:60]!r} is not one of order_refs @ {path}.order_ref")
        return order_ref or ""

    def goods(self, package: PackageRecord, path: str) -> dict[str, list[PackageLine]]:
        """What is in `package`, by order. Without contents it is of the only order, if there is only one."""
        found: dict[str, list[PackageLine]] = {}
        for index, line in enumerate(package.lines or ()):
            found.setdefault(self.owner(line.order_ref, f"{path}.lines[{index}]"), []).append(_goods(line))
        if not found and len(self.refs) > 1:
            # Guessing would show one customer the parcel of another.
            self.problems.append(f"nothing tells which order the package is of @ {path}.lines")
        return found or {self.refs[0]: []}


def _line(record: ShipmentLineRecord, words: Words) -> ShipmentLine:
    reason = record.reason or ""
    return ShipmentLine(
        line_ref=record.order_line_ref,
        sku=record.sku,
        shipped=record.shipped,
        ordered=record.ordered,
        backordered=record.backordered,
        short=record.short,
        cancelled=record.cancelled,
        reason=words.reason(reason),
        raw_reason=record.raw_reason or reason,
    )


def _package(record: PackageRecord, goods: list[PackageLine]) -> Package:
    sscc = record.sscc or ""
    return Package(
        ref=record.package_ref,
        tracking=tuple(record.tracking or ()),
        sscc=sscc if is_sscc(sscc) else "",
        lines=tuple(goods),
    )


def _goods(record: PackageLineRecord) -> PackageLine:
    return PackageLine(
        line_ref=record.order_line_ref,
        sku=record.sku,
        quantity=record.qty,
        lot=record.lot or "",
        serials=tuple(record.serials or ()),
        expiry=record.expiry,
    )
