"""Orders: all that a collection does, and the two narrow writes of a shipped order, each seen through.

A status goes by its own relation, so that no other member of the order travels; a status that is there
already is not written again. What OroCommerce ignores with a friendly 204 is found by reading back
(recordings s61_ext_disabled_order_relationship_status_patch, s61_order_patch_shippingStatus_*).
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

from orogxo.errors import MappingError, PermissionDenied
from orogxo.http import AsyncShell, Flow, Shell
from orogxo.oro.api import Api
from orogxo.oro.async_collection import AsyncCollection
from orogxo.oro.capabilities import Known
from orogxo.oro.collection import Collection
from orogxo.oro.endpoint import NOTHING, Endpoint
from orogxo.oro.errors import ORDER_NOT_EDITABLE
from orogxo.oro.relationships import write
from orogxo.oro.resources import OroOrder

Status: TypeAlias = Literal["shippingStatus", "status"]

NOT_OFFERED = "NOT_OFFERED"
STATUS_IGNORED = "STATUS_IGNORED"
ORDER_CLOSED = "ORDER_CLOSED"

_KINDS: dict[Status, str] = {"shippingStatus": "ordershippingstatuses", "status": "orderstatuses"}
_MONEY = ("subtotalValue", "totalValue", "totalDiscountsAmount")
_FINAL = frozenset({"closed", "cancelled"})


@frozen
class Changed:
    """An order's status and money before and after a status was written; `written` False: it was there."""

    before: OroOrder
    after: OroOrder
    written: bool

    @property
    def money_moved(self) -> bool:
        """Whether OroCommerce came to other totals when it saved the order (contract, section 4.7)."""
        return any(self.before.attribute(name) != self.after.attribute(name) for name in _MONEY)


def set_status(
    endpoint: Endpoint[OroOrder], known: Known, order_id: str, relation: Status, code: str | None
) -> Flow[Changed]:
    """Write one status by its relation, and read it back."""
    yield from _check_offered(endpoint, known, relation)
    before = yield from _read(endpoint, known, order_id, relation)
    if _code(before, relation) == code:
        return Changed(before, before, written=False)
    to = None if code is None else (_KINDS[relation], code)
    try:
        yield from write(endpoint, "PATCH", order_id, relation, to, headers=NOTHING)
    except PermissionDenied as error:
        raise _told_apart(error, before) from None
    after = yield from _read(endpoint, known, order_id, relation)
    if _code(after, relation) != code:
        raise MappingError(
            f"OroCommerce accepted {relation} {code!r} for order {order_id}, but the order still shows "
            f"{_code(after, relation)!r}",
            code=STATUS_IGNORED,
            path=f"/orders/{order_id}/relationships/{relation}",
            value=str(code),
            hint="an administrator finds the external status management in the order settings",
        )
    return Changed(before, after, written=True)


def _check_offered(endpoint: Endpoint[OroOrder], known: Known, relation: Status) -> Flow[None]:
    capabilities = yield from known.flow(endpoint.api)
    offered = capabilities.shipping_status if relation == "shippingStatus" else capabilities.external_status
    if not offered:
        raise MappingError(
            f"this OroCommerce does not let {relation} of orders be written",
            code=NOT_OFFERED,
            path=f"/orders/relationships/{relation}",
            hint="shippingStatus exists from 6.1 on; status needs external status management switched on",
        )


def _read(endpoint: Endpoint[OroOrder], known: Known, order_id: str, relation: Status) -> Flow[OroOrder]:
    capabilities = yield from known.flow(endpoint.api)
    shown = ("internalStatus",) if capabilities.order_status else ()
    return (yield from endpoint.get(order_id, (), (*_MONEY, relation, *shown), NOTHING))


def _code(order: OroOrder, relation: Status) -> str | None:
    found = order.shipping_status if relation == "shippingStatus" else order.status
    return found.id if found else None


def _told_apart(error: PermissionDenied, order: OroOrder) -> PermissionDenied:
    """A closed order and a role without the right are refused alike; the order itself tells."""
    internal = order.internal_status if "internalStatus" in order.relationships else None
    if error.code == ORDER_NOT_EDITABLE and internal and internal.id in _FINAL:
        error.code = ORDER_CLOSED
        error.message = (
            f"order {order.id} is {internal.id}, and OroCommerce does not let it be edited any more"
        )
        error.args = (error.message,)
        error.context["order"] = order.id
    return error


class OrderCollection(Collection[OroOrder]):
    """`oro.orders`."""

    def __init__(self, shell: Shell, api: Api, known: Known) -> None:
        super().__init__(shell, Endpoint.of(api, OroOrder), known)

    def set_shipping_status(self, order_id: str, code: str | None) -> Changed:
        """Set the shipping status ("shipped", "partially_shipped", ...), unless it is set already.

        OroCommerce recalculates the order when it saves it: look at `money_moved` of what comes back. Raises
        MappingError (NOT_OFFERED before 6.1), PermissionDenied (ORDER_CLOSED), Invalid for an unknown code.
        """
        return self._shell.run(set_status(self._endpoint, self._known, order_id, "shippingStatus", code))

    def set_status(self, order_id: str, code: str | None) -> Changed:
        """Set the external status, where the installation manages one, and read it back.

        Raises MappingError (NOT_OFFERED, STATUS_IGNORED), PermissionDenied (ORDER_CLOSED), Invalid.
        """
        return self._shell.run(set_status(self._endpoint, self._known, order_id, "status", code))


class AsyncOrderCollection(AsyncCollection[OroOrder]):
    """`OrderCollection` for asyncio."""

    def __init__(self, shell: AsyncShell, api: Api, known: Known) -> None:
        super().__init__(shell, Endpoint.of(api, OroOrder), known)

    async def set_shipping_status(self, order_id: str, code: str | None) -> Changed:
        """Set the shipping status ("shipped", "partially_shipped", ...), unless it is set already.

        OroCommerce recalculates the order when it saves it: look at `money_moved` of what comes back. Raises
        MappingError (NOT_OFFERED before 6.1), PermissionDenied (ORDER_CLOSED), Invalid for an unknown code.
        """
        flow = set_status(self._endpoint, self._known, order_id, "shippingStatus", code)
        return await self._shell.run(flow)

    async def set_status(self, order_id: str, code: str | None) -> Changed:
        """Set the external status, where the installation manages one, and read it back.

        Raises MappingError (NOT_OFFERED, STATUS_IGNORED), PermissionDenied (ORDER_CLOSED), Invalid.
        """
        return await self._shell.run(set_status(self._endpoint, self._known, order_id, "status", code))
