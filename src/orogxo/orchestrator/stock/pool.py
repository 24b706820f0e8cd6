"""What is free to sell of a SKU: the warehouse's figure, less what orders will take and it does not know.

All times here are the warehouse's own: a figure's `as_of`, movements, and what became of orders. Where it
cannot be told whether a figure knows something, the answer is the one that offers less.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from orogxo.errors import MappingError
from orogxo.model import Claim, OrderNews, Quantity, StockMovement, StockRow

Kind: TypeAlias = Literal["on_hand", "less_allocated", "less_accepted"]
NONE = Fraction(0)

_ALLOCATED = frozenset({"allocated", "picking", "packed", "partially_shipped"})
_ACCEPTED = _ALLOCATED | {"accepted", "on_hold", "released"}
KNOWING: Mapping[Kind, frozenset[str]] = {
    "on_hand": frozenset(),
    "less_allocated": _ALLOCATED,
    "less_accepted": _ACCEPTED,
}
"""The states of an order (contract gateway-v1, section 4.3) in which a figure of that kind leaves its goods
out. Shipped orders are not among them: what left is proven shipment by shipment."""

_PASSING = frozenset({"cancel_requested"})
"""States that change nothing for the goods."""


@frozen
class FigureTerms:
    """What the figures of a site mean: `kind`, the `statuses` that make one up, and the `sites` that count.

    No `sites`: whatever site there is, as long as it is one.
    """

    kind: Kind
    statuses: tuple[str, ...] = ("available",)
    sites: tuple[str, ...] = ()


@frozen
class Figure:
    """What the warehouse's books say of one SKU, in base units.

    `amount` is the least that is certain. `moved`: how much movements after `as_of` took out of it, by the
    reference that they name.
    """

    sku: str
    amount: Fraction
    as_of: dt.datetime
    moved: Mapping[str, Fraction] = field(factory=dict)


@frozen
class Pool:
    """What is free to sell of one SKU, in base units, and how that came about.

    `amount` = `figure` - `unknown` - `reserve`, never below 0. `unclear`: the true amount may be less, so
    nothing may be raised by it. `orders`: the ids of the orders subtracted. `short`: how much more orders
    want than there is.
    """

    sku: str
    figure: Fraction
    unknown: Fraction = NONE
    reserve: Fraction = NONE
    unclear: bool = False
    orders: tuple[str, ...] = ()

    @property
    def amount(self) -> Fraction:
        """Base units that may be sold."""
        return max(NONE, self.figure - self.unknown - self.reserve)

    @property
    def short(self) -> Fraction:
        """Base units that were sold and are not there."""
        return max(NONE, self.unknown - self.figure)


ToBase: TypeAlias = Callable[[Quantity], Fraction]


def figure(
    sku: str,
    rows: Iterable[StockRow],
    movements: Iterable[StockMovement],
    *,
    as_of: dt.datetime,
    terms: FigureTerms,
    to_base: ToBase,
) -> Figure:
    """The figure of `sku`: the snapshot's rows, and the movements that it cannot know yet.

    A movement that may or may not be in the snapshot, or of a site that counts, counts where it takes goods
    away, and only there; one that came twice counts once. Raises MappingError: STOCK_NEGATIVE,
    STOCK_SITES_UNDECIDED, and whatever `to_base` raises. A SKU without rows has none: that is what a complete
    snapshot means.
    """
    rows = list(rows)
    amount = total(sku, rows, terms, to_base)
    sites = {row.site for row in rows if row.status in terms.statuses}
    moved: dict[str, Fraction] = {}
    for movement, change in changes(movements, terms, to_base):
        unsure = (movement.earliest or movement.occurred_at) <= as_of or not here(movement, terms)
        if movement.occurred_at < as_of or (unsure and change > 0):
            continue
        sites |= {movement.site} - {""}
        amount += change
        if movement.reference:
            moved[movement.reference] = moved.get(movement.reference, NONE) - change
    _decided(sku, sites, terms)
    return Figure(sku, amount, as_of, moved)


def changes(
    movements: Iterable[StockMovement], terms: FigureTerms, to_base: ToBase
) -> Iterator[tuple[StockMovement, Fraction]]:
    """Each movement that may change the figure, once, and by how many base units."""
    once = {(movement.site, movement.id): movement for movement in movements}
    for movement in once.values():
        change = sum((movement.change(status) for status in terms.statuses), NONE)
        if change and (here(movement, terms) or not movement.site):
            yield movement, change * to_base(Quantity(1, movement.quantity.unit))


def here(place: StockMovement | StockRow, terms: FigureTerms) -> bool:
    """Whether it is known to be at a site that counts."""
    return not terms.sites or place.site in terms.sites


def total(sku: str, rows: Iterable[StockRow], terms: FigureTerms, to_base: ToBase) -> Fraction:
    """The sum of the rows that count, in base units. Raises as `figure`."""
    counted = [row for row in rows if row.status in terms.statuses and here(row, terms)]
    negative = next((row for row in counted if row.quantity.amount < 0), None)
    if negative is not None:
        raise MappingError(
            f"the warehouse counts {negative.quantity} of {sku}: less than nothing",
            code="STOCK_NEGATIVE",
            path="quantity",
            value=str(negative.quantity),
            context={"sku": sku, "status": negative.status},
        )
    _decided(sku, {row.site for row in counted}, terms)
    return sum((to_base(row.quantity) for row in counted), NONE)


def _decided(sku: str, sites: Collection[str], terms: FigureTerms) -> None:
    if len(sites) > 1 and not terms.sites:
        named = ", ".join(sorted(site or "(not named)" for site in sites))
        raise MappingError(
            f"{sku} lies at {len(sites)} sites ({named}), and nobody has said whether all of them ship",
            code="STOCK_SITES_UNDECIDED",
            path="site",
            value=named,
            hint="name in the settings the sites whose stock may be sold",
            context={"sku": sku},
        )


def pool(
    figure: Figure,
    claims: Iterable[Claim],
    news: Mapping[str, Sequence[OrderNews]],
    *,
    kind: Kind,
    told: bool,
    reserve: Fraction = NONE,
) -> Pool:
    """The pool of one SKU: `claims` on it, and `news` by reference of orders that claim it or that moved it.

    `told`: the news and the shipments are complete up to the figure's `as_of`, because they were read to
    their end at least a second after the snapshot was. Else an order may have been refused since, and its
    goods be in the figure again, or be back-ordered: then what news says proves nothing.

    Each claim counts once: either the figure knows it, or it is subtracted. What moved under the reference of
    an order or shipment is known by so much and never more. What was put back under it is known no longer: it
    offers nothing, unless the snapshot had left it out. So `news` must have an entry, if an empty one, for an
    order of ours that movements name and that claims nothing any more.
    """
    moved = dict(figure.moved)
    unknown, orders, unclear = NONE, [], False
    by_order: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        unclear |= claim.unclear
        by_order.setdefault((claim.order_id, claim.ref), []).append(claim)

    def left_out(ref: str) -> bool:
        return told and states_at(news.get(ref, ()), figure.as_of) <= KNOWING[kind]

    for (order_id, ref), lines in sorted(by_order.items()):
        rest = _rest(lines, moved, figure.as_of, kind if left_out(ref) else "on_hand")
        if rest > 0:
            unknown += rest
            orders.append(order_id)
    for ref in news.keys() - {ref for _, ref in by_order}:
        if not left_out(ref):
            unknown += max(NONE, -moved.get(ref, NONE))
    return Pool(figure.sku, figure.amount, unknown, reserve, unclear, tuple(dict.fromkeys(orders)))


def _rest(lines: Sequence[Claim], moved: dict[str, Fraction], as_of: dt.datetime, kind: Kind) -> Fraction:
    """What the figure does not know of one order's lines; `kind`: "on_hand" if the state proves nothing.

    What moved under a shipment explains no more than left in it, and is used up in `moved`: a shipment may be
    of several orders.
    """
    rest, returnable = NONE, NONE
    left: dict[str, Fraction] = {}
    gone: dict[str, Fraction] = {}
    for claim in lines:
        went = NONE
        for one in claim.left:
            left[one.ref] = left.get(one.ref, NONE) + one.amount
            if one.at is not None and one.at < as_of:
                gone[one.ref] = gone.get(one.ref, NONE) + one.amount
                went += one.amount
        kept, more = _kept(claim, went, kind)
        rest += claim.amount - kept
        returnable += more
    by_order = moved.pop(lines[0].ref, NONE)
    rest -= by_order if by_order > 0 else min(NONE, by_order + returnable)
    for shipment, amount in left.items():
        told = min(moved.get(shipment, NONE), amount)
        moved[shipment] = moved.get(shipment, NONE) - told
        # A movement after the snapshot tells that these goods had not left its books, whatever else says so.
        rest -= max(told, gone[shipment]) if shipment in gone else told
    return max(NONE, rest)


def _kept(claim: Claim, went: Fraction, kind: Kind) -> tuple[Fraction, Fraction]:
    """What the snapshot left out besides what `went` before, and what it may have left out beyond that."""
    if kind == "on_hand":
        return NONE, NONE
    # Goods that are not there cannot have been allocated; what was accepted was accepted all the same.
    missing = claim.backordered if kind == "less_allocated" else NONE
    kept = max(NONE, claim.amount - claim.over - missing - went)
    return (NONE, kept + claim.given_up) if claim.unproven else (kept, claim.given_up)


def states_at(news: Iterable[OrderNews], as_of: dt.datetime) -> frozenset[str]:
    """Every state that the order may have been in at `as_of`; "" where nothing was told yet."""
    told = [one for one in news if one.state not in _PASSING]
    last = max((one.at for one in told if one.at < as_of), default=None)
    ties = {one.state for one in told if one.at == as_of}
    if last is None:
        return frozenset({"", *ties})
    latest = [one for one in told if one.at == last]
    if all(one.seq is not None for one in latest):
        latest = [max(latest, key=lambda one: one.seq or 0)]
    return frozenset({*ties, *(one.state for one in latest)})
