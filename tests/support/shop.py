"""OroCommerce for tests: recorded replies, documents built by hand, a list that changes while it is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import field, frozen, mutable

from orogxo.http import Reply, Request, RetryPolicy
from orogxo.oro import AsyncOroClient, Capabilities, OroClient, Resource
from orogxo.oro.jsonapi import class_of, read_document, typed
from support.exchanges import Answer, AsyncManualClock, ManualClock, a_token, answered, recorded

VERSIONS = ("oro-5.1.8", "oro-6.1.8", "oro-7.0.3")
SHOP = "https://shop.example.com"
JSON_API = "application/vnd.api+json"
MODERN = Capabilities(
    updated_at_filter=True, order_status=True, shipping_status=True, trackings_many_orders=True
)
OLD = Capabilities(
    updated_at_filter=False, order_status=False, shipping_status=False, trackings_many_orders=False
)


def reply(body: object, status: int = 200, **headers: str) -> Reply:
    """A JSON:API reply with that body."""
    return Reply(status, {"Content-Type": JSON_API} | headers, json.dumps(body).encode())


def entry(
    kind: str, record_id: str, links: Mapping[str, Any] | None = None, **attributes: Any
) -> dict[str, Any]:
    """A resource object; `links` maps a relation to None, (type, id), or a list of such."""

    def linkage(to: Any) -> Any:
        if isinstance(to, list):
            return [linkage(one) for one in to]
        return None if to is None else {"type": to[0], "id": to[1]}

    relations = {name: {"data": linkage(to)} for name, to in (links or {}).items()}
    return {"type": kind, "id": record_id, "attributes": attributes, "relationships": relations}


def only(document: object) -> Resource:
    """The one resource of a document, in its typed class."""
    found = read_document(document)
    resource = found.primary[0]
    return typed(resource, class_of(resource.type), found.pool)


def asked(request: Request) -> dict[str, str]:
    """The query parameters of a request, decoded."""
    parameters = parse_qs(urlsplit(request.url).query, keep_blank_values=True, strict_parsing=True)
    assert all(len(values) == 1 for values in parameters.values()), "a parameter was sent twice"
    return {name: values[0] for name, values in parameters.items()}


def path(request: Request) -> str:
    return urlsplit(request.url).path


class Shop:
    """A sender: hands out a token whenever asked, answers API requests one after the other, keeps them."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.sent: list[Request] = []
        self.tokens: list[Request] = []

    def send(self, request: Request, /) -> Reply:
        if path(request) == "/oauth2-token":
            self.tokens.append(request)
            return a_token()
        self.sent.append(request)
        assert self.answers, f"nobody expected {request.method} {request.url}"
        return answered(self.answers.pop(0), request)

    def done(self) -> None:
        assert not self.answers, f"{len(self.answers)} replies were not asked for"


class AsyncShop(Shop):
    async def send(self, request: Request, /) -> Reply:  # type: ignore[override]  # the other colour
        return Shop.send(self, request)


def replay(version: str, *names: str) -> Shop:
    """A shop that answers with these recordings, in order."""
    return Shop(*(recorded(version, name) for name in names))


def client(sender: Any, **options: Any) -> OroClient:
    """A client on `sender`; it never waits and never tries twice unless told."""
    options = {"clock": ManualClock(), "retry": RetryPolicy(attempts=1), "capabilities": MODERN} | options
    return OroClient(SHOP, "id-1", "secret-1", sender=sender, **options)


def async_client(sender: Any, **options: Any) -> AsyncOroClient:
    options = {
        "clock": AsyncManualClock(),
        "retry": RetryPolicy(attempts=1),
        "capabilities": MODERN,
    } | options
    return AsyncOroClient(SHOP, "id-1", "secret-1", sender=sender, **options)


@frozen
class Row:
    """An order as a list shows it."""

    id: int
    updated_at: str = "2026-11-23T09:00:00Z"


@mutable
class MovingList:
    """Serves `/orders` from rows, by the filters that a walk uses; `meanwhile` runs after each page."""

    rows: list[Row]
    meanwhile: Callable[[MovingList, int], None] = lambda moving, page: None
    sent: list[dict[str, str]] = field(factory=list)

    def send(self, request: Request, /) -> Reply:
        if path(request) == "/oauth2-token":
            return a_token()
        wanted = asked(request)
        self.sent.append(wanted)
        found = sorted(filter(self._matches(wanted), self.rows), key=self._order(wanted["sort"]))
        size = int(wanted["page[size]"])
        shown = found if size == -1 else found[:size]
        body = {"data": [entry("orders", str(row.id), updatedAt=row.updated_at) for row in shown]}
        self.meanwhile(self, len(self.sent))
        return reply(body)

    def _matches(self, wanted: Mapping[str, str]) -> Callable[[Row], bool]:
        tests: Sequence[tuple[str, Callable[[Row, str], bool]]] = (
            ("filter[id][gt]", lambda row, value: row.id > int(value)),
            ("filter[updatedAt][gt]", lambda row, value: row.updated_at > value),
            ("filter[updatedAt][gte]", lambda row, value: row.updated_at >= value),
            ("filter[updatedAt][lte]", lambda row, value: row.updated_at <= value),
        )
        known = {name for name, _ in tests}
        assert not [name for name in wanted if name.startswith("filter") and name not in known]
        return lambda row: all(test(row, wanted[name]) for name, test in tests if name in wanted)

    @staticmethod
    def _order(sort: str) -> Callable[[Row], Any]:
        return {"id": lambda row: row.id, "updatedAt,id": lambda row: (row.updated_at, row.id)}[sort]
