"""The OroCommerce client, in two colours: the collections, the capabilities, and how to reach the API."""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping
from typing import Any, Self, TypeVar, overload

from orogxo.errors import ConfigError
from orogxo.http import (
    AsyncHttpxSender,
    AsyncShell,
    ClientCredentials,
    HttpxSender,
    RetryPolicy,
    Secret,
    Shell,
)
from orogxo.oro.api import Api, host_root
from orogxo.oro.async_collection import AsyncCollection
from orogxo.oro.capabilities import Capabilities, Known
from orogxo.oro.collection import Collection
from orogxo.oro.endpoint import Endpoint
from orogxo.oro.errors import classify
from orogxo.oro.jsonapi import Resource, class_of
from orogxo.oro.operations import OroAsyncOperation
from orogxo.oro.orders import AsyncOrderCollection, OrderCollection
from orogxo.oro.reference import (
    OroCountry,
    OroCustomerGroup,
    OroCustomerTaxCode,
    OroOrderDiscount,
    OroOrderSubtotal,
    OroOrganization,
    OroProductUnit,
    OroRegion,
)
from orogxo.oro.resources import (
    OroAddress,
    OroCustomer,
    OroCustomerUser,
    OroEnumOption,
    OroInventoryLevel,
    OroKitItemLine,
    OroOrderLine,
    OroProduct,
    OroProductUnitPrecision,
)
from orogxo.oro.trackings import AsyncTrackingCollection, TrackingCollection
from orogxo.oro.webhook_resources import OroWebhook, OroWebhookFormat, OroWebhookTopic
from orogxo.ports import AsyncClock, AsyncSender, Clock, Limiter, Observer, Sender

R = TypeVar("R", bound=Resource)

TOKEN_PATH = "/oauth2-token"  # noqa: S105 - a path, no password
"""At the host's root, not below the back office's prefix (recording oauth_token_admin_prefix)."""

ENV_PREFIX = "OROGXO_ORO_"


class OroClient:
    """OroCommerce's back-office API.

    `base_url` is the shop's root, `https://shop.example.com`; `prefix` the back office below it. Credentials
    are those of an OAuth application of type client credentials (System > User Management), rights those of
    its user. `timeout` is seconds per exchange; `capabilities` spare the probe. A sender that is given stays
    the caller's to close. Threads may share one client.

    `ext_id` makes SKUs the ids of products in every request of this client (from 6.1.10 and 7.0.2 on); what
    two clients of different modes have read must never be mixed.
    """

    def __init__(
        self,
        base_url: str,
        client_id: str,
        client_secret: str | Secret,
        *,
        sender: Sender | None = None,
        clock: Clock | None = None,
        retry: RetryPolicy | None = None,
        timeout: float | None = None,
        limiter: Limiter | None = None,
        observer: Observer | None = None,
        prefix: str = "/admin",
        capabilities: Capabilities | None = None,
        ext_id: bool = False,
    ) -> None:
        self._api = Api.at(base_url, prefix, ext_id=ext_id)
        auth = _credentials(base_url, client_id, client_secret)
        self._own_sender: HttpxSender | None = None
        if sender is None:
            sender = self._own_sender = HttpxSender()
        shell = Shell(
            sender,
            system="oro",
            auth=auth,
            retry=retry,
            clock=clock,
            limiter=limiter,
            observer=observer,
            classify=classify,
        )
        self._known = Known(capabilities)
        self._use(shell.with_options(timeout=timeout))

    def _use(self, shell: Shell) -> None:
        self._shell = shell
        self.orders = OrderCollection(shell, self._api, self._known)
        self.order_line_items = self._collection(OroOrderLine)
        self.order_addresses = self._collection(OroAddress)
        self.order_shipping_trackings = TrackingCollection(shell, self._api, self._known)
        self.order_product_kit_item_line_items = self._collection(OroKitItemLine)
        self.order_discounts = self._collection(OroOrderDiscount)
        self.order_subtotals = self._collection(OroOrderSubtotal)
        self.order_internal_statuses = self._collection(OroEnumOption, "orderinternalstatuses")
        self.order_statuses = self._collection(OroEnumOption, "orderstatuses")
        self.order_shipping_statuses = self._collection(OroEnumOption, "ordershippingstatuses")
        self.customers = self._collection(OroCustomer)
        self.customer_users = self._collection(OroCustomerUser)
        self.customer_groups = self._collection(OroCustomerGroup)
        self.customer_tax_codes = self._collection(OroCustomerTaxCode)
        self.organizations = self._collection(OroOrganization)
        self.countries = self._collection(OroCountry)
        self.regions = self._collection(OroRegion)
        self.products = self._collection(OroProduct)
        self.product_unit_precisions = self._collection(OroProductUnitPrecision)
        self.product_units = self._collection(OroProductUnit)
        self.inventory_levels = self._collection(OroInventoryLevel)
        self.async_operations = self._collection(OroAsyncOperation)
        self.webhooks = self._collection(OroWebhook)
        self.webhook_topics = self._collection(OroWebhookTopic)
        self.webhook_formats = self._collection(OroWebhookFormat)

    def _collection(self, cls: type[R], wire_type: str = "") -> Collection[R]:
        return Collection(self._shell, Endpoint.of(self._api, cls, wire_type), self._known)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ, prefix: str = ENV_PREFIX) -> Self:
        """The client that `{prefix}URL`, `{prefix}CLIENT_ID` and `{prefix}CLIENT_SECRET` describe.

        Raises ConfigError that names every variable that is missing.
        """
        return cls(*_from_env(environ, prefix))

    @overload
    def resource(self, wire_type: str) -> Collection[Resource]: ...
    @overload
    def resource(self, wire_type: str, cls: type[R]) -> Collection[R]: ...
    def resource(self, wire_type: str, cls: type[Any] | None = None) -> Collection[Any]:
        """Any resource type of the installation, custom ones included, read as `cls` if given."""
        return self._collection(cls or class_of(wire_type), wire_type)

    @property
    def ext_id(self) -> bool:
        """Whether SKUs are the ids of products."""
        return self._api.ext_id

    def capabilities(self) -> Capabilities:
        """What this installation exposes; probed once per client. Raises ApiError."""
        return self._shell.run(self._known.flow(self._api))

    def with_options(self, *, timeout: float | None = None, retry: RetryPolicy | None = None) -> Self:
        """A copy with another timeout or retry policy; connections, token and capabilities are shared."""
        twin = copy.copy(self)
        twin._own_sender = None
        twin._use(self._shell.with_options(timeout=timeout, retry=retry))
        return twin

    def close(self) -> None:
        """Close the connections, unless the sender was given."""
        if self._own_sender:
            self._own_sender.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._api.root!r})"


class AsyncOroClient:
    """`OroClient` for asyncio: the same arguments, names and meanings, for the tasks of one event loop."""

    def __init__(
        self,
        base_url: str,
        client_id: str,
        client_secret: str | Secret,
        *,
        sender: AsyncSender | None = None,
        clock: AsyncClock | None = None,
        retry: RetryPolicy | None = None,
        timeout: float | None = None,
        limiter: Limiter | None = None,
        observer: Observer | None = None,
        prefix: str = "/admin",
        capabilities: Capabilities | None = None,
        ext_id: bool = False,
    ) -> None:
        self._api = Api.at(base_url, prefix, ext_id=ext_id)
        auth = _credentials(base_url, client_id, client_secret)
        self._own_sender: AsyncHttpxSender | None = None
        if sender is None:
            sender = self._own_sender = AsyncHttpxSender()
        shell = AsyncShell(
            sender,
            system="oro",
            auth=auth,
            retry=retry,
            clock=clock,
            limiter=limiter,
            observer=observer,
            classify=classify,
        )
        self._known = Known(capabilities)
        self._use(shell.with_options(timeout=timeout))

    def _use(self, shell: AsyncShell) -> None:
        self._shell = shell
        self.orders = AsyncOrderCollection(shell, self._api, self._known)
        self.order_line_items = self._collection(OroOrderLine)
        self.order_addresses = self._collection(OroAddress)
        self.order_shipping_trackings = AsyncTrackingCollection(shell, self._api, self._known)
        self.order_product_kit_item_line_items = self._collection(OroKitItemLine)
        self.order_discounts = self._collection(OroOrderDiscount)
        self.order_subtotals = self._collection(OroOrderSubtotal)
        self.order_internal_statuses = self._collection(OroEnumOption, "orderinternalstatuses")
        self.order_statuses = self._collection(OroEnumOption, "orderstatuses")
        self.order_shipping_statuses = self._collection(OroEnumOption, "ordershippingstatuses")
        self.customers = self._collection(OroCustomer)
        self.customer_users = self._collection(OroCustomerUser)
        self.customer_groups = self._collection(OroCustomerGroup)
        self.customer_tax_codes = self._collection(OroCustomerTaxCode)
        self.organizations = self._collection(OroOrganization)
        self.countries = self._collection(OroCountry)
        self.regions = self._collection(OroRegion)
        self.products = self._collection(OroProduct)
        self.product_unit_precisions = self._collection(OroProductUnitPrecision)
        self.product_units = self._collection(OroProductUnit)
        self.inventory_levels = self._collection(OroInventoryLevel)
        self.async_operations = self._collection(OroAsyncOperation)
        self.webhooks = self._collection(OroWebhook)
        self.webhook_topics = self._collection(OroWebhookTopic)
        self.webhook_formats = self._collection(OroWebhookFormat)

    def _collection(self, cls: type[R], wire_type: str = "") -> AsyncCollection[R]:
        return AsyncCollection(self._shell, Endpoint.of(self._api, cls, wire_type), self._known)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ, prefix: str = ENV_PREFIX) -> Self:
        """The client that `{prefix}URL`, `{prefix}CLIENT_ID` and `{prefix}CLIENT_SECRET` describe.

        Raises ConfigError that names every variable that is missing.
        """
        return cls(*_from_env(environ, prefix))

    @overload
    def resource(self, wire_type: str) -> AsyncCollection[Resource]: ...
    @overload
    def resource(self, wire_type: str, cls: type[R]) -> AsyncCollection[R]: ...
    def resource(self, wire_type: str, cls: type[Any] | None = None) -> AsyncCollection[Any]:
        """Any resource type of the installation, custom ones included, read as `cls` if given."""
        return self._collection(cls or class_of(wire_type), wire_type)

    @property
    def ext_id(self) -> bool:
        """Whether SKUs are the ids of products."""
        return self._api.ext_id

    async def capabilities(self) -> Capabilities:
        """What this installation exposes; probed once per client. Raises ApiError."""
        return await self._shell.run(self._known.flow(self._api))

    def with_options(self, *, timeout: float | None = None, retry: RetryPolicy | None = None) -> Self:
        """A copy with another timeout or retry policy; connections, token and capabilities are shared."""
        twin = copy.copy(self)
        twin._own_sender = None
        twin._use(self._shell.with_options(timeout=timeout, retry=retry))
        return twin

    async def aclose(self) -> None:
        """Close the connections, unless the sender was given."""
        if self._own_sender:
            await self._own_sender.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._api.root!r})"


def _credentials(base_url: str, client_id: str, client_secret: str | Secret) -> ClientCredentials:
    secret = client_secret if isinstance(client_secret, Secret) else Secret(client_secret)
    return ClientCredentials(host_root(base_url) + TOKEN_PATH, client_id, secret)


def _from_env(environ: Mapping[str, str], prefix: str) -> tuple[str, str, Secret]:
    names = [f"{prefix}{name}" for name in ("URL", "CLIENT_ID", "CLIENT_SECRET")]
    missing = [name for name in names if not environ.get(name)]
    if missing:
        raise ConfigError(f"environment variables are missing: {', '.join(missing)}")
    url, client_id, secret = (environ[name] for name in names)
    return url, client_id, Secret(secret)
