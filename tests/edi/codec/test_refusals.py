"""Input that is not read: no X12, hostile, or beyond the limits; the code of the X12Error says why."""

from __future__ import annotations

import pickle

import pytest

from edi.codec.examples import ISA, ST, document, numbered
from orogxo.errors import Disposition, OrogxoError
from orogxo.gxo.edi import x12

REFUSED: dict[str, tuple[bytes | str, str]] = {
    "nothing": (b"", "X12_EMPTY"),
    "blanks": ("\ufeff \r\n\t", "X12_EMPTY"),
    "a letter": ("Dear partner, please find attached", "X12_NOT_X12"),
    "JSON": (b'{"isa": 1}', "X12_NOT_X12"),
    "the word alone": ("ISA" * 500, "X12_NOT_X12"),
    "EDIFACT": ("UNB+UNOC:3+4250159300001:14+GXO:14+181205:1607+896'\nUNH+1+DESADV:D:96A:UN'", "X12_EDIFACT"),
    "EDIFACT with UNA": ("UNA:+.? '\r\nUNB+UNOA:4+1:8+2:ZZ+081012:0255+807'", "X12_EDIFACT"),
    "a body": (ST + "~SE*2*0001~", "X12_NO_ENVELOPE"),
    "a group": ("\n GS|SW|GXOUK|ACME~", "X12_NO_ENVELOPE"),
    "half an ISA": (ISA[:60], "X12_HEADER"),
    "ISA without an end": (ISA, "X12_HEADER"),
    "ISA without its last element": (ISA[:-1], "X12_HEADER"),
    "ISA without some elements": (document(isa=ISA.replace("*00*          ", "", 1)), "X12_HEADER"),
    "ISA that ends inside": (document(isa=ISA.replace("GXOUK    ", "GXO~     ")), "X12_HEADER"),
    "letters for separators": (document().replace("*", "Q"), "X12_NOT_X12"),
    "a letter for a terminator": (document(terminator="Q", suffix=""), "X12_HEADER"),
    "a thousand broken headers": ("ISA*00*\n" * 1200, "X12_HEADER"),
    "UTF-16": (document().encode("utf-16"), "X12_ENCODING"),
    "half a character": (document().replace("SHP-1", "\ud800"), "X12_ENCODING"),
    "a null byte": (document().replace("SHP-1", "SHP\x001"), "X12_CONTROL_BYTES"),
    "an escape sequence": (document().replace("SHP-1", "\x1b[2J"), "X12_CONTROL_BYTES"),
    "the stand-in for ISA16": (document(isa=ISA[:-1]).replace("SHP-1", "SHP\x1f1"), "X12_CONTROL_BYTES"),
    "control bytes before it": ("%PDF\x02\n" + document(), "X12_CONTROL_BYTES"),
}


@pytest.mark.parametrize(("data", "code"), REFUSED.values(), ids=REFUSED)
def test_refused(data: bytes | str, code: str) -> None:
    with pytest.raises(x12.X12Error) as refused:
        x12.parse(data)
    assert refused.value.code == code


LIMITED: dict[str, tuple[str, x12.Limits]] = {
    "size": (document(), x12.Limits(size=len(document()) - 1)),
    "segments": (document(), x12.Limits(segments=6)),
    "segments in all": (document() + numbered(document(), 18), x12.Limits(segments=13)),
    "interchanges": (document() + numbered(document(), 18), x12.Limits(interchanges=1)),
    "a segment": (document().replace("SHP-1", "X" * 300), x12.Limits(segment_size=300)),
    "blanks without an end": (document() + " " * 500, x12.Limits(segment_size=300)),
}


@pytest.mark.parametrize(("text", "limits"), LIMITED.values(), ids=LIMITED)
def test_limits(text: str, limits: x12.Limits) -> None:
    with pytest.raises(x12.X12Error) as refused:
        x12.parse(text, limits=limits)
    assert refused.value.code == "X12_LIMIT"


def test_what_is_just_within_the_limits_is_read() -> None:
    text = document()
    limits = x12.Limits(size=len(text), segments=7, interchanges=1, segment_size=len(ISA) + 1)
    interchanges, findings = x12.parse(text, limits=limits)
    assert len(interchanges) == 1
    assert findings == ()


def test_the_error_is_one_of_ours_and_survives_pickling() -> None:
    with pytest.raises(OrogxoError) as refused:
        x12.parse(b"")
    assert refused.value.disposition is Disposition.REVIEW
    copy = pickle.loads(pickle.dumps(refused.value))
    assert (type(copy), str(copy), copy.findings) == (x12.X12Error, "X12_EMPTY: the file is empty", ())
