"""The advice: how often each class of SKUs is pushed and what is held back, for a stated risk. Pure.

Fast SKUs are pushed more often than slow ones. Of all intervals that the request budgets allow, those are
taken that hide the least value as safety stock; the risk itself is the same for all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from attrs import evolve

from orogxo.errors import ConfigError
from orogxo.orchestrator.schedule.answer import Advice, FixedTimer, PushClass, explain
from orogxo.orchestrator.schedule.costs import Outage, PushCosts, Requests, SkuDemand
from orogxo.orchestrator.schedule.due import Blackout, next_due
from orogxo.orchestrator.schedule.plan import (
    Plan,
    by_velocity,
    expected,
    least_hidden,
    money,
    rotation,
    safeties,
)
from orogxo.orchestrator.stock.risk import Budget

FIXED = tuple(dt.timedelta(minutes=minutes) for minutes in (5, 15, 60))


def advise(
    skus: Sequence[SkuDemand],
    costs: PushCosts,
    budget: Budget,
    *,
    now: dt.datetime,
    zone: ZoneInfo,
    blackouts: Sequence[Blackout] = (),
) -> Advice:
    """The advice for these SKUs; takes some milliseconds for each.

    `budget` is what may be oversold, per SKU and year. A blackout counts as an outage of its length on each
    of its days. Raises ConfigError without SKUs, for a budget of 0 (only `strict` rows promise that) and
    where no interval fits the request budgets.
    """
    if not skus:
        raise ConfigError("there is no SKU to advise on")
    if budget.amount <= 0:
        raise ConfigError(
            "no schedule and no safety stock can promise no overselling at all: use strict rows"
        )
    nights = tuple(Outage(one.length, len(one.days) * 365 / 7) for one in blackouts)
    costs = evolve(costs, outages=(*costs.outages, *nights))
    plans = least_hidden(by_velocity(skus), costs, budget)
    safety, strict = safeties(plans, costs, budget)
    spent = [one.daily(costs) for one in plans]
    requests = Requests(sum(one.oro for one in spent), sum(one.gxo for one in spent))
    oversold, cost = expected(plans, costs, safety, strict)
    advice = Advice(
        interval=min(one.interval for one in plans),
        classes=tuple(_class(one, now, blackouts, zone) for one in plans),
        safety=safety,
        thresholds={one.sku: safety[one.sku] / one.primary for one in skus},
        withheld=sum((money(safety[one.sku], one.price) for one in skus), Decimal()),
        strict=strict,
        oversold=oversold,
        cost=cost,
        fixed=tuple(_fixed(every, skus, _at_same(costs, requests), safety, strict) for every in FIXED),
        requests=requests,
    )
    return evolve(advice, explanation=explain(advice, budget))


def _class(plan: Plan, now: dt.datetime, blackouts: Sequence[Blackout], zone: ZoneInfo) -> PushClass:
    due = next_due(now, plan.interval, now=now, blackouts=blackouts, zone=zone)
    return PushClass(plan.name, frozenset(one.sku for one in plan.skus), plan.interval, due)


def _at_same(costs: PushCosts, requests: Requests) -> PushCosts:
    """At OroCommerce a timer may spend what the advice spends; at GXO all that the site allows."""
    return evolve(costs, budget=Requests(requests.oro, costs.budget.gxo))


def _fixed(
    every: dt.timedelta,
    skus: Sequence[SkuDemand],
    costs: PushCosts,
    safety: Mapping[str, Fraction],
    strict: Sequence[str],
) -> FixedTimer:
    plan = rotation(every, skus, costs)
    if plan is None:
        return FixedTimer(every, None, 0.0, Decimal(), 0.0, Decimal())
    bare, safe = expected([plan], costs, {}), expected([plan], costs, safety, strict)
    return FixedTimer(every, plan.interval, *bare, *safe)
