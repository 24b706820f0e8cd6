"""The command line in a process that dies at the rename of its Nth order: between writing and sending it.

Python tells an audit hook of every rename just before the system is asked to do it. So nothing of the product
is replaced, and the SIGKILL really falls on that instant: `python -m orogxo.demo.doomed OUTBOX N run ...`.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
from itertools import count
from pathlib import Path
from typing import Any


def doom(outbox: Path, number: int) -> None:
    """From now on the process dies instead of moving its order number `number` into `outbox`."""
    renames = count(1)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event != "os.rename":
            return
        target = Path(os.fsdecode(arguments[1]))
        if target.parent == outbox and target.name.startswith("940-") and next(renames) >= number:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


if __name__ == "__main__":
    doom(Path(sys.argv[1]), int(sys.argv[2]))
    del sys.argv[1:3]
    runpy.run_module("orogxo.cli", run_name="__main__")
