"""AsyncGxoClient: `GxoClient` for asyncio, over the same conversations."""

from __future__ import annotations

import copy
import os
from collections.abc import AsyncIterator, Collection, Mapping
from typing import Any, Self

from orogxo.gxo.errors import SYSTEM, classify
from orogxo.gxo.flows import Flows
from orogxo.gxo.gateway import PREFIX, authentication, from_environment, gateway_at
from orogxo.gxo.goods import Dispatch, Event, FeedPage, Hold, Item, ReturnStatus
from orogxo.gxo.site import SiteProfile
from orogxo.gxo.stock_flows import LATEST
from orogxo.http import AsyncHttpxSender, AsyncShell, Auth, ClientCertificate, RetryPolicy, Secret
from orogxo.model import (
    Acknowledgement,
    CancelAnswer,
    FulfilmentRequest,
    InboundAdvice,
    Receipt,
    ReturnAdvice,
    StockMovement,
    StockSnapshot,
)
from orogxo.ports import AsyncClock, AsyncSender, Limiter, Observer, ShipmentPage, WarehouseFacts
from orogxo.ports.stock import MovementPage, SnapshotPage


class AsyncGxoClient:
    """`GxoClient` for asyncio: the same settings, methods and errors, for the tasks of one event loop."""

    def __init__(
        self,
        base_url: str,
        client_id: str,
        client_secret: str | Secret,
        *,
        depositor: str,
        site: str,
        sender: AsyncSender | None = None,
        clock: AsyncClock | None = None,
        retry: RetryPolicy | None = None,
        timeout: float | None = None,
        limiter: Limiter | None = None,
        observer: Observer | None = None,
        token_url: str | None = None,
        api_key: str | Secret | None = None,
        auth: Auth | None = None,
        certificate: ClientCertificate | None = None,
        prefix: str | None = None,
        profile: SiteProfile | None = None,
    ) -> None:
        self.profile = profile
        gateway = gateway_at(base_url, depositor, site, prefix, profile)
        credentials = authentication(
            gateway,
            client_id=client_id,
            client_secret=client_secret,
            api_key=api_key,
            token_url=token_url,
            auth=auth,
            certificate=certificate,
            own_sender=sender is None,
        )
        self._flows = Flows(gateway, profile)
        self._own: AsyncHttpxSender | None = None
        if sender is None:
            sender = self._own = AsyncHttpxSender(certificate=certificate)
        self._shell = AsyncShell(
            sender,
            system=SYSTEM,
            auth=credentials,
            retry=retry,
            clock=clock,
            limiter=limiter,
            observer=observer,
            classify=classify,
        ).with_options(timeout=timeout)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ, prefix: str = PREFIX) -> Self:
        """The client that `prefix` + URL, CLIENT_ID, CLIENT_SECRET, DEPOSITOR and SITE describe.

        Raises ConfigError that names every variable that is missing.
        """
        told = from_environment(environ, prefix)
        return cls(
            told["base_url"],
            told["client_id"],
            told["client_secret"],
            depositor=told["depositor"],
            site=told["site"],
        )

    def with_options(self, *, timeout: float | None = None, retry: RetryPolicy | None = None) -> Self:
        """A copy with another timeout (seconds) or retry policy; it shares connections, token and memory.

        Closing the copy closes nothing: the connections are the original's.
        """
        twin = copy.copy(self)
        twin._shell, twin._own = self._shell.with_options(timeout=timeout, retry=retry), None
        return twin

    def __repr__(self) -> str:
        return f"AsyncGxoClient({self._flows.gateway!r})"

    async def submit(self, request: FulfilmentRequest) -> Acknowledgement:
        """See `GxoClient.submit`."""
        return await self._shell.run(self._flows.submit(request))

    async def find(self, ref: str) -> Acknowledgement | None:
        """See `GxoClient.find`."""
        return await self._shell.run(self._flows.find(ref))

    async def cancel(self, ref: str) -> CancelAnswer:
        """See `GxoClient.cancel`."""
        return await self._shell.run(self._flows.cancel(ref))

    async def change(self, request: FulfilmentRequest, version: int) -> Acknowledgement:
        """See `GxoClient.change`."""
        return await self._shell.run(self._flows.change(request, version))

    async def shipments(self, cursor: str = "") -> ShipmentPage:
        """See `GxoClient.shipments`."""
        return await self._shell.run(self._flows.shipments(cursor))

    async def shipment(self, ref: str) -> Dispatch | None:
        """See `GxoClient.shipment`."""
        return await self._shell.run(self._flows.shipment(ref))

    async def orders(self, cursor: str = "") -> FeedPage[Acknowledgement]:
        """See `GxoClient.orders`."""
        return await self._shell.run(self._flows.orders(cursor))

    async def stock_snapshot(self) -> StockSnapshot:
        """See `GxoClient.stock_snapshot`."""
        return await self._shell.run(self._flows.stock_snapshot())

    async def stock_pages(self, *, known: str = "", snapshot_id: str = LATEST) -> AsyncIterator[SnapshotPage]:
        """See `GxoClient.stock_pages`."""
        walk = self._flows.snapshot_walk(known=known, snapshot_id=snapshot_id)
        while (page := await self._shell.run(walk.following())) is not None:
            yield page

    async def stock_movements(self, cursor: str = "") -> MovementPage:
        """See `GxoClient.stock_movements`."""
        return await self._shell.run(self._flows.stock_movements(cursor))

    async def capabilities(self) -> WarehouseFacts:
        """See `GxoClient.capabilities`."""
        return await self._shell.run(self._flows.capabilities())

    async def item(self, sku: str) -> dict[str, Any] | None:
        """See `GxoClient.item`."""
        return await self._shell.run(self._flows.item(sku))

    async def unknown_skus(self, skus: Collection[str]) -> frozenset[str]:
        """See `GxoClient.unknown_skus`."""
        return await self._shell.run(self._flows.unknown_skus(skus))

    async def put_item(self, item: Item) -> dict[str, Any]:
        """See `GxoClient.put_item`."""
        return await self._shell.run(self._flows.put_item(item))

    async def put_inbound(self, advice: InboundAdvice) -> Acknowledgement:
        """See `GxoClient.put_inbound`."""
        return await self._shell.run(self._flows.put_inbound(advice))

    async def find_inbound(self, ref: str) -> Acknowledgement | None:
        """See `GxoClient.find_inbound`."""
        return await self._shell.run(self._flows.find_inbound(ref))

    async def cancel_inbound(self, ref: str) -> CancelAnswer:
        """See `GxoClient.cancel_inbound`."""
        return await self._shell.run(self._flows.cancel_inbound(ref))

    async def receipts(self, cursor: str = "") -> FeedPage[Receipt]:
        """See `GxoClient.receipts`."""
        return await self._shell.run(self._flows.receipts(cursor))

    async def movements(self, cursor: str = "") -> FeedPage[StockMovement]:
        """See `GxoClient.movements`."""
        return await self._shell.run(self._flows.movements(cursor))

    async def put_return(self, advice: ReturnAdvice) -> ReturnStatus:
        """See `GxoClient.put_return`."""
        return await self._shell.run(self._flows.put_return(advice))

    async def find_return(self, rma: str) -> ReturnStatus | None:
        """See `GxoClient.find_return`."""
        return await self._shell.run(self._flows.find_return(rma))

    async def events(self, cursor: str = "") -> FeedPage[Event]:
        """See `GxoClient.events`."""
        return await self._shell.run(self._flows.events(cursor))

    async def hold(self, ref: str, kind: str, note: str = "") -> Hold:
        """See `GxoClient.hold`."""
        return await self._shell.run(self._flows.hold(ref, kind, note))

    async def release_hold(self, ref: str, hold_id: str) -> Hold:
        """See `GxoClient.release_hold`."""
        return await self._shell.run(self._flows.release_hold(ref, hold_id))

    async def aclose(self) -> None:
        """Close the connections, unless they are a `sender`'s that was handed in."""
        if self._own is not None:
            await self._own.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()
