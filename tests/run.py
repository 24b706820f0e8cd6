"""`make test`: every test, then the promise that the core's branches are all covered, then what was shown."""

from __future__ import annotations

import subprocess
import sys
import time
from functools import partial
from pathlib import Path

print = partial(print, flush=True)  # noqa: A001  # in step with the output of the processes below

ROOT = Path(__file__).resolve().parent.parent
CORE = ("model", "mapping", "rules", "orchestrator", "http")


def main() -> int:
    began = time.monotonic()
    tests = run(
        "pytest", "tests", "-n", "auto", "--dist", "worksteal", "--cov", "--cov-report=", *sys.argv[1:]
    )
    # The code blocks of one page build on each other, so they stay in one process.
    tests = run("pytest", "docs", "README.md", "--cov", "--cov-append", "--cov-report=", "-q") or tests
    include = ",".join(f"src/orogxo/{room}/*" for room in CORE)
    print(f"\nBranch coverage of the core ({', '.join(CORE)}), which must be 100 %:")
    core = run("coverage", "report", f"--include={include}", "--fail-under=100", "--precision=2")
    print("\nBranch coverage of everything else, for information:")
    run("coverage", "report", f"--omit={include}", "--skip-covered")
    verdict = "everything passed" if tests == core == 0 else "FAILED, see above"
    print(f"\nmake test: {verdict}, in {time.monotonic() - began:.0f} s")
    return tests or core


def run(module: str, *arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
