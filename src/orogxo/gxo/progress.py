"""Where an order stands, told by news in any order: late and repeated news never moves it backwards.

Contract gateway-v1, "Order states": monotonic by rank, but for a hold and a refused cancellation.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from attrs import frozen

RANKS = {
    word: rank
    for rank, word in enumerate(
        (
            "submitted",
            "accepted",
            "released",
            "allocated",
            "picking",
            "packed",
            "partially_shipped",
            "shipped",
            "closed",
        )
    )
}
"""The way of an order that nobody stops."""

TERMINAL = frozenset({"rejected", "cancelled", "closed"})
_STOPPED = frozenset({"on_hold", "cancel_requested", "rejected", "cancelled"})
_LEFT = RANKS["partially_shipped"]


@frozen
class Progress:
    """What is known of an order: its state, the version that told it, and the last state of its work.

    `reached` differs from `state` while the order is on hold, or asked to be cancelled.
    """

    state: str = "submitted"
    version: int = 0
    reached: str = "submitted"


def advance(known: Progress, state: str, version: int) -> Progress:
    """`known` after the news that the order was in `state` at `version`.

    News of the same or an older version, of an unknown state, and against the machine changes nothing.
    """
    if version <= known.version or not _may_follow(known, state):
        return known
    return Progress(state, version, state if state in RANKS else known.reached)


def told(news: Iterable[tuple[str, int]]) -> Progress:
    """What (state, version) pairs, in whatever order, say in the end."""
    return reduce(lambda known, item: advance(known, *item), news, Progress())


def _may_follow(known: Progress, state: str) -> bool:
    if known.state in TERMINAL:
        return False
    reached = RANKS[known.reached]
    if state in _STOPPED:
        # Goods that have left can be neither held nor cancelled, whatever a late message says.
        return reached < _LEFT
    if state not in RANKS:
        return False
    if known.state == "on_hold" and reached < _LEFT:
        return RANKS[state] >= RANKS["accepted"]
    return RANKS[state] >= reached
