"""The advice as values, and in words and money for people who sell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from attrs import frozen

from orogxo.orchestrator.schedule.costs import Requests
from orogxo.orchestrator.stock.risk import Budget


@frozen
class PushClass:
    """SKUs that are pushed together every `interval`; `due` is the next planned instant (UTC)."""

    name: str
    skus: frozenset[str]
    interval: dt.timedelta
    due: dt.datetime


@frozen
class FixedTimer:
    """What a timer without classes does for the requests that the advice spends at OroCommerce.

    `turn`: how long it is from one push of a SKU to the next, as all come in turn; None: it cannot be had.
    Base units expected to be oversold in a year at most, and their worth: `bare` without any safety stock,
    `safe` with the advised one, and shares where the advice has them.
    """

    interval: dt.timedelta
    turn: dt.timedelta | None
    bare: float
    bare_cost: Decimal
    safe: float
    safe_cost: Decimal


@frozen
class Advice:
    """When to push which SKUs, and what to hold back.

    - `interval`: the shortest of the classes: how often the host asks at least.
    - `classes`: SKUs by velocity, the fastest first.
    - `safety`: base units to hold back, by SKU; `thresholds`: the same as OroCommerce's `inventoryThreshold`,
      in the primary unit. `withheld`: what it is worth.
    - `strict`: SKUs whose rows must show shares of the pool: the risk cannot be kept otherwise at less than
      half of the pool, or nobody can tell how much is ordered.
    - `oversold`: base units expected to be oversold in a year, at most; `cost`: their worth.
    - `fixed`: timers of 5, 15 and 60 minutes, for the same requests.
    - `requests`: a day, at each end. `explanation`: all of this in words.
    """

    interval: dt.timedelta
    classes: tuple[PushClass, ...]
    safety: Mapping[str, Fraction]
    thresholds: Mapping[str, Fraction]
    withheld: Decimal
    strict: tuple[str, ...]
    oversold: float
    cost: Decimal
    fixed: tuple[FixedTimer, ...]
    requests: Requests
    explanation: str = ""

    def interval_of(self, sku: str) -> dt.timedelta:
        """How often that SKU is pushed. Raises KeyError for one that the advice was not made for."""
        for one in self.classes:
            if sku in one.skus:
                return one.interval
        raise KeyError(sku)


def explain(advice: Advice, budget: Budget) -> str:
    """The advice as a few lines of text."""
    lines = [f"Accepted, per SKU and year: {_accepted(budget)}."]
    lines += [
        f"Push the {len(one.skus)} {one.name} SKUs every {in_words(one.interval)}." for one in advice.classes
    ]
    held = [sku for sku, amount in advice.safety.items() if amount > 0]
    lines.append(
        f"This takes {advice.requests.oro} requests a day at OroCommerce and {advice.requests.gxo} at GXO."
    )
    lines.append(
        f"Hold back a safety stock of {len(held)} SKUs, worth {_rounded(advice.withheld)}: it stays unsold. "
        f"In return at most {advice.oversold:.3g} base units a year, worth {_rounded(advice.cost)}, are "
        "expected to be sold and not there."
    )
    if advice.strict:
        lines.append(
            f"{len(advice.strict)} SKUs show shares of their stock instead, so that nothing of them is "
            f"oversold: orders are too rare or too large beside the stock ({_some(advice.strict)})."
        )
    return "\n".join([*lines, *map(_timer, advice.fixed)])


def in_words(length: dt.timedelta) -> str:
    """A span as people say it: "5 min", "2 h", "1 h 30 min"."""
    hours, minutes = divmod(round(length / dt.timedelta(minutes=1)), 60)
    said = [f"{hours} h"] if hours else []
    return " ".join(said + ([f"{minutes} min"] if minutes or not hours else []))


def _accepted(budget: Budget) -> str:
    if budget.kind == "chance":
        return f"a chance of {float(budget.amount):.3%} to oversell at all"
    return (
        f"{budget.amount} base units oversold"
        if budget.kind == "eaches"
        else f"{budget.amount} of money oversold"
    )


def _timer(one: FixedTimer) -> str:
    begin = f"A fixed timer of {in_words(one.interval)}, for as many requests,"
    if one.turn is None:
        return f"{begin} cannot push a single batch each time."
    return (
        f"{begin} comes to each SKU every {in_words(one.turn)}: up to {one.bare:.3g} base units a year "
        f"({_rounded(one.bare_cost)}) without safety stock, {one.safe:.3g} ({_rounded(one.safe_cost)}) with "
        "this advice's safety stock and shares."
    )


def _rounded(amount: Decimal) -> str:
    return f"{amount.quantize(Decimal('0.01')):,}"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
