"""Reads orders for the stock flow, and turns every order that changed into claims on the pools.

The reading is the release flow's own, so an order is known to both or to neither. Where OroCommerce shows no
order status a cancelled order looks like any other: it goes on counting, so less is offered than there is.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from attrs import define, field

from orogxo.errors import OrogxoError
from orogxo.mapping import UnitBook
from orogxo.mapping.inventory import in_base
from orogxo.model import Claim, Fulfilment, Quantity
from orogxo.orchestrator.engine import Engine
from orogxo.orchestrator.intake import BY_ID, Intake
from orogxo.orchestrator.stock.claims import claims_of
from orogxo.orchestrator.stock.demands import record_demand
from orogxo.orchestrator.stock.policy import StockPolicy
from orogxo.ports import Transaction

CLAIMED, MARKS = "stock:claimed", "stock:order-marks"
AT_ONCE = 200
MOST_MARKS = 200


@define
class Orders:
    """The orders of OroCommerce, read again and again during a push.

    `trouble`: why the last reading failed; then demand is not known and nothing may be raised. `began` and
    `ended`: when the last reading did.
    """

    engine: Engine
    policy: StockPolicy
    trouble: OrogxoError | None = None
    began: dt.datetime | None = None
    ended: dt.datetime | None = None
    _whole: bool = False
    _products: dict[str, UnitBook] = field(factory=dict)

    def read(self) -> None:
        """Read what is new (everything that the release flow reads, the first time) and renew the claims."""
        self.began, self.trouble = self.engine.now(), None
        try:
            intake = Intake(self.engine, self.engine.storefront.facts())
            if self._whole:
                intake.glance()
            else:
                intake.run()
                self._whole = True
            self.claim()
        except OrogxoError as error:
            self.trouble = error
        self.ended = self.engine.now()

    def claim(self) -> None:
        """Make claims and demand of every fulfilment that changed since the last time."""
        while True:
            with self.engine.store.transaction() as rows:
                cursor = int(rows.cursor(CLAIMED) or 0)
                changed = rows.fulfilments_changed(cursor, AT_ONCE)
            if not changed:
                break
            units = self._units([fulfilment for _, fulfilment in changed])

            def to_base(sku: str, quantity: Quantity, units: UnitBook = units) -> Fraction:
                return in_base(sku, quantity, units, self.engine.tables.uoms)

            claims = {one.order_id: claims_of(one, to_base) for _, one in changed}
            with self.engine.store.transaction() as rows:
                rows.put_claims(claims, now=self.engine.now())
                record_demand(rows, [one for _, one in changed], self.policy, now=self.engine.now())
                rows.set_cursor(CLAIMED, str(changed[-1][0]))
        with self.engine.store.transaction() as rows:
            _mark(rows, self.engine.now())

    def _units(self, fulfilments: Iterable[Fulfilment]) -> UnitBook:
        """Units of goods that left on no line of ours, which only OroCommerce's products may tell."""
        skus = {
            told.sku
            for fulfilment in fulfilments
            for shipment in fulfilment.shipments
            for told in shipment.lines
            if (told.sku, told.shipped.unit) not in {(line.sku, line.uom) for line in fulfilment.lines}
        }
        declared = self.engine.tables.units
        if not skus:
            return declared
        return declared.declared_over(
            UnitBook.from_oro(self.engine.storefront.products(sorted(skus)).values())
        )


def _mark(rows: Transaction, now: dt.datetime) -> None:
    """Note how far the ids of orders had come at this instant."""
    marks, newest = marks_of(rows), rows.cursor(BY_ID)
    if newest and (not marks or marks[-1][1] != int(newest)):
        kept = [*marks, (now, int(newest))][-MOST_MARKS:]
        rows.set_cursor(MARKS, json.dumps([[at.isoformat(), number] for at, number in kept]))


def marks_of(rows: Transaction) -> Sequence[tuple[dt.datetime, int]]:
    """Instants (our clock) at which new orders had been read, and the highest order id of each."""
    told = json.loads(rows.cursor(MARKS) or "[]")
    return [(dt.datetime.fromisoformat(at), number) for at, number in told]


def placed_since(
    claims: Iterable[Claim], since: dt.datetime, marks: Sequence[tuple[dt.datetime, int]]
) -> list[Claim]:
    """Those of `claims` whose order may have been placed at or after `since`."""
    known = max((number for at, number in marks if at < since), default=0)
    return [claim for claim in claims if not claim.order_id.isdigit() or int(claim.order_id) > known]


def total(claims: Mapping[str, Sequence[Claim]]) -> dict[tuple[str, str, str], Fraction]:
    """What each order takes, by order, line and SKU."""
    return {
        (claim.order_id, claim.line, claim.sku): claim.amount for found in claims.values() for claim in found
    }
