"""Measurements against other packages: `python -m benchmarks` for people, `--json` for one object a line.

Every module here has a function `run() -> Iterator[Measurement]`. Nothing here is needed to use orogxo.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """One measured value; `baseline` is the other package's, None where it is not installed.

    `ratio` says how many times better orogxo is for rates, and value by baseline for sizes.
    """

    name: str
    value: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None
