"""orogxo connects OroCommerce B2B with GXO warehouses: every order once, as ordered, seen by everyone.

Start at `Connector`. Importing this package is cheap: each name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orogxo.config import Config
    from orogxo.connector import Connector
    from orogxo.gxo import AsyncGxoClient, GxoClient
    from orogxo.oro import AsyncOroClient, OroClient

_HOMES = {
    "Config": "orogxo.config",
    "Connector": "orogxo.connector",
    "AsyncGxoClient": "orogxo.gxo",
    "GxoClient": "orogxo.gxo",
    "AsyncOroClient": "orogxo.oro",
    "OroClient": "orogxo.oro",
}

__all__ = ["AsyncGxoClient", "AsyncOroClient", "Config", "Connector", "GxoClient", "OroClient"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'orogxo' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
