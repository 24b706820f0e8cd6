"""A gateway in the role that the orchestrator wants: `orogxo.ports.Warehouse`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from attrs import frozen

from orogxo.gxo.client import GxoClient
from orogxo.model import Acknowledgement, CancelAnswer, FulfilmentRequest
from orogxo.ports import ShipmentPage, WarehouseFacts


@frozen
class GxoWarehouse:
    """The warehouse behind `client`. Threads may share it.

    What was agreed with the site is the client's `profile`: its codes, limits and abilities hold here, too.
    """

    client: GxoClient

    def facts(self) -> WarehouseFacts:
        """What this site can do, asked once for the life of the client."""
        return self.client.capabilities()

    def next_cutoff(self, now: dt.datetime) -> dt.datetime | None:
        """Until when orders leave on the same day: the next cut-off after `now`, in UTC; None without one."""
        profile = self.client.profile
        return profile.next_cutoff(now) if profile else None

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
