"""Lives of a shop whose stock is kept: what may happen next, by name, drawn by Hypothesis or by a seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import TypeAlias, get_args

from attrs import define

from orogxo.ports import Store
from orogxo.sandbox.gxo_feed_faults import Mishap
from support.stock_keeper import Keeper
from support.stock_world import WAYS, StockWorld

MISHAPS = get_args(Mishap)
KINDS = ("on_hand", "less_allocated", "less_accepted")
PACE = 0.4
"""Seconds from one row of a batch to the next, where people look in between."""

Step: TypeAlias = tuple[str, int, int, int, bool]
"""What happens (a method of `Life`); to whom, which, how much; whether stock is kept right after it."""


@define
class Life:
    """Public methods are what may happen; each takes small numbers, and does nothing where it cannot be."""

    shop: StockWorld
    keeper: Keeper

    @classmethod
    def begin(
        cls, kind: str, version: str = "6.1", *, decrement: bool = True, store: Store | None = None
    ) -> Life:
        """A shop that nobody has bought anything in, its rows as they must be."""
        shop = StockWorld.new(kind, version, decrement=decrement)
        shop.world.store = store or shop.world.store
        life = cls(shop, Keeper(shop))
        shop.snapshot("whole")
        shop.wait(2)
        life.keeper.push()
        return life

    # The shop -----------------------------------------------------------------------------------------------

    def a_buyer_orders(self, pick: int, which: int, amount: int) -> None:
        wishes = [(which, amount), (which + 1, 1)][: 1 + pick % 2]
        self.shop.buy(wishes, po=pick % 4 > 0, committed=pick % 6 > 0)

    def an_order_reaches_the_warehouse(self, _: int, which: int, amount: int) -> None:
        self.shop.buy([(which, amount)])
        self.keeper.connector.release()

    def checkouts_come_through(self, *_: int) -> None:
        self.shop.commit()

    def an_order_is_edited(self, pick: int, which: int, amount: int) -> None:
        self.shop.edit(pick, which, amount)

    def an_order_is_cancelled(self, pick: int, which: int, _: int) -> None:
        self.shop.cancel(pick, sent=which % 2 > 0)

    def a_person_types_a_row(self, pick: int, which: int, amount: int) -> None:
        self.shop.type_row(which, amount * (1 + 20 * (pick % 2)))

    def a_person_shifts_rows(self, pick: int, *_: int) -> None:
        self.shop.shift_rows(pick)

    # The warehouse ------------------------------------------------------------------------------------------

    def it_allocates(self, pick: int, *_: int) -> None:
        self.shop.allocate(pick)

    def it_ships(self, pick: int, which: int, _: int) -> None:
        self.shop.ship(pick, 1 + which % 3)

    def it_ships_and_the_rest_is_short(self, pick: int, which: int, _: int) -> None:
        self.shop.ship(pick, 2 + which, final=True)

    def it_rejects(self, pick: int, *_: int) -> None:
        self.shop.reject(pick)

    def it_hesitates(self, pick: int, *_: int) -> None:
        self.shop.twin.hesitate(yes=pick % 2 > 0)

    def goods_move(self, pick: int, which: int, amount: int) -> None:
        self.shop.move(pick, 4 * amount, WAYS[which % len(WAYS)])

    def goods_move_and_are_told_badly(self, pick: int, which: int, amount: int) -> None:
        mishap = MISHAPS[amount % len(MISHAPS)]
        self.shop.move(pick, 4 * amount, WAYS[which % len(WAYS)], mishap=mishap)

    def it_counts(self, *_: int) -> None:
        self.shop.snapshot("whole")

    def it_counts_badly(self, pick: int, *_: int) -> None:
        self.shop.snapshot(("incomplete", "torn")[pick % 2])

    def it_counts_when_asked(self, *_: int) -> None:
        self.shop.snapshot("asked")

    def something_happens_within_the_second_of_a_count(self, pick: int, which: int, amount: int) -> None:
        self.shop.snapshot("whole")
        (self.goods_move, self.it_ships, self.it_allocates, self.an_order_reaches_the_warehouse)[pick % 4](
            pick, which, amount
        )

    def its_movements_go_astray(self, pick: int, *_: int) -> None:
        self.shop.trouble_movements(MISHAPS[pick % len(MISHAPS)])

    def its_movements_come_in(self, *_: int) -> None:
        self.shop.twin.tell_movements()

    # The connector ------------------------------------------------------------------------------------------

    def time_passes(self, pick: int, which: int, _: int) -> None:
        self.shop.wait((1, 60, 3600, 10_000)[pick % 4] + which)

    def orders_are_released(self, *_: int) -> None:
        self.keeper.connector.release()

    def shipments_are_read(self, *_: int) -> None:
        self.keeper.connector.feedback()

    def stock_is_kept_row_by_row(self, pick: int, *_: int) -> None:
        self.shop.shift_rows(pick)
        self.keeper.push(pace=PACE)

    def stock_is_kept_while_something_happens(self, pick: int, which: int, amount: int) -> None:
        self.keeper.push_while(3 * amount + pick % 3, lambda: self._people(pick, which, amount))
        self.keeper.push()

    def somebody_acts_between_two_rows(self, pick: int, which: int, amount: int) -> None:
        self.shop.shift_rows(pick)
        self.keeper.push_while(amount, lambda: self._people(pick, which, 3), pace=PACE)
        self.keeper.push()

    def _people(self, pick: int, which: int, amount: int) -> None:
        acts: tuple[Callable[[int, int, int], None], ...] = (
            self.a_buyer_orders,
            self.a_buyer_orders,
            self.an_order_is_cancelled,
            self.it_ships,
            self.goods_move,
            self.a_person_types_a_row,
        )
        acts[pick % len(acts)](which, which, amount)

    def the_worker_dies(self, pick: int, _: int, amount: int) -> None:
        self.shop.shift_rows(pick)
        self.keeper.die(4 * pick + 15 * amount)

    def a_request_is_lost(self, pick: int, _: int, amount: int) -> None:
        self.keeper.lose(pick + 6 * amount)

    def all_is_quiet(self, *_: int) -> None:
        self.keeper.settle()


THINGS = tuple(name for name, found in vars(Life).items() if callable(found) and "_" not in name[0])
OFTEN = ("a_buyer_orders", "an_order_reaches_the_warehouse", "it_ships", "goods_move_and_are_told_badly")
LIKELY = (*THINGS, *(name for name in OFTEN for _ in range(3)))
"""The same, some of them more often than others."""

MOST = {"pick": 11, "which": 7, "amount": 9}
"""The greatest numbers that a step has."""


def play(life: Life, steps: Iterable[Step]) -> None:
    """Let it all happen. Raises AssertionError where a law is broken."""
    for what, pick, which, amount, kept in steps:
        getattr(life, what)(pick, which, amount)
        if kept:
            life.keeper.push()


def live(seed: int, length: int = 24, store: Store | None = None) -> Life:
    """Live the life of that seed, to a quiet end. Raises AssertionError where a law is broken."""
    chance = Random(f"stock {seed}")
    kind, version = chance.choice(KINDS), chance.choice(["6.1", "7.0"])
    life = Life.begin(kind, version, decrement=chance.random() < 0.8, store=store)
    steps = [
        (
            chance.choice(LIKELY),
            chance.randint(0, MOST["pick"]),
            chance.randint(0, MOST["which"]),
            chance.randint(1, MOST["amount"]),
            chance.random() < 0.4,
        )
        for _ in range(length)
    ]
    try:
        play(life, steps)
        life.keeper.settle()
    except AssertionError as broken:
        broken.add_note(f"in life {seed} of {length} steps, {kind}")
        raise
    return life


def first_broken(seeds: Iterable[int]) -> tuple[int, str] | None:
    """The first seed whose life breaks a law, and how."""
    for seed in seeds:
        try:
            live(seed)
        except AssertionError as broken:
            return seed, str(broken).partition("\n")[0]
    return None
