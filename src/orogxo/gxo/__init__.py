"""The warehouse end: typed clients for a gateway that speaks gateway-v1.

GXO publishes no API; gateway-v1 is orogxo's own contract, and a site's gateway translates it.
"""

from orogxo.gxo.client import AsyncGxoClient, GxoClient
from orogxo.gxo.warehouse import GxoWarehouse

__all__ = ["AsyncGxoClient", "GxoClient", "GxoWarehouse"]
