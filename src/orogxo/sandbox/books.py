"""The judgement: what was ordered, what the warehouse took in and shipped, and every difference in words."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from attrs import field, frozen

from orogxo.sandbox.accounts import Wanted, order_id_of, wanted
from orogxo.sandbox.gxo_floor import Floor
from orogxo.sandbox.gxo_jobs import Entry, Job
from orogxo.sandbox.oro_data import OroData, Row
from orogxo.sandbox.world import CARRIERS, WAIVED_PO, World

Key: TypeAlias = tuple[str, str]
_NO_PO = frozenset({"", "N/A", "NA", "NONE", "-"})


@frozen
class Books:
    """The account of one run. Keys are (OroCommerce order id, line reference); quantities are base units.

    `ordered` None: nobody can know it. `duplicated`: taken in for picking beyond what was ordered, where that
    is so. `over_shipped` is the site's own doing and no problem of a connector. `lost`: orders that should
    have been sent. Trackings are (order id, number).
    """

    orders_placed: int
    ordered: Mapping[Key, Fraction | None]
    accepted: Mapping[Key, Fraction]
    shipped: Mapping[Key, Fraction]
    duplicated: Mapping[Key, Fraction]
    over_shipped: Mapping[Key, Fraction]
    lost: tuple[str, ...]
    trackings_missing: tuple[Key, ...]
    trackings_extra: tuple[Key, ...]
    trackings_doubled: tuple[Key, ...]
    quantity_differences: tuple[str, ...] = field(repr=False)
    sent_wrongly: tuple[str, ...] = field(repr=False)
    echo_differences: tuple[str, ...] = field(repr=False)

    def problems(self) -> list[str]:
        """Everything that must not have happened, one sentence each; empty when all is well."""
        told = [f"order {order_id} was lost: the warehouse never got it" for order_id in self.lost]
        for (order_id, line_ref), eaches in self.duplicated.items():
            told.append(f"order {order_id}, line {line_ref}: {eaches} too many will be shipped (duplicated)")
        told += [*self.quantity_differences, *self.sent_wrongly, *self.echo_differences]
        for trackings, what in (
            (self.trackings_missing, "was shipped and OroCommerce does not show it"),
            (self.trackings_extra, "is shown in OroCommerce and was never shipped"),
            (self.trackings_doubled, "is shown more than once in OroCommerce"),
        ):
            told += [f"order {order_id}: tracking {number} {what}" for order_id, number in trackings]
        return told


@frozen
class Auditor:
    """Compares both ends.

    `held`: orders that were expected not to be sent. `amended`: orders that people changed after they were
    sent, whose content is not compared. `received_while`: the status in OroCommerce each time work was taken
    in, by reference. `by_people`: ids of trackings that people added themselves.
    """

    data: OroData
    world: World
    floor: Floor
    held: Collection[str]
    amended: Collection[str]
    authorised: Collection[str]
    received_while: Mapping[str, list[str | None]]
    by_people: Collection[str]

    def books(self) -> Books:
        """The account as it stands now."""
        orders = self.data.table("orders")
        lines = {
            (line.order_id, line.line_ref): line
            for order in orders.values()
            for line in wanted(self.data, self.world, order)
        }
        accepted, over_shipped = self._taken_in()
        missing, extra, doubled = self._trackings()
        return Books(
            orders_placed=len(orders),
            ordered={key: line.eaches for key, line in lines.items()},
            accepted=accepted,
            shipped=self._shipped(),
            duplicated=_beyond(accepted, lines),
            over_shipped=over_shipped,
            lost=tuple(order.id for order in orders.values() if self._is_lost(order)),
            trackings_missing=tuple(missing),
            trackings_extra=tuple(extra),
            trackings_doubled=tuple(doubled),
            quantity_differences=tuple(self._quantity_differences(lines)),
            sent_wrongly=tuple(self._sent_wrongly()),
            echo_differences=tuple(self._echo_differences()),
        )

    # Goods ------------------------------------------------------------------------------------------------

    def _taken_in(self) -> tuple[dict[Key, Fraction], dict[Key, Fraction]]:
        accepted: dict[Key, Fraction] = defaultdict(Fraction)
        over: dict[Key, Fraction] = defaultdict(Fraction)
        for entry, _, line in self.floor.job_lines():
            key = (order_id_of(entry.ref) or entry.ref, line.line_ref)
            accepted[key] += Fraction(line.ordered) * line.size
            if line.shipped > line.ordered:
                over[key] += Fraction(line.shipped - line.ordered) * line.size
        return dict(accepted), dict(over)

    def _shipped(self) -> dict[Key, Fraction]:
        shipped: dict[Key, Fraction] = defaultdict(Fraction)
        for entry, _, line in self.floor.job_lines():
            if line.shipped:
                shipped[order_id_of(entry.ref) or entry.ref, line.line_ref] += (
                    Fraction(line.shipped) * line.size
                )
        return dict(shipped)

    def _is_lost(self, order: Row) -> bool:
        sendable = order.relations.get("internalStatus") in self.authorised and order.id not in self.held
        return sendable and not any(order_id_of(entry.ref) == order.id for entry in self._worked_on())

    def _worked_on(self) -> Iterator[Entry]:
        return (entry for entry in self.floor.entries.values() if entry.jobs)

    def _quantity_differences(self, lines: Mapping[Key, Wanted]) -> Iterator[str]:
        for entry in self._worked_on():
            order_id = order_id_of(entry.ref)
            if order_id is None or order_id in self.amended:
                continue
            mine = {line_ref: line for (of, line_ref), line in lines.items() if of == order_id}
            for job in entry.jobs:
                yield from _job_differences(order_id, job, mine)

    def _sent_wrongly(self) -> Iterator[str]:
        for entry in self._worked_on():
            order_id = order_id_of(entry.ref)
            if order_id is None or self.data.row("orders", order_id) is None:
                yield f"the warehouse works on {entry.ref}, which is no order of OroCommerce"
            elif order_id in self.held:
                yield f"order {order_id} was to be held and the warehouse has it"
            elif self.data.statuses_readable:
                for status in self.received_while.get(entry.ref, []):
                    if status not in self.authorised:
                        yield f"order {order_id} was sent while its status was {status}"

    # Words ------------------------------------------------------------------------------------------------

    def _echo_differences(self) -> Iterator[str]:
        for entry in self._worked_on():
            order = self.data.row("orders", order_id_of(entry.ref))
            if order is None or order.id in self.amended:
                continue
            for name, expected, sent in (
                ("PO number", self._po_number(order), entry.body.get("po_number")),
                ("customer organisation", self._organisation(order), entry.body.get("customer_org")),
                ("carrier", self._carrier(order), entry.body.get("carrier")),
                ("ship-to address", self._address(order), _address_sent(entry.body.get("ship_to") or {})),
            ):
                if sent != expected:
                    yield f"order {order.id}: the {name} is {expected!r} and {sent!r} was sent"

    def _po_number(self, order: Row) -> str:
        written = unicodedata.normalize("NFC", order.attributes.get("poNumber") or "").strip()
        return WAIVED_PO if written.upper() in _NO_PO else written

    def _organisation(self, order: Row) -> dict[str, Any] | None:
        return self._family(order.relations.get("customer"))

    def _family(self, customer_id: str | None) -> dict[str, Any] | None:
        customer = self.world.customers.get(customer_id or "")
        if customer is None:
            return None
        return {"id": customer.id, "name": customer.name, "parent": self._family(customer.parent)}

    def _carrier(self, order: Row) -> dict[str, str] | None:
        method, kind = order.attributes.get("shippingMethod"), order.attributes.get("shippingMethodType")
        found = CARRIERS.get(f"{method}:{kind}") or CARRIERS.get(str(method))
        return dict(zip(("code", "service_code", "scac"), found, strict=True)) if found else None

    def _address(self, order: Row) -> tuple[str, ...]:
        address = self.data.row("orderaddresses", order.relations.get("shippingAddress")) or Row("")
        words = [address.attributes.get(name) for name in ("street", "street2", "city", "postalCode")]
        return tuple(" ".join((word or "").split()) for word in (*words, address.relations.get("country")))

    # Trackings --------------------------------------------------------------------------------------------

    def _trackings(self) -> tuple[list[Key], list[Key], list[Key]]:
        due, ever = self._numbers(self.floor.shipments().values()), self._numbers(self.floor.feed)
        missing: list[Key] = []
        extra: list[Key] = []
        doubled: list[Key] = []
        for order in self.data.table("orders").values():
            rows = [
                self.data.table("ordershippingtrackings")[row] for row in order.relations["shippingTrackings"]
            ]
            shown = Counter(row.attributes["number"] for row in rows)
            by_people = {row.attributes["number"] for row in rows if row.id in self.by_people}
            missing += [(order.id, number) for number in due[order.id] if number not in shown]
            extra += [(order.id, number) for number in shown if number not in {*ever[order.id], *by_people}]
            doubled += [(order.id, number) for number, count in shown.items() if count > 1]
        return missing, extra, doubled

    def _numbers(self, shipments: Collection[Mapping[str, Any]]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for shipment in shipments:
            numbers = [number for package in shipment["packages"] for number in package["tracking"]]
            for ref in shipment["order_refs"]:
                found[order_id_of(ref) or ref] += numbers
        return found


def _beyond(accepted: Mapping[Key, Fraction], lines: Mapping[Key, Wanted]) -> dict[Key, Fraction]:
    beyond = {}
    for key, eaches in accepted.items():
        ordered = lines[key].eaches if key in lines else None
        if eaches > (ordered or 0):
            beyond[key] = eaches - (ordered or 0)
    return beyond


def _job_differences(order_id: str, job: Job, mine: Mapping[str, Wanted]) -> Iterator[str]:
    for line_ref, line in mine.items():
        taken = job.lines.get(line_ref)
        if taken is None:
            yield f"order {order_id}, line {line_ref}: the warehouse was not told about it"
            continue
        eaches = Fraction(taken.ordered) * taken.size
        if line.eaches != eaches:
            ordered = "nobody knows how many" if line.eaches is None else line.eaches
            yield f"order {order_id}, line {line_ref}: ordered {ordered}, the warehouse was told {eaches}"
        if line.sku != taken.sku:
            yield f"order {order_id}, line {line_ref}: ordered {line.sku}, the warehouse was told {taken.sku}"
    for line_ref in job.lines.keys() - mine.keys():
        yield f"order {order_id}: the warehouse has a line {line_ref} that the order does not have"


def _address_sent(address: Mapping[str, Any]) -> tuple[str, ...]:
    names = ("street", "street2", "city", "postal_code", "country")
    return tuple(" ".join((address.get(name) or "").split()) for name in names)
