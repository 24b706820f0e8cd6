"""The upper tails of demand: how likely is k or more, and how much is expected beyond it. Floats only.

Two families with a given mean and dispersion (variance / mean): the negative binomial, a Poisson demand whose
rate varies as a gamma does, and demand that comes in lumps of a known largest size.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

_STRIDE = 0.2
"""Blocks of the sum, in units of the local spread: interpolation errs by at most stride squared / 8."""
_SLACK = 1 + _STRIDE**2 / 8
_LEAST_DISPERSION = 1.001
_SURE = 9.0
_NEGLIGIBLE = 1e-12


class Tail(NamedTuple):
    """`chance`: P(X >= k), at most 1. `beyond`: the expected excess w over a stock that lies before k.

    `area`: E[w (w - 1) / 2], which for a whole stock is the sum of `beyond` over all greater whole stocks.
    """

    chance: float
    beyond: float
    area: float


def negative_binomial(mean: float, dispersion: float, k: int, gap: float) -> Tail:
    """P(X >= k) and E[max(0, X - (k - gap))] with 0 < gap <= 1; Poisson where `dispersion` is 1.

    Exact to rounding while the spread is small; above by at most 1 % where terms are summed in blocks.
    Dispersions between 1 and 1.001 count as 1.001. What is below 1e-300 is 0.
    """
    if dispersion > 1:
        dispersion = max(dispersion, _LEAST_DISPERSION)
    spread = math.sqrt(mean * dispersion)
    if k <= 0 or k < mean - _SURE * spread:
        over = mean - (k - gap)
        return Tail(1.0, over, (over**2 + mean * dispersion - over) / 2)
    widest = max(spread, dispersion) / 2
    log_term = _log_terms(mean, dispersion)
    at, log_here = k, log_term(k)
    chance = beyond = area = 0.0
    blocks = False
    while True:
        step = _step(mean, dispersion, at, widest)
        blocks = blocks or step > 1
        log_next = log_term(at + step)
        here, over = math.exp(log_here), gap + at - k
        count, first, second = _geometric(step, (log_next - log_here) / step)
        weight = here * ((over * over - over) * count + (2 * over - 1) * first + second) / 2
        chance, beyond, area = chance + here * count, beyond + here * (over * count + first), area + weight
        at, log_here = at + step, log_next
        if at > max(mean, k + 2) and abs(weight) <= _NEGLIGIBLE * abs(area):
            break
    slack = _SLACK if blocks else 1.0
    return Tail(min(1.0, chance * slack), beyond * slack, area * slack)


def in_lumps(mean: float, dispersion: float, lump: float, k: float, stock: float) -> Tail:
    """Upper bounds for any compound Poisson demand whose orders are at most `lump` (>= `dispersion`) each.

    P(X >= k) by Markov's and Bennett's inequalities. `beyond` and `area` by the smaller of two: of all such
    demand with this mean, orders of exactly `lump` have the largest (they dominate in convex order); and
    Bennett's, which knows the dispersion also (x is at most exp(t x) / (e t), and x**2 its square at t / 2).
    """
    whole = math.floor(stock / lump) + 1
    lumps = negative_binomial(mean / lump, 1.0, whole, whole - stock / lump)
    exponent, _ = _bennett(mean, dispersion, lump, k)
    chance = min(1.0, mean / k if k > 0 else 1.0, math.exp(-exponent))
    exponent, slope = _bennett(mean, dispersion, lump, stock)
    beyond, area = lumps.beyond * lump, (lump**2 * (2 * lumps.area + lumps.beyond) - lump * lumps.beyond) / 2
    if slope > 0:
        reach = math.exp(-exponent) / (math.e * slope)
        beyond, area = min(beyond, reach), min(area, 2 * reach / (math.e * slope))
    return Tail(chance, beyond, area)


def _bennett(mean: float, dispersion: float, lump: float, at: float) -> tuple[float, float]:
    """The exponent of Bennett's bound at a point, and the slope (per unit) for which it is reached."""
    steady = mean * (1 - dispersion / lump)
    lumps = mean * dispersion / lump**2
    ratio = (at - steady) / (lumps * lump)
    if ratio <= 1:
        return 0.0, 0.0
    return lumps * (ratio * math.log(ratio) - ratio + 1), math.log(ratio) / lump


def _log_terms(mean: float, dispersion: float) -> Callable[[int], float]:
    """The logarithm of P(X = k), its constants worked out once."""
    if dispersion == 1:
        log_mean = math.log(mean)
        return lambda k: k * log_mean - mean - math.lgamma(k + 1)
    shape, log_ratio = mean / (dispersion - 1), math.log1p(-1 / dispersion)
    constant = math.lgamma(shape) + shape * math.log(dispersion)
    return lambda k: math.lgamma(k + shape) - math.lgamma(k + 1) + k * log_ratio - constant


def _step(mean: float, dispersion: float, at: int, widest: float) -> int:
    """How many terms from `at` on follow a geometric series closely enough."""
    if dispersion > 1:
        shape = mean / (dispersion - 1)
        curve = abs(shape - 1) / ((at + 1) * (at + shape))
    else:
        curve = 1 / (at + 1)
    return max(1, int(min(widest, _STRIDE / math.sqrt(curve) if curve > 0 else widest)))


def _geometric(count: int, log_ratio: float) -> tuple[float, float, float]:
    """Sums of ratio**i, of i * ratio**i and of i**2 * ratio**i, for i from 0 to count - 1."""
    if count == 1:
        return 1.0, 0.0, 0.0
    if abs(log_ratio) * count < 1e-4:
        return float(count), count * (count - 1) / 2, count * (count - 1) * (2 * count - 1) / 6
    less, ratio, power = math.expm1(log_ratio), math.exp(log_ratio), math.exp(log_ratio * count)
    total = math.expm1(log_ratio * count) / less
    first = (count * power - ratio * total) / less
    return total, first, (count**2 * power - ratio * (2 * first + total)) / less
