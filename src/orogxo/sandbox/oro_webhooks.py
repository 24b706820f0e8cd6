"""Webhooks of the twin's OroCommerce 7.0: topics, messages, signed deliveries and their retries.

Recordings: oro-7.0.3/webhook*, oro-7.0.3/webhooks/*.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit, urlunsplit

from attrs import define, field, frozen

from orogxo.errors import NotSent, ReplyLost
from orogxo.messages import Reply, Request
from orogxo.sandbox.oro_consumer import Consumer
from orogxo.sandbox.oro_data import Change, OroData, Row
from orogxo.sandbox.oro_effects import Effects
from orogxo.sandbox.oro_query import Query
from orogxo.sandbox.oro_render import Renderer, include_tree
from orogxo.sandbox.wire import dumps

Receiver: TypeAlias = Callable[[Request], Reply]
ENTITIES = {
    "products": ("product", "Product"),
    "ordershippingtrackings": ("ordershippingtracking", "Shipping Tracking"),
    "orders": ("order", "Order"),
    "orderlineitems": ("orderlineitem", "Order Line Item"),
    "inventorylevels": ("inventorylevel", "Inventory Level"),
}
FORMATS = {"default": "Default (JSON:API)", "thin": "Thin payload"}
TRY_AGAIN = frozenset({423, 425, 429, 502, 503})
GONE = 410
_SENT_AFTER, _AGAIN_AFTER = dt.timedelta(seconds=0.4), dt.timedelta(seconds=10)
_TIMEOUT = dt.timedelta(seconds=30)
_RESTART = dt.timedelta(seconds=12)


@frozen
class Delivery:
    """One attempt. `status` None: nobody answered."""

    at: dt.datetime
    webhook_id: str
    request: Request
    status: int | None


@frozen
class _Message:
    """What a hook is told about one event, as the bytes that every attempt repeats."""

    hook_id: str
    kind: str
    row_id: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@define
class Webhooks:
    """Watches what is committed and tells the hooks.

    `receiver` answers deliveries; it may raise NotSent (connection refused) or ReplyLost (no answer in time).
    None accepts everything with 204. `includes`: what the messages about a type carry besides the record.
    `blind` are users who may view nothing, by id.
    """

    _data: OroData
    _effects: Effects
    _consumer: Consumer
    receiver: Receiver | None = None
    deliveries: list[Delivery] = field(factory=list)
    includes: dict[str, str] = field(factory=dict)
    blind: set[str] = field(factory=set)
    _unacknowledged: _Message | None = None

    def open_topics(self, kinds: Iterable[str]) -> None:
        """An administrator makes these types webhook-accessible; a stock installation has none."""
        opened = list(kinds)
        for kind in opened:
            alias, label = ENTITIES[kind]
            for action in ("created", "updated", "deleted"):
                self._topic(f"{alias}.{action}", f"{label} {action}")
        if "orders" in opened:
            self._topic("order.payment_status_updated", "Order payment status updated")

    def _topic(self, name: str, label: str) -> None:
        if self._data.row("webhooktopics", name) is None:
            self._data.insert("webhooktopics", {"label": label}, {}, name)

    # Events -------------------------------------------------------------------------------------------------

    def committed(self, changes: Sequence[Change]) -> None:
        """Queue what the hooks are to be told about these changes."""
        hooks = [row for row in self._data.table("webhooks").values() if row.attributes.get("enabled")]
        if not hooks:
            return
        for kind, row, action, before in self._events(changes):
            topic = f"{ENTITIES[kind][0]}.{action}"
            message_id = self._effects.drawn()
            for hook in hooks:
                if hook.relations.get("topic") == topic and hook.relations.get("owner") not in self.blind:
                    self._queue(self._message(hook, topic, kind, _half_flushed(row, before), message_id))

    def _events(self, changes: Sequence[Change]) -> Iterator[tuple[str, Row, str, Row | None]]:
        """(type, row, action, how it was) of every record once; nothing about deleted ones ever arrives."""
        first: dict[tuple[str, str], Change] = {}
        loud = {(each.kind, each.row_id) for each in changes if not each.quiet}
        for each in changes:
            first.setdefault((each.kind, each.row_id), each)
        for (kind, row_id), change in first.items():
            row = self._data.row(kind, row_id)
            if kind not in ENTITIES or row is None or (kind, row_id) not in loud or kind in self._data.hidden:
                continue
            yield kind, row, "updated" if change.before else "created", change.before

    def _message(self, hook: Row, topic: str, kind: str, row: Row, message_id: str) -> _Message:
        renderer = Renderer(self._data, "", {}, hateoas=False)
        event: dict[str, Any] = {"data": renderer.identifier(kind, row.id)}
        if hook.relations.get("format") == "default":
            event = {"data": renderer.resource(kind, row)}
            query = Query(include=[path for path in self.includes.get(kind, "").split(",") if path])
            included = renderer.included(kind, [row], include_tree(query.include))
            event |= {"included": included} if included else {}
        told = {"topic": topic, "eventData": event, "timestamp": int(self._consumer.now().timestamp())}
        # PHP escapes slashes; the signature is over these bytes, so they are never written a second time.
        body = dumps({**told, "messageId": message_id}).replace("/", "\\/").encode()
        headers = {"Content-Type": "application/json", "Webhook-Topic": topic, "Webhook-Id": message_id}
        return _Message(
            hook.id, kind, row.id, headers | _signature(hook.attributes.get("secret"), body), body
        )

    # Deliveries ---------------------------------------------------------------------------------------------

    def _queue(self, message: _Message, after: dt.timedelta = _SENT_AFTER) -> None:
        self._consumer.later(self._consumer.now() + after, lambda when: self._deliver(message, when))

    def _deliver(self, message: _Message, when: dt.datetime) -> None:
        hook = self._data.row("webhooks", message.hook_id)
        if hook is None or self._data.row(message.kind, message.row_id) is None:
            return
        request = _addressed(str(hook.attributes["notificationUrl"]), message)
        status = self._answered(request, when)
        self.deliveries.append(Delivery(when, hook.id, request, status))
        self._unacknowledged = message
        if status in TRY_AGAIN:
            self._consumer.later(when + _AGAIN_AFTER, lambda then: self._deliver(message, then))
        elif status == GONE:
            self._data.delete("webhooks", hook.id)

    def _answered(self, request: Request, when: dt.datetime) -> int | None:
        if self.receiver is None:
            return 204
        try:
            return self.receiver(request).status
        except NotSent:
            return None
        except ReplyLost:
            self._consumer.block(when + _TIMEOUT)
            return None

    def crash(self) -> None:
        """The consumer dies before it has acknowledged its latest delivery: the same bytes come again."""
        if self._unacknowledged is not None:
            self._queue(self._unacknowledged, _RESTART)


def _half_flushed(row: Row, before: Row | None) -> Row:
    """An updated record as its message shows it: attributes fresh, lists as they were before the change."""
    shown = row.copy()
    if before is not None:
        lists = {name: value for name, value in before.relations.items() if isinstance(value, list)}
        shown.relations |= lists
    return shown


def _signature(secret: str | None, body: bytes) -> dict[str, str]:
    if not secret:
        return {}
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"Webhook-Signature": digest, "Webhook-Signature-Algorithm": "HMAC-SHA256"}


def _addressed(url: str, message: _Message) -> Request:
    parts = urlsplit(url)
    headers = dict(message.headers) | {"Accept": "*/*", "User-Agent": "Symfony HttpClient (Curl)"}
    if parts.username is not None:
        credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(credentials.encode()).decode()}"
        url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return Request("POST", url, headers, message.body, timeout=_TIMEOUT.total_seconds())
