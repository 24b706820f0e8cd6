"""The demo's warehouse over HTTP."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar

from attrs import define

from orogxo.demo.site import Plan
from orogxo.demo.worker import Worker
from orogxo.sandbox import Exchange, Fault, Served, Twin


@define
class Gateway:
    """Over HTTP: one reply is lost, and the worker dies when its order was taken and not yet answered."""

    title: ClassVar[str] = "a gateway over HTTP"
    announced: ClassVar[str] = "One reply will be lost."
    proves: ClassVar[str] = (
        "What had no answer was asked for: the gateway itself said whether it has the order."
    )

    twin: Twin
    plan: Plan
    folder: Path
    _worker: Worker | None = None
    _submits: int = 0

    def open(self, stack: ExitStack) -> None:  # noqa: ARG002  # a role
        """Plan the lost reply."""
        lost = Fault("gxo", "PUT", r"/v1/orders/.*", nth=self.plan.lose_at, action="lose_reply")
        self.twin.faults.add(lost)

    def watch(self, call: Exchange) -> None:
        """Kill the worker when the warehouse has taken enough orders."""
        self._submits += call.system == "gxo" and call.method == "PUT" and call.effect
        if self._submits >= self.plan.kill_at and self._worker is not None:
            self._worker.kill()
            self._worker = None

    def settings(self, served: Served) -> str:
        """The table [gxo]."""
        return (
            f'[gxo]\nurl = "{served.gxo_url}"\nclient_id = "demo"\nclient_secret = "demo-secret"\n'
            'depositor = "ACME"\nsite = "GXO-1"\n'
        )

    def start_doomed(self, worker: Worker) -> None:
        """`watch` will kill it."""
        self._worker = worker
        worker.start()

    def receive(self) -> None:
        """Nothing to do: the worker calls."""

    def tell(self) -> None:
        """Nothing to do: the worker asks."""

    def is_quiet(self, worker: Worker) -> bool:  # noqa: ARG002  # a role
        """Always."""
        return True

    def left_behind(self) -> int:
        """Nothing."""
        return 0

    def rows(self) -> list[tuple[str, str]]:
        """When the worker died."""
        return [("worker killed after submit", str(self.plan.kill_at))]

    def missed(self) -> list[str]:
        """The lost reply, if nothing met it."""
        met = any(call.fault == "lose_reply" for call in self.twin.calls)
        return [] if met else ["no reply was lost"]
