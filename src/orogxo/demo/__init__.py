"""`orogxo demo`: the main job end to end on the twin, with faults and a kill, over HTTP or over X12 files.

Nothing here knows a result beforehand: the twin counts eaches on its own floor, and its books decide.
"""

from orogxo.demo.running import SITES, play, run_demo

__all__ = ["SITES", "play", "run_demo"]
