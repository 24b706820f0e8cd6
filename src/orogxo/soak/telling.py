"""Writes a day down as a pytest test that fails the same way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from orogxo.soak.day import Day
from orogxo.soak.laws import Broken

WIDTH = 100


def as_test(day: Day, broken: Sequence[Broken], *, name: str, defect: str = "") -> str:
    """The source of a test module; with the name of a `defect` it plants that one first."""
    told = "\n".join(f"    # {each.law}: {each.told}" for each in broken)
    body = f"day = {code(day, 4)}"
    names = [*sorted(_kinds(day)), *(["planted"] if defect else []), "play"]
    played = "play(day).violations == ()"
    lines = ["from orogxo.soak import (", *(f"    {each}," for each in names), ")", "", ""]
    lines += [f"def test_{name}() -> None:", told, f"    {body}"]
    if defect:
        lines += [f'    with planted("{defect}"):', f"        assert {played}"]
    else:
        lines.append(f"    assert {played}")
    return "\n".join(lines) + "\n"


def code(value: Any, indent: int = 0) -> str:
    """`value` as Python, without what is the default anyway."""
    flat = _flat(value)
    if len(flat) + indent <= WIDTH or not _parts(value):
        return flat
    inner = " " * (indent + 4)
    parts = "".join(f"{inner}{label}{code(part, indent + 4)},\n" for label, part in _parts(value))
    opening = "(" if isinstance(value, tuple) else f"{type(value).__name__}("
    return f"{opening}\n{parts}{' ' * indent})"


def _flat(value: Any) -> str:
    parts = [f"{label}{_flat(part)}" for label, part in _parts(value)]
    if isinstance(value, tuple):
        return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
    return f"{type(value).__name__}({', '.join(parts)})" if attrs.has(type(value)) else repr(value)


def _parts(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, tuple):
        return [("", part) for part in value]
    if not attrs.has(type(value)):
        return []
    fields = attrs.fields(type(value))
    told = [field for field in fields if getattr(value, field.name) != field.default]
    return [
        ("" if place == 0 and field is fields[0] else f"{field.name}=", getattr(value, field.name))
        for place, field in enumerate(told)
    ]


def _kinds(value: Any) -> set[str]:
    own = {type(value).__name__} if attrs.has(type(value)) else set()
    return own.union(*(_kinds(part) for _, part in _parts(value)))
