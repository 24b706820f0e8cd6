"""The laws of a day: what the twin's books say, and what must hold at every save and in the evening."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction

from attrs import frozen

from orogxo.model import Fulfilment, State
from orogxo.ports import Transaction
from orogxo.sandbox import Twin
from orogxo.sandbox.books import Books
from orogxo.soak.people import People
from orogxo.storage import chain

FLOWS = ("flow:release", "flow:feedback")
DONE = (State.CLOSED, State.CANCELLED)


@frozen
class Broken:
    """A law that was broken, and how, in words."""

    law: str
    told: str


@frozen
class Evening:
    """What there is to judge from, besides the store: the twin, what people did, and what was heard."""

    twin: Twin
    people: People
    heard: tuple[str, ...]
    secrets: Collection[str]

    def books(self) -> Books:
        """The twin's own account."""
        ids = self.people.ids
        held = {ids[name] for name in self.people.wrong}
        return self.twin.books(held=held, amended=self.people.amended)


def broken_by_save(before: Fulfilment | None, after: Fulfilment) -> Iterator[Broken]:
    """The laws of one save: the books of each line agree, and nothing goes back to something older."""
    told = f"order {after.order_id}"
    for line in after.lines:
        account = line.shipped - line.over + line.short + line.cancelled + line.open
        figures = (line.ordered, line.shipped, line.over, line.short, line.cancelled, line.open)
        if line.ordered != account or min(figures) < 0:
            yield Broken("books", f"{told}, line {line.ref}: ordered is not shipped and the rest: {line}")
        booked = _booked(after, line.ref)
        if line.shipped != booked:
            yield Broken("books", f"{told}, line {line.ref}: {line.shipped} booked of {booked} shipped")
    if before is None:
        return
    if before.changed_at and (after.changed_at is None or after.changed_at < before.changed_at):
        yield Broken("backwards", f"{told} went back from what it was at {before.changed_at}")
    versions = _versions(after)
    for shipment, version in _versions(before).items():
        if versions.get(shipment, 0) < version:
            yield Broken("backwards", f"{told}: shipment {shipment} went back from version {version}")


def _booked(fulfilment: Fulfilment, ref: str) -> Fraction:
    first = {shipment.id: shipment for shipment in reversed(fulfilment.shipments)}
    lines = (line for shipment in first.values() for line in shipment.lines if line.line_ref == ref)
    return sum((line.shipped.amount for line in lines), Fraction())


def _versions(fulfilment: Fulfilment) -> Mapping[str, int]:
    return {shipment.id: shipment.version for shipment in fulfilment.shipments}


def judge(evening: Evening, rows: Transaction) -> Iterator[Broken]:
    """The laws of the evening, when faults have stopped and everybody had time to finish."""
    books = evening.books()
    yield from (Broken("the twin's books", problem) for problem in books.problems())
    for name, order_id in evening.people.ids.items():
        fulfilment = rows.fulfilment(order_id)
        if fulfilment is None:
            yield from _never_seen(evening.people, order_id)
            continue
        yield from _stuck(fulfilment, evening.people, name, rows)
        yield from _behind(fulfilment, evening.people)
        if order_id not in evening.people.amended:
            yield from _differs(fulfilment, books)
    for subject in (*evening.people.ids.values(), *FLOWS):
        yield from (Broken("journal", problem) for problem in chain.verify(rows.journal(subject)))
    yield from _secrets(evening, rows)


def _never_seen(people: People, order_id: str) -> Iterator[Broken]:
    if order_id not in people.cancelled:
        yield Broken("seen", f"order {order_id} was never seen")


def _stuck(fulfilment: Fulfilment, people: People, name: str, rows: Transaction) -> Iterator[Broken]:
    told, state = f"order {fulfilment.order_id}", fulfilment.state
    blocking = [item.code for item in rows.exceptions(subject=fulfilment.order_id) if item.blocks]
    if state not in DONE and not blocking:
        yield Broken("stuck", f"{told} stays {state.value}, and nobody is told")
    expected = people.baskets[name].wrong if name in people.wrong else ""
    if state is State.HELD and expected not in blocking:
        yield Broken("held", f"{told} is held for {', '.join(blocking)}, not for {expected or 'nothing'}")


def _behind(fulfilment: Fulfilment, people: People) -> Iterator[Broken]:
    changed = people.changed_at[fulfilment.order_id]
    if fulfilment.changed_at is None or fulfilment.changed_at < changed:
        yield Broken(
            "seen",
            f"order {fulfilment.order_id} changed in OroCommerce at {changed}, and was last read as of "
            f"{fulfilment.changed_at}",
        )


def _differs(fulfilment: Fulfilment, books: Books) -> Iterator[Broken]:
    """Our books of a line against what left the building."""
    for line in fulfilment.lines:
        key = (fulfilment.order_id, line.ref)
        shipped = books.shipped.get(key, Fraction())
        if line.shipped != shipped:
            told = f"order {key[0]}, line {key[1]}: {line.shipped} in our books, {shipped} were shipped"
            yield Broken("books", told)
        if fulfilment.state is State.CLOSED and line.open:
            yield Broken("books", f"order {key[0]}, line {key[1]}: closed, and {line.open} are open")


def _secrets(evening: Evening, rows: Transaction) -> Iterator[Broken]:
    subjects = (*evening.people.ids.values(), *FLOWS)
    written = [repr(rows.fulfilment(subject)) for subject in evening.people.ids.values()]
    written += [repr(rows.journal(subject)) for subject in subjects]
    written += [repr(rows.exceptions(include_closed=True)), *evening.heard]
    text = "\n".join(written)
    for secret in sorted(evening.secrets):
        if secret in text:
            yield Broken("secret", f"the secret {secret!r} is written down")
