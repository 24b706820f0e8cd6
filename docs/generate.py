"""Writes the reference pages that are drawn from the code: states and exceptions. A test compares them."""

from __future__ import annotations

from pathlib import Path

from orogxo.model import Owner, State
from orogxo.orchestrator import TABLE, EventKind
from orogxo.orchestrator.states import WAREHOUSE_STATES
from orogxo.orchestrator.trace import MEANING
from orogxo.rules import RULES

HERE = Path(__file__).parent / "reference"


def states() -> str:
    """The page about states, from the transition table."""
    lines = [
        "# States",
        "",
        "Drawn from `orogxo.orchestrator.states`.",
        "",
        "| state | meaning |",
        "|---|---|",
    ]
    lines += [f"| `{state.value}` | {MEANING[state]} |" for state in State]
    lines += [
        "",
        "## Moves",
        "",
        "Anything not listed changes nothing: late and repeated news is kept and ignored.",
        "",
    ]
    lines += ["| when | in state | it may become |", "|---|---|---|"]
    for kind in EventKind:
        for state, after in TABLE.get(kind, {}).items():
            moves = ", ".join(f"`{each.value}`" for each in dict.fromkeys(after))
            lines.append(f"| {kind.value} | `{state.value}` | {moves} |")
    lines += ["", "## The warehouse's words", "", "| gateway state | here |", "|---|---|"]
    lines += [f"| `{word}` | `{state.value}` |" for word, state in WAREHOUSE_STATES.items()]
    return "\n".join(lines) + "\n"


def exceptions() -> str:
    """The page about exceptions, from the rule table, by owner."""
    lines = [
        "# Exceptions",
        "",
        "Every code, by the team that settles it. Drawn from `orogxo.rules.registry`.",
        "",
    ]
    for owner in Owner:
        rules = [rule for rule in RULES.values() if rule.owner is owner]
        if not rules:
            continue
        lines += [f"## {owner.value.capitalize() if owner is not Owner.IT else 'IT'}", ""]
        lines += [
            "| code | what to do | cured in | can be waived | what a customer may be told |",
            "|---|---|---|---|---|",
        ]
        for rule in rules:
            cells = (
                f"`{rule.code}`",
                rule.hint,
                rule.fixed_by,
                "yes" if rule.waivable else "no",
                rule.meaning,
            )
            lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


PAGES = {"states.md": states, "exceptions.md": exceptions}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), "utf-8")
