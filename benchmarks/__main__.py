"""Runs every benchmark module of this folder."""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
from collections.abc import Iterator
from dataclasses import asdict

import benchmarks


def measurements(wanted: list[str], *, quick: bool = False) -> Iterator[benchmarks.Measurement]:
    """What the modules measure, one after the other; all of them where none is named."""
    for found in pkgutil.iter_modules(benchmarks.__path__):
        if not found.name.startswith("_") and (not wanted or found.name in wanted):
            module = importlib.import_module(f"benchmarks.{found.name}")
            yield from module.quick() if quick and hasattr(module, "quick") else module.run()


def main() -> None:
    """Print each measurement as soon as it is there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=benchmarks.__doc__)
    parser.add_argument("modules", nargs="*", help="names of benchmark modules; all where none is given")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--quick", action="store_true", help="the smallest size only, where a module has one")
    asked = parser.parse_args()
    for measured in measurements(asked.modules, quick=asked.quick):
        if asked.json:
            print(json.dumps(asdict(measured)), flush=True)
        else:
            compared = f", {measured.ratio:.1f} times" if measured.ratio is not None else ""
            print(f"{measured.name:40} {measured.value:>14,.1f} {measured.unit}{compared}", flush=True)


if __name__ == "__main__":
    main()
