"""A gateway's books of stock, in the role that the stock flow wants: `orogxo.ports.stock.StockSource`."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from orogxo.gxo.client import GxoClient
from orogxo.gxo.goods import Event
from orogxo.gxo.wire import is_ref
from orogxo.model import OrderNews
from orogxo.ports.stock import MovementPage, NewsPage, SnapshotPage

_ORDER_CHANGED = "order.changed"
_ORDERS = "orders/"


@frozen
class GxoStockSource:
    """The books behind `client`, whose `profile` says what words and units mean. Threads may share it."""

    client: GxoClient

    def snapshot(self, *, known: str = "") -> Iterator[SnapshotPage]:
        """See `GxoClient.stock_pages`."""
        return self.client.stock_pages(known=known)

    def movements(self, cursor: str) -> MovementPage:
        """See `GxoClient.stock_movements`."""
        return self.client.stock_movements(cursor)

    def news(self, cursor: str) -> NewsPage:
        """The states of our orders, from the event feed (contract gateway-v1, resource Event).

        A state is the site's own word: one that nobody knows proves nothing and does no harm. Events about
        other things are no news here, shipments among them: they come by their own feed, with quantities.
        """
        page = self.client.events(cursor)
        news: list[OrderNews] = []
        unreadable = list(page.unreadable)
        for event in page.items:
            if event.type != _ORDER_CHANGED:
                continue
            if problem := _problem(event):
                unreadable.append(f"event {event.id[:60]} cannot be read: {problem}")
            elif "state" in event.data:
                ref = event.resource.removeprefix(_ORDERS)
                news.append(OrderNews(event.id, ref, event.data["state"], event.occurred_at, event.seq))
        return NewsPage(news, page.cursor, page.more, unreadable)


def _problem(event: Event) -> str:
    """Why the news of an order cannot be used, "" where it can. One without a state only says: look at it."""
    if not event.resource.startswith(_ORDERS) or not is_ref(event.resource.removeprefix(_ORDERS)):
        return f"expected orders/ and a reference, not {event.resource[:60]!r} @ $.resource"
    state = event.data.get("state", "?")
    if not isinstance(state, str) or not state.strip():
        return f"expected filled text, not {str(state)[:60]!r} @ $.data.state"
    return ""
