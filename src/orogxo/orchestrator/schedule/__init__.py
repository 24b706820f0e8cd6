"""When stock is pushed, and what is held back between two pushes: advice for a stated oversell risk. Pure."""

from orogxo.orchestrator.schedule.advice import advise
from orogxo.orchestrator.schedule.answer import Advice, FixedTimer, PushClass
from orogxo.orchestrator.schedule.costs import Outage, PushCosts, Requests, SkuDemand
from orogxo.orchestrator.schedule.due import Blackout, next_due
from orogxo.orchestrator.schedule.exposure import Exposure, exposure, safety_stock
from orogxo.orchestrator.schedule.gaps import Gaps, gaps

__all__ = [
    # the question
    "Outage", "PushCosts", "SkuDemand",
    # the answer
    "Advice", "FixedTimer", "PushClass", "Requests", "advise",
    # its arithmetic
    "Exposure", "Gaps", "exposure", "gaps", "safety_stock",
    # the next run
    "Blackout", "next_due",
]  # fmt: skip
