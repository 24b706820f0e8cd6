"""What this OroCommerce installation exposes: asked with cheap requests, never guessed from a version.

Versions do not tell: a few lines of configuration expose statuses on 5.1, and patch releases of the same day
differ (recordings with-status-exposed/*, orders_list_filter_updatedAt_*, trackings by `order` or `orders`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import asdict, evolve, fields, frozen

from orogxo.errors import ConfigError, Invalid, NotFound, PermissionDenied
from orogxo.http import Flow
from orogxo.oro.api import Api, document_of
from orogxo.oro.endpoint import NOTHING
from orogxo.oro.errors import FILTER_UNSUPPORTED, RESOURCE_NOT_EXPOSED, SORT_UNSUPPORTED
from orogxo.oro.jsonapi import Document
from orogxo.oro.query import Query, query

_ABSENT = frozenset({FILTER_UNSUPPORTED, SORT_UNSUPPORTED, RESOURCE_NOT_EXPOSED})
_PAST_ALL = "2999-01-01T00:00:00Z"


@frozen
class Capabilities:
    """What can be read and written here.

    `updated_at_filter`: orders can be filtered and sorted by updatedAt. `order_status`, `shipping_status`:
    the order shows them. `trackings_many_orders`: a tracking belongs to `orders` (6.1 on), not one `order`.
    `external_status`: the order's own `status` is managed from outside and can be written. `external_id`:
    orders have an `externalId`. `webhooks`: they can be registered. `sync_batch`: a batch can be done at
    once; None until the first one tells, since asking would be a write.
    """

    updated_at_filter: bool
    order_status: bool
    shipping_status: bool
    trackings_many_orders: bool
    external_status: bool = False
    external_id: bool = False
    webhooks: bool = False
    sync_batch: bool | None = None

    def to_dict(self) -> dict[str, bool | None]:
        """For keeping beside the settings; `from_dict` reads it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, told: Mapping[str, object]) -> Self:
        """Read what `to_dict` wrote. Raises ConfigError that names every missing or wrong entry."""
        known: dict[str, Any] = {one.name: told.get(one.name, one.default) for one in fields(cls)}
        wrong = [
            name
            for name, value in known.items()
            if not isinstance(value, bool) and not (value is None and name == "sync_batch")
        ]
        if wrong:
            raise ConfigError(f"capabilities need true or false for: {', '.join(wrong)}")
        return cls(**known)


class Known:
    """The capabilities of one installation, shared by all copies of a client; None until probed."""

    def __init__(self, capabilities: Capabilities | None = None) -> None:
        self._capabilities = capabilities
        self._sync_batch: bool | None = None

    @property
    def sync_batch(self) -> bool | None:
        """Whether a batch can be done at once, as far as it is known."""
        return self._capabilities.sync_batch if self._capabilities else self._sync_batch

    def learn(self, *, sync_batch: bool) -> None:
        """Keep what a batch has shown."""
        self._sync_batch = sync_batch
        if self._capabilities:
            self._capabilities = evolve(self._capabilities, sync_batch=sync_batch)

    def flow(self, api: Api) -> Flow[Capabilities]:
        """The known capabilities, else a probe whose result is kept."""
        if self._capabilities is None:
            # Two threads may probe at once: both learn the same.
            found = yield from capabilities_flow(api)
            self._capabilities = evolve(found, sync_batch=self._sync_batch)
        return self._capabilities


def capabilities_flow(api: Api) -> Flow[Capabilities]:
    """Ask seven small questions. "Not offered" is an answer; refused credentials or a failure is an error."""
    changed = query(
        "orders",
        filter={"updatedAt[gt]": _PAST_ALL},
        sort=("updatedAt", "id"),
        fields=["identifier"],
        page_size=1,
    )
    external = query("orders", filter={"status": "open"}, fields=["identifier"], page_size=1)
    by_external_id = query("orders", filter={"externalId": "-"}, fields=["identifier"], page_size=1)
    trackings = query("ordershippingtrackings", filter={"orders": "1"}, fields=["number"], page_size=1)
    return Capabilities(
        updated_at_filter=(yield from _offered(api, changed)) is not None,
        order_status=(yield from _shows(api, "internalStatus", "open")),
        shipping_status=(yield from _shows(api, "shippingStatus", "not_shipped")),
        trackings_many_orders=(yield from _offered(api, trackings)) is not None,
        external_status=(yield from _offered(api, external)) is not None,
        external_id=(yield from _offered(api, by_external_id)) is not None,
        webhooks=(yield from _allowed(api, query("webhooktopics", page_size=1))),
    )


def _shows(api: Api, relation: str, usual: str) -> Flow[bool]:
    asked = query("orders", filter={relation: usual}, fields=[relation], page_size=1)
    document = yield from _offered(api, asked)
    if document is None:
        return False
    # A status that can be filtered may still be hidden from this user, and reads as null then.
    return all(
        relation in found.relationships and found.relationships[relation].data is not None
        for found in document.primary
    )


def _allowed(api: Api, asked: Query) -> Flow[bool]:
    try:
        return (yield from _offered(api, asked)) is not None
    except PermissionDenied:
        return False


def _offered(api: Api, asked: Query) -> Flow[Document | None]:
    request = api.get((asked.type,), asked, headers=NOTHING)
    try:
        reply = yield request
    except (Invalid, NotFound) as error:
        if error.code not in _ABSENT:
            raise
        return None
    return document_of(request, reply)
