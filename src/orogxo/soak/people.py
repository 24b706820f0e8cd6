"""What people do during a day: customers and clerks at OroCommerce, the crew at the warehouse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from functools import singledispatchmethod
from typing import Any

from attrs import define, field

from orogxo.sandbox import Twin
from orogxo.sandbox.faults import Fault
from orogxo.soak import day


@define
class People:
    """They act on the twin alone and know nothing of the connector.

    `ids`: OroCommerce's id of each order by its name in the day. `wrong`: names of orders with a mistake
    still in them. By id: `amended`, orders that were changed when the warehouse had them or could be getting
    them; `hidden`, whose checkout is not through; `changed_at`, when people last touched one, to the second.
    `midway`: how many workers stand still in the middle of a run right now.
    """

    twin: Twin
    baskets: Mapping[str, day.Basket]
    ids: dict[str, str] = field(factory=dict)
    wrong: set[str] = field(factory=set)
    amended: set[str] = field(factory=set)
    cancelled: set[str] = field(factory=set)
    hidden: set[str] = field(factory=set)
    changed_at: dict[str, dt.datetime] = field(factory=dict)
    midway: int = 0

    @singledispatchmethod
    def do(self, happening: Any) -> None:
        """Let `happening` happen; one that cannot (the order is not there yet) does nothing."""
        raise TypeError(f"nobody knows how to do {happening!r}")

    # Time and the wire ------------------------------------------------------------------------------------

    @do.register
    def _(self, happening: day.Pass) -> None:
        self.twin.clock.advance(dt.timedelta(seconds=happening.seconds))

    @do.register
    def _(self, happening: day.Trouble) -> None:
        for _ in range(happening.times):
            # A request that one rule strikes is not seen by the next, so equal rules strike in a row.
            fault = Fault(
                action=happening.action,
                system=happening.system,
                method=happening.method,
                path=happening.path,
                nth=happening.nth,
                seconds=float(happening.seconds),
            )
            self.twin.faults.add(fault)

    @do.register
    def _(self, _: day.Revoke) -> None:
        self.twin.revoke_tokens()

    # OroCommerce ------------------------------------------------------------------------------------------

    @do.register
    def _(self, happening: day.Place) -> None:
        basket = self.baskets.get(happening.order)
        if basket is None or happening.order in self.ids:
            return
        self.ids[happening.order] = order_id = self.twin.place_order(**basket.written())
        self._touched(order_id)
        if basket.wrong:
            self.wrong.add(happening.order)
        if not happening.committed:
            self.hidden.add(order_id)
            self.twin.hide_order(order_id)

    @do.register
    def _(self, happening: day.Commit) -> None:
        order_id = self.ids.get(happening.order)
        if order_id in self.hidden:
            self.hidden.remove(order_id)
            self.twin.show_order(order_id)

    def commit_all(self) -> None:
        """No checkout takes for ever."""
        for name in self.ids:
            self.do(day.Commit(name))

    @do.register
    def _(self, happening: day.Correct) -> None:
        order_id = self._visible(happening.order)
        if order_id and happening.order in self.wrong:
            self.wrong.remove(happening.order)
            self.twin.edit_order(order_id, **self.baskets[happening.order].meant())
            self._touched(order_id)

    @do.register
    def _(self, happening: day.Edit) -> None:
        order_id = self._visible(happening.order)
        if not order_id or happening.order in self.wrong:
            return
        taken = self.midway > 0 or order_id in self.twin.gxo_orders()
        if taken:
            self.amended.add(order_id)
        changes: dict[str, Any] = {"po_number": happening.po_number} if happening.po_number else {}
        if happening.lines and not taken:
            changes["lines"] = happening.lines
        if changes:
            self.twin.edit_order(order_id, **changes)
            self._touched(order_id)

    @do.register
    def _(self, happening: day.Cancel) -> None:
        order_id = self._visible(happening.order)
        # Nobody can prevent a cancellation between the last look and the request that follows it.
        if order_id and not self.midway:
            self.twin.cancel_order(order_id)
            self.cancelled.add(order_id)
            self._touched(order_id)

    def _touched(self, order_id: str) -> None:
        self.changed_at[order_id] = self.twin.clock.now().replace(microsecond=0)

    def _visible(self, name: str) -> str | None:
        order_id = self.ids.get(name)
        return None if order_id in self.hidden else order_id

    # The warehouse ----------------------------------------------------------------------------------------

    @do.register
    def _(self, happening: day.Pick) -> None:
        order_id = self._at_work(happening.order)
        if order_id:
            self.twin.pick(order_id)

    @do.register
    def _(self, happening: day.Ship) -> None:
        order_id = self._at_work(happening.order)
        if order_id is None:
            return
        share = Fraction(happening.share)
        quantities = None
        if share != 1:
            quantities = {ref: _part(amount, share) for ref, amount in self._open(order_id).items()}
        if quantities is None or any(quantities.values()) or happening.final:
            self.twin.ship(
                order_id,
                quantities,
                final=happening.final or None,
                cancelled=happening.cancelled,
                trackings=happening.trackings,
                carrier=happening.carrier or None,
            )

    @do.register
    def _(self, happening: day.Reship) -> None:
        shipment = self._shipment(happening.order, happening.shipment)
        if shipment is None:
            return
        told = {line["order_line_ref"]: Decimal(line["shipped"]["value"]) for line in shipment["lines"]}
        quantities = {ref: max(Decimal(), amount + happening.change) for ref, amount in told.items()}
        self.twin.reship(shipment["shipment_ref"], quantities, trackings=happening.trackings)

    @do.register
    def _(self, happening: day.Repeat) -> None:
        shipment = self._shipment(happening.order, happening.shipment)
        if shipment is None:
            return
        version = None if happening.version is None else min(happening.version, shipment["version"])
        self.twin.repeat_shipment(shipment["shipment_ref"], version)

    def _at_work(self, name: str) -> str | None:
        order_id = self.ids.get(name, "")
        open_states = {"accepted", "picking", "partially_shipped"}
        known = self.twin.gxo_orders().get(order_id)
        return order_id if known and known["state"] in open_states and known["jobs"] else None

    def _open(self, order_id: str) -> dict[str, Decimal]:
        lines = self.twin.gxo_orders()[order_id]["lines"]
        amounts = {line["line_ref"]: Decimal(line["qty"]["value"]) for line in lines}
        for shipment in self._shipments(order_id):
            for line in shipment["lines"]:
                amounts[line["order_line_ref"]] -= Decimal(line["shipped"]["value"])
        return {ref: max(Decimal(), amount) for ref, amount in amounts.items()}

    def _shipments(self, order_id: str) -> list[dict[str, Any]]:
        return [each for each in self.twin.gxo_shipments().values() if order_id in each["order_refs"]]

    def _shipment(self, name: str, number: int) -> dict[str, Any] | None:
        shipments = self._shipments(self.ids.get(name, ""))
        return shipments[number % len(shipments)] if shipments else None


def _part(amount: Decimal, share: Fraction) -> Decimal:
    part = amount * share.numerator / share.denominator
    return part.to_integral_value(ROUND_FLOOR)
