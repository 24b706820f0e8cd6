"""Reading 10,000 orders of 10 lines over HTTP while 500 orders come in and 500 are edited.

The simulated shop runs in a process of its own, so the memory measured is the client's. The run fails where
an order is missing or comes twice, or where it takes more requests or memory than it may.
"""

from __future__ import annotations

import math
import multiprocessing
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from benchmarks import Measurement
from orogxo.oro import OroClient
from orogxo.sandbox import Twin
from orogxo.sandbox.server import serve

ORDERS, LINES, CHANGES, PAGE = 10_000, 10, 500, 100
MOST_REQUESTS = math.ceil((ORDERS + 2 * CHANGES) / PAGE) + 1 + 20
MOST_MEGABYTES = 50.0


def run() -> Iterator[Measurement]:
    """Orders a second, requests with their bound, and how far the memory's peak grew."""
    with _shop() as (url, line), OroClient(url, "id", "secret") as oro:
        oro.orders.list(page_size=PAGE, include=["lineItems"])
        before = _peak()
        begun = time.perf_counter()
        found: Counter[str] = Counter()
        for order in oro.orders.iter(include=["lineItems"], page_size=PAGE):
            found[order.id] += 1
            if len(order.line_items) != LINES:
                raise SystemExit(f"order {order.id} came with {len(order.line_items)} lines")
        seconds = time.perf_counter() - begun
        grown = _peak() - before
        line.send("how was it?")
        expected, requests = line.recv()
    if found != Counter(expected):
        raise SystemExit("an order is missing, or came twice")
    if requests > MOST_REQUESTS or grown > MOST_MEGABYTES:
        raise SystemExit(f"{requests} requests, {grown:.1f} MB: more than may be")
    yield Measurement("oro_iter_orders", len(found) / seconds, "orders/s")
    yield Measurement("oro_iter_requests", requests, "requests", MOST_REQUESTS, requests / MOST_REQUESTS)
    yield Measurement("oro_iter_memory_growth", grown, "MB", MOST_MEGABYTES, grown / MOST_MEGABYTES)


def _peak() -> float:
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


@contextmanager
def _shop() -> Iterator[tuple[str, Connection]]:
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield mine.recv(), mine
    finally:
        process.terminate()
        process.join()


def _serve(line: Connection) -> None:
    twin = Twin(seed=7, oro_version="6.1")
    lines = [("WIDGET-001", at + 1, "case") for at in range(LINES)]
    ids = [twin.place_order(po_number=f"PO-{at:05}", lines=lines) for at in range(ORDERS)]
    edited = ids[:: ORDERS // CHANGES]
    requests = 0

    def meanwhile(_: object) -> None:
        nonlocal requests
        requests += 1
        for _ in range(min(6, len(edited))):
            ids.append(twin.place_order(po_number="NEW", lines=lines))
            twin.edit_order(edited.pop(), notes="changed meanwhile")

    with serve(twin, hook=meanwhile) as ends:
        line.send(ends.oro_url)
        line.recv()
        if edited:
            raise SystemExit("the list was read before everything had changed")
        # The token and the first page were asked for before the count began to matter: they are in it too.
        line.send((ids, requests))
