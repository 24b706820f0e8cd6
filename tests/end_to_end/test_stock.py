"""The stock flow against the twin, over both real adapters: rows are right, and nothing is oversold."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from fractions import Fraction

import pytest
from attrs import define, evolve, field

from orogxo.gxo.stock_source import GxoStockSource
from orogxo.model import Order
from orogxo.orchestrator import FlowReport, run_flows
from orogxo.orchestrator.stock.policy import StockEnds, StockPolicy
from orogxo.orchestrator.stock.pool import FigureTerms
from orogxo.orchestrator.stock.strict import Shares
from orogxo.oro.selling_terms import ShopDeclared
from orogxo.oro.stock_front import OroStockFront
from support.worlds import World

SKU = "WIDGET-001"
HALVES = Shares("fixed", {(SKU, "item"): Fraction(1), (SKU, "case"): Fraction(1)})
DECLARED = ShopDeclared(
    manage=True, decrement=True, back_order=False, threshold=Fraction(0), categories_override=False
)


@define
class Shop:
    """A twin whose stock the flow keeps."""

    world: World
    policy: StockPolicy
    declared: ShopDeclared = DECLARED
    placed: list[str | None] = field(factory=list)

    @classmethod
    def new(cls, kind: str = "on_hand", **changes: object) -> Shop:
        terms = FigureTerms(kind)  # type: ignore[arg-type]  # parametrized
        policy = StockPolicy(figures=terms, few=10_000, shares=HALVES)
        shop = cls(World.new(), evolve(policy, **changes))
        shop.world.authorised = accept
        return shop

    def stock(self) -> FlowReport:
        self.world.twin.clock.advance(dt.timedelta(minutes=1))
        connector = self.world.connector()
        assert connector._gxo is not None
        front = OroStockFront(connector._oro, self.world.twin.clock, declared=self.declared)
        ends = StockEnds(GxoStockSource(connector._gxo), front, self.policy)
        (report,) = run_flows(evolve(connector.engine, stock=ends), ["stock"]).flows
        return report

    def buy(self, amount: int, unit: str) -> None:
        twin = self.world.twin
        self.placed.append(
            twin.checkout(
                po_number=f"PO-{len(self.placed)}",
                customer="Northwind Retail GmbH",
                lines=[(SKU, amount, unit)],
                shipping_method="ups_3",
                shipping_method_type="03",
            )
        )

    def offered(self) -> Fraction:
        twin = self.world.twin
        return Fraction(twin.level(SKU, "item")) + 12 * Fraction(twin.level(SKU, "case"))


def accept(_: Order) -> bool:
    return True


def a_shop(eaches: int, **changes: object) -> Shop:
    shop = Shop.new(**changes)  # type: ignore[arg-type]  # tests pass what they mean
    shop.world.twin.stock(SKU, eaches)
    shop.world.twin.take_snapshot()
    return shop


def test_the_rows_of_the_shop_show_what_lies_in_the_building() -> None:
    shop = a_shop(240)
    report = shop.stock()
    assert report.problems == ()
    assert shop.offered() == 240
    assert shop.stock().counts["requests"] == 0


def test_checkouts_all_the_while_never_oversell() -> None:
    """A sale after every single request: what a write overlooks is at most what the reserve covers."""
    shop = a_shop(480, reserve=Fraction(60))
    shop.stock()
    dice = random.Random(3)
    twin = shop.world.twin
    end = twin.between(lambda _: shop.buy(*dice.choice([(1, "item"), (1, "case"), (2, "item")])))
    overlooked = 0
    for _ in range(8):
        overlooked = max(overlooked, shop.stock().counts["sold_in_window"])
        shop.world.run()
        assert twin.oversold() == {}
    end()
    shop.stock()
    assert twin.oversold() == {}
    assert shop.offered() <= max(twin.free_to_sell(SKU), 0)
    assert overlooked > 0
    assert None in shop.placed, "the shop sold out"


@pytest.mark.parametrize("kind", ["on_hand", "less_allocated", "less_accepted"])
def test_at_rest_what_is_offered_is_the_truth(kind: str) -> None:
    shop = a_shop(240, kind=kind)
    shop.world.twin._goods.stock.kind = kind  # type: ignore[assignment]  # parametrized
    shop.stock()
    shop.buy(3, "item")
    shop.buy(1, "case")
    shop.world.run()
    shop.world.twin.work()
    shop.world.run(minutes=30)
    shop.world.twin.take_snapshot()
    shop.stock()
    assert shop.offered() == shop.world.twin.free_to_sell(SKU) == 225


def test_where_checkouts_do_not_decrement_rows_are_lowered_and_not_raised() -> None:
    shop = a_shop(240)
    shop.world.twin.set_level(SKU, "item", 100)
    shop.world.twin.set_level(SKU, "case", 30)
    shop.world.twin.set_shop_terms(decrement=False)
    shop.declared = evolve(DECLARED, decrement=False)
    shop.stock()
    assert shop.offered() <= 240
    before: Callable[[], Fraction] = shop.offered
    shown = before()
    shop.buy(10, "item")
    shop.stock()
    assert shop.offered() <= min(shown, Fraction(230))
    assert shop.world.twin.oversold() == {}
