"""The twin: OroCommerce and the warehouse in one deterministic simulation, and the judge of what happened."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlsplit

from orogxo.sandbox.accounts import order_id_of
from orogxo.sandbox.books import Auditor, Books
from orogxo.sandbox.clock import AsyncTwinClock, TwinClock, stamp
from orogxo.sandbox.faults import Faults
from orogxo.sandbox.gxo_api import GxoApi
from orogxo.sandbox.gxo_floor import Floor
from orogxo.sandbox.gxo_goods import Goods
from orogxo.sandbox.gxo_stock import FigureKind
from orogxo.sandbox.gxo_switches import GxoSwitches
from orogxo.sandbox.network import AsyncTwinSender, End, Exchange, Network, TwinSender
from orogxo.sandbox.oro_buyers import Buyers
from orogxo.sandbox.oro_catalogue import add_product, populate
from orogxo.sandbox.oro_data import OroData, Row
from orogxo.sandbox.oro_orders import LineSpec, OrderDesk
from orogxo.sandbox.oro_site import OroSite
from orogxo.sandbox.oro_stock import ShopStock
from orogxo.sandbox.oro_switches import OroSwitches
from orogxo.sandbox.stock_switches import StockSwitches
from orogxo.sandbox.tokens import TokenOffice
from orogxo.sandbox.world import Product, Unit, config_toml, default_world

START = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)


class Twin(OroSwitches, Buyers, GxoSwitches, StockSwitches):
    """OroCommerce and GXO, simulated: the same `seed` and the same calls give the same bytes.

    `oro_version`: "5.1", "6.1" or "7.0". `status_exposed`: True makes 5.1 show its internal status, as a few
    lines of configuration do. `gxo_duplicates`: the site has no natural key and does everything again that it
    is told again. `gxo_lookup` False: it cannot be asked what it has. `gxo_cancels` False: it takes no
    cancellations. `gxo_figure`: which orders its stock figures know: "on_hand", "less_allocated" or
    "less_accepted". `authorised`: the statuses that may be sent, for the judge. Any client id and secret is
    good at both ends, except the secret "wrong".
    """

    def __init__(
        self,
        seed: int = 7,
        oro_version: str = "6.1",
        faults: Faults | None = None,
        *,
        status_exposed: bool | None = None,
        start: dt.datetime = START,
        gxo_duplicates: bool = False,
        gxo_lookup: bool = True,
        gxo_cancels: bool = True,
        gxo_figure: FigureKind = "on_hand",
        authorised: Collection[str] = ("open",),
    ) -> None:
        self.seed = seed
        self.clock = TwinClock(start)
        self.async_clock = AsyncTwinClock(self.clock)
        self.world = default_world()
        self._authorised = frozenset(authorised)
        self._received_while: dict[str, list[str | None]] = {}
        self._by_people: set[str] = set()
        self._uncommitted: dict[str, Row] = {}
        self._data = OroData(oro_version, status_exposed=status_exposed)
        populate(self._data, self.world, start)
        self._shop_stock = ShopStock(self._data)
        self._desk = OrderDesk(self._data, self.world, self.clock, seed)
        self._floor = Floor(self.world, seed, self._witness, duplicates=gxo_duplicates)
        self._goods = Goods(self._floor, self.world, self.clock, gxo_figure, seed)
        self._tokens = [TokenOffice("oro", self.clock), TokenOffice("gxo", self.clock)]
        self._oro = OroSite(self._data, self.clock, seed, self._tokens[0])
        ends: dict[str, End] = {
            "oro": self._oro.api,
            "gxo": GxoApi(self._goods, self._tokens[1], lookup=gxo_lookup, cancels=gxo_cancels),
        }
        self.network = Network(ends, faults or Faults(), self.clock, self._taken_in)
        self._lock = self.network.lock
        self.clock.on_advance(self._oro_works)
        self.oro, self.gxo = TwinSender(self.network, "oro"), TwinSender(self.network, "gxo")
        self.async_oro, self.async_gxo = AsyncTwinSender(self.oro), AsyncTwinSender(self.gxo)

    # People at OroCommerce --------------------------------------------------------------------------------

    def place_order(
        self,
        *,
        po_number: str | None = "PO-2026-0001",
        customer: str | int | None = "Northwind Retail GmbH",
        lines: Sequence[LineSpec] = (),
        shipping_method: str | None = "ups_3",
        shipping_method_type: str | None = "03",
        ship_to: Mapping[str, Any] | None = None,
        status: str = "open",
        identifier: str | None = None,
        notes: str | None = None,
        ship_until: str | None = None,
        free_form: Sequence[LineSpec] = (),
        kits: Sequence[tuple[str, Any]] = (),
    ) -> str:
        """A new order; its id.

        `lines` are (SKU, quantity, unit code); a SKU that the catalogue lacks stands for a deleted product.
        `free_form` are (name, quantity, unit code), `kits` (SKU, quantity). Quantities are int, Decimal, str
        or float. `customer` is a name or an id. `ship_to`: OroCommerce's address fields with `country` and
        `region` codes; None is the usual address, an empty mapping none. `ship_until` is YYYY-MM-DD.
        """
        details = {name: value for name, value in locals().items() if name != "self"}
        with self._lock:
            return self._desk.place(**details)

    def edit_order(self, order_id: str, **changes: Any) -> None:
        """Change an order with the keywords of `place_order`. A line that stays keeps its id."""
        with self._lock:
            self._desk.edit(order_id, **changes)

    def cancel_order(self, order_id: str) -> None:
        """Cancel an order."""
        self.set_status(order_id, "cancelled")

    def set_status(self, order_id: str, status: str) -> None:
        """Set the internal status."""
        self.edit_order(order_id, status=status)

    def hide_order(self, order_id: str) -> None:
        """Its checkout has not committed yet: the id is taken, and nobody sees the order."""
        with self._lock:
            self._uncommitted[order_id] = self._data.table("orders").pop(order_id)

    def show_order(self, order_id: str) -> None:
        """The checkout commits: the order appears, maybe after others with a greater id."""
        with self._lock:
            orders = self._data.table("orders")
            found = sorted({**orders, order_id: self._uncommitted.pop(order_id)}.items(), key=_by_id)
            orders.clear()
            orders.update(found)

    def corrupt_order(self, order_id: str, path: str, value: Any) -> None:
        """Set any member unchecked: `poNumber`, `lineItems.0.quantity`, `internalStatus`, `customer` ..."""
        with self._lock:
            self._desk.corrupt(order_id, path, value)

    def add_tracking(self, order_id: str, method: str, number: str) -> None:
        """A person types a tracking into OroCommerce; the judge does not hold it against the connector."""
        with self._lock:
            order = self._desk.order(order_id)
            link = self._data.order_link(order_id)
            row = self._data.insert("ordershippingtrackings", {"method": method, "number": number}, link)
            order.relations["shippingTrackings"].append(row.id)
            self._by_people.add(row.id)

    def trackings(self, order_id: str) -> list[tuple[str, str]]:
        """(method, number) of every tracking that the order shows, oldest first."""
        rows = self._data.table("ordershippingtrackings")
        shown = [rows[row].attributes for row in self._desk.order(order_id).relations["shippingTrackings"]]
        return [(tracking["method"], tracking["number"]) for tracking in shown]

    def add_product(
        self,
        sku: str,
        units: Sequence[tuple[str, Any]] = (("item", 1), ("case", 12)),
        *,
        gxo_knows: bool = True,
        kit: Sequence[tuple[str, Any, str]] = (),
    ) -> None:
        """A further product; `units` are (unit code, rate or None), the first one primary.

        `kit` makes it a kit of (SKU, quantity, unit code), which the warehouse does not know by its own SKU.
        """
        made = tuple(Unit(code, None if rate is None else Decimal(str(rate))) for code, rate in units)
        parts = tuple((part, Decimal(str(amount)), unit) for part, amount, unit in kit)
        known = gxo_knows and not parts
        with self._lock:
            product = self.world.add(Product(sku, f"Product {sku}", made, parts, in_gxo=known))
            add_product(self._data, product, self.world, stamp(self.clock.now()))

    # People at the warehouse ------------------------------------------------------------------------------

    def work(self, hours: float | None = None) -> None:
        """Let the site work: for `hours` of the clock, or until everything that it has is shipped."""
        if hours is not None:
            self.clock.advance(dt.timedelta(hours=hours))
        with self._lock:
            self._floor.work(self.clock.now(), at_once=hours is None)

    def pick(self, ref: str) -> None:
        """Begin to pick an order."""
        with self._lock:
            self._floor.pick(ref, self.clock.now())

    def hesitate(self, *, yes: bool = True) -> None:
        """The site leaves every cancellation pending (and may ship meanwhile) until it stops to hesitate."""
        with self._lock:
            self._floor.hesitates = yes

    def reject(self, ref: str, reason: str) -> None:
        """The site refuses an order that it had accepted."""
        with self._lock:
            self._floor.reject(ref, reason, self.clock.now())

    def ship(
        self,
        ref: str,
        quantities: Mapping[str, Any] | None = None,
        *,
        final: bool | None = None,
        carrier: str | None = None,
        trackings: int = 2,
        skus: Mapping[str, str] | None = None,
        cancelled: bool = False,
        reason: str | None = None,
        raw_reason: str | None = None,
        lose_po: bool = False,
    ) -> list[str]:
        """Ship an order; the shipment references, one for every job that the site has for it.

        `quantities`: line reference to quantity in the uom that was sent; None is all that is open. `final`:
        nothing more will come, so what is left is short, or `cancelled`; None: as the quantities say. `skus`:
        what was really put in, by line reference. `lose_po`: the PO number is not echoed.
        """
        choices = {name: value for name, value in locals().items() if name not in {"self", "ref"}}
        with self._lock:
            return self._floor.ship(ref, self.clock.now(), **choices)

    def reship(
        self,
        shipment_ref: str,
        quantities: Mapping[str, Any] | None = None,
        *,
        trackings: int | None = None,
        carrier: str | None = None,
    ) -> None:
        """Correct a shipment: same reference, next version; `trackings` new numbers, None: the old ones."""
        with self._lock:
            self._floor.correct(
                shipment_ref,
                {"quantities": quantities, "trackings": trackings, "carrier": carrier},
                self.clock.now(),
            )

    def repeat_shipment(self, shipment_ref: str, version: int | None = None) -> None:
        """Deliver a shipment in the feed a second time: an old `version` of it, None is the latest."""
        with self._lock:
            self._floor.repeat(shipment_ref, version)

    @property
    def floor(self) -> Floor:
        """The warehouse itself, for a further door to it such as `X12Site`; hold `network.lock` meanwhile."""
        return self._floor

    # The truth --------------------------------------------------------------------------------------------

    def gxo_orders(self) -> dict[str, dict[str, Any]]:
        """What the warehouse has, by our reference: as the gateway shows it, and `times_received`, `jobs`."""
        with self._lock:
            return {
                ref: {**entry.document(), "times_received": entry.times_received, "jobs": len(entry.jobs)}
                for ref, entry in self._floor.entries.items()
            }

    def gxo_shipments(self) -> dict[str, dict[str, Any]]:
        """The latest version of every shipment, by its reference."""
        with self._lock:
            return self._floor.shipments()

    @property
    def ledger(self) -> dict[tuple[str, str], Fraction]:
        """Base units picked or sure to be picked, by (OroCommerce order id, line reference)."""
        ledger: dict[tuple[str, str], Fraction] = {}
        with self._lock:
            for entry, _, line in self._floor.job_lines():
                key = (order_id_of(entry.ref) or entry.ref, line.line_ref)
                ledger[key] = ledger.get(key, Fraction()) + line.eaches
        return ledger

    def books(self, held: Collection[str] = (), amended: Collection[str] = ()) -> Books:
        """The judgement. `held`: order ids that were right to be kept back. `amended`: see `Auditor`."""
        with self._lock:
            return Auditor(
                self._data,
                self.world,
                self._floor,
                frozenset(held),
                frozenset(amended),
                self._authorised,
                self._received_while,
                self._by_people,
            ).books()

    def gxo_calls(self, ref: str | None = None) -> list[Exchange]:
        """Calls to the warehouse; with `ref` only those that name that reference in address or body."""
        calls = [call for call in self.calls if call.system == "gxo"]
        if ref is None:
            return calls
        named = re.compile(rf'"client_order_ref"\s*:\s*"{re.escape(ref)}"'.encode())
        return [
            call
            for call in calls
            if ref in urlsplit(call.path).path.split("/")[3:] or named.search(call.body)
        ]

    def config_toml(self) -> str:
        """The settings that a connector needs for this world."""
        return config_toml()

    def revoke_tokens(self) -> None:
        """Make every token issued so far worthless, at both ends."""
        for office in self._tokens:
            office.revoke_all()

    # The wire ---------------------------------------------------------------------------------------------

    @property
    def faults(self) -> Faults:
        """The fault plan; add to it or clear it at any time."""
        return self.network.faults

    @property
    def calls(self) -> list[Exchange]:
        """Every request seen so far, in order."""
        return self.network.calls

    def _taken_in(self) -> int:
        return sum(map(len, self._received_while.values()))

    def _witness(self, ref: str) -> None:
        order = self._data.row("orders", order_id_of(ref))
        status = order.relations.get("internalStatus") if order else None
        self._received_while.setdefault(ref, []).append(status)


def _by_id(item: tuple[str, Row]) -> int:
    return int(item[0])
