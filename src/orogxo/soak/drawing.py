"""Draws a day from a seed: an ordinary day of trade in which, by bad luck, everything happens at once."""

from __future__ import annotations

from random import Random
from typing import Literal

from attrs import define

from orogxo.sandbox.faults import ACTIONS
from orogxo.soak import day as plan
from orogxo.soak.day import WRONG, Basket, Day, Happening, Interruption, Line, Run

SLOTS = 8
GOODS: tuple[Line, ...] = (
    ("WIDGET-001", "1", "case"),
    ("WIDGET-001", "7", "item"),
    ("WIDGET-001", "1", "pallet"),
    ("WIDGET-002", "2", "case"),
    ("GADGET-100", "3", "case"),
    ("GADGET-100", "15", "item"),
    ("SHEET-7", "1.25", "kg"),
    ("BOLT-M8-50", "250", "item"),
)
SHIPPING = (("ups_3", "03"), ("ups_3", "01"), ("flat_rate_1", ""), ("fedex_4", ""))
CUSTOMERS = ("Northwind Retail GmbH", "Solo Shop Ltd", "Northwind Group")
WORKERS = (1, 2, 3)
DEATHS = ("gxo PUT", "gxo PUT", "gxo GET", "oro POST", "oro GET", "commit", "commit", "")
"""Where workers die; beside an effect most often."""

STANDSTILLS: tuple[tuple[Literal["before", "after"], str, int, str], ...] = (
    ("before", "gxo PUT", 2, ""),
    ("before", "gxo PUT", 2, ""),
    ("after", "gxo PUT", 3, ""),
    ("after", "commit", 14, ""),
    ("after", "commit", 14, ""),
    ("before", "oro POST /admin", 3, ""),
    ("after", "gxo GET /v1/orders", 2, ""),
    ("after", "gxo GET /v1/shipments", 1, "dispatch"),
    ("after", "oro GET /admin/api/orders", 5, "edit"),
    ("after", "oro GET /admin/api/orders", 5, "edit"),
    ("after", "oro GET", 12, "dispatch"),
)
"""Where workers stand still: the moment, how many such moments a run has, what else happens meanwhile."""

TROUBLED: tuple[tuple[str, str | None, str | None], ...] = (
    ("gxo", "PUT", None),
    ("gxo", "PUT", None),
    ("gxo", "PUT", None),
    ("gxo", "GET", "/v1/orders/.*"),
    ("gxo", "GET", "/v1/shipments"),
    ("gxo", "POST", "/oauth/token"),
    ("gxo", None, None),
    ("oro", "POST", "/admin/.*"),
    ("oro", "GET", "/admin/api/orders"),
    ("oro", "GET", None),
    ("oro", None, None),
)
PASSES = (0, 0, 1, 60, 420, 700, 1000)


def day_of(seed: int) -> Day:
    """The day of `seed`: at least five orders; odd seeds are at a site that duplicates, each 50th on disk."""
    draw = _Drawer(Random(seed))  # noqa: S311  # variety, not secrecy
    return draw.day(seed)


@define
class _Drawer:
    dice: Random

    def day(self, seed: int) -> Day:
        dice = self.dice
        orders = tuple(self.basket(number) for number in range(1, dice.randint(5, 7) + 1))
        slots: list[list[Happening]] = [[] for _ in range(SLOTS)]
        for basket in orders:
            self._life(basket, slots)
        happenings: list[Happening] = []
        for slot in slots:
            slot.extend(self._trouble() for _ in range(dice.choice((0, 0, 1, 1, 2))))
            slot.extend([plan.Revoke()] * (dice.random() < 0.05))
            dice.shuffle(slot)
            slot.insert(dice.randint(len(slot) // 2, len(slot)), self._run(orders))
            happenings += [*slot, plan.Pass(dice.choice(PASSES))]
        return Day(
            orders=orders,
            happenings=tuple(happenings),
            seed=seed,
            duplicates=seed % 2 == 1,
            lookup=dice.random() > 0.1,
            skews=(0, dice.randint(-5, 5), dice.randint(-5, 5)),
            attempts=dice.choice((1, 1, 2, 4)),
            sqlite=seed % 50 == 0,
        )

    def basket(self, number: int) -> Basket:
        dice = self.dice
        return Basket(
            name=str(number),
            lines=tuple(dice.sample(GOODS, k=dice.randint(1, 3))),
            kits=(("KIT-1", dice.randint(1, 3)),) if dice.random() < 0.15 else (),
            customer=dice.choice(CUSTOMERS),
            shipping=dice.choice(SHIPPING),
            wrong=dice.choice(tuple(WRONG)) if dice.random() < 0.2 else "",
        )

    # The life of one order --------------------------------------------------------------------------------

    def _life(self, basket: Basket, slots: list[list[Happening]]) -> None:
        dice, name = self.dice, basket.name
        placed = dice.randint(0, 3)
        late = dice.random() < 0.2
        slots[placed].append(plan.Place(name, committed=not late))
        if late:
            slots[placed + 1].append(plan.Commit(name))
        if basket.wrong and dice.random() < 0.6:
            self._later(slots, placed, plan.Correct(name))
        if dice.random() < 0.12:
            self._later(slots, placed, plan.Cancel(name))
        if dice.random() < 0.3:
            self._later(slots, placed, self._edit(name))
        for happening in self._dispatches(name):
            self._later(slots, placed + 1, happening)

    def _later(self, slots: list[list[Happening]], since: int, happening: Happening) -> None:
        slots[min(SLOTS - 1, since + self.dice.randint(0, 4))].append(happening)

    def _edit(self, name: str) -> Happening:
        dice = self.dice
        if dice.random() < 0.5:
            return plan.Edit(name, po_number=f"PO-{name}-B")
        return plan.Edit(name, lines=tuple(dice.sample(GOODS, k=dice.randint(1, 2))))

    def _dispatches(self, name: str) -> list[Happening]:
        dice = self.dice
        found: list[Happening] = [self._ship(name) for _ in range(dice.choice((0, 0, 1, 1, 2)))]
        if found:
            found += [self._afterthought(name) for _ in range(dice.choice((0, 1, 2, 3)))]
        elif dice.random() < 0.2:
            found.append(plan.Pick(name))
        return found

    def _ship(self, name: str) -> Happening:
        dice = self.dice
        final = dice.random() < 0.15
        return plan.Ship(
            name,
            share=dice.choice(("1", "1/2", "1/3")),
            final=final,
            cancelled=final and dice.random() < 0.5,
            trackings=dice.randint(0, 2),
            carrier="DHL" if dice.random() < 0.1 else "",
        )

    def _afterthought(self, name: str) -> Happening:
        dice, number = self.dice, self.dice.randint(0, 1)
        if dice.random() < 0.5:
            return plan.Reship(name, number, dice.choice((-1, 0, 1)), dice.choice((None, None, 1, 2)))
        return plan.Repeat(name, number, dice.choice((None, 1, 1, 1)))

    # Runs, troubles, interruptions ------------------------------------------------------------------------

    def _trouble(self) -> Happening:
        dice = self.dice
        system, method, path = dice.choice(TROUBLED)
        return plan.Trouble(
            action=dice.choice(ACTIONS),
            system=system,
            method=method,
            path=path,
            nth=dice.randint(1, 4),
            times=dice.choice((1, 1, 1, 3)),
            seconds=dice.choice((5, 20, 45)),
        )

    def _run(self, orders: tuple[Basket, ...], beside: int = 0) -> Run:
        """A run of any worker, or of another one `beside` worker number so-and-so, which stands still."""
        dice = self.dice
        worker = dice.choice([number for number in WORKERS if number != beside])
        interruptions: list[Interruption] = []
        while len(interruptions) < 2 and dice.random() < (0.25 if beside else 0.6):
            dies = beside or dice.random() < 0.4
            interruptions.append(self._death() if dies else self._standstill(orders, worker))
        return Run(worker, tuple(interruptions))

    def _death(self) -> Interruption:
        dice = self.dice
        what = dice.choice(DEATHS)
        nth = dice.randint(1, {"": 40, "commit": 12}.get(what, 3))
        return Interruption(dice.choice(("before", "after")), what, nth, (plan.Die(),))

    def _standstill(self, orders: tuple[Basket, ...], worker: int) -> Interruption:
        """A worker stands still while another one runs: at the moments where that is most dangerous."""
        dice, name = self.dice, self.dice.choice(orders).name
        side, what, last, news = dice.choice(STANDSTILLS)
        writes = side == "before"
        happens: list[Happening] = [plan.Pass(dice.choice((0, 1, 20) if writes else (0, 1, 20, 650)))]
        if news == "edit":
            happens = [plan.Pass(dice.choice((1, 60))), plan.Edit(name, po_number=f"PO-{name}-C")]
        elif news == "dispatch":
            happens.append(dice.choice((self._ship, self._afterthought))(name))
        happens.append(self._run(orders, worker))
        if dice.random() < 0.2:
            happens.append(plan.Die())
        return Interruption(side, what, dice.randint(1, last), tuple(happens))
