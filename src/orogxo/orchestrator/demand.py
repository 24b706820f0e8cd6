"""Demand of a SKU: how much may be ordered until a given instant, from what was ordered before. Pure.

Quantities are exact numbers of base units; chances and expectations are floats. Every estimate errs upwards.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import frozen

from orogxo.orchestrator.rhythm import Rhythm
from orogxo.orchestrator.tails import Tail, in_lumps, negative_binomial

DAY = dt.timedelta(days=1)
_FEWEST_WINDOWS = 14
_FEWEST_RUNS = 16
_NORMAL_95 = 1.645


@frozen
class Window:
    """What was ordered of one SKU from `start` on, for `length`; `amount` in base units.

    `censored`: a buyer could not have ordered all that he wanted (the rows were too low for that), so that
    the amount is only a lower bound of the demand.

    Raises ValueError for a length of 0 or less, or a negative amount.
    """

    start: dt.datetime
    length: dt.timedelta
    amount: Fraction
    censored: bool = False

    def __attrs_post_init__(self) -> None:
        if self.length <= dt.timedelta() or self.amount < 0:
            raise ValueError(f"a window has a length, and its amount is not negative: {self}")


@frozen
class Demand:
    """The demand for one SKU.

    - `rate`: base units a day, an upper estimate that allows for how little was seen.
    - `dispersion`: variance / mean of what is ordered in a span, in base units, at least 1.
    - `windows`: how many windows it was fitted on.
    - `lump`: the largest plausible single order in base units; 1 where nothing is known of bulk orders.
    - `peak`: how many times the rate is reached in the busiest hour of the week; `surge`: how many days of
      the rate a span may see beyond it. 1 and 0 where no rhythm is known.

    - `short`: dispersions of spans up to some length, the shortest first; none is above `dispersion`.

    Raises ValueError for a negative rate or surge, or a dispersion, lump or peak below 1.
    """

    rate: Fraction
    dispersion: float
    windows: int
    lump: Fraction = Fraction(1)
    peak: Fraction = Fraction(1)
    surge: Fraction = Fraction(0)
    short: tuple[tuple[dt.timedelta, float], ...] = ()

    def __attrs_post_init__(self) -> None:
        if min(self.rate, self.surge) < 0 or not 1 <= self.dispersion < math.inf:
            raise ValueError(f"rate and surge are not negative, and the dispersion is 1 or more: {self}")
        if min(self.lump, self.peak) < 1:
            raise ValueError(f"lump and peak are 1 or more: {self}")

    def within(self, horizon: dt.timedelta) -> Fraction:
        """Base units expected within `horizon` at the busiest time of the week.

        Raises ValueError for a negative horizon.
        """
        if horizon < dt.timedelta():
            raise ValueError(f"a horizon is not negative: {horizon}")
        days = _days(horizon)
        return self.rate * min(self.peak * days, days + self.surge)

    def dispersion_within(self, horizon: dt.timedelta) -> float:
        """The dispersion of what is ordered within `horizon`."""
        return next((some for length, some in self.short if horizon <= length), self.dispersion)


def fit(windows: Sequence[Window], rhythm: Rhythm | None = None) -> Demand | None:
    """The demand that uncensored windows show; None where fewer than 14 are left or nothing was ordered.

    `rhythm`: that of the whole shop. With it, what is ordered in a window is compared with what its hours
    let expect, and the busiest hours set the pace. Without it the rhythm counts as dispersion (which is safe
    where windows last an hour or less, and errs far upwards); in windows of a day it cannot be seen at all.

    The rate is the upper 95 % limit of the mean. The dispersion is the largest met over single windows and
    over runs of 2, 4, 8, ... of them, because a wave of orders, or the rhythm of days and weeks, shows only
    in spans that are long enough; a shorter span has that of the runs up to its length. The lump is the
    largest amount of a window, or less where the skewness of many well filled windows speaks for smaller
    orders; it is widened while few windows had orders at all.
    """
    seen = sorted((one for one in windows if not one.censored), key=lambda one: one.start)
    total = sum((one.amount for one in seen), Fraction())
    if len(seen) < _FEWEST_WINDOWS or total <= 0:
        return None
    spans = [(_exposed(one, rhythm), float(one.amount)) for one in seen]
    days = _exact(_sum(one for one, _ in spans)) if rhythm else sum(map(_length, seen), Fraction())
    ordered = sum(1 for one in seen if one.amount > 0)
    dispersion = max(1.0, _dispersion(spans) * (1 + 2 * math.sqrt(2 / (ordered + 1))))
    plausible = min(max(one.amount for one in seen), Fraction(max(dispersion, _skewness(spans))))
    length, short = min(one.length for one in seen), []
    while len(spans) >= 2 * _FEWEST_RUNS:
        short.append((length, dispersion))
        spans, length = _joined(spans), length * 2
        dispersion = max(dispersion, _dispersion(spans))
    lump = Fraction(max(1, round(plausible * (1 + Fraction(2, ordered)))))
    return Demand(
        rate=total / days * _upper_factor(float(total) / dispersion),
        dispersion=dispersion,
        windows=len(seen),
        lump=lump,
        peak=_exact(rhythm.peak) if rhythm else Fraction(1),
        surge=_exact(rhythm.surge / 24) if rhythm else Fraction(0),
        short=tuple(short),
    )


def chance(demand: Demand, horizon: dt.timedelta, stock: Fraction) -> float:
    """The chance that more than `stock` base units are ordered within `horizon`: an upper bound.

    The worse of two models, because neither is safe alone. A negative binomial of the same mean and
    dispersion is right where the rate of orders varies, but its tail is far too light for rare bulk orders
    (one of 480 among many of 1). Orders of up to `lump` bound those, by inequalities that hold for every mix
    of order sizes with that mean, dispersion and largest size; they presume that orders come independently.
    """
    return tail(demand, horizon, stock).chance


def excess(demand: Demand, horizon: dt.timedelta, stock: Fraction) -> float:
    """The base units expected to be ordered within `horizon` beyond `stock`: an upper bound, as `chance`."""
    return tail(demand, horizon, stock).beyond


def quantile(demand: Demand, horizon: dt.timedelta, risk: float) -> Fraction:
    """The smallest whole stock that `chance` gives at most `risk` to run out. `risk` lies in (0, 1]."""
    if not 0 < risk <= 1:
        raise ValueError(f"a risk is more than 0 and at most 1, not {risk}")

    def enough(stock: int) -> bool:
        return chance(demand, horizon, Fraction(stock)) <= risk

    low, high = -1, math.ceil(demand.within(horizon))
    step = max(1, math.ceil(math.sqrt(high * max(demand.dispersion, float(demand.lump)))))
    while not enough(high):
        low, high, step = high, high + step, step * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return Fraction(high)


def tail(demand: Demand, horizon: dt.timedelta, stock: Fraction) -> Tail:
    """`chance`, `excess` and the sum of `excess` over all greater whole stocks, each an upper bound."""
    mean = float(demand.within(horizon))
    if mean <= 0 or stock < 0:
        return Tail(float(stock < 0), max(0.0, mean - float(stock)), math.inf if stock < 0 else 0.0)
    k = math.floor(stock) + 1
    dispersion = demand.dispersion_within(horizon)
    varying = negative_binomial(mean, dispersion, k, float(k - stock))
    if demand.lump <= 1:
        return varying
    lump = max(float(demand.lump), dispersion)
    bulk = in_lumps(mean, dispersion, lump, float(k), float(stock))
    return Tail(*map(max, zip(varying, bulk, strict=True)))


def _days(length: dt.timedelta) -> Fraction:
    return Fraction(length // dt.timedelta(microseconds=1), DAY // dt.timedelta(microseconds=1))


def _length(window: Window) -> Fraction:
    return _days(window.length)


def _exposed(window: Window, rhythm: Rhythm | None) -> float:
    """A window's days, each hour as long as the rhythm makes it."""
    return float(_days(window.length)) * (rhythm.weight(window.start, window.length) if rhythm else 1.0)


def _exact(value: float) -> Fraction:
    """An estimate as a rational of at most six decimals."""
    return Fraction(round(value * 10**6), 10**6)


def _dispersion(spans: Sequence[tuple[float, float]]) -> float:
    """Pearson's: the mean of (amount - expected) squared / expected."""
    rate = _sum(amount for _, amount in spans) / _sum(days for days, _ in spans)
    return _sum((amount - rate * days) ** 2 / (rate * days) for days, amount in spans) / (len(spans) - 1)


def _joined(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Each two neighbours as one; an odd one at the end is left out."""
    return [(one[0] + two[0], one[1] + two[1]) for one, two in zip(spans[::2], spans[1::2], strict=False)]


def _skewness(spans: Sequence[tuple[float, float]]) -> float:
    """Third by second central moment, and two standard errors: between the usual and the largest order.

    For a compound Poisson demand it is E[size ** 3] / E[size ** 2], whatever the length of the windows.
    """
    rate = _sum(amount for _, amount in spans) / _sum(days for days, _ in spans)
    off = [amount - rate * days for days, amount in spans]
    square = _sum(one**2 for one in off)
    if square <= 0:
        return 1.0
    error = math.sqrt(6 / len(off) * square / len(off))
    return _sum(one**3 for one in off) / square + 2 * error


def _upper_factor(events: float) -> Fraction:
    """Upper 95 % limit of a mean by its estimate, where so many independent events were seen.

    Wilson and Hilferty's approximation to the gamma quantile; rounded up to a thousandth.
    """
    shape = events + 1
    limit = shape * (1 - 1 / (9 * shape) + _NORMAL_95 / (3 * math.sqrt(shape))) ** 3
    return Fraction(math.ceil(1000 * limit / events), 1000)


def _sum(values: Iterable[float]) -> float:
    return math.fsum(values)
