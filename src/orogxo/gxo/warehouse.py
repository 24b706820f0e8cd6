"""A gateway in the role that the orchestrator wants: `orogxo.ports.Warehouse`."""

from __future__ import annotations

from collections.abc import Collection

from attrs import frozen

from orogxo.gxo.client import GxoClient
from orogxo.model import Acknowledgement, CancelAnswer, FulfilmentRequest
from orogxo.ports import ShipmentPage, WarehouseFacts


@frozen
class GxoWarehouse:
    """The warehouse behind `client`. Threads may share it."""

    client: GxoClient

    def facts(self) -> WarehouseFacts:
        """What this site can do, asked once for the life of the client."""
        return self.client.capabilities()

    def submit(self, request: FulfilmentRequest) -> Acknowledgement:
        """See `GxoClient.submit`."""
        return self.client.submit(request)

    def find(self, ref: str) -> Acknowledgement | None:
        """See `GxoClient.find`."""
        return self.client.find(ref)

    def cancel(self, ref: str) -> CancelAnswer:
        """See `GxoClient.cancel`."""
        return self.client.cancel(ref)

    def change(self, request: FulfilmentRequest, version: int) -> Acknowledgement:
        """See `GxoClient.change`."""
        return self.client.change(request, version)

    def shipments(self, cursor: str) -> ShipmentPage:
        """See `GxoClient.shipments`."""
        return self.client.shipments(cursor)

    def unknown_skus(self, skus: Collection[str]) -> frozenset[str]:
        """See `GxoClient.unknown_skus`."""
        return self.client.unknown_skus(skus)
