"""Rules: what may be sent to the warehouse, and who settles what may not."""

from orogxo.rules.registry import RULES, rule
from orogxo.rules.release import Prepared, Tables, prepare
from orogxo.rules.table import Rule
from orogxo.rules.violations import Violation

__all__ = [
    # releasing an order
    "Prepared", "Tables", "prepare",
    # codes and problems
    "RULES", "Rule", "Violation", "rule",
]  # fmt: skip
