"""The X12 codec against mock-edi and pyx12, on one generated file of 50,000 segments.

Rates are segments per second, the best of several runs, all packages in the same process on the same text.
orogxo makes segments and splits them into elements when they are asked for, so reading every element is
measured as well; writing is measured for interchanges that were read and for such that were built.
"""

from __future__ import annotations

import importlib
import io
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from benchmarks import Measurement
from orogxo.gxo.edi import envelope, x12

SEGMENTS = 50_000
RUNS = 5
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def shipping_advices(segments: int = SEGMENTS) -> list[x12.Interchange]:
    """A 945 file as a warehouse sends it: orders of one to nine lines, lots, serials and tracking numbers."""
    advices: list[x12.Transaction] = []
    made = 4  # ISA, GS, GE, IEA
    while made < segments:
        order = len(advices)
        body = _advice(order, lines=1 + order % 9)[: max(0, segments - made - 2)]
        advices.append(envelope.transaction("945", body, control=order + 1))
        made += len(body) + 2
    return [envelope.wrap(advices, sender="GXOUK", receiver="ACME", control=1, now=NOW)]


def _advice(order: int, lines: int) -> list[x12.Segment]:
    total = 0
    body = [
        x12.Segment(
            "W06", ("F", f"SO-{order:07}", "20261102", f"SHP{order * 7:09}", "", f"PO-2026-{order:05}")
        ),
        x12.Segment("N1", ("ST", f"Customer {order % 311} Ltd", "92", f"C{order % 311:05}")),
        x12.Segment("N3", (f"{order % 97 + 1} High Street",)),
        x12.Segment("N4", ("Leeds", "", f"LS{order % 20 + 1} 4AP", "GB")),
        x12.Segment("G62", ("11", "20261102")),
        x12.Segment("W27", ("M", "DPDX", "NEXT DAY", "PP")),
    ]
    for line in range(1, lines + 1):
        quantity = (order * line) % 48 + 1
        total += quantity
        sku = f"SKU-{(order * 13 + line) % 5000:05}"
        body += [
            x12.Segment("LX", (str(line),)),
            x12.Segment("MAN", ("CP", f"15501{order:07}{line:03}")),
            x12.Segment(
                "W12", ("CC", str(quantity), str(quantity), "0", "EA", "", "VN", sku, f"LOT{line:04}")
            ),
            x12.Segment("N9", ("LI", str(line))),
            x12.Segment("N9", ("SE", f"SN{order:06}{line:04}")),
        ]
    return [*body, x12.Segment("W03", (str(total), str(total * 2), "KG"))]


def run() -> Iterator[Measurement]:
    """Parse, read, write and memory; without a baseline where the other package is not installed."""
    data = x12.dump(shipping_advices())
    text = data.decode()
    parsed, findings = x12.parse(data)
    segments = sum(1 for interchange in parsed for _ in interchange)
    if segments != SEGMENTS or findings:
        raise SystemExit(f"the generated file is wrong: {segments} segments, {findings}")
    mock, pyx12 = _optional("mockedi.x12"), _optional("pyx12.x12file")
    parse = _rate(lambda: x12.parse(data))
    mock_parse = _rate(lambda: mock.parse(text)) if mock else None
    yield _compared("x12.parse, mock-edi", parse, mock_parse)
    yield _compared("x12.parse, pyx12", parse, _rate(lambda: _read_all(pyx12, text)) if pyx12 else None)
    yield _compared("x12.parse and every element, mock-edi", _rate(lambda: _every_element(data)), mock_parse)
    told = mock.parse(text) if mock else None
    mock_dump = _rate(lambda: mock.render(told, newline=True)) if mock else None
    yield _compared("x12.dump of what was built, mock-edi", _rate(x12.dump, shipping_advices), mock_dump)
    yield _compared("x12.dump of what was read, mock-edi", _rate(lambda: x12.dump(parsed)), mock_dump)
    mock_peak = _peak(lambda: mock.parse(text)) / len(data) if mock else None
    yield _memory("x12.parse memory, mock-edi", _peak(lambda: x12.parse(data)) / len(data), mock_peak)
    read = _peak(lambda: _every_segment(data)) / len(data)
    yield _memory("x12.parse and every segment memory, mock-edi", read, mock_peak)


def _compared(name: str, rate: float, baseline: float | None) -> Measurement:
    ratio = round(rate / baseline, 2) if baseline else None
    return Measurement(name, round(rate), "segments/s", baseline and round(baseline), ratio)


def _memory(name: str, value: float, baseline: float | None) -> Measurement:
    ratio = round(value / baseline, 2) if baseline else None
    return Measurement(name, round(value, 2), "times the file", baseline and round(baseline, 2), ratio)


def _rate(work: Callable[..., object], prepare: Callable[[], object] | None = None) -> float:
    """Segments per second; what `prepare` makes is not counted."""
    best = float("inf")
    for _ in range(RUNS):
        arguments = (prepare(),) if prepare else ()
        start = time.perf_counter()
        work(*arguments)
        best = min(best, time.perf_counter() - start)
    return SEGMENTS / best


def _every_element(data: bytes) -> int:
    interchanges, _ = x12.parse(data)
    return sum(len(segment.elements) for interchange in interchanges for segment in interchange)


def _every_segment(data: bytes) -> tuple[object, list[x12.Segment]]:
    interchanges, _ = x12.parse(data)
    return interchanges, [segment for interchange in interchanges for segment in interchange]


def _read_all(pyx12: Any, text: str) -> int:
    return sum(1 for _ in pyx12.X12Reader(io.StringIO(text)))


def _peak(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        kept = work()
        return tracemalloc.get_traced_memory()[1] if kept is not None else 0
    finally:
        tracemalloc.stop()


def _optional(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
