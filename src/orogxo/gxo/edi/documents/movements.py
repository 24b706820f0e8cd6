"""947 Inventory Adjustment Advice: every change of quantity or status that is no order and no receipt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

from attrs import frozen

from orogxo.gxo.edi.codes import Adjustment
from orogxo.gxo.edi.documents._reading import (
    DEFAULT,
    NOTHING,
    Known,
    Loop,
    Placed,
    Read,
    Reading,
    find_all,
    read_each,
    split,
)
from orogxo.gxo.edi.profile import X12Profile
from orogxo.gxo.edi.x12 import Transaction
from orogxo.gxo.vocabulary import UNMAPPED
from orogxo.model import Quantity, StockMovement

_TRANSFER_REFERENCE = "M1"


@frozen
class _Change:
    """One W19 and what follows it, understood on its own; `amount` has the sign of W1902."""

    at: Placed
    number: int
    code: str
    adjustment: Adjustment
    sku: str
    uom: str
    amount: Fraction
    lot: str
    expiry: dt.date | None
    statuses: tuple[str, ...]

    @property
    def pool(self) -> tuple[str, str, str, str]:
        """What the two halves of a transfer share."""
        return (self.code, self.sku, self.uom, self.lot)


def read_947(
    transaction: Transaction, profile: X12Profile = DEFAULT, known: Known = NOTHING
) -> Read[StockMovement]:
    """A 947 as one StockMovement for each change (contract x12, sections 2.2, 2.3 and 5.3), and all findings.

    W1501 is the day (`occurred_at` is its last moment, `earliest` its first), W1502 the adjustment number; a
    movement's id is that number and the place of its W19. An adjustment goes into or out of
    `profile.adjusted_status`; which way is decided by `profile.sign_rule`, and never twice: code 06 with -13
    is thirteen less under either rule. A change of status comes as `profile.transfer_style` says and leaves
    the total alone.

    One movement that cannot be understood quarantines the document, for half a transfer is a loss:
    WRONG_DOCUMENT, SEGMENT_MISSING (W15, W19), DATE_MISSING, VALUE_MISSING, VALUE_TOO_LONG, QUANTITY_MISSING,
    QUANTITY_UNREADABLE, UNIT_UNKNOWN, SKU_MISSING, SKU_UNKNOWN, SIGN_CONTRADICTED, DIRECTION_UNKNOWN,
    TRANSFER_UNPAIRED, TRANSFER_UNCLEAR. Finding on what is read all the same: CODE_UNMAPPED (kept as
    `unmapped:`).
    """
    return read_each(transaction, "947", _movements, profile, known)


def _movements(reading: Reading) -> tuple[StockMovement, ...]:
    w15 = reading.needed("W15")
    heading, loops = split(reading.segments, "W19")
    if w15 is None or not loops:
        reading.refuse("SEGMENT_MISSING", "there is no W19, so it does not say what changed")
        return ()
    reading.reference = reading.text(w15, 2, "adjustment number")
    day = reading.day(w15, 1)
    if day is None:
        reading.refuse("DATE_MISSING", "W1501 does not tell when it happened", w15, 1)
        return ()
    changes = [_change(reading, number, loop) for number, loop in enumerate(loops, start=1)]
    moves = [*_transfers(reading, changes), *_adjustments(reading, changes)]
    if reading.reasons:
        return ()
    earliest, at = reading.profile.first_moment(day), reading.profile.last_moment(day)
    site = reading.site(heading)
    return tuple(
        StockMovement(
            id=f"{reading.reference}/{change.number}",
            occurred_at=at,
            sku=change.sku,
            quantity=Quantity(abs(change.amount), change.uom),
            from_status=from_status,
            to_status=to_status,
            reason=change.adjustment.reason,
            raw_reason=change.code,
            lot=change.lot,
            expiry=change.expiry,
            site=site,
            reference=reading.reference,
            earliest=earliest,
        )
        for change, (from_status, to_status) in sorted(moves, key=lambda move: move[0].number)
    )


def _change(reading: Reading, number: int, loop: Loop) -> _Change:
    at, profile = loop[0], reading.profile
    code = reading.text(at, 1, "reason")
    adjustment = profile.adjustments.get(code)
    if adjustment is None:
        reading.doubt("CODE_UNMAPPED", f"reason {code!r} is not in the site's table", at, 1)
        adjustment = Adjustment(UNMAPPED + code)
    quantity = Quantity(reading.amount(at, 2, signed=True), reading.uom(at, 3, at.element(3)))
    lot, expiry = reading.lot(loop, at.element(9))
    sku = reading.sku(at, at.pairs(5, 7, 17), at.element(4))
    references = [segment.element(2) for segment in find_all(loop, "N9", {_TRANSFER_REFERENCE})]
    statuses = tuple(profile.transfer_statuses.get(name, UNMAPPED + name) for name in references)
    unit, amount = quantity.unit, quantity.amount
    return _Change(at, number, code, adjustment, sku, unit, amount, lot, expiry, statuses)


_Move: TypeAlias = tuple[_Change, tuple[str, str]]
"""A change, and from where to where."""


def _is_transfer(change: _Change) -> bool:
    return change.adjustment.is_transfer or bool(change.statuses)


def _transfers(reading: Reading, changes: Iterable[_Change]) -> list[_Move]:
    transfers = [change for change in changes if _is_transfer(change)]
    style = reading.profile.transfer_style
    if style == "references":
        return [(change, _referred(reading, change)) for change in transfers]
    for change in transfers:
        if change.statuses:
            told = f"N9*M1 names statuses, and the transfer style of this site is {style!r}"
            reading.refuse("TRANSFER_UNCLEAR", told, change.at)
    if style == "pair":
        return _paired(reading, transfers)
    for change in transfers:
        if change.amount < 0:
            told = f"W1901 {change.code} moves goods between statuses, so W1902 has no sign at this site"
            reading.refuse("SIGN_CONTRADICTED", told, change.at, 2)
    return [(change, _between(change)) for change in transfers]


def _between(change: _Change) -> tuple[str, str]:
    return change.adjustment.from_status, change.adjustment.to_status


def _referred(reading: Reading, change: _Change) -> tuple[str, str]:
    """The two statuses that N9*M1 name, from first; goods are counted without a sign."""
    clear = len(change.statuses) == 2 and len(set(change.statuses)) == 2 and change.amount >= 0
    if not clear or any(status.startswith(UNMAPPED) for status in change.statuses):
        shown = ", ".join(change.statuses) or "none"
        told = f"N9*M1 must name two statuses of x12.transfer_statuses for an unsigned amount, not {shown}"
        reading.refuse("TRANSFER_UNCLEAR", told, change.at)
        return "", ""
    return change.statuses[0], change.statuses[1]


def _paired(reading: Reading, transfers: list[_Change]) -> list[_Move]:
    """One move for each -n and +n of the same reason, SKU, unit and lot."""
    waiting = list(transfers)
    moves: list[_Move] = []
    while waiting:
        first = waiting.pop(0)
        other = next((one for one in waiting if one.pool == first.pool and one.amount == -first.amount), None)
        if other is None or not first.amount:
            told = f"W1901 {first.code} of {first.amount} {first.sku} lacks its other half"
            reading.refuse("TRANSFER_UNPAIRED", told, first.at)
        else:
            waiting.remove(other)
            moves.append((first, _between(first)))
    return moves


def _adjustments(reading: Reading, changes: Iterable[_Change]) -> list[_Move]:
    plain = [change for change in changes if not _is_transfer(change)]
    status = reading.profile.adjusted_status
    return [(change, ("", status) if _rises(reading, change) else (status, "")) for change in plain]


def _rises(reading: Reading, change: _Change) -> bool:
    """Whether stock goes up: by the sign, or by the reason; where the two contradict, nobody guesses."""
    direction, negative = change.adjustment.direction, change.amount < 0
    if reading.profile.sign_rule == "reason":
        if not direction and not negative:
            told = f"W1901 {change.code} tells no direction and W1902 has no sign"
            reading.refuse("DIRECTION_UNKNOWN", told, change.at, 2)
        contradicted = direction > 0 and negative
        rises = direction > 0 or (direction == 0 and not negative)
    else:
        contradicted = change.amount * direction < 0
        rises = not negative
    if contradicted:
        rule = reading.profile.sign_rule
        told = f"W1901 {change.code} and W1902 {change.amount} contradict each other (sign rule: {rule})"
        reading.refuse("SIGN_CONTRADICTED", told, change.at, 2)
    return rises
