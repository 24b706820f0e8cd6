"""Delivery addresses: every missing or overlong field is named at once."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from orogxo.errors import ConfigError
from orogxo.mapping import X12_LIMITS, Addresses
from orogxo.model import Address

DOCK = Address(
    name="Amanda Cole", company="Northwind", street="1 Dock Road", city="Rochester", postal_code="14608",
    region="US-NY", country="US",
)  # fmt: skip


def told(address: Address | None, policy: Addresses | None = None) -> dict[str, tuple[str, ...]]:
    return {found.code: found.evidence for found in (policy or Addresses()).problems(address)}


@pytest.mark.parametrize(
    "changes",
    [{}, {"name": ""}, {"company": ""}, {"street": "", "street2": "PO Box 7"},
     {"country": "DE", "region": ""}, {"country": "HK", "postal_code": "", "region": ""},
     {"country": "IE", "postal_code": "", "region": ""}],
)  # fmt: skip
def test_a_complete_address_passes(changes):
    assert told(evolve(DOCK, **changes)) == {}


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"name": " ", "company": ""}, "name or company"),
        ({"street": "\t"}, "street"),
        ({"city": ""}, "city"),
        ({"country": "USA"}, "country"),
        ({"country": "1!"}, "country"),
        ({"country": "us"}, "country"),
        ({"country": " US"}, "country"),
        ({"country": "ÜB"}, "country"),
        ({"postal_code": " "}, "postal code"),
        ({"region": ""}, "region"),
        ({"country": "AU", "region": " "}, "region"),
    ],
)
def test_each_missing_field_is_named(changes, missing):
    assert told(evolve(DOCK, **changes)) == {"ADDRESS_INCOMPLETE": (missing,)}


def test_all_missing_fields_are_named_at_once():
    assert told(Address(country="CA")) == {
        "ADDRESS_INCOMPLETE": ("name or company", "street", "city", "postal code", "region")
    }
    assert told(Address()) == {"ADDRESS_INCOMPLETE": ("name or company", "street", "city", "country")}


def test_no_address_at_all():
    (found,) = Addresses().problems(None)
    assert (found.code, found.path) == ("ADDRESS_MISSING", "ship_to")


def test_lengths_are_the_sites_own_and_come_with_the_rest():
    long = evolve(DOCK, street="x" * 56, city="y" * 31, region="")
    assert told(long, Addresses(limits=X12_LIMITS)) == {
        "ADDRESS_INCOMPLETE": ("region",),
        "ADDRESS_TOO_LONG": ("street has 56 characters of 55", "city has 31 characters of 30"),
    }
    assert told(evolve(DOCK, street="x" * 55), Addresses(limits=X12_LIMITS)) == {}


def test_which_countries_need_what_is_the_sites_own():
    policy = Addresses(without_postal_code=frozenset({"US"}), with_region=frozenset({"DE"}))
    assert told(evolve(DOCK, postal_code="", region=""), policy) == {}
    assert told(evolve(DOCK, country="DE", region=""), policy) == {"ADDRESS_INCOMPLETE": ("region",)}


def test_a_limit_on_a_field_that_does_not_exist_is_a_mistake_in_the_settings():
    with pytest.raises(ConfigError, match="no such field: citty, strret"):
        Addresses(limits={"strret": 30, "citty": 9, "city": 9})


@given(st.builds(Address, *[st.text(max_size=6)] * 9))
def test_any_address_is_judged(address):
    assert set(told(address, Addresses(limits={"city": 3}))) <= {"ADDRESS_INCOMPLETE", "ADDRESS_TOO_LONG"}
