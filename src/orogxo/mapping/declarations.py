"""Units that a person declared: reads one SKU's table of `units.toml` and finds everything wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from orogxo.errors import MappingError
from orogxo.mapping.packs import Ratio, SkuUnits, contradiction, sane, within
from orogxo.model.quantities import exact

MOST_DECIMALS = 12

Packs = dict[str, tuple[Fraction, str]]


def read_declarations(table: Mapping[str, Any], ratio: Ratio) -> tuple[dict[str, SkuUnits], list[str]]:
    """All SKUs of `{"skus": {sku: {"base": ..., unit: ...}}}` and all problems, each naming its place."""
    problems = [f"{name}: unknown setting; only [skus.*] belongs here" for name in table if name != "skus"]
    skus = table.get("skus", {})
    if not isinstance(skus, Mapping):
        return {}, [*problems, "skus: must be tables, one for each SKU"]
    read = {sku: _Declaration(str(sku), problems, ratio).read(given) for sku, given in skus.items()}
    return {sku: units for sku, units in read.items() if units is not None}, problems


class _Declaration:
    """Reads one SKU; problems go to a list shared by all, so that a person sees them together."""

    def __init__(self, sku: str, problems: list[str], ratio: Ratio) -> None:
        self.sku, self.problems, self.ratio = sku, problems, ratio

    def complain(self, key: str, problem: str) -> None:
        self.problems.append(f"{self.sku}.{key}: {problem}" if key else f"{self.sku}: {problem}")

    def read(self, given: Any) -> SkuUnits | None:
        if not isinstance(given, Mapping):
            self.complain("", 'must be a table such as  base = "each", case = 12')
            return None
        base = given.get("base")
        if not isinstance(base, str) or not _is_name(base):
            self.complain("base", 'name the smallest unit, as in  base = "each"')
            return None
        units = {str(unit): value for unit, value in given.items() if unit not in ("base", "precision")}
        factors = self.resolve(self.packs(units, base), base, set(units))
        if defiant := contradiction(factors, self.ratio):
            self.complain("", f"conflicting definitions: {defiant}")
        return SkuUnits(self.sku, base, factors, self.precision(given.get("precision"), base))

    def precision(self, value: Any, base: str) -> dict[str, int]:
        if value is None:
            return {}
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_DECIMALS:
            self.complain("precision", f"must be a whole number from 0 to {MOST_DECIMALS}")
            return {}
        return {base: value}

    def packs(self, given: Mapping[str, Any], base: str) -> Packs:
        """What each unit holds, as (amount, of which unit)."""
        packs: Packs = {}
        for unit, value in given.items():
            if not _is_name(unit):
                self.complain(repr(unit), "a unit is one word")
            elif (pack := self.pack(unit, value, base)) is not None:
                packs[unit] = pack
        itself = (Fraction(1), base)
        if packs.pop(base, itself) != itself:
            self.complain(base, "conflicting definitions: it is the base, which holds exactly one of itself")
        return packs

    def pack(self, unit: str, value: Any, base: str) -> tuple[Fraction, str] | None:
        words = value.split() if isinstance(value, str) else [value]
        number, of = words if len(words) == 2 else (value, base)
        if isinstance(number, bool) or not isinstance(number, str | int | Decimal):
            self.complain(unit, 'must be a number or text such as "40 case"')
            return None
        try:
            amount = exact(number)
        except MappingError as error:
            self.complain(unit, error.message)
            return None
        if not sane(amount):
            self.complain(unit, "must be above zero and of a sensible size")
            return None
        return amount, of

    def resolve(self, packs: Packs, base: str, named: set[str]) -> dict[str, Fraction]:
        """Factors in base units: packs of packs settle from the base outwards, in any order."""
        factors, waiting = {base: Fraction(1)}, dict(packs)
        while True:
            settled = {
                unit: amount * factor
                for unit, (amount, of) in waiting.items()
                if (factor := within(factors, of, self.ratio)) is not None
            }
            if not settled:
                break
            for unit, factor in settled.items():
                del waiting[unit]
                if sane(factor):
                    factors[unit] = factor
                else:
                    self.complain(unit, "holds more or less of the base than goods can")
        self.explain(waiting, named)
        return factors

    def explain(self, waiting: Packs, named: set[str]) -> None:
        """Say why units stayed unsettled: unknown names and circles; what rests on those is silent."""
        circles = set()
        for unit, (_, of) in waiting.items():
            if of not in named:
                self.complain(unit, f"refers to {of!r}, which is not declared here")
            path = [unit]
            while path[-1] in waiting and waiting[path[-1]][1] not in path:
                path.append(waiting[path[-1]][1])
            if path[-1] in waiting and waiting[path[-1]][1] == unit:
                first = path.index(min(path))
                circles.add((*path[first:], *path[:first], path[first]))
        for circle in sorted(circles):
            self.complain(circle[0], f"goes round in a circle: {' -> '.join(circle)}")


def _is_name(text: str) -> bool:
    return text.split() == [text]
