"""The `[stock]` table of the settings: what a company decides about its stock in OroCommerce."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from attrs import field, frozen
from cattrs import Converter

from orogxo.orchestrator.schedule.due import Blackout
from orogxo.orchestrator.stock.policy import StockPolicy
from orogxo.orchestrator.stock.pool import FigureTerms
from orogxo.orchestrator.stock.projection import Budget, Mode, Shares
from orogxo.oro.selling_terms import ShopDeclared


@frozen
class ShopSettings:
    """`[stock.shop]`: what OroCommerce's system configuration says and its API does not show.

    Members are those of `SellingTerms`; what is not declared is not known, and forbids to raise a row.
    `categories_override`: categories may say otherwise.
    """

    manage: bool | None = None
    decrement: bool | None = None
    back_order: bool | None = None
    threshold: Decimal | None = None
    categories_override: bool = True

    def declared(self) -> ShopDeclared:
        """The same as the stock front wants it."""
        threshold = None if self.threshold is None else Fraction(self.threshold)
        return ShopDeclared(self.manage, self.decrement, self.back_order, threshold, self.categories_override)


@frozen
class BudgetSettings:
    """`[stock.budget]`: how much overselling mode "risk" accepts per SKU and year, see `Budget`."""

    kind: Literal["chance", "eaches", "money"] = "chance"
    amount: Decimal = Decimal(0)


Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@frozen
class BlackoutSettings:
    """`[[stock.blackouts]]`: no run while the site's clock shows `start` or later and not yet `end`."""

    start: dt.time
    end: dt.time
    days: tuple[Day, ...] = _DAYS

    def blackout(self) -> Blackout:
        """The same as the schedule wants it."""
        return Blackout(self.start, self.end, frozenset(map(_DAYS.index, self.days)))


@frozen
class StockSettings:
    """`[stock]`; see `StockPolicy` for the meaning of each. Amounts are exact, in base units.

    `figures`, `statuses`, `sites`: what the figures of the warehouse mean; "" for not agreed. `weights`: by
    SKU and unit, for `shares = "fixed"`. `reserves`, `prices` and `stale_minutes_of`: by SKU. `zone`: the
    IANA time zone of `blackouts`.
    """

    figures: Literal["", "on_hand", "less_allocated", "less_accepted"] = ""
    statuses: tuple[str, ...] = ("available",)
    sites: tuple[str, ...] = ()
    movements: bool = False
    mode: Mode = "strict"
    shares: Literal["demand", "each_first", "case_first", "fixed"] = "demand"
    weights: Mapping[str, Mapping[str, Decimal]] = field(factory=dict)
    budget: BudgetSettings = field(factory=BudgetSettings)
    prices: Mapping[str, Decimal] = field(factory=dict)
    interval_minutes: int = 15
    outage_minutes: int = 240
    reserve: Decimal = Decimal(0)
    reserves: Mapping[str, Decimal] = field(factory=dict)
    stale_minutes: int = 60
    stale_minutes_of: Mapping[str, int] = field(factory=dict)
    most_zeroed: Decimal = Decimal("0.2")
    most_raised: Decimal = Decimal("0.5")
    few: int = 50
    slice: int = 2000
    sweep: int = 1000
    rounds: int = 6
    window_hours: int = 24
    history_days: int = 90
    before_go_live_open: bool = True
    lease_minutes: int = 30
    recheck_minutes: int = 15
    zone: ZoneInfo = field(factory=lambda: ZoneInfo("UTC"))
    blackouts: tuple[BlackoutSettings, ...] = ()
    shop: ShopSettings = field(factory=ShopSettings)

    def policy(self) -> StockPolicy:
        """These settings as the stock flow wants them. Raises ConfigError."""
        terms = FigureTerms(self.figures, self.statuses, self.sites) if self.figures else None
        weights = {
            (sku, unit): Fraction(weight)
            for sku, units in self.weights.items()
            for unit, weight in units.items()
        }
        return StockPolicy(
            figures=terms,
            movements=self.movements,
            mode=self.mode,
            shares=Shares(self.shares, weights),
            budget=Budget(self.budget.kind, self.budget.amount),
            prices=dict(self.prices),
            interval=dt.timedelta(minutes=self.interval_minutes),
            outage=dt.timedelta(minutes=self.outage_minutes),
            reserve=Fraction(self.reserve),
            reserves={sku: Fraction(amount) for sku, amount in self.reserves.items()},
            stale_after=dt.timedelta(minutes=self.stale_minutes),
            stale_afters={sku: dt.timedelta(minutes=each) for sku, each in self.stale_minutes_of.items()},
            most_zeroed=Fraction(self.most_zeroed),
            most_raised=Fraction(self.most_raised),
            few=self.few,
            slice=self.slice,
            sweep=self.sweep,
            rounds=self.rounds,
            window=dt.timedelta(hours=self.window_hours),
            history=dt.timedelta(days=self.history_days),
            before_go_live_open=self.before_go_live_open,
            lease=dt.timedelta(minutes=self.lease_minutes),
            recheck_every=dt.timedelta(minutes=self.recheck_minutes),
            blackouts=tuple(one.blackout() for one in self.blackouts),
            zone=self.zone,
        )


def read_numbers(converter: Converter) -> None:
    """Teach `converter` exact numbers (whole ones and those with a point, never a float), times and zones."""
    converter.register_structure_hook(Decimal, lambda value, _: _number(value))
    converter.register_structure_hook(dt.time, lambda value, _: _time(value))
    converter.register_structure_hook(ZoneInfo, lambda value, _: _zone(value))


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        raise TypeError(f"expected a number, got {value!r}")
    return Decimal(value)


def _time(value: Any) -> dt.time:
    if not isinstance(value, dt.time):
        raise TypeError(f"expected a time such as 02:00:00, got {value!r}")
    return value


def _zone(value: Any) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (TypeError, ValueError, OSError, KeyError):
        raise TypeError(f"expected an IANA time zone such as Europe/London, got {value!r}") from None
