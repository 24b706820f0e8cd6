"""Shipping methods: the specific entry wins, and what is missing is named by its key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orogxo.errors import MappingError
from orogxo.mapping import Carriers
from orogxo.model import CarrierService

GROUND, ANY, FREIGHT = (
    CarrierService("UPS", "GROUND"),
    CarrierService("UPS", "ANY"),
    CarrierService("XPO", "LTL", "XPOL"),
)
TABLE = Carriers.from_mapping({"ups_3:03": GROUND, " ups_3 ": ANY, "flat_rate_1: primary": FREIGHT})


@pytest.mark.parametrize(
    ("method", "kind", "service"),
    [
        ("ups_3", "03", GROUND),
        ("ups_3", "02", ANY),
        ("ups_3", None, ANY),
        (" ups_3 ", " ", ANY),
        ("flat_rate_1", "primary", FREIGHT),
    ],
)
def test_the_specific_entry_wins(method, kind, service):
    assert TABLE.resolve(method, kind) == service


@pytest.mark.parametrize(
    ("method", "kind", "key"),
    [
        ("fedex_2", "FEDEX_GROUND", "fedex_2:FEDEX_GROUND"),
        ("fedex_2", None, "fedex_2"),
        ("fedex_2", " ", "fedex_2"),
        ("UPS_3", "03", "UPS_3:03"),
        ("flat_rate_1", None, "flat_rate_1"),
    ],
)
def test_an_unmapped_method_names_the_key_that_heals_it(method, kind, key):
    with pytest.raises(MappingError) as caught:
        TABLE.resolve(method, kind)
    assert (caught.value.code, caught.value.value) == ("SHIP_METHOD_UNMAPPED", key)
    assert f'"{key}"' in caught.value.hint
    assert Carriers.from_mapping({key: GROUND}).resolve(method, kind) == GROUND


@pytest.mark.parametrize("method", [None, "", "  "])
def test_no_method_is_a_problem_of_its_own(method):
    with pytest.raises(MappingError, match="SHIP_METHOD_MISSING"):
        TABLE.resolve(method, "03")


@given(st.text(max_size=12), st.none() | st.text(max_size=12))
def test_any_method_is_mapped_or_refused_with_a_known_code(method, kind):
    with pytest.raises(MappingError) as caught:
        Carriers({}).resolve(method, kind)
    assert caught.value.code in {"SHIP_METHOD_MISSING", "SHIP_METHOD_UNMAPPED"}
