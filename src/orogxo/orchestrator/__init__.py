"""The durable part: decisions, the outbox, exceptions, and the flows that a host runs on its schedule."""

from orogxo.orchestrator.decide import decide
from orogxo.orchestrator.decision import Decision
from orogxo.orchestrator.desk import ExceptionDesk
from orogxo.orchestrator.engine import Engine
from orogxo.orchestrator.intake import Intake
from orogxo.orchestrator.policy import Policy
from orogxo.orchestrator.runner import FLOWS, FlowReport, RunReport, feedback, release, run_flows
from orogxo.orchestrator.states import TABLE, EventKind, outcomes
from orogxo.orchestrator.trace import Story, trace

__all__ = [
    # deciding
    "Decision", "EventKind", "Policy", "TABLE", "decide", "outcomes",
    # running
    "Engine", "FLOWS", "FlowReport", "Intake", "RunReport", "feedback", "release", "run_flows",
    # people
    "ExceptionDesk", "Story", "trace",
]  # fmt: skip
