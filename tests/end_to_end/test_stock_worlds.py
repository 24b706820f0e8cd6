"""A real connector keeps the stock of a whole simulated world, while everything happens at any moment.

Issue "Stock", must-show 0: available to sell as computed is the truth at every quiet point, and never more
in between; no order is subtracted twice or forgotten. The twin is the judge.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import get_args

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from orogxo.sandbox.gxo_feed_faults import Mishap
from support.stock_keeper import Keeper
from support.stock_world import OFFERS, WAYS, StockWorld

KINDS = ("on_hand", "less_allocated", "less_accepted")
PICK = st.integers(0, 5)
OFFER = st.integers(0, len(OFFERS) - 1)
TIMES = st.integers(1, 9)
EACHES = st.integers(1, 40)
MISHAPS = get_args(Mishap)
WAY = st.sampled_from(WAYS)
WISHES = st.lists(st.tuples(OFFER, TIMES), min_size=1, max_size=2)


class Trading(RuleBasedStateMachine):
    """One world. Rules that wait are few, so that much happens within one second of the twin's clock."""

    kinds: tuple[str, ...] = KINDS
    lives = 0

    @initialize(
        kind=st.sampled_from(KINDS),
        decrement=st.sampled_from([True, True, True, False]),
        version=st.sampled_from(["6.1", "7.0"]),
    )
    def open(self, kind: str, decrement: bool, version: str) -> None:
        type(self).lives += 1
        self.shop = StockWorld.new(kind, version, decrement=decrement)
        self.keeper = Keeper(self.shop)
        self.shop.snapshot("whole")
        self.shop.wait(2)
        self.keeper.push()

    # The shop -----------------------------------------------------------------------------------------------

    @rule(wishes=WISHES, po=st.booleans(), committed=st.sampled_from([True, True, False]))
    def a_buyer_orders(self, wishes: list[tuple[int, int]], po: bool, committed: bool) -> None:
        self.shop.buy(wishes, po=po, committed=committed)

    @rule(
        what=st.sampled_from(["edit", "cancel", "call back", "commit", "type", "shift"]),
        pick=PICK,
        which=OFFER,
        times=TIMES,
    )
    def a_clerk_does(self, what: str, pick: int, which: int, times: int) -> None:
        shop = self.shop
        clerk: dict[str, Callable[[], object]] = {
            "edit": partial(shop.edit, pick, which, times),
            "cancel": partial(shop.cancel, pick),
            "call back": partial(shop.cancel, pick, sent=True),
            "commit": shop.commit,
            "type": partial(shop.type_row, which, 20 * times),
            "shift": partial(shop.shift_rows, pick),
        }
        clerk[what]()

    # The warehouse ------------------------------------------------------------------------------------------

    @rule(what=st.sampled_from(["allocate", "ship", "ship", "short", "reject"]), pick=PICK, share=PICK)
    def it_works(self, what: str, pick: int, share: int) -> None:
        shop = self.shop
        work: dict[str, Callable[[], object]] = {
            "allocate": partial(shop.allocate, pick),
            "ship": partial(shop.ship, pick, 1 + share // 2),
            "short": partial(shop.ship, pick, 2 + share, final=True),
            "reject": partial(shop.reject, pick),
        }
        work[what]()

    @rule(which=PICK, eaches=EACHES, way=WAY, mishap=st.sampled_from(["", "", *MISHAPS]))
    def goods_move(self, which: int, eaches: int, way: tuple[str, str], mishap: str) -> None:
        self.shop.move(which, eaches, way, mishap=mishap)

    @rule(
        how=st.sampled_from(["whole", "whole", "incomplete", "torn", "asked"]),
        then=st.sampled_from(["", "move", "ship", "allocate", "release"]),
        pick=PICK,
        way=WAY,
    )
    def it_counts(self, how: str, then: str, pick: int, way: tuple[str, str]) -> None:
        """And something happens within the very second."""
        shop = self.shop
        shop.snapshot(how)
        happens: dict[str, Callable[[], object]] = {
            "move": partial(shop.move, pick, 20, way),
            "ship": partial(shop.ship, pick, 1),
            "allocate": partial(shop.allocate, pick),
            "release": self.keeper.connector.release,
        }
        happens.get(then, list)()

    @rule(what=st.sampled_from([*MISHAPS, "tell", "hesitate", "answer"]))
    def it_tells(self, what: str) -> None:
        shop = self.shop
        manners: dict[str, Callable[[], object]] = {
            "tell": shop.twin.tell_movements,
            "hesitate": shop.twin.hesitate,
            "answer": partial(shop.twin.hesitate, yes=False),
        }
        manners.get(what, partial(shop.trouble_movements, what))()  # type: ignore[arg-type]  # a mishap

    # The connector ------------------------------------------------------------------------------------------

    @rule()
    def orders_are_released(self) -> None:
        self.keeper.connector.release()

    @rule()
    def shipments_are_read(self) -> None:
        self.keeper.connector.feedback()

    @rule(wait=st.sampled_from([0, 1, 60]), shifted=st.booleans())
    def stock_is_kept(self, wait: int, shifted: bool) -> None:
        self.shop.wait(wait)
        if shifted:
            self.shop.shift_rows(wait)
        self.keeper.push(pace=0.4 if shifted else 0.0)

    @rule(
        number=st.integers(1, 30),
        what=st.sampled_from(["buy", "buy", "cancel", "ship", "lose", "type"]),
        pick=OFFER,
        between_rows=st.booleans(),
    )
    def stock_is_kept_while(self, number: int, what: str, pick: int, between_rows: bool) -> None:
        shop = self.shop
        people: dict[str, Callable[[], object]] = {
            "buy": partial(shop.buy, [(pick, 3)]),
            "cancel": partial(shop.cancel, pick),
            "ship": partial(shop.ship, pick, 1 + pick % 2),
            "lose": partial(shop.move, pick, 7, ("available", "")),
            "type": partial(shop.type_row, pick, 11),
        }
        self.keeper.push_while(number, people[what], pace=0.4 if between_rows else 0.0)
        self.keeper.push()

    @rule(at=st.integers(1, 40), death=st.booleans())
    def stock_is_kept_badly(self, at: int, death: bool) -> None:
        (self.keeper.die if death else self.keeper.lose)(at)

    @rule()
    def all_is_quiet(self) -> None:
        self.keeper.settle()

    def teardown(self) -> None:
        if hasattr(self, "keeper"):
            self.keeper.settle()


def trade(examples: int, steps: int = 30, **more) -> None:
    run_state_machine_as_test(
        Trading,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            **more,
        ),
    )


def test_what_is_offered_is_never_above_the_truth_and_meets_it_when_all_is_quiet() -> None:
    trade(40)
