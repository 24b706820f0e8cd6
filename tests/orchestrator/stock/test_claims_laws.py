"""No claim loses a unit: whatever happens to an order, its claims are what its books say."""

from __future__ import annotations

from fractions import Fraction

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.model import (
    Acknowledgement,
    Answer,
    CancelAnswer,
    Fulfilment,
    Quantity,
    ShipmentLine,
    State,
    UnreadableOrder,
)
from orogxo.orchestrator import Policy, decide
from orogxo.orchestrator import events as ev
from orogxo.orchestrator.after_send import was_sent
from orogxo.orchestrator.events import Standing
from orogxo.orchestrator.stock.claims import claims_of
from support.orders import NOW, a_line, a_shipment, an_order, prepared

POLICY = Policy(suborders="parents", send_changes=True)
EACHES = st.integers(0, 14)


@st.composite
def readings(draw: st.DrawFn) -> ev.OrderRead:
    """The order as it is now: one to three lines, of cases and eaches."""
    lines = tuple(
        a_line(
            id=str(101 + n),
            quantity=Quantity(draw(st.integers(1, 20)), draw(st.sampled_from(["each", "case"]))),
        )
        for n in range(draw(st.integers(1, 3)))
    )
    standing = draw(st.sampled_from([Standing.AUTHORISED] * 3 + [Standing.WAITING, Standing.ENDED]))
    status = "cancelled" if standing is Standing.ENDED else "open"
    order = an_order(lines=lines, status=status, po_number=draw(st.sampled_from(["PO-1"] * 3 + [None])))
    return ev.OrderRead(order, prepared(order), standing, asked=draw(st.booleans()))


@st.composite
def told_lines(draw: st.DrawFn) -> ShipmentLine:
    def some() -> Quantity | None:
        unit = draw(st.sampled_from(["EA"] * 5 + ["CS"]))
        return draw(st.sampled_from([None, None, Quantity(draw(EACHES), unit)]))

    return ShipmentLine(
        draw(st.sampled_from(["101", "102", "103", "999"])),
        draw(st.sampled_from(["WIDGET-001"] * 4 + ["WIDGET-002"])),
        some() or Quantity(draw(st.integers(-1, 12)), "EA"),
        short=some(),
        cancelled=some(),
        backordered=some(),
        reason=draw(st.sampled_from(["", "substituted"])),
    )


@st.composite
def shipments(draw: st.DrawFn) -> ev.ShipmentRead:
    return ev.ShipmentRead(
        a_shipment(
            id=draw(st.sampled_from(["S-1", "S-2/17"])),
            version=draw(st.integers(1, 2)),
            lines=tuple(draw(st.lists(told_lines(), min_size=1, max_size=3))),
            final=draw(st.sampled_from([False, False, False, True])),
            recorded_at=draw(st.sampled_from([None, NOW])),
        )
    )


EVENTS = st.one_of(
    readings(),
    shipments(),
    st.sampled_from(
        [
            ev.SendBegun(),
            ev.Acknowledged(Acknowledgement("17", "accepted")),
            ev.Acknowledged(Acknowledgement("17", "picking")),
            ev.Refused("UNKNOWN_SKU", ("no such SKU",)),
            ev.NotSentYet("connection refused"),
            ev.MayResend("asked"),
            ev.MayResend("it treats both as one", absent=False),
            ev.ChangeAnswered(Acknowledgement("17", "accepted", version=2)),
            ev.ChangeAnswered(None, ("too late",)),
            ev.CancelAnswered(CancelAnswer(Answer.DONE)),
            ev.CancelAnswered(CancelAnswer(Answer.REFUSED)),
            ev.OrderUnreadable(UnreadableOrder("17", ("no lines",), "ORD-0017")),
            ev.OrderGone("17"),
        ]
    ),
)


@st.composite
def lives(draw: st.DrawFn) -> Fulfilment:
    """An order that was sent, as a rule, and then anything."""
    start = [draw(readings()), ev.SendBegun(), ev.Acknowledged(Acknowledgement("17", "accepted"))]
    fulfilment = None
    for event in start[: draw(st.sampled_from([1, 3, 3, 3]))] + draw(st.lists(EVENTS, max_size=7)):
        fulfilment = decide(fulfilment, event, NOW, POLICY).fulfilment or fulfilment
    return fulfilment or Fulfilment("17", "ORD-0017")


def to_base(sku: str, quantity: Quantity) -> Fraction:
    return quantity.amount * {"EA": 1, "CS": 12}[quantity.unit]


@settings(max_examples=200, deadline=None)
@given(lives())
def test_on_the_lines_of_a_sent_order_claims_are_shipped_plus_open(fulfilment: Fulfilment):
    found = {claim.line: claim for claim in claims_of(fulfilment, to_base)}
    if not was_sent(fulfilment):
        return
    for line in fulfilment.lines:
        claim = found.pop(line.ref, None)
        amount = line.shipped + line.open
        assert (claim.amount if claim else 0) == amount
        if claim:
            assert sum(left.amount for left in claim.left) == line.shipped, (
                "what is booked has left, and no more"
            )
            assert (claim.sku, claim.over <= amount) == (line.sku, True)
            assert claim.given_up == max(0, line.ordered - amount)
    others = [claim for name, claim in found.items() if not name.endswith(":changed")]
    assert all(sum(left.amount for left in claim.left) == claim.amount for claim in others)


@settings(max_examples=200, deadline=None)
@given(lives())
def test_an_order_that_was_not_sent_counts_by_its_last_reading(fulfilment: Fulfilment):
    found = [claim for claim in claims_of(fulfilment, to_base) if not claim.closed]
    if was_sent(fulfilment) or fulfilment.shipments:
        return
    here = fulfilment.state is not State.CANCELLED
    lines = sum(claim.amount for claim in found if not claim.line.endswith(":changed"))
    assert lines == sum(line.quantity.amount for line in fulfilment.captured) * here
    assert [claim.sku for claim in found if claim.unclear] == list(fulfilment.unclear) * here


@settings(max_examples=200, deadline=None)
@given(lives())
def test_no_two_claims_of_an_order_share_a_name_and_none_is_negative(fulfilment: Fulfilment):
    found = claims_of(fulfilment, to_base)
    assert len({(claim.line, claim.sku) for claim in found}) == len(found)
    assert all(claim.amount >= 0 and claim.order_id == "17" for claim in found)
    assert all(claim.amount > 0 or claim.unclear for claim in found)


@settings(max_examples=200, deadline=None)
@given(lives(), st.integers(1, 30))
def test_a_change_that_is_asked_for_adds_what_it_asks_beyond_the_books(fulfilment: Fulfilment, more: int):
    if fulfilment.cancel is Answer.DONE or not fulfilment.lines or not was_sent(fulfilment):
        return
    request = prepared(an_order()).request
    line = evolve(request.lines[0], quantity=Quantity(fulfilment.lines[0].ordered + more, "each"))
    asked = evolve(fulfilment, change=Answer.PENDING, proposed=evolve(request, lines=(line,)))
    before = sum(claim.amount for claim in claims_of(evolve(asked, proposed=None), to_base))
    extra = more if asked.state is not State.CANCELLED else 0
    assert sum(claim.amount for claim in claims_of(asked, to_base)) == before + extra
