"""What a company decides about its stock in OroCommerce; every default is the cautious one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from attrs import field, frozen

from orogxo.errors import ConfigError
from orogxo.orchestrator.schedule.due import Blackout
from orogxo.orchestrator.stock.pool import NONE, FigureTerms
from orogxo.orchestrator.stock.projection import Budget, Mode, Shares
from orogxo.orchestrator.stock.risk import NO_RISK
from orogxo.ports.stock import StockFront, StockSource


@frozen
class StockPolicy:
    """Settings of the stock flow.

    - `figures`: what the warehouse's figures mean, as agreed with the site; None: not agreed, so nothing is
      written.
    - `movements`: the site tells every movement, so that an empty feed says that nothing moved.
    - `mode`, `shares`, `budget`, `prices`: how pools are shown, see `projection`; `interval` and `outage`:
      how long the next confirmed push may take to come, the declared part of the horizon of `risk`.
    - `reserve`: base units of every SKU that are never sold; `reserves`: the same by SKU, instead of it.
    - `stale_after`, `stale_afters` (by SKU): how old what buyers see may be.
    - `most_zeroed`, `most_raised`: shares of the rows of one push; above them it stops and asks, unless it is
      about at most `few` rows.
    - `slice`: SKUs worked on at once; `sweep`: rows read again in every run, whatever is due.
    - `rounds`: how often in one run a slice is read back and corrected.
    - `window`, `history`: length of the windows of demand, and how far back they count.
    - `before_go_live_open`: orders from before go-live may be open that the figures do not know.
    - `lease`: how long a worker may hold the flow between two signs of life; longer than a write can take.
    - `recheck_every`: how often SKUs with an exception are looked at again.
    - `blackouts`, `zone`: when the site's clock forbids a run.
    """

    figures: FigureTerms | None = None
    movements: bool = False
    mode: Mode = "strict"
    shares: Shares = Shares("demand")  # noqa: RUF009  # frozen
    budget: Budget = NO_RISK
    prices: Mapping[str, Decimal] = field(factory=dict)
    interval: dt.timedelta = dt.timedelta(minutes=15)
    outage: dt.timedelta = dt.timedelta(hours=4)
    reserve: Fraction = NONE
    reserves: Mapping[str, Fraction] = field(factory=dict)
    stale_after: dt.timedelta = dt.timedelta(hours=1)
    stale_afters: Mapping[str, dt.timedelta] = field(factory=dict)
    most_zeroed: Fraction = Fraction(1, 5)
    most_raised: Fraction = Fraction(1, 2)
    few: int = 50
    slice: int = 2000
    sweep: int = 1000
    rounds: int = 6
    window: dt.timedelta = dt.timedelta(days=1)
    history: dt.timedelta = dt.timedelta(days=90)
    before_go_live_open: bool = True
    lease: dt.timedelta = dt.timedelta(minutes=30)
    recheck_every: dt.timedelta = dt.timedelta(minutes=15)
    blackouts: tuple[Blackout, ...] = ()
    zone: ZoneInfo = field(factory=lambda: ZoneInfo("UTC"))

    def __attrs_post_init__(self) -> None:
        wrong = [
            f"{name} is a share between 0 and 1, not {share}"
            for name, share in (("most_zeroed", self.most_zeroed), ("most_raised", self.most_raised))
            if not 0 <= share <= 1
        ]
        wrong += [
            f"a reserve is 0 or more, not {amount} ({sku or 'every SKU'})"
            for sku, amount in {"": self.reserve, **self.reserves}.items()
            if amount < 0
        ]
        wrong += [
            f"{name} must be above 0, not {number}"
            for name, number in (("slice", self.slice), ("rounds", self.rounds))
            if number < 1
        ]
        wrong += [
            f"{name} must be longer than 0, not {span}"
            for name, span in (
                ("window", self.window),
                ("interval", self.interval),
                ("stale_after", self.stale_after),
                ("lease", self.lease),
            )
            if span <= dt.timedelta()
        ]
        if wrong:
            raise ConfigError("the stock policy cannot be used: " + "; ".join(wrong))

    def reserve_of(self, sku: str) -> Fraction:
        """Base units of `sku` that are never sold."""
        return self.reserves.get(sku, self.reserve)

    def stale_of(self, sku: str) -> dt.timedelta:
        """How old what buyers see of `sku` may be."""
        return self.stale_afters.get(sku, self.stale_after)


@frozen
class StockEnds:
    """Both ends of the stock flow and its policy."""

    source: StockSource
    front: StockFront
    policy: StockPolicy = field(factory=StockPolicy)
