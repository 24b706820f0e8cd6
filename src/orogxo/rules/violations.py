"""Violations of one order, as values; also made from the errors that mapping raises."""

from __future__ import annotations

from orogxo.errors import MappingError
from orogxo.mapping.violations import Violation

__all__ = ["Violation", "violated"]


def violated(error: MappingError, path: str = "") -> Violation:
    """The violation that `error` tells of, its place prefixed by `path`."""
    place = ".".join(part for part in (path, error.path) if part)
    facts = [f"value {error.value}"] if error.value else []
    facts += [f"{name} {value}" for name, value in error.context.items()]
    facts += [error.hint] if error.hint else []
    return Violation(error.code, place, error.message, tuple(facts))
