"""One OroCommerce installation of the twin: data, API, message queue and webhooks put together."""

from __future__ import annotations

from orogxo.sandbox.clock import TwinClock
from orogxo.sandbox.oro_api import OroApi
from orogxo.sandbox.oro_batch import OroBatch
from orogxo.sandbox.oro_consumer import Consumer
from orogxo.sandbox.oro_data import OroData
from orogxo.sandbox.oro_effects import Effects
from orogxo.sandbox.oro_totals import subtotal_row
from orogxo.sandbox.oro_webhooks import FORMATS, Webhooks
from orogxo.sandbox.oro_writes import OroWrites
from orogxo.sandbox.tokens import TokenOffice


class OroSite:
    """Puts the parts together."""

    def __init__(self, data: OroData, clock: TwinClock, seed: int, tokens: TokenOffice) -> None:
        self.data = data
        self.consumer = Consumer(clock)
        effects = Effects(data, self.consumer.now, seed)
        writes = OroWrites(data, effects)
        self.batch = OroBatch(data, writes, self.consumer, clock, seed)
        self.api = OroApi(data, writes, self.batch, self.consumer, tokens)
        self.webhooks = Webhooks(data, effects, self.consumer)
        self._tokens = tokens
        data.derived["ordersubtotals"] = lambda row_id: subtotal_row(data, row_id)
        data.on_commit = self.webhooks.committed
        if "webhookformats" in data.resources:
            for name, label in FORMATS.items():
                data.insert("webhookformats", {"label": label}, {}, name)

    def switch_off(self) -> None:
        """Nobody has switched the web API on: every call is 404, and good credentials are refused."""
        self.api.on = False

    def deactivate(self) -> None:
        """An administrator deactivates the client: its tokens are worthless, and there are no new ones."""
        self._tokens.open = False
        self._tokens.revoke_all()
