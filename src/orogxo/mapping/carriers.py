"""Shipping methods of OroCommerce as carrier and service of the warehouse."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from orogxo.errors import MappingError
from orogxo.model.fulfilment import CarrierService


@frozen
class Carriers:
    """Which carrier and service a shipping method means.

    `table` is keyed by (method, method type); type None means any type of that method, and a specific entry
    wins over it.
    """

    table: Mapping[tuple[str, str | None], CarrierService]

    @classmethod
    def from_mapping(cls, table: Mapping[str, CarrierService]) -> Carriers:
        """Read keys as text: "ups_3:03" for one type of a method, "ups_3" for all its types."""
        parted = ((key.partition(":"), service) for key, service in table.items())
        return cls({(method.strip(), kind.strip() or None): service for (method, _, kind), service in parted})

    def resolve(self, method: str | None, method_type: str | None) -> CarrierService:
        """Carrier and service for an order.

        Raises MappingError: SHIP_METHOD_MISSING, or SHIP_METHOD_UNMAPPED, which names the key to add.
        """
        method, kind = (method or "").strip(), (method_type or "").strip() or None
        if not method:
            raise MappingError(
                "the order has no shipping method",
                code="SHIP_METHOD_MISSING",
                path="shipping_method",
                hint="choose a shipping method on the order in OroCommerce",
            )
        service = self.table.get((method, kind)) or self.table.get((method, None))
        if service is None:
            key = f"{method}:{kind}" if kind else method
            raise MappingError(
                f"shipping method {key!r} has no carrier and service at the warehouse",
                code="SHIP_METHOD_UNMAPPED",
                path="shipping_method",
                value=key,
                hint=f'add to the carriers table: "{key}" = the agreed carrier and service',
            )
        return service
