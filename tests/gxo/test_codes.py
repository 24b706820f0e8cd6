"""The code tables of a site: what goes out comes back, and what nobody agreed stays recognisable."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orogxo.gxo.codes import Codes
from orogxo.gxo.words import Words
from orogxo.model import CarrierService, Quantity


@pytest.mark.parametrize(
    ("code", "service", "wanted"),
    [
        ("17", "", ("UPS", "GROUND")),
        ("17", "GROUND", ("UPS", "GROUND")),
        ("17", "NEXT_DAY", ("UPS", "unmapped:NEXT_DAY")),
        ("D", "", ("DHL", "")),
        ("D", "EXPRESS", ("DHL", "unmapped:EXPRESS")),
        ("F", "", ("FEDX", "")),
        ("F", "STD", ("FEDX", "STD")),
        ("X", "", ("unmapped:X", "")),
        ("UPS", "GROUND", ("unmapped:UPS", "GROUND")),
        ("99", "GROUND", ("unmapped:99", "GROUND")),
        ("", "", ("", "")),
    ],
)
def test_what_a_carrier_code_of_the_site_means(code: str, service: str, wanted: tuple[str, str]) -> None:
    codes = Codes(
        carriers={
            "UPS GROUND": "17",
            "DHL": "D",
            "FEDX STD": "F",
            "FEDX GROUND": "F",
            "UPS SLOW": "X",
            "MULE SLOW": "X",
        }
    )
    assert codes.carried(code, service) == wanted


WORD = st.text("ABC123", min_size=1, max_size=3)


@given(st.dictionaries(WORD, WORD), st.dictionaries(st.tuples(WORD, WORD), st.integers(0, 99)), st.data())
def test_what_goes_out_comes_back(units: dict[str, str], carriers: Any, data: st.DataObject) -> None:
    units = {uom: code for code, uom in {code: uom for uom, code in units.items()}.items()}
    table = {" ".join(name): f"{number}-{name[0]}-{name[1]}" for name, number in carriers.items()}
    codes = Codes(units=units, carriers=table)
    for uom in units:
        assert codes.quantity(Quantity(3, codes.unit(uom))) == Quantity(3, uom)
    for carrier, service in carriers:
        written = codes.carrier(CarrierService(carrier, service, "SCAC"))
        assert codes.carried(written.carrier, written.service) == (carrier, service)
    strange = data.draw(WORD)
    assert (codes.quantity(Quantity(3, strange)).unit == f"unmapped:{strange}") == (
        bool(units) and strange not in units.values()
    )


def test_a_word_is_told_once() -> None:
    words = Words()
    assert [words.reason("mood") for _ in range(3)] == ["unmapped:mood"] * 3
    assert words.unknown == ["reason 'mood' is not a word of gateway-v1"]
