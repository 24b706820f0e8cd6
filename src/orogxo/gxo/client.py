"""GxoClient: a gateway-v1 warehouse, over the same conversations as `AsyncGxoClient`."""

from __future__ import annotations

import copy
import os
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Self

from orogxo.gxo.errors import SYSTEM, classify
from orogxo.gxo.flows import Flows
from orogxo.gxo.gateway import PREFIX, authentication, from_environment, gateway_at
from orogxo.gxo.goods import Dispatch, Event, FeedPage, Hold, Item, ReturnStatus
from orogxo.gxo.site import SiteProfile
from orogxo.gxo.stock_flows import LATEST
from orogxo.http import Auth, ClientCertificate, HttpxSender, RetryPolicy, Secret, Shell
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
from orogxo.ports import Clock, Limiter, Observer, Sender, ShipmentPage, WarehouseFacts
from orogxo.ports.stock import MovementPage, SnapshotPage


class GxoClient:
    """A warehouse behind a gateway that speaks gateway-v1. Threads may share one.

    `depositor` is our client id in the warehouse's books, `site` the building that ships; `prefix` stands
    between `base_url` and the resources. Credentials are OAuth2 client credentials at `token_url` (default:
    base_url + "/oauth/token"), an `api_key`, or any `auth` (such as SignedRequests) with empty `client_id`
    and `client_secret`; a client `certificate` goes with any of them, or alone. `timeout` is seconds for one
    exchange. A `sender` that is handed in stays its owner's to close. Settings that cannot work raise
    ConfigError, all mistakes at once.

    With the `profile` of a site its codes are written and read, an order beyond its limits is refused before
    it is sent, and what was agreed outranks what the gateway says that it can do. An empty `base_url` and a
    `prefix` of None are the profile's; without one the prefix is v1.

    Every method raises ApiError: StatusError with the gateway's code in capitals and a sentence for each
    problem, NotSent, ReplyLost, or DecodeError naming what was wrong where.

        with GxoClient("https://gateway.example.com", "id", "secret", depositor="ACME", site="RDC-1") as gxo:
            acknowledgement = gxo.submit(request)
    """

    def __init__(
        self,
        base_url: str,
        client_id: str,
        client_secret: str | Secret,
        *,
        depositor: str,
        site: str,
        sender: Sender | None = None,
        clock: Clock | None = None,
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
        self._own: HttpxSender | None = None
        if sender is None:
            sender = self._own = HttpxSender(certificate=certificate)
        self._shell = Shell(
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
        return f"GxoClient({self._flows.gateway!r})"

    def submit(self, request: FulfilmentRequest) -> Acknowledgement:
        """Ask for an order to be shipped, under its natural key; one PUT, never repeated by the client.

        Where the outcome is unknown (ReplyLost, or an error of disposition RECONCILE: a 5xx, an answer that
        cannot be read or is about another order) call `find` before anything else. Raises MappingError,
        before anything is sent, for what cannot be written exactly and for what the site cannot take, all of
        it at once; Invalid or Conflict for a refusal.
        """
        return self._shell.run(self._flows.submit(request))

    def find(self, ref: str) -> Acknowledgement | None:
        """The order known under our reference, or None when the gateway itself says that it has none.

        Any other 404 (a web page, a proxy, a wrong base URL) is an error, NotFound of code NOT_THE_GATEWAY.
        Raises MappingError for a reference that cannot be one.
        """
        return self._shell.run(self._flows.find(ref))

    def cancel(self, ref: str) -> CancelAnswer:
        """Ask for an order to be cancelled: done, refused, or not decided yet (then it may still ship).

        Asking again does no harm. Raises Conflict or Invalid for a refusal by error status.
        """
        return self._shell.run(self._flows.cancel(ref))

    def change(self, request: FulfilmentRequest, version: int) -> Acknowledgement:
        """Replace the order while the site has `version` of it and does not work on it yet.

        Where the site already has exactly this content, that is success. Raises Conflict when it is too late;
        after a lost reply simply ask again.
        """
        return self._shell.run(self._flows.change(request, version))

    def shipments(self, cursor: str = "") -> ShipmentPage:
        """One page of shipments after `cursor` ("" for the beginning).

        Store `page.cursor` once they are recorded. A shipment of several orders comes as one Shipment for
        each; ids are "shipment_ref/order_ref". `page.unreadable` names shipments that cannot be read, and
        SSCCs with a wrong check digit, which are left out of their shipment; with the codes of a profile also
        words and units that are not agreed, which stand in their shipment as `unmapped:`. Raises DecodeError
        for a page that promises more and leads nowhere.
        """
        return self._shell.run(self._flows.shipments(cursor))

    def shipment(self, ref: str) -> Dispatch | None:
        """One shipment as the site has it now; None when the gateway itself says that it has none.

        `ref` is the site's own shipment_ref: what stands before the slash in the id of a Shipment. What the
        feed would call unreadable raises DecodeError here. Raises MappingError for a `ref` that no URL names.
        """
        return self._shell.run(self._flows.shipment(ref))

    def orders(self, cursor: str = "") -> FeedPage[Acknowledgement]:
        """One page of the orders that the site has from us, as they are now; see `receipts`.

        Read from the beginning ("") to the last page it is the whole list, to hold against our own.
        """
        return self._shell.run(self._flows.orders(cursor))

    def stock_snapshot(self) -> StockSnapshot:
        """All stock at one instant, all pages read; `complete` False when any of it is missing.

        Raises DecodeError for a figure that cannot be read, and for pages that would never end.
        """
        return self._shell.run(self._flows.stock_snapshot())

    def stock_pages(self, *, known: str = "", snapshot_id: str = LATEST) -> Iterator[SnapshotPage]:
        """All stock at one instant, page by page in constant memory; nothing where the newest is `known`.

        `snapshot_id`: an older one, where the site still has it. A row that cannot be read is a BadFigure of
        its SKU; a negative quantity comes as it is. Where the pages do not follow each other, one that is
        last and not complete ends them. Raises DecodeError for a page that is none, and for pages that would
        never end; MappingError for an id that no URL names.
        """
        walk = self._flows.snapshot_walk(known=known, snapshot_id=snapshot_id)
        while (page := self._shell.run(walk.following())) is not None:
            yield page

    def stock_movements(self, cursor: str = "") -> MovementPage:
        """One page as `movements` gives it, but with the SKU of each row that cannot be read."""
        return self._shell.run(self._flows.stock_movements(cursor))

    def capabilities(self) -> WarehouseFacts:
        """What the site can do, asked once for the life of the client; what it does not say, it cannot."""
        return self._shell.run(self._flows.capabilities())

    def item(self, sku: str) -> dict[str, Any] | None:
        """The item as the site's item master has it, or None when it does not know the SKU."""
        return self._shell.run(self._flows.item(sku))

    def unknown_skus(self, skus: Collection[str]) -> frozenset[str]:
        """Those of `skus` that the item master does not know; a SKU once known is not asked for again."""
        return self._shell.run(self._flows.unknown_skus(skus))

    def put_item(self, item: Item) -> dict[str, Any]:
        """Write an item into the site's item master; the item as the site now has it.

        Raises MappingError, before anything is sent, for what cannot be written exactly; so do all writes.
        """
        return self._shell.run(self._flows.put_item(item))

    def put_inbound(self, advice: InboundAdvice) -> Acknowledgement:
        """Announce goods on their way under `advice.ref`; one PUT, never repeated by the client.

        Where the outcome is unknown (see `submit`) call `find_inbound` before anything else.
        """
        return self._shell.run(self._flows.put_inbound(advice))

    def find_inbound(self, ref: str) -> Acknowledgement | None:
        """The inbound known under our reference, or None when the gateway itself says that it has none."""
        return self._shell.run(self._flows.find_inbound(ref))

    def cancel_inbound(self, ref: str) -> CancelAnswer:
        """Ask for an inbound to be cancelled: done, refused, or not decided yet. It may be asked again."""
        return self._shell.run(self._flows.cancel_inbound(ref))

    def receipts(self, cursor: str = "") -> FeedPage[Receipt]:
        """One page of goods that were taken in; store `page.cursor` once they are recorded."""
        return self._shell.run(self._flows.receipts(cursor))

    def movements(self, cursor: str = "") -> FeedPage[StockMovement]:
        """One page of stock movements after `cursor`; see `receipts`.

        Between two snapshots, their sum explains the difference, or something is missing.
        """
        return self._shell.run(self._flows.movements(cursor))

    def put_return(self, advice: ReturnAdvice) -> ReturnStatus:
        """Authorise a return under `advice.ref`, its RMA number; one PUT, never repeated by the client.

        Where the outcome is unknown (see `submit`) call `find_return` before anything else.
        """
        return self._shell.run(self._flows.put_return(advice))

    def find_return(self, rma: str) -> ReturnStatus | None:
        """The return and what became of its goods, or None when the gateway itself says that it has none."""
        return self._shell.run(self._flows.find_return(rma))

    def events(self, cursor: str = "") -> FeedPage[Event]:
        """One page of news after `cursor`; see `receipts`. It is enough: webhooks only tell it sooner."""
        return self._shell.run(self._flows.events(cursor))

    def hold(self, ref: str, kind: str, note: str = "") -> Hold:
        """Keep an order back for a reason of `orogxo.gxo.goods.HOLD_KINDS`; other holds stay as they are.

        Raises MappingError (HOLD_KIND_UNKNOWN), Conflict where the order has left already.
        """
        return self._shell.run(self._flows.hold(ref, kind, note))

    def release_hold(self, ref: str, hold_id: str) -> Hold:
        """Let go of one hold; the order is worked on again when no other is open. It may be asked again."""
        return self._shell.run(self._flows.release_hold(ref, hold_id))

    def close(self) -> None:
        """Close the connections, unless they are a `sender`'s that was handed in."""
        if self._own is not None:
            self._own.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()
