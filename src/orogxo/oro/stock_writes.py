"""Batches of stock: the quantity of levels and the inventory status of products, nothing else of either.

Every row that was asked for and is not known to be written comes back as a `LevelError`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from orogxo.model.quantities import plain
from orogxo.model.stock import LevelChange
from orogxo.oro.batch_result import OPEN, BatchError, BatchResult, Item
from orogxo.ports.stock import LevelError, WriteReport

LEVEL_NEGATIVE = "LEVEL_NEGATIVE"
LEVEL_NOT_EXACT = "LEVEL_NOT_EXACT"
LEVEL_TOO_GREAT = "LEVEL_TOO_GREAT"
NOT_SENT = "NOT_SENT"

PLACES = 10
_SCALE = 10**PLACES
_MOST = 10**10
"""OroCommerce keeps 20 digits, 10 of them behind the point (contract, section 7.3)."""


def sendable(changes: Sequence[LevelChange]) -> tuple[list[LevelChange], list[LevelError]]:
    """The changes that OroCommerce can hold, the last one of each row, and an error for each other row."""
    last = {change.level_id: change for change in changes}
    refused = [error for change in last.values() for error in _refused(change)]
    wrong = {error.level_id for error in refused}
    return [change for change in last.values() if change.level_id not in wrong], refused


def reported(items: Sequence[Item], result: BatchResult, refused: Iterable[LevelError] = ()) -> WriteReport:
    """The report of a batch of `items`, the whole list that was handed over; `requests` were taken by Oro."""
    errors = [*refused, *map(_error, result.errors), *_never_sent(items, result)]
    return WriteReport(result.sent, len(result.operations), tuple(errors))


def _refused(change: LevelChange) -> Iterator[LevelError]:
    after = change.after
    told = f"level {change.level_id} of {change.sku} ({change.unit}) was not written: "
    if after < 0:
        yield LevelError(change.level_id, LEVEL_NEGATIVE, f"{told}{after} is less than nothing")
    elif _SCALE % after.denominator:
        why = f"{after} has no exact form of {PLACES} decimals, and none was rounded"
        yield LevelError(change.level_id, LEVEL_NOT_EXACT, told + why)
    elif after >= _MOST:
        yield LevelError(change.level_id, LEVEL_TOO_GREAT, f"{told}OroCommerce holds less than {_MOST}")


def _error(error: BatchError) -> LevelError:
    # One that names no item is told as well: it is somebody's.
    level_id = str(error.item["id"]) if error.item else ""
    return LevelError(level_id, error.code, str(error), open=error.code in OPEN)


def _never_sent(items: Sequence[Item], result: BatchResult) -> Iterator[LevelError]:
    if result.stopped_at is None:
        return
    why = result.failure.message if result.failure else "what became of an earlier request is open"
    for item in items[result.stopped_at :]:
        yield LevelError(str(item["id"]), NOT_SENT, f"{item['id']} was not written: {why}")


def level_item(change: LevelChange) -> Item:
    """What is sent for a row."""
    return {"id": change.level_id, "quantity": plain(change.after)}


def status_item(product_id: str, status: str) -> Item:
    """What is sent for a product."""
    links: Mapping[str, object] = {"inventory_status": ("prodinventorystatuses", status)}
    return {"id": product_id, "relationships": links}
