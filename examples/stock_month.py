"""A simulated month of trading: the advised schedule and safety stock against fixed timers. Prints a table.

    python examples/stock_month.py [picture.png]

Sixty SKUs, steady, in cases and in waves, are fitted on eight weeks of hourly orders and then traded for
months that the advice has not seen. All timers may spend the requests a day that the advice counts on at
OroCommerce: at each tick they push as many SKUs as that pays for, all in turn; once every SKU is pushed at
every tick, more requests would change nothing. Each comes twice: without safety stock, and with one of the
same worth as the advised, as so many days of each SKU's orders. The picture needs matplotlib.
"""

from __future__ import annotations

import datetime as dt
import math
import random
import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from attrs import frozen

from orogxo.orchestrator.demand import Window, fit
from orogxo.orchestrator.rhythm import rhythm
from orogxo.orchestrator.schedule import Advice, Outage, PushCosts, Requests, SkuDemand, advise
from orogxo.orchestrator.stock.risk import Budget

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # the model of trading is the tests' own
from support.trading import Article, Rules, buyers, month, orders, pushes

ZONE = ZoneInfo("UTC")
MONDAY = dt.datetime(2026, 9, 7, tzinfo=dt.UTC)
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
WEEKS, DAYS = 8, 30
ACCEPTED = Budget("eaches", Decimal(1))
COSTS = PushCosts(
    base=dt.timedelta(seconds=40),
    per_row=dt.timedelta(milliseconds=50),
    batch=10,
    requests=Requests(oro=1, gxo=1),
    per_batch=1,
    budget=Requests(oro=900, gxo=900),
    failure=0.03,
    outages=(Outage(2 * HOUR, a_year=12),),
)
RULES = Rules(duration=0.75, failure=0.03, outages=12, outage=120, base=1, per_batch=1, batch=10)


@frozen
class Row:
    """A way to push, and what became of it: means of the months traded, eaches unless stated."""

    name: str
    oversold: float
    worth: float
    refused: float
    requests: float


def articles(seed: int = 1) -> list[Article]:
    """Sixty SKUs from 400 orders a day to 1; a third each steady, in mixed sizes, and in waves."""
    rng, made = random.Random(seed), []  # noqa: S311  # a simulation
    for number in range(60):
        sizes = {1: 1.0} if number % 3 == 0 else {1: 0.6, 12: 0.38, 48: 0.02}
        daily = (400, 120, 40, 12, 4, 1)[number // 10] * rng.uniform(0.7, 1.3)
        eaches = daily * sum(size * weight for size, weight in sizes.items())
        made.append(
            Article(
                sku=f"SKU-{number:02}",
                orders=daily,
                sizes=sizes,
                lot=max(60, int(eaches * rng.uniform(4, 10))),
                price=rng.choice([2, 5, 20, 80]),
                waves=number % 3 == 2,
            )
        )
    return made


def history(article: Article, seed: int) -> list[Window]:
    """What was ordered in each hour of the weeks before."""
    amounts = [0] * (WEEKS * 168)
    rng = random.Random(f"history {seed} {article.sku}")  # noqa: S311  # a simulation
    for at, size in orders(article, WEEKS * 7, rng):
        amounts[int(at // 60)] += size
    return [Window(MONDAY + hour * HOUR, HOUR, Fraction(amount)) for hour, amount in enumerate(amounts)]


def advice_for(made: Sequence[Article], *, seed: int = 1) -> Advice:
    """The advice, from the weeks before alone."""
    seen = {one.sku: history(one, seed) for one in made}
    shop = rhythm(seen, ZONE)
    skus = [
        SkuDemand(one.sku, fit(seen[one.sku], shop), Fraction(one.lot), Decimal(one.price), rows=2)
        for one in made
    ]
    return advise(skus, COSTS, ACCEPTED, now=MONDAY + dt.timedelta(weeks=WEEKS), zone=ZONE)


def accepted(made: Sequence[Article]) -> float:
    """Eaches a month that the stated risk allows for all SKUs."""
    return float(ACCEPTED.amount) * len(made) * DAYS / 365


def same_worth(made: Sequence[Article], advice: Advice) -> dict[str, int]:
    """A safety stock of the worth of the advised one, as the same number of days for each SKU."""
    days = float(advice.withheld) / sum(one.eaches_a_day * one.price for one in made)
    return {one.sku: round(days * one.eaches_a_day) for one in made}


def compare(made: Sequence[Article], advice: Advice, seeds: Sequence[int]) -> list[Row]:
    """The advice first, then each timer without and with a safety stock of the same worth."""
    held = {sku: math.ceil(amount) for sku, amount in advice.safety.items()}
    timers: dict[float, Sequence[frozenset[str]]] = {}
    for one in advice.classes:
        together = timers.get(one.interval / MINUTE, (frozenset(),))[0]
        timers[one.interval / MINUTE] = (together | one.skus,)
    months = {seed: buyers(made, DAYS, seed) for seed in seeds}
    rows = [trade("as advised", made, timers, months, safety=held, strict=frozenset(advice.strict))]
    flat = same_worth(made, advice)
    for timer in advice.fixed:
        if timer.turn is None:
            continue
        parts = round(timer.turn / timer.interval)
        turns = [frozenset(one.sku for one in made[part::parts]) for part in range(parts)]
        tick = timer.interval / MINUTE
        rows.append(trade(f"every {tick:.0f} min", made, {tick: turns}, months, safety={}))
        rows.append(trade(f"every {tick:.0f} min, flat safety", made, {tick: turns}, months, safety=flat))
    return rows


def trade(
    name: str,
    made: Sequence[Article],
    timers: Mapping[float, Sequence[frozenset[str]]],
    wanted: Mapping[int, Mapping[str, Sequence[tuple[float, int]]]],
    *,
    safety: Mapping[str, int],
    strict: frozenset[str] = frozenset(),
) -> Row:
    """One month for each seed: the same buyers and failures for each way to push."""
    months = []
    for seed, orders_by_sku in wanted.items():
        runs = pushes(timers, DAYS, RULES, random.Random(f"pushes {seed}"))  # noqa: S311  # a simulation
        months.append(month(made, orders_by_sku, runs, RULES, days=DAYS, safety=safety, strict=strict))

    def mean(values: Iterable[float]) -> float:
        return sum(values) / len(months)

    return Row(
        name,
        oversold=mean(one.oversold for one in months),
        worth=mean(one.cost for one in months),
        refused=mean(one.refused / one.wanted for one in months),
        requests=mean(one.requests for one in months),
    )


def table(rows: Sequence[Row], limit: float) -> str:
    """The rows as text; says of each whether it kept within the stated risk."""
    lines = [f"{'':26}{'oversold':>10}{'worth':>10}{'refused, in stock':>20}{'requests a day':>16}  kept"]
    lines += [
        f"{one.name:26}{one.oversold:10.1f}{one.worth:10,.0f}{one.refused:20.2%}{one.requests:16.0f}  "
        f"{'yes' if one.oversold <= limit else 'NO'}"
        for one in rows
    ]
    lines += [
        f"The advice is no better here than {one.name}: that keeps the risk too and refuses no more."
        for one in rows[1:]
        if one.oversold <= limit and one.refused <= rows[0].refused
    ]
    return "\n".join([f"Eaches a month; the stated risk allows {limit:.1f}.", *lines])


def plot(rows: Sequence[Row], limit: float, path: Path) -> None:
    """Oversold eaches by way to push, and the stated risk, as a PNG."""
    import matplotlib as mpl  # noqa: PLC0415  # only the picture needs it

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415  # after the choice of a backend

    figure, axes = plt.subplots(figsize=(9, 4.5), layout="constrained")
    bars = axes.barh([one.name for one in rows], [one.oversold for one in rows], color="tab:red")
    axes.bar_label(
        bars, labels=[f"{one.oversold:.1f}  ({one.refused:.1%} refused)" for one in rows], padding=4
    )
    axes.axvline(limit, color="black", linestyle="--", label=f"stated risk: {limit:.1f}")
    axes.set_xscale("symlog", linthresh=1)
    axes.set_xlim(0, 30 * max(limit, *(one.oversold for one in rows)))
    axes.set_xlabel("eaches oversold a month, at no more requests a day than the advice counts on")
    axes.invert_yaxis()
    axes.legend(loc="lower right")
    figure.savefig(path, dpi=120)
    plt.close(figure)


def main(picture: str = "") -> int:
    """Print the advice and the table; exit status 1 when the stated risk was not kept."""
    made = articles()
    advice, limit = advice_for(made), accepted(made)
    rows = compare(made, advice, range(1, 5))
    print(advice.explanation, table(rows, limit), sep="\n\n")
    if picture:
        plot(rows, limit, Path(picture))
    return 0 if rows[0].oversold <= limit else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
