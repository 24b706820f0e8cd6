"""What this OroCommerce installation exposes: asked with cheap requests, never guessed from a version.

Versions do not tell: a few lines of configuration expose statuses on 5.1, and patch releases of the same day
differ (recordings with-status-exposed/*, orders_list_filter_updatedAt_*, trackings by `order` or `orders`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from attrs import asdict, fields, frozen

from orogxo.errors import ConfigError, Invalid, NotFound
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
    """

    updated_at_filter: bool
    order_status: bool
    shipping_status: bool
    trackings_many_orders: bool

    def to_dict(self) -> dict[str, bool]:
        """For keeping beside the settings; `from_dict` reads it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, told: Mapping[str, object]) -> Self:
        """Read what `to_dict` wrote. Raises ConfigError that names every missing or wrong entry."""
        names = [one.name for one in fields(cls)]
        wrong = [name for name in names if not isinstance(told.get(name), bool)]
        if wrong:
            raise ConfigError(f"capabilities need true or false for: {', '.join(wrong)}")
        return cls(**{name: bool(told[name]) for name in names})


class Known:
    """The capabilities of one installation, shared by all copies of a client; None until probed."""

    def __init__(self, capabilities: Capabilities | None = None) -> None:
        self._capabilities = capabilities

    def flow(self, api: Api) -> Flow[Capabilities]:
        """The known capabilities, else a probe whose result is kept."""
        if self._capabilities is None:
            # Two threads may probe at once: both learn the same.
            self._capabilities = yield from capabilities_flow(api)
        return self._capabilities


def capabilities_flow(api: Api) -> Flow[Capabilities]:
    """Ask four small questions. "Not offered" is an answer; refused credentials or a failure is an error."""
    changed = query(
        "orders",
        filter={"updatedAt[gt]": _PAST_ALL},
        sort=("updatedAt", "id"),
        fields=["identifier"],
        page_size=1,
    )
    trackings = query("ordershippingtrackings", filter={"orders": "1"}, fields=["number"], page_size=1)
    return Capabilities(
        updated_at_filter=(yield from _offered(api, changed)) is not None,
        order_status=(yield from _shows(api, "internalStatus", "open")),
        shipping_status=(yield from _shows(api, "shippingStatus", "not_shipped")),
        trackings_many_orders=(yield from _offered(api, trackings)) is not None,
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


def _offered(api: Api, asked: Query) -> Flow[Document | None]:
    request = api.get((asked.type,), asked, headers=NOTHING)
    try:
        reply = yield request
    except (Invalid, NotFound) as error:
        if error.code not in _ABSENT:
            raise
        return None
    return document_of(request, reply)
