"""Tracking rows of orders: the one write of orogxo into OroCommerce that leaves an order's money alone."""

from __future__ import annotations

from orogxo.http import AsyncShell, Flow, Shell
from orogxo.oro.api import Api
from orogxo.oro.async_collection import AsyncCollection
from orogxo.oro.capabilities import Known
from orogxo.oro.collection import Collection
from orogxo.oro.endpoint import NOTHING, Endpoint
from orogxo.oro.jsonapi import Link
from orogxo.oro.query import ALL, query
from orogxo.oro.resources import OroTracking


class TrackingEndpoint(Endpoint[OroTracking]):
    """Trackings of one order, whatever the version calls the relation between them."""

    def of_order(self, order_id: str) -> Flow[tuple[OroTracking, ...]]:
        """All trackings of the order, from its sub-resource, which every version has."""
        path = ("orders", str(order_id), "shippingTrackings")
        found = yield from self.page_at(path, query(self.wire_type, page_size=ALL), NOTHING)
        return found.items

    def add(self, order_id: str, method: str, number: str, known: Known) -> Flow[OroTracking]:
        """Create one tracking."""
        capabilities = yield from known.flow(self.api)
        order: Link = ("orders", str(order_id))
        relation = {"orders": [order]} if capabilities.trackings_many_orders else {"order": order}
        attributes = {"method": method, "number": number}
        return (yield from self.create(attributes, relation, NOTHING, included=(), headers=NOTHING))

    def ensure(self, order_id: str, method: str, number: str, known: Known) -> Flow[OroTracking]:
        """The order's tracking with that number, created where there is none."""
        wanted = number.strip()
        for one in (yield from self.of_order(order_id)):
            if (one.number or "").strip() == wanted and (one.method or "").strip() == method.strip():
                return one
        return (yield from self.add(order_id, method, number, known))


class TrackingCollection(Collection[OroTracking]):
    """`oro.order_shipping_trackings`."""

    def __init__(self, shell: Shell, api: Api, known: Known) -> None:
        self._trackings = TrackingEndpoint(api, OroTracking, "ordershippingtrackings")
        super().__init__(shell, self._trackings, known)

    def of_order(self, order_id: str) -> tuple[OroTracking, ...]:
        """All trackings that an order shows. Raises NotFound."""
        return self._shell.run(self._trackings.of_order(order_id))

    def ensure(self, order_id: str, *, method: str, number: str) -> OroTracking:
        """The order's tracking with that method and number, added only where the order shows none.

        After ReplyLost call it again: it looks first.
        """
        return self._shell.run(self._trackings.ensure(order_id, method, number, self._known))

    def add(self, order_id: str, *, method: str, number: str) -> OroTracking:
        """Add one tracking to an order; `method` is a carrier's name or a shipping method.

        It is not idempotent, and OroCommerce accepts duplicates: use `ensure`, which looks first.
        """
        return self._shell.run(self._trackings.add(order_id, method, number, self._known))


class AsyncTrackingCollection(AsyncCollection[OroTracking]):
    """`TrackingCollection` for asyncio."""

    def __init__(self, shell: AsyncShell, api: Api, known: Known) -> None:
        self._trackings = TrackingEndpoint(api, OroTracking, "ordershippingtrackings")
        super().__init__(shell, self._trackings, known)

    async def of_order(self, order_id: str) -> tuple[OroTracking, ...]:
        """All trackings that an order shows. Raises NotFound."""
        return await self._shell.run(self._trackings.of_order(order_id))

    async def ensure(self, order_id: str, *, method: str, number: str) -> OroTracking:
        """The order's tracking with that method and number, added only where the order shows none.

        After ReplyLost call it again: it looks first.
        """
        return await self._shell.run(self._trackings.ensure(order_id, method, number, self._known))

    async def add(self, order_id: str, *, method: str, number: str) -> OroTracking:
        """Add one tracking to an order; `method` is a carrier's name or a shipping method.

        It is not idempotent, and OroCommerce accepts duplicates: use `ensure`, which looks first.
        """
        return await self._shell.run(self._trackings.add(order_id, method, number, self._known))
