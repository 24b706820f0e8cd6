"""The host's scheduler asks when stock is due; the advice says how often that should be, and why."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from orogxo.connector import Connector
from orogxo.errors import ConfigError
from orogxo.gxo import GxoClient
from orogxo.gxo.site import SiteProfile
from orogxo.orchestrator.schedule import PushCosts, Requests
from orogxo.sandbox import Fault, Twin
from orogxo.storage import MemoryStore
from support.worlds import World

STOCK = """
[stock]
figures = "on_hand"
interval_minutes = 15
window_hours = 1
few = 10000
zone = "Europe/London"

[[stock.blackouts]]
start = 09:00:00
end = 10:30:00

[stock.shop]
manage = true
decrement = true
back_order = false
threshold = 0
"""
COSTS = PushCosts(
    base=dt.timedelta(seconds=20),
    per_row=dt.timedelta(),
    batch=100,
    requests=Requests(6, 4),
    per_batch=4,
    budget=Requests(5000, 5000),
)


def a_shop(more: str = STOCK) -> tuple[World, Connector]:
    world = World(Twin(seed=7))
    world.settings = world.twin.config_toml() + more
    world.twin.stock("WIDGET-001", 480)
    world.twin.take_snapshot()
    return world, world.connector()


def test_stock_runs_when_it_is_due_and_not_in_every_run() -> None:
    world, link = a_shop()
    clock = world.twin.clock
    assert link.next_due() <= clock.now()
    assert [flow.flow for flow in link.run_once().flows] == ["release", "feedback", "stock"]
    assert link.next_due() == clock.now().replace(minute=15, second=0, microsecond=0)
    assert [flow.flow for flow in link.run_once().flows] == ["release", "feedback"]
    clock.advance(dt.timedelta(minutes=15))
    assert [flow.flow for flow in link.run_once().flows] == ["release", "feedback", "stock"]


def test_a_run_that_failed_is_due_at_once() -> None:
    world, link = a_shop()
    world.twin.faults.add(Fault(system="gxo", path=r"/v1/inventory/.*", action="status_500_before"))
    assert not link.stock().ok
    assert link.next_due() <= world.twin.clock.now()


def test_no_run_falls_into_a_blackout() -> None:
    world, link = a_shop()
    link.run_once()
    world.twin.clock.advance(dt.timedelta(minutes=50))
    link.run_once()
    world.twin.clock.advance(dt.timedelta(minutes=20))
    assert link.next_due() == dt.datetime(2026, 11, 2, 10, 30, tzinfo=dt.UTC)
    assert [flow.flow for flow in link.run_once().flows] == ["release", "feedback"]


def test_without_the_table_nothing_is_due() -> None:
    _, link = a_shop("")
    with pytest.raises(ConfigError, match=r"no table \[stock\]"):
        link.next_due()
    with pytest.raises(ConfigError, match=r"no table \[stock\]"):
        link.stock_advice(COSTS, ["WIDGET-001"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[stock]\nzone = "Europe/Atlantis"', "IANA time zone"),
        ("[stock]\nzone = 7", "IANA time zone"),
        ('[[stock.blackouts]]\nstart = "nine"\nend = 10:00:00', "expected a time"),
        ('[[stock.blackouts]]\nstart = 09:00:00\nend = 10:00:00\ndays = ["sunday"]', "sunday"),
    ],
)
def test_mistakes_in_the_schedule_are_told(text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        a_shop(text)


def test_what_a_figure_means_may_stand_in_the_profile_of_the_site() -> None:
    world, link = a_shop(STOCK.replace('figures = "on_hand"\n', ""))
    assert link.engine.stock is not None
    assert link.engine.stock.policy.figures is None
    profile = SiteProfile.from_text(
        'name = "north"\nzone = "Europe/London"\n[stock]\nfigure = "less_accepted"\n'
    )
    gxo = GxoClient("https://gxo.example.com", "id", "s", depositor="ACME", site="SITE-1", profile=profile)
    told = Connector(oro=link._oro, gxo=gxo, store=MemoryStore(), config=link.config)
    assert told.engine.stock is not None
    assert told.engine.stock.policy.figures is not None
    assert told.engine.stock.policy.figures.kind == "less_accepted"
    assert world.twin.gxo_orders() == {}


BUDGET = """
[stock.budget]
kind = "eaches"
amount = 5

[stock.prices]
"WIDGET-001" = 9.99
"""


def a_week_of_orders(world: World, link: Connector) -> None:
    twin = world.twin
    for day in range(7):
        for number in range(6):
            twin.place_order(po_number=f"PO-{day}-{number}", lines=[("WIDGET-001", 1 + number, "item")])
            twin.clock.advance(dt.timedelta(hours=4))
            link.release()
            link.stock()


def test_the_advice_speaks_of_intervals_safety_stock_and_money() -> None:
    world, link = a_shop(STOCK + BUDGET)
    link.run_once()
    a_week_of_orders(world, link)
    advice = link.stock_advice(COSTS, ["WIDGET-001"])
    assert dt.timedelta() < advice.interval <= dt.timedelta(days=1)
    assert advice.classes[0].skus == {"WIDGET-001"}
    held = advice.safety["WIDGET-001"]
    assert held > 0
    assert advice.withheld == held.numerator * Decimal("9.99") / held.denominator
    assert advice.thresholds == advice.safety
    assert "Accepted, per SKU and year: 5 base units oversold." in advice.explanation


def test_the_advice_names_all_that_it_lacks() -> None:
    world, link = a_shop(STOCK + BUDGET)
    with pytest.raises(ConfigError) as caught:
        link.stock_advice(COSTS, ["WIDGET-001", "WIDGET-002"])
    assert "WIDGET-002 has no price" in caught.value.message
    assert "how much of WIDGET-001 is free" in caught.value.message
    assert world.twin.oversold() == {}
