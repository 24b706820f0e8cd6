"""The site's other books: item master, inbounds, receipts, movements, returns, holds, and news of it all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import define, field

from orogxo.sandbox.clock import TwinClock, stamp
from orogxo.sandbox.gxo_feed_faults import MovementFeed, Row
from orogxo.sandbox.gxo_floor import Floor
from orogxo.sandbox.gxo_goods_checks import UNIT_OF_UOM, known_product
from orogxo.sandbox.gxo_jobs import Entry
from orogxo.sandbox.gxo_snapshots import Snapshots
from orogxo.sandbox.gxo_stock import FigureKind, Stock
from orogxo.sandbox.wire import dumps, plain_number
from orogxo.sandbox.world import Product, Unit, World

HOLDABLE = frozenset({"accepted", "on_hold"})


@define
class Advice:
    """An inbound or a return as the site has it; `body` is what we sent."""

    body: dict[str, Any]
    state: str
    updated_at: dt.datetime
    version: int = 1
    outcome: list[dict[str, Any]] | None = None

    def document(self) -> dict[str, Any]:
        """What the gateway answers about it."""
        told = {"state": self.state, "version": self.version, "updated_at": stamp(self.updated_at)}
        outcome = {} if self.outcome is None else {"outcome": self.outcome}
        return {**self.body, **told, "reason": None, **outcome}


class NotEditableAdvice(Exception):
    """It differs from the one that is already being worked on."""


@define
class Goods:
    """Everything that the site knows besides orders and shipments. Feeds are (depositor, row)."""

    floor: Floor
    world: World
    clock: TwinClock
    kind: FigureKind = "on_hand"
    seed: int = 7
    stock: Stock = field(init=False)
    snapshots: Snapshots = field(init=False)
    items: dict[str, dict[str, Any]] = field(factory=dict)
    inbounds: dict[str, Advice] = field(factory=dict)
    returns: dict[str, Advice] = field(factory=dict)
    holds: dict[str, list[dict[str, Any]]] = field(factory=dict)
    feeds: dict[str, list[Row]] = field(factory=lambda: {"receipts": [], "events": []})
    _shipped: dict[tuple[str, str], Decimal] = field(factory=dict)
    _versions: dict[str, int] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        moves = MovementFeed(self.seed, self._moved)
        self.feeds["movements"] = moves.rows
        self.stock = Stock(self.world, self.clock, moves, self.kind)
        self.snapshots = Snapshots(self.stock)
        self.floor.watcher = self

    # Items ------------------------------------------------------------------------------------------------

    def put_item(self, body: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        """Write an item; says whether the item master had none."""
        sku = body["sku"]
        known = known_product(sku, self.world)
        product = self.world.products.get(sku)
        if product is None:
            units = tuple(Unit(UNIT_OF_UOM[uom["code"]], Decimal(uom["qty_in_base"])) for uom in body["uoms"])
            self.world.add(Product(sku, body["description"], units))
        else:
            product.in_gxo = True
        version = self.items.get(sku, {"version": 1 if known else 0})["version"]
        told = {name: value for name, value in self.items.get(sku, {}).items() if name != "version"}
        if dumps(told) != dumps(body):
            version += 1
            self.tell("item.changed", f"items/{sku}", version, body["client_id"], {})
        self.items[sku] = {**body, "version": version}
        return self.items[sku], known is None

    # Inbounds and returns ---------------------------------------------------------------------------------

    def put(self, kind: str, ref: str, body: dict[str, Any]) -> tuple[Advice, bool]:
        """Take an inbound or a return in; says whether it is new. Raises NotEditableAdvice."""
        book, first = self.book(kind)
        known = book.get(ref)
        if known is None:
            known = book[ref] = Advice(body, first, self.clock.now())
            self._changed(kind, ref, known)
            return known, True
        if dumps(known.body) != dumps(body):
            if known.state != first:
                raise NotEditableAdvice(ref)
            known.body = body
            self.move(kind, ref, first)
        return known, False

    def book(self, kind: str) -> tuple[dict[str, Advice], str]:
        """The book of "inbounds" or "returns", and the state that begins it."""
        return (self.inbounds, "planned") if kind == "inbounds" else (self.returns, "authorised")

    def move(self, kind: str, ref: str, state: str) -> None:
        """Let an inbound or a return be in another state."""
        advice = self.book(kind)[0][ref]
        advice.state, advice.version, advice.updated_at = state, advice.version + 1, self.clock.now()
        self._changed(kind, ref, advice)

    def _changed(self, kind: str, ref: str, advice: Advice) -> None:
        about = kind.removesuffix("s") + ".changed"
        self.tell(about, f"{kind}/{ref}", advice.version, advice.body["client_id"], {"state": advice.state})

    def cancel(self, ref: str) -> tuple[str, str]:
        """Cancel an inbound that has not arrived: the answer and its reason."""
        advice = self.inbounds[ref]
        if advice.state == "cancelled":
            return "cancelled", "it was cancelled before"
        if advice.state != "planned":
            return "refused", f"the inbound is {advice.state}"
        self.move("inbounds", ref, "cancelled")
        return "cancelled", ""

    def receive(
        self, ref: str, quantities: Mapping[str, Any] | None, damaged: Mapping[str, Any], *, closed: bool
    ) -> str:
        """Take goods in: a receipt, movements, a state. The receipt reference."""
        advice, lines = self.inbounds[ref], []
        receipt_ref = f"R-{len(self.feeds['receipts']) + 1:06d}"
        for line in advice.body["lines"]:
            expected, uom = Decimal(line["qty"]["value"]), line["qty"]["uom"]
            got = expected if quantities is None else Decimal(str(quantities.get(line["line_ref"], 0)))
            bad = Decimal(str(damaged.get(line["line_ref"], 0)))
            told = {"received": got, "damaged": bad, "short": max(expected - got, Decimal())}
            told["over"] = max(got - expected, Decimal())
            counted = {name: _amount(value, uom) for name, value in told.items()}
            goods = {"inbound_line_ref": line["line_ref"], "sku": line["sku"], "lot": line.get("lot")}
            lines.append({**goods, **counted, "condition": None, "raw_condition": None})
            owner = advice.body["client_id"]
            self.stir(
                owner, line["sku"], got - bad, uom, ("", "available"), reason="receipt", ref=receipt_ref
            )
            self.stir(owner, line["sku"], bad, uom, ("", "damaged"), reason="receipt", ref=receipt_ref)
        head = {"receipt_ref": receipt_ref, "inbound_ref": ref, "arrived_at": stamp(self.clock.now())}
        row = {**head, "site_id": advice.body["site_id"], "closed": closed, "lines": lines}
        self.feeds["receipts"].append((advice.body["client_id"], row))
        self.tell("receipt.created", f"inbounds/{ref}", advice.version, advice.body["client_id"], {})
        self.move("inbounds", ref, "received" if closed else "partially_received")
        return receipt_ref

    def inspect(self, rma: str, outcomes: Sequence[Mapping[str, Any]]) -> None:
        """Decide what becomes of returned goods, as rows of `outcome`; only `restock` is available again."""
        advice = self.returns[rma]
        advice.outcome = [*(advice.outcome or []), *map(dict, outcomes)]
        for row in outcomes:
            target = "available" if row["disposition"] == "restock" else "returns"
            quantity = row["qty"]
            owner, value = advice.body["client_id"], Decimal(quantity["value"])
            self.stir(owner, row["sku"], value, quantity["uom"], ("", target), reason="return", ref=rma)
        self.move("returns", rma, "completed")

    # Holds ------------------------------------------------------------------------------------------------

    def hold(self, entry: Entry, kind: str, note: str, source: str) -> tuple[dict[str, Any], bool]:
        """Keep an order back; says whether the hold is new. The same one, while open, is one."""
        holds = self.holds.setdefault(entry.ref, [])
        for hold in holds:
            if hold["released_at"] is None and (hold["kind"], hold["note"]) == (kind, note):
                return hold, False
        head = {"id": f"H-{entry.ref}-{len(holds) + 1}", "kind": kind, "note": note, "source": source}
        holds.append({**head, "opened_at": stamp(self.clock.now()), "released_at": None})
        self.floor.stop(entry, self.clock.now())
        return holds[-1], True

    def release(self, entry: Entry, hold_id: str) -> dict[str, Any] | None:
        """Let go of a hold, None where there is none; without an open one the order is worked on again."""
        holds = self.holds.get(entry.ref, [])
        found = next((hold for hold in holds if hold["id"] == hold_id), None)
        if found is not None and found["released_at"] is None:
            found["released_at"] = stamp(self.clock.now())
            if all(hold["released_at"] for hold in holds):
                self.floor.resume(entry, self.clock.now())
        return found

    # Movements and events ---------------------------------------------------------------------------------

    def stir(
        self,
        owner: str,
        sku: str,
        value: Decimal,
        uom: str,
        ways: tuple[str, str],
        *,
        reason: str,
        ref: str,
    ) -> None:
        """Move goods; a negative quantity goes the other way round."""
        product = self.world.products[sku]
        base = Fraction(value) * product.uoms()[uom]
        if base:
            self.stock.move(owner, sku, abs(base), ways if base > 0 else ways[::-1], reason=reason, ref=ref)

    def _moved(self, owner: str, row: Mapping[str, Any]) -> None:
        self.tell("stock.moved", f"items/{row['sku']}", row["seq"], owner, {})

    def tell(self, about: str, resource: str, version: int, owner: str, data: Mapping[str, Any]) -> None:
        """Write an event."""
        number = len(self.feeds["events"]) + 1
        head = {"id": f"E-{number:06d}", "type": about, "occurred_at": stamp(self.clock.now()), "seq": number}
        self.feeds["events"].append((owner, {**head, "resource": resource, "version": version, "data": data}))

    # What the floor does (`Watcher`) ----------------------------------------------------------------------

    def changed(self, entry: Entry) -> None:
        """Write down what became of an order, and set its goods aside as the kind of figure has it."""
        if self._versions.get(entry.ref) != entry.version:
            self._versions[entry.ref] = entry.version
            owner, state = entry.body["client_id"], {"state": entry.state}
            self.tell("order.changed", f"orders/{entry.ref}", entry.version, owner, state)
        self.stock.settle(entry)

    def left(self, entry: Entry, shipment: Mapping[str, Any]) -> None:
        """Book what a shipment, or this version of it, takes out of the building."""
        ref = shipment["shipment_ref"]
        for line in shipment["lines"]:
            key, now = (ref, line["order_line_ref"]), Decimal(line["shipped"]["value"])
            change, self._shipped[key] = now - self._shipped.get(key, Decimal()), now
            product = known_product(line["sku"], self.world)
            size = product.uoms().get(line["shipped"]["uom"]) if product else None
            if change and size is not None:
                self.stock.leave(entry, line["sku"], Fraction(change) * size, ref)
        owner = entry.body["client_id"]
        self.tell("shipment.changed", f"shipments/{ref}", shipment["version"], owner, {})

    def suffices(self, entry: Entry) -> bool:
        """Whether the goods that an order still wants are there, beside those that are allocated."""
        return self.stock.suffices(entry)


def _amount(value: Decimal, uom: str) -> dict[str, str]:
    return {"value": plain_number(value), "uom": uom}
