"""Readers never raise and never drop: every transaction comes back as a value or whole, in quarantine."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.gxo.edi import documents, x12
from orogxo.gxo.edi.envelope import transaction
from orogxo.gxo.edi.profile import X12Profile
from support.x12_documents import SITE

READERS = {
    code: getattr(documents, f"read_{code}") for code in ("945", "944", "846", "947", "180", "997", "999")
}
SEGMENTS = {
    "945": ("W06", "N9", "W27", "LX", "MAN", "W12", "W03"),
    "944": ("W17", "N9", "LX", "W07", "W13", "W14"),
    "846": ("BIA", "N1", "LIN", "QTY", "UIT", "CTT"),
    "947": ("W15", "N9", "W19", "N1"),
    "180": ("BGN", "PRF", "N9", "BLI", "RDR", "NTE"),
    "997": ("AK1", "AK2", "AK3", "AK4", "AK5", "AK9"),
    "999": ("AK1", "AK2", "IK3", "IK4", "IK5", "CTX", "AK9"),
}
ELEMENTS = st.sampled_from(
    ["", "1", "2", "-3", "0.5", "17", "CC", "CP", "05", "AA", "EA", "VN", "WIDGET-001", "LI", "LT", "LV",
     "M1", "2I", "GM", "33", "00", "20261105", "0000", "99999999", "1337",
     "1>2>3", ">", "²", "\ud800", "9" * 60],
) | st.text(max_size=6)  # fmt: skip


@st.composite
def transactions(draw: st.DrawFn) -> x12.Transaction:
    code = draw(st.sampled_from(sorted(READERS)))
    segment = st.builds(
        x12.Segment, st.sampled_from(SEGMENTS[code]), st.lists(ELEMENTS, max_size=22).map(tuple)
    )
    return transaction(code, draw(st.lists(segment, max_size=14)), control=1)


@settings(max_examples=200)
@given(transactions(), st.sampled_from([SITE, X12Profile(transfer_style="pair", sign_rule="reason")]))
def test_any_segments_at_all(sent, profile):
    values, findings = READERS[sent.code](sent, profile)
    assert values
    for value in values:
        if isinstance(value, documents.Quarantined):
            assert value.transaction is sent
            assert value.reasons
            assert set(value.reasons) <= set(findings)


def test_text_without_end_reaches_neither_store_nor_log():
    huge = "x" * 5000
    sent = transaction("945", [x12.Segment("W06", ("F", huge)), x12.Segment("N9", ("LI", huge))], control=1)
    (value,), findings = READERS["945"](sent, SITE)
    assert [reason.code for reason in value.reasons].count("VALUE_TOO_LONG") == 2
    assert len(value.reference) <= 300
    assert all(len(finding.message) < 400 for finding in findings)


SAMPLES = Path(__file__).parents[4] / "shared" / "edi-samples"


def transactions_of(path: Path) -> list[x12.Transaction]:
    """Those of a file, or of an extract that lost its envelope."""
    data = path.read_bytes()
    if not data.lstrip(b"\xef\xbb\xbf").startswith(b"ISA"):
        head = b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *260101*0000*U*00401*"
        data = head + b"000000001*0*P*>~GS*ZZ*A*B*20260101*0000*1*X*004010~" + data
    interchanges, _ = x12.parse(data)
    return [one for interchange in interchanges for one in interchange.transactions]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the public samples are not beside this checkout")
def test_every_public_sample_is_read_without_exception():
    read = 0
    for path in sorted(SAMPLES.glob("*.edi")):
        if path.name.split("_")[0] not in READERS:
            continue
        found = transactions_of(path)
        assert found, path.name
        for one in found:
            values, _ = READERS[one.code](one)
            assert values, path.name
            read += 1
    assert read >= 20
