"""The sandbox: both ends simulated, with faults, and a judge who counts the goods.

It shares no mapping, unit, codec or state code with the product, so that it cannot share its mistakes.
"""

from orogxo.sandbox.books import Books
from orogxo.sandbox.clock import AsyncTwinClock, TwinClock
from orogxo.sandbox.faults import Fault, Faults
from orogxo.sandbox.network import Exchange
from orogxo.sandbox.oro_webhooks import Delivery
from orogxo.sandbox.server import Served, serve
from orogxo.sandbox.twin import Twin

__all__ = [
    "Twin",
    "Books",
    "Delivery",
    "Exchange",
    "Fault",
    "Faults",
    "TwinClock",
    "AsyncTwinClock",
    "serve",
    "Served",
]
