"""What the parts of the contract share: the store under test, and short ways to use it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NoReturn

import pytest
from attrs import evolve

from orogxo.model import (
    Address,
    CarrierService,
    Command,
    ExceptionItem,
    Fulfilment,
    FulfilmentLine,
    FulfilmentRequest,
    JournalEntry,
    LineLedger,
    Organisation,
    Owner,
    Package,
    PackageLine,
    Quantity,
    Shipment,
    ShipmentLine,
    Tracking,
    Waiver,
)
from orogxo.ports import Store

NOW = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


class Stop(Exception):
    """Thrown by a test inside a transaction, for the store to roll back."""


def stop_after(*_done: object, error: type[BaseException] = Stop) -> NoReturn:
    """Raise `error` once the arguments were evaluated."""
    raise error


class StoreTests:
    """The hooks of a host, and the fixture that every test uses."""

    def make_store(self) -> Store:
        """A new, empty store."""
        raise NotImplementedError("override make_store() to return a new, empty store")

    def reopen(self, store: Store) -> Store | None:  # noqa: ARG002 - for overriding
        """The same rows after a restart of the process; None (as here) for a store that forgets."""
        return None

    @pytest.fixture
    def store(self) -> Iterator[Store]:
        """The store under test, closed at the end."""
        store = self.make_store()
        yield store
        store.close()


def fulfilment(order_id: str = "7", **fields: Any) -> Fulfilment:
    """A fulfilment that was never saved."""
    return evolve(Fulfilment(order_id, f"ORD-{order_id}"), **fields)


def command(key: str = "submit:7", **fields: Any) -> Command:
    """A pending command, due at once."""
    return evolve(Command(key, "submit", "7", NOW, {"ref": "ORD-7"}), **fields)


def entry(text: str = "the order was read", subject: str = "7") -> JournalEntry:
    """A journal entry that was not recorded yet."""
    return JournalEntry(NOW, subject, "read", text, {"identifier": "ORD-7"})


def item(exception_id: str = "e1", **fields: Any) -> ExceptionItem:
    """An open exception."""
    found = ExceptionItem(
        exception_id, "PO_MISSING", "7", "no PO number", Owner.SALES, "enter one", "orocommerce", NOW
    )
    return evolve(found, **fields)


def full_fulfilment(lines: int, text: str = "Schraube M8 \u2013 \U0001f529") -> Fulfilment:
    """A fulfilment with every part filled in, `lines` lines, and `text` wherever people may type."""
    buyer = Organisation("3", text, Organisation("1", "Parent"))
    case, eleven = Quantity(1, "case"), Quantity("11/12", "case")
    refs = [f"L{number}" for number in range(1, lines + 1)]
    asked = tuple(FulfilmentLine(ref, ref, text, Quantity(12, "each"), "EA", case) for ref in refs)
    books = tuple(
        LineLedger(ref, ref, text, "each", "EA", case, Fraction(12), Fraction(11), short=Fraction(1, 3))
        for ref in refs
    )
    packed = PackageLine("L1", text, Quantity(11, "each"), text, (text,), dt.date(2027, 1, 31))
    shipment = Shipment(
        "S1",
        "ORD-7",
        tuple(ShipmentLine(ref, text, eleven, ordered=case, short=eleven, reason=text) for ref in refs),
        (Package("P1", ("1Z-PACKED", text), "123456789012345675", (packed,)),),
        2,
        NOW,
        po_number=text,
        final=True,
    )
    ship_to = Address(text, text, text, postal_code="0001", country="DE")
    request = FulfilmentRequest(
        "ORD-7", "7", "ORD-7", text, buyer, ship_to, CarrierService("UPS", "GND"), asked, dt.date(2026, 12, 1)
    )
    return fulfilment(
        po_number=text,
        customer=buyer,
        request=request,
        captured=asked,
        lines=books,
        holds=("PO_MISSING",),
        waivers=(Waiver("PO_MISSING", text, text, NOW),),
        shipments=(shipment,),
        trackings=(Tracking("UPS", "1Z-SHOWN"),),
        seen_at=NOW,
        changed_at=NOW,
    )
