"""The `[stock]` table: exact numbers, every mistake told, nothing kept without it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve

from orogxo import Config, Connector
from orogxo.errors import ConfigError
from orogxo.orchestrator.stock.policy import StockPolicy
from orogxo.orchestrator.stock.pool import FigureTerms
from orogxo.oro.selling_terms import ShopDeclared
from orogxo.sandbox import Twin
from orogxo.storage import MemoryStore
from support.ends import FakeWarehouse
from support.stock_ends import FakeSource
from support.worlds import World

WHOLE = """
[stock]
figures = "less_accepted"
sites = ["SITE-1"]
mode = "risk"
shares = "fixed"
reserve = 1.5
stale_minutes = 30
most_zeroed = 0.05
before_go_live_open = false

[stock.weights."WIDGET-001"]
each = 1
case = 2.5

[stock.reserves]
"WIDGET-001" = 24

[stock.stale_minutes_of]
"WIDGET-001" = 5

[stock.budget]
kind = "eaches"
amount = 0.25

[stock.shop]
manage = true
decrement = true
back_order = false
threshold = 0
categories_override = false
"""


def settings(text: str) -> Config:
    return Config.from_text(text, environ={})


def test_every_setting_arrives_exactly() -> None:
    stock = settings(WHOLE).stock
    assert stock is not None
    policy = stock.policy()
    assert policy.figures == FigureTerms("less_accepted", ("available",), ("SITE-1",))
    assert (policy.mode, policy.shares.policy) == ("risk", "fixed")
    assert policy.shares.weights == {("WIDGET-001", "each"): 1, ("WIDGET-001", "case"): Fraction(5, 2)}
    assert (policy.budget.kind, policy.budget.amount) == ("eaches", Decimal("0.25"))
    assert (policy.reserve_of("WIDGET-001"), policy.reserve_of("OTHER")) == (24, Fraction(3, 2))
    assert policy.stale_of("WIDGET-001") == dt.timedelta(minutes=5)
    assert policy.most_zeroed == Fraction(1, 20)
    assert not policy.before_go_live_open
    assert stock.shop.declared() == ShopDeclared(
        manage=True, decrement=True, back_order=False, threshold=Fraction(0), categories_override=False
    )


def test_defaults_are_those_of_the_policy_and_agree_to_nothing() -> None:
    stock = settings("[stock]\n").stock
    assert stock is not None
    assert stock.policy() == StockPolicy()
    assert stock.policy().figures is None
    assert stock.shop.declared() == ShopDeclared()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[stock]\nfigures = "guess"', "figures"),
        ("[stock]\nreserve = true", "expected a number, got True"),
        ("[stock]\nreserve = nan", "expected a number"),
        ('[stock]\nreserve = "1"', "expected a number, got '1'"),
        ("[stock]\nmost_zeroed = 3", "most_zeroed is a share between 0 and 1, not 3 @ settings.stock"),
        ("[stock]\nslices = 3", "slices"),
        ("[stock.budget]\namount = -1", "settings.stock"),
    ],
)
def test_every_mistake_is_told(text: str, told: str) -> None:
    with pytest.raises(ConfigError, match="the settings cannot be used") as caught:
        settings(text)
    assert told in caught.value.message


def test_a_connector_keeps_stock_only_where_it_is_told_to() -> None:
    world = World(Twin(seed=7))
    link = world.connector()
    assert [job.name for job in link.jobs()] == ["release", "feedback"]
    assert list(link.preview_stock()) == []
    assert link.stock().counts == {}
    world.settings = world.twin.config_toml() + WHOLE
    link = world.connector()
    assert [job.name for job in link.jobs()] == ["release", "feedback", "stock"]
    assert link.stock().problems == ()


def test_a_warehouse_of_the_hosts_own_brings_its_books() -> None:
    world = World(Twin(seed=7))
    parts = {"oro": world.connector()._oro, "warehouse": FakeWarehouse(), "store": MemoryStore()}
    config = evolve(settings(WHOLE))
    with pytest.raises(ConfigError, match="needs the warehouse's books"):
        Connector(**parts, config=config)
    link = Connector(**parts, config=config, stock_source=FakeSource())
    assert link.engine.stock is not None
