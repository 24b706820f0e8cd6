"""Another X12 implementation reads what we write: the envelope, and every segment of the documents in it."""

from __future__ import annotations

import datetime as dt

import pytest

from orogxo.gxo.edi import x12
from orogxo.gxo.edi.documents import GroupReceipt, write_180, write_940, write_943, write_997
from orogxo.gxo.edi.envelope import wrap
from orogxo.model import InboundAdvice, InboundLine, Quantity, ReturnAdvice, ReturnLine
from support.orders import a_request
from support.x12_documents import NOW, RELEASES

theirs = pytest.importorskip("mockedi.x12")

DAY = dt.date(2026, 11, 2)
GOODS = Quantity(1, "EA")


@pytest.mark.parametrize("profile", RELEASES)
def test_mock_edi_reads_the_same_segments(profile):
    sent = [
        write_940(a_request(), profile, control=1),
        write_940(a_request(), profile, control=2, purpose="cancel"),
        write_943(
            InboundAdvice("ASN", DAY, (InboundLine("1", "W", GOODS),), carrier="ABFS"), profile, control=3
        ),
        write_180(ReturnAdvice("RMA", "17", DAY, (ReturnLine("1", "W", GOODS),)), profile, control=4),
        write_997(GroupReceipt("SW", "1", "A", 1, 1, 1), profile, control=5),
    ]
    interchange = wrap(
        sent, sender="NORTHWIND", receiver="GXOLEEDS", control=9, now=NOW, version=profile.release
    )
    read = theirs.parse(x12.dump([interchange]).decode())
    messages = [message for group in read.groups for message in group.messages]
    assert [message.control for message in messages] == ["0001", "0002", "0003", "0004", "0005"]
    assert [[[one.tag, *one.elements] for one in message.body] for message in messages] == [
        [[segment.id, *segment.elements] for segment in one.segments] for one in sent
    ]
