"""The warehouse end: typed clients for a gateway that speaks gateway-v1.

GXO publishes no API; gateway-v1 is orogxo's own contract, and a site's gateway translates it.
"""

from orogxo.gxo.async_client import AsyncGxoClient
from orogxo.gxo.client import GxoClient
from orogxo.gxo.goods import Dispatch, Event, FeedPage, Hold, Item, ItemUnit, ReturnStatus
from orogxo.gxo.stock_source import GxoStockSource
from orogxo.gxo.warehouse import GxoWarehouse

__all__ = [
    "AsyncGxoClient",
    "Dispatch",
    "Event",
    "FeedPage",
    "GxoClient",
    "GxoStockSource",
    "GxoWarehouse",
    "Hold",
    "Item",
    "ItemUnit",
    "ReturnStatus",
]
