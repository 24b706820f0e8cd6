"""A worker of the demo: `orogxo run` in a process of its own, which is really killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from attrs import define


@define
class Worker:
    """Runs on `settings` again and again; what it prints stands in `log`."""

    settings: Path
    log: Path
    _process: subprocess.Popen[bytes] | None = None

    def start(self, *, doomed: Sequence[str] = ()) -> None:
        """Start a process; `doomed` are the arguments of `orogxo.demo.doomed`, for one that dies alone."""
        program = ["orogxo.demo.doomed", *doomed] if doomed else ["orogxo.cli"]
        command = [sys.executable, "-m", *program, "run", "--config", str(self.settings), "--every", "0.2"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)  # noqa: S603

    def kill(self) -> None:
        """SIGKILL; it is dead when this returns."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @property
    def was_killed(self) -> bool:
        """Whether SIGKILL ended it."""
        return self._process is not None and self._process.poll() == -signal.SIGKILL

    @property
    def passes(self) -> int:
        """How many times a worker has read all that came back; counted over all processes."""
        return self.log.read_text("utf-8").count("Z feedback: ") if self.log.exists() else 0

    def stop(self) -> None:
        """End it in good order."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=60)
