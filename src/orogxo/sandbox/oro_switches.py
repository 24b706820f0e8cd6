"""What an administrator of the twin's OroCommerce can do: records, rights, the message queue, webhooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from orogxo.sandbox.oro_data import OroData
from orogxo.sandbox.oro_site import OroSite
from orogxo.sandbox.oro_webhooks import ENTITIES, Delivery, Receiver


class OroSwitches:
    """The part of `Twin` that concerns the installation itself."""

    _data: OroData
    _oro: OroSite
    _lock: AbstractContextManager[Any]

    def load_oro(self, rows: Iterable[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]]) -> None:
        """Let OroCommerce hold exactly these records: (type, id, attributes, relations)."""
        with self._lock:
            self._data.load(rows)

    @property
    def site(self) -> OroSite:
        """The OroCommerce installation: its queue, its webhooks, its switches."""
        return self._oro

    def consumer_off(self) -> None:
        """Stop the message queue: asynchronous operations stay `new`, webhooks wait."""
        self._oro.consumer.on = False

    def consumer_on(self) -> None:
        """Start it again: what waited is done now."""
        self._oro.consumer.on = True
        self._oro_works()

    def crash_consumer(self) -> None:
        """Kill it before it has acknowledged its latest delivery: the same message comes a second time."""
        self._oro.webhooks.crash()

    @property
    def webhook_receiver(self) -> Receiver | None:
        """Who answers webhook deliveries: a callable of one Request that gives a Reply.

        It may raise NotSent (nobody listens) or ReplyLost (no answer within 30 s). None answers 204 to all.
        It is called while the twin works, with the twin's lock held.
        """
        return self._oro.webhooks.receiver

    @webhook_receiver.setter
    def webhook_receiver(self, receiver: Receiver | None) -> None:
        self._oro.webhooks.receiver = receiver

    @property
    def webhook_deliveries(self) -> list[Delivery]:
        """Every delivery attempt so far, in order."""
        self._oro_works()
        return self._oro.webhooks.deliveries

    def allow_webhooks(self, *kinds: str) -> None:
        """An administrator makes these resource types (all, without arguments) webhook-accessible."""
        with self._lock:
            self._oro.webhooks.open_topics(kinds or ENTITIES)

    def _oro_works(self) -> None:
        with self._lock:
            self._oro.consumer.catch_up()

    def hide(self, kind: str) -> None:
        """Take away the API user's right to view a resource type: relations to it read null from now on."""
        self._data.hidden.add(kind)

    def show(self, kind: str) -> None:
        """Give that right back."""
        self._data.hidden.discard(kind)
