"""Soak: seeded days of trade on the twin, with faults and crashes, judged by the twin's own books."""

from orogxo.soak.day import (
    Basket,
    Cancel,
    Commit,
    Correct,
    Day,
    Die,
    Edit,
    Interruption,
    Pass,
    Pick,
    Place,
    Repeat,
    Reship,
    Revoke,
    Run,
    Ship,
    Trouble,
)
from orogxo.soak.defects import DEFECTS, planted
from orogxo.soak.drawing import day_of
from orogxo.soak.laws import Broken
from orogxo.soak.playing import Outcome, play
from orogxo.soak.shrinking import shrink
from orogxo.soak.telling import as_test

__all__ = [
    # a day
    "Basket", "Cancel", "Commit", "Correct", "Day", "Die", "Edit", "Interruption", "Pass", "Pick", "Place",
    "Repeat", "Reship", "Revoke", "Run", "Ship", "Trouble",
    # playing and judging it
    "Broken", "Outcome", "as_test", "day_of", "play", "shrink",
    # planting defects
    "DEFECTS", "planted",
]  # fmt: skip
