"""X12 documents of our own for the codec's tests, built by segment so that each quirk can be put in."""

from __future__ import annotations

PARTIES = "*ZZ*GXOUK          *ZZ*ACME           "
ISA = f"ISA*00*          *00*          {PARTIES}*261102*0930*U*00401*000000017*0*P*>"
COLLAPSED_ISA = "ISA*00**00**ZZ*GXOUK*ZZ*ACME*261102*0930*U*00401*000000017*0*P*>"
GS = "GS*SW*GXOUK*ACME*20261102*0930*17*X*004010"
ST = "ST*945*0001"
W06 = "W06*F*SO-1001*20261102*SHP-1"
SE = "SE*3*0001"
GE = "GE*1*17"
IEA = "IEA*1*000000017"
TA1 = "TA1*000000016*261102*0900*A*000"

BODY = (GS, ST, W06, SE, GE, IEA)
LAYOUTS = {
    "tilde and line end": ("~", "\n"),
    "tilde and CR LF": ("~", "\r\n"),
    "tilde alone": ("~", ""),
    "line end": ("\n", ""),
    "CR LF": ("\r", "\n"),
    "CR": ("\r", ""),
    "exclamation mark": ("!", "\n"),
    "control characters": ("\x1c", ""),
}


def document(*body: str, isa: str = ISA, terminator: str = "~", suffix: str = "\n") -> str:
    """One interchange as text; the 945 above where no segments are given."""
    return "".join(line + terminator + suffix for line in (isa, *(body or BODY)))


def without(*ids: str) -> str:
    """The document without the segments that have these ids."""
    return document(*(line for line in BODY if line.split("*")[0] not in ids))


def numbered(text: str, number: int) -> str:
    """The same document under another interchange control number."""
    return text.replace("000000017", f"{number:09}")
