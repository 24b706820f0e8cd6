"""The push of a changed snapshot, at its smallest size: exactly the rows that differ, in so many requests."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SKUS, CHANGED = 10_000, 200


def measured(*arguments: str) -> dict[str, dict[str, Any]]:
    """What `python -m benchmarks --json` prints, by name."""
    command = [sys.executable, "-m", "benchmarks", "--json", *arguments]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {one["name"].removesuffix(f"_{SKUS}"): one for one in found}


def test_exactly_the_changed_rows_are_written_in_few_requests() -> None:
    """Issue 6, must-show 2: writes and requests are exact; times depend on the machine and are not judged."""
    found = measured("stock_million", "--quick")
    values = {name.removeprefix("stock_million_"): one["value"] for name, one in found.items()}
    rows = found["stock_million_rows_written"]
    assert rows["value"] == rows["baseline"]
    assert CHANGED < rows["value"] <= 2 * CHANGED, "every changed SKU, some of them in both of their units"
    assert values["rows_wrong"] == 0
    assert 0 < values["write_requests"] <= values["write_requests_at_most"]
    assert values["polls"] == 3 * values["write_requests"]
    assert values["reads"] > 0
