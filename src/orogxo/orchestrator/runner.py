"""Runs the flows, one after the other, and reports what each did. A flow that fails never stops the next."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from attrs import field, frozen

from orogxo.errors import Disposition, OrogxoError
from orogxo.model import State
from orogxo.orchestrator.asking import Asking
from orogxo.orchestrator.engine import Engine, pause_for
from orogxo.orchestrator.feedback import Feedback
from orogxo.orchestrator.intake import Intake, refuse_blind_release
from orogxo.orchestrator.recording import raise_item, settle
from orogxo.orchestrator.sending import Sending
from orogxo.orchestrator.stock.flow import run_stock, stock_due
from orogxo.rules import Violation


@frozen
class FlowReport:
    """What one run of one flow did: counts by name, and the problems that it met (sentences)."""

    flow: str
    counts: Mapping[str, int] = field(factory=dict)
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing went wrong."""
        return not self.problems


@frozen
class RunReport:
    """What one `run_once` did, flow by flow."""

    started: dt.datetime
    finished: dt.datetime
    flows: tuple[FlowReport, ...]

    @property
    def ok(self) -> bool:
        """Whether no flow met a problem. Held orders are no problem of the run: see the exceptions."""
        return all(flow.ok for flow in self.flows)

    @property
    def problems(self) -> tuple[str, ...]:
        """All problems, each with its flow."""
        return tuple(f"{flow.flow}: {problem}" for flow in self.flows for problem in flow.problems)

    def count(self, name: str) -> int:
        """The sum of one count over all flows."""
        return sum(flow.counts.get(name, 0) for flow in self.flows)


def release(engine: Engine) -> FlowReport:
    """Read orders, hold or make ready, and send what is ready.

    Raises ReleaseRefused before anything is read or sent where no order status can be read; other errors of
    either end, after what was done so far has been recorded.
    """
    waiting = engine.paused("oro")
    if waiting is not None:
        return FlowReport(
            "release", problems=(f"OroCommerce is left alone until {waiting.until}: {waiting.reason}",)
        )
    facts = engine.storefront.facts()
    refuse_blind_release(engine, facts)
    intake = Intake(engine, facts)
    intake.run()
    states = Counter(state for state in intake.seen.values() if state)
    sending = Sending(engine, intake)
    sending.run()
    counts = {
        "seen": len(intake.seen),
        "held": states[State.HELD],
        "submitted": sending.submitted,
        "refused": sending.refused,
        "looked_up": sending.looked_up,
    }
    return FlowReport("release", counts, _sentences(sending.troubles))


def feedback(engine: Engine) -> FlowReport:
    """Read dispatches, show their trackings in OroCommerce, ask after open orders, cancellations and changes.

    Raises the errors of the warehouse's feed; trouble with one order is in the report.
    """
    asking, pass_ = Asking(engine), Feedback(engine)
    pass_.run()
    asking.run()
    counts = {"shipments": pass_.shipments, "tracked": pass_.tracked, "answered": asking.answered}
    return FlowReport("feedback", counts, _sentences([*pass_.troubles, *asking.troubles]))


def stock(engine: Engine) -> FlowReport:
    """Read the warehouse's books and the orders, and make every row of stock in OroCommerce right.

    Raises StoreError; trouble with either end is in the report.
    """
    if engine.stock is None:
        return FlowReport("stock")
    report = run_stock(engine, engine.stock)
    return FlowReport("stock", report.counts, _sentences(report.troubles))


FLOWS: Mapping[str, Callable[[Engine], FlowReport]] = {
    "release": release,
    "feedback": feedback,
    "stock": stock,
}


def run_flows(engine: Engine, names: Sequence[str] = ()) -> RunReport:
    """Run the named flows, or every one that is due; one that fails becomes an exception for IT, and closes
    it when it runs again."""
    started = engine.now()
    names = names or [name for name in FLOWS if name != "stock" or _stock_is_due(engine)]
    reports = tuple(_run(engine, name) for name in names)
    return RunReport(started, engine.now(), reports)


def _stock_is_due(engine: Engine) -> bool:
    return engine.stock is not None and stock_due(engine, engine.stock) <= engine.now()


def _run(engine: Engine, name: str) -> FlowReport:
    subject = f"flow:{name}"
    try:
        report = FLOWS[name](engine)
    except OrogxoError as error:
        with engine.store.transaction() as rows:
            system = getattr(error, "system", "")
            if error.disposition is Disposition.WAIT and system:
                pause_for(engine, rows, system, error)
            violation = Violation(
                code="FLOW_FAILED",
                path=error.code,
                message=f"the {name} flow stopped: {error.message}",
                evidence=(str(error),),
            )
            raise_item(rows, subject, violation, now=engine.now())
        return FlowReport(name, problems=(str(error),))
    with engine.store.transaction() as rows:
        settle(rows, subject, {"FLOW_FAILED"}, (), now=engine.now())
    return report


def _sentences(errors: Sequence[OrogxoError]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(error) for error in errors))
