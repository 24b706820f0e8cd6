"""The small questions that records answer about themselves."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from hypothesis import strategies as st

import orogxo.model
from orogxo.model import ExceptionItem, Fulfilment, LineLedger, Owner, Quantity, Shipment

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
AMOUNTS = st.fractions(min_value=0, max_value=1000, max_denominator=60)


def a_ledger(**figures) -> LineLedger:
    figures = {"ordered": Fraction(12), **{name: Fraction(value) for name, value in figures.items()}}
    return LineLedger("101", "101", "WIDGET-001", "each", "EA", Quantity(1, "case"), **figures)


def test_eleven_of_twelve_eaches_are_eleven_twelfths_of_the_case():
    ledger = a_ledger(shipped=11)
    assert ledger.shipped_as_sold == Quantity("11/12", "case")
    assert (ledger.open, ledger.over) == (1, 0)


def test_thirteen_of_twelve_are_one_over_and_nothing_open():
    ledger = a_ledger(shipped=12, short=1)
    assert (ledger.open, ledger.over) == (0, 1)


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_the_books_balance_whatever_is_booked(ordered, shipped, short, cancelled):
    ledger = a_ledger(ordered=ordered, shipped=shipped, short=short, cancelled=cancelled)
    assert ledger.ordered == ledger.shipped - ledger.over + ledger.short + ledger.cancelled + ledger.open
    assert ledger.open >= 0
    assert ledger.over >= 0
    assert not (ledger.open and ledger.over)


def test_an_exception_is_open_until_it_is_closed():
    item = ExceptionItem("1", "PO_MISSING", "17", "no PO", Owner.CUSTOMER_SERVICE, "ask", "orocommerce", NOW)
    assert item.is_open
    assert not evolve(item, closed_at=NOW, closed_by="re-check").is_open


def test_a_fulfilment_knows_whether_more_shipments_may_come():
    part = Shipment("S1", "17", ())
    fulfilment = Fulfilment("17", "ORD-17", shipments=(part,))
    assert not fulfilment.final_shipment
    assert evolve(fulfilment, shipments=(part, evolve(part, id="S2", final=True))).final_shipment


def test_values_cannot_be_changed_in_place():
    with pytest.raises(FrozenInstanceError):
        a_ledger().shipped = Fraction(12)


def test_every_public_name_exists():
    assert all(hasattr(orogxo.model, name) for name in orogxo.model.__all__)
    assert len(set(orogxo.model.__all__)) == len(orogxo.model.__all__)
