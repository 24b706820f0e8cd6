"""A gateway in the role that the orchestrator wants: `orogxo.ports.Warehouse`."""

from __future__ import annotations

from collections.abc import Collection

from attrs import frozen

from orogxo.gxo.client import GxoClient
from orogxo.gxo.site import SiteProfile, refusal
from orogxo.model import Acknowledgement, CancelAnswer, FulfilmentRequest
from orogxo.ports import ShipmentPage, WarehouseFacts


@frozen
class GxoWarehouse:
    """The warehouse behind `client`. Threads may share it.

    With the `profile` of the site, what was agreed outranks what the gateway says that it can do, and an
    order that the site cannot take is refused before it is sent (MappingError).
    """

    client: GxoClient
    profile: SiteProfile | None = None

    def facts(self) -> WarehouseFacts:
        """What this site can do, asked once for the life of the client."""
        told = self.client.capabilities()
        return self.profile.facts(told) if self.profile else told

    def submit(self, request: FulfilmentRequest) -> Acknowledgement:
        """See `GxoClient.submit`."""
        self._check(request)
        return self.client.submit(request)

    def find(self, ref: str) -> Acknowledgement | None:
        """See `GxoClient.find`."""
        return self.client.find(ref)

    def cancel(self, ref: str) -> CancelAnswer:
        """See `GxoClient.cancel`."""
        return self.client.cancel(ref)

    def change(self, request: FulfilmentRequest, version: int) -> Acknowledgement:
        """See `GxoClient.change`."""
        self._check(request)
        return self.client.change(request, version)

    def shipments(self, cursor: str) -> ShipmentPage:
        """See `GxoClient.shipments`."""
        return self.client.shipments(cursor)

    def unknown_skus(self, skus: Collection[str]) -> frozenset[str]:
        """See `GxoClient.unknown_skus`."""
        return self.client.unknown_skus(skus)

    def _check(self, request: FulfilmentRequest) -> None:
        if self.profile and (problems := self.profile.problems(request)):
            raise refusal(problems, request, self.profile.name)
