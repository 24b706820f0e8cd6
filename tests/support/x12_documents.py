"""Hand-written X12 documents for tests, and readers of the documents that the product only writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from attrs import evolve

from orogxo.gxo.edi import x12
from orogxo.gxo.edi.envelope import transaction, wrap
from orogxo.gxo.edi.profile import X12Profile
from orogxo.model import (
    Address,
    CarrierService,
    FulfilmentLine,
    FulfilmentRequest,
    InboundAdvice,
    InboundLine,
    Organisation,
    Quantity,
    ReturnAdvice,
    ReturnLine,
)

NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
SITE = X12Profile(depositor="NORTHWIND", site="GXO-LEEDS", time_zone="Europe/London")
IN_5010 = evolve(SITE, release="005010")
RELEASES = (SITE, IN_5010)


def a_document(code: str, text: str) -> x12.Transaction:
    """A transaction from lines such as `W06*F*17`, without ST and SE."""
    rows = [line.strip().split("*") for line in text.strip().splitlines()]
    return transaction(code, [x12.Segment(row[0], tuple(row[1:])) for row in rows], control=1)


def on_the_wire(sent: x12.Transaction, profile: X12Profile) -> x12.Transaction:
    """`sent` after an envelope, bytes, and back."""
    interchange = wrap(
        [sent], sender="NORTHWIND", receiver="GXOLEEDS", control=1, now=NOW, version=profile.release
    )
    (read,), findings = x12.parse(x12.dump([interchange]))
    assert findings == ()
    (arrived,) = read.transactions
    return arrived


def text_of(sent: x12.Transaction) -> str:
    """The segments as lines, ST and SE included."""
    return "\n".join("*".join((segment.id, *segment.elements)) for segment in sent)


def codes(findings: Sequence[x12.Finding]) -> set[str]:
    return {finding.code for finding in findings}


def _loops(segments: Sequence[x12.Segment], opener: str) -> list[list[x12.Segment]]:
    loops: list[list[x12.Segment]] = [[]]
    for segment in segments:
        if segment.id == opener:
            loops.append([])
        loops[-1].append(segment)
    return loops


def _first(segments: Sequence[x12.Segment], id_: str, qualifier: str = "") -> x12.Segment:
    found = (one for one in segments if one.id == id_ and qualifier in ("", one.element(1)))
    return next(found, x12.Segment(id_))


def _address(party: Sequence[x12.Segment]) -> Address:
    first, second = _first(party, "N1").element(2), _first(party, "N2").element(1)
    streets = [one for one in party if one.id == "N3"] + [x12.Segment("N3")] * 2
    n4 = _first(party, "N4")
    region = f"{n4.element(4)}-{n4.element(2)}" if n4.element(2) else streets[1].element(1)
    return Address(
        name=second or first,
        company=first if second else "",
        street=streets[0].element(1),
        street2=streets[0].element(2),
        city=n4.element(1),
        postal_code=n4.element(3),
        region=region,
        country=n4.element(4),
        phone=_first(party, "PER").element(4),
    )


def _customer(segments: Sequence[x12.Segment]) -> Organisation:
    members = [one for one in segments if one.id == "N1" and one.element(1) in ("BY", "ZZ")]
    short = {one.element(3): one.element(2) for one in segments if one.id == "N9" and one.element(1) == "11"}
    parent: Organisation | None = None
    for place in range(len(members), 0, -1):
        n1 = members[place - 1]
        parent = Organisation(n1.element(4) or short[str(place)], n1.element(2), parent)
    assert parent is not None
    return parent


def _notes(segments: Sequence[x12.Segment]) -> str:
    pieces = [one.element(2) for one in segments if one.id == "NTE"]
    return "".join(piece if len(piece) == 80 else piece + " " for piece in pieces).rstrip()


def read_940(sent: x12.Transaction, profile: X12Profile) -> FulfilmentRequest:
    """What a site understands. A line id of OroCommerce and what the customer bought are not in a 940."""
    heading, *loops = _loops(sent.segments, "LX")
    w05, w66, order = _first(heading, "W05"), _first(heading, "W66"), _first(heading, "N9", "CO")
    (ship_to,) = (party for party in _loops(heading, "N1") if party[0].element(1) == "ST")
    carrier, _, service = w66.element(5).partition(profile.routing_separator)
    latest = _first(heading, "G62", "38").element(2)
    lines = []
    for loop in loops:
        w01, ref = _first(loop, "W01"), _first(loop, "N9", "LI").element(2)
        uom = profile.units_read[w01.element(2)]
        quantity = Quantity(w01.element(1), "each")
        lines.append(FulfilmentLine(ref, ref, w01.element(5), quantity, uom, quantity))
    total = Fraction(_first(sent.segments, "W76").element(1))
    assert total == sum(line.quantity.amount for line in lines)
    return FulfilmentRequest(
        ref=w05.element(2),
        order_id=order.element(3),
        identifier=order.element(2),
        po_number=w05.element(3) or _first(heading, "N9", "PO").element(2),
        customer=_customer(heading),
        ship_to=_address(ship_to),
        carrier=CarrierService(carrier, service, w66.element(10)),
        lines=tuple(lines),
        ship_not_after=dt.date.fromisoformat(latest) if latest else None,
        notes=_notes(heading),
    )


def read_943(sent: x12.Transaction, profile: X12Profile) -> InboundAdvice:
    """What a site understands of an inbound advice."""
    heading, *loops = _loops(sent.segments, "W04")
    w06, w27 = _first(heading, "W06"), _first(heading, "W27")
    supplier = [party for party in _loops(heading, "N1") if party[0].element(1) == "SF"]
    expected = _first(heading, "G62", "17").element(2)
    lines = tuple(
        InboundLine(
            ref=_first(loop, "N9", "LI").element(2),
            sku=loop[0].element(5),
            quantity=Quantity(loop[0].element(1), profile.units_read[loop[0].element(2)]),
            lot=_first(loop, "N9", "LT").element(2),
        )
        for loop in loops
    )
    return InboundAdvice(
        ref=w06.element(2),
        shipped_on=dt.date.fromisoformat(w06.element(3)),
        lines=lines,
        supplier=_address(supplier[0]) if supplier else None,
        expected_on=dt.date.fromisoformat(expected) if expected else None,
        shipment_ref=w06.element(4),
        carrier=w27.element(2) or w27.element(3),
        container=w27.element(6) + w27.element(7),
    )


def read_advice_180(sent: x12.Transaction, profile: X12Profile) -> ReturnAdvice:
    """What a site understands of a return authorisation."""
    heading, *loops = _loops(sent.segments, "BLI")
    bgn = _first(heading, "BGN")
    dispositions = {code: word for word, code in profile.dispositions.items()}
    reasons = {code: word for word, code in profile.return_reasons.items()}
    lines = tuple(
        ReturnLine(
            ref=_first(loop, "N9", "LI").element(2),
            sku=loop[0].element(2),
            quantity=Quantity(loop[0].element(3), profile.units_read[loop[0].element(4)]),
            reason=reasons.get(_first(loop, "RDR").element(2), ""),
            disposition=dispositions.get(_first(loop, "RDR").element(1), ""),
        )
        for loop in loops
    )
    return ReturnAdvice(
        ref=bgn.element(2),
        order_ref=_first(heading, "N9", "CO").element(2),
        authorised_on=dt.date.fromisoformat(bgn.element(3)),
        lines=lines,
        po_number=_first(heading, "PRF").element(1) or _first(heading, "N9", "PO").element(2),
    )
