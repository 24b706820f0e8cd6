"""Which SKUs are pushed together, how often, within the request budgets; what fixed timers would do. Pure."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from attrs import evolve, field, frozen

from orogxo.errors import ConfigError
from orogxo.orchestrator.demand import DAY
from orogxo.orchestrator.schedule.costs import PushCosts, Requests, SkuDemand
from orogxo.orchestrator.schedule.exposure import exposure, safety_stock
from orogxo.orchestrator.schedule.gaps import Gaps, gaps
from orogxo.orchestrator.stock.risk import Budget

INTERVALS = tuple(dt.timedelta(minutes=m) for m in (1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 240, 480, 1440))
_CLASSES = (("fast", Fraction(1, 2)), ("middle", Fraction(4, 5)), ("slow", Fraction(1)))
_SAMPLE = 5
_AS_GOOD = Decimal("1.02")
NOTHING = Fraction()


@frozen
class Plan:
    """SKUs that are pushed together, at one interval."""

    name: str
    skus: tuple[SkuDemand, ...]
    interval: dt.timedelta = INTERVALS[-1]
    rows: float = field(init=False)

    @rows.default
    def _rows_due(self) -> float:
        return sum(one.changes_within(self.interval) for one in self.skus)

    def between(self, costs: PushCosts) -> Gaps:
        """The spans between its confirmed pushes."""
        return gaps(self.interval, costs, self.rows)

    def daily(self, costs: PushCosts) -> Requests:
        """Its requests a day."""
        return costs.daily(self.interval, self.rows)

    def hidden(self, costs: PushCosts, budget: Budget) -> Decimal:
        """The value that it hides from buyers, as a sample of its SKUs tells; half a pool where `strict`."""
        between, every = self.between(costs), max(1, len(self.skus) // _SAMPLE)
        sample = self.skus[every // 2 :: every]
        held = [(safety_stock(one, budget, between), one) for one in sample]
        value = sum(
            (money(one.pool / 2 if safety is None else safety, one.price) for safety, one in held), Decimal()
        )
        return value * len(self.skus) / len(sample)


def money(amount: Fraction, price: Decimal) -> Decimal:
    """What so many base units are worth."""
    return price * amount.numerator / amount.denominator


def by_velocity(skus: Sequence[SkuDemand]) -> list[Plan]:
    """The SKUs that make the first half of the turnover, those that make 30 % more, and the rest."""

    def turnover(one: SkuDemand) -> Fraction:
        return one.demand.rate * Fraction(one.price) if one.demand else NOTHING

    ranked = sorted(skus, key=lambda one: (-turnover(one), one.sku))
    total, passed, members = sum(map(turnover, skus), NOTHING), NOTHING, dict[str, list[SkuDemand]]()
    for one in ranked:
        name = next((name for name, share in _CLASSES if turnover(one) and passed < total * share), "slow")
        members.setdefault(name, []).append(one)
        passed += turnover(one)
    return [Plan(name, tuple(some)) for name, some in members.items()]


def least_hidden(plans: Sequence[Plan], costs: PushCosts, budget: Budget) -> list[Plan]:
    """The plans with the intervals that hide the least value and that the request budgets allow.

    A slower class is never pushed more often than a faster one. Of choices that are as good (within 2 %) the
    one with the fewest requests is taken. Raises ConfigError where no interval is affordable.
    """
    options = [[evolve(one, interval=every) for every in INTERVALS] for one in plans]
    affordable: list[Sequence[Plan]] = [
        chosen
        for chosen in itertools.product(*options)
        if all(one.interval <= two.interval for one, two in itertools.pairwise(chosen))
        and costs.affords(one.daily(costs) for one in chosen)
        and all(one.interval > costs.duration(one.rows) for one in chosen)
    ]
    if not affordable:
        least = [one[-1].daily(costs) for one in options]
        raise ConfigError(
            f"the requests that stock may spend a day ({costs.budget.oro} at OroCommerce, {costs.budget.gxo} "
            f"at GXO) do not suffice for one push of every SKU a day, which takes "
            f"{sum(one.oro for one in least)} and {sum(one.gxo for one in least)}; allow more"
        )
    used = {(one.name, one.interval): one for chosen in affordable for one in chosen}
    hidden = {key: one.hidden(costs, budget) for key, one in used.items()}
    value = {chosen: sum((hidden[key] for key in chosen), Decimal()) for chosen in map(_keys, affordable)}
    best = min(value.values())
    as_good = [chosen for chosen in affordable if value[_keys(chosen)] <= best * _AS_GOOD]
    return list(
        min(as_good, key=lambda chosen: (sum(one.daily(costs).oro for one in chosen), value[_keys(chosen)]))
    )


def _keys(chosen: Iterable[Plan]) -> tuple[tuple[str, dt.timedelta], ...]:
    return tuple((one.name, one.interval) for one in chosen)


def safeties(
    plans: Iterable[Plan], costs: PushCosts, budget: Budget
) -> tuple[dict[str, Fraction], tuple[str, ...]]:
    """The safety stock of each SKU in base units, and the SKUs that must show shares (theirs is 0)."""
    found = {}
    for plan in plans:
        between = plan.between(costs)
        found.update({one.sku: safety_stock(one, budget, between) for one in plan.skus})
    strict = tuple(sorted(sku for sku, safety in found.items() if safety is None))
    return {sku: safety or NOTHING for sku, safety in found.items()}, strict


def expected(
    plans: Iterable[Plan], costs: PushCosts, safety: Mapping[str, Fraction], strict: Iterable[str] = ()
) -> tuple[float, Decimal]:
    """Base units expected to be oversold in a year at most, and their worth; `strict` SKUs oversell none."""
    safe, total, worth = frozenset(strict), 0.0, Decimal()
    for plan in plans:
        between = plan.between(costs)
        for one in plan.skus:
            if one.demand is not None and one.sku not in safe:
                eaches = exposure(one, safety.get(one.sku, NOTHING), between).eaches
                total, worth = total + eaches, worth + one.price * Decimal(repr(eaches))
    return total, worth


def rotation(every: dt.timedelta, skus: Sequence[SkuDemand], costs: PushCosts) -> Plan | None:
    """A timer without classes for the same requests: as many SKUs at each tick as they pay for, in turn.

    The plan's interval is the time until a SKU's turn comes again; None where not even one batch fits a tick.
    """
    ticks = DAY / every
    batches = int((costs.budget.oro / ticks - costs.requests.oro) / costs.per_batch)
    if batches < 1 or ticks * costs.requests.gxo > costs.budget.gxo:
        return None
    room, everything = batches * costs.batch, tuple(skus)
    low, high = 0, max(1, -(-sum(one.rows for one in skus) // room))
    while high - low > 1:
        middle = (low + high) // 2
        fits = Plan("all", everything, every * middle).rows <= middle * room
        low, high = (low, middle) if fits else (middle, high)
    return Plan("all", everything, every * high)
