"""Reads and writes X12 interchanges, releases 4010 to 5040: tolerant in, strict out.

    interchanges, findings = x12.parse(data)
    data = x12.dump(interchanges)

Whatever reading forgives is a finding with its place in the file. What is written reads back as the same
segments, or is refused. Envelopes for sending are made by `orogxo.gxo.edi.envelope`.
"""

from __future__ import annotations

from orogxo.gxo.edi._dump import dump
from orogxo.gxo.edi._parse import parse
from orogxo.gxo.edi._values import STANDARD, Group, Interchange, Segment, Separators, Transaction
from orogxo.gxo.edi.findings import Finding, Limits, Severity, X12Error

__all__ = [
    "parse", "dump",
    "Interchange", "Group", "Transaction", "Segment", "Separators", "STANDARD",
    "Finding", "Severity", "Limits", "X12Error",
]  # fmt: skip
