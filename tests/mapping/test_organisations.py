"""The customer organisation: always somebody, and the level that the site wants."""

from __future__ import annotations

import pytest

from orogxo.errors import MappingError
from orogxo.mapping import Organisations
from orogxo.model import Organisation

GROUP = Organisation("1", "Northwind Group")
RETAIL = Organisation("2", "Northwind Retail", GROUP)
STORE = Organisation("3", "Northwind Rochester", RETAIL)


def code_of(customer: Organisation | None, policy: Organisations | None = None) -> str:
    with pytest.raises(MappingError) as caught:
        (policy or Organisations()).resolve(customer)
    assert caught.value.path == "customer"
    return caught.value.code


def test_the_ordering_customer_passes_with_its_family():
    assert Organisations().resolve(STORE) == STORE
    assert Organisations().resolve(GROUP) == GROUP


def test_the_top_of_the_family_stands_for_all_of_it():
    assert {Organisations(level="top").resolve(one) for one in (STORE, RETAIL, GROUP)} == {GROUP}


def test_ids_become_the_warehouses_own_all_the_way_up():
    coded = Organisations(codes={"3": "NW-ROC", "1": "NW"}).resolve(STORE)
    assert (coded.id, coded.parent.id, coded.parent.parent.id) == ("NW-ROC", "2", "NW")
    assert coded.name == STORE.name


def test_an_unlisted_customer_is_refused_where_only_listed_ones_may_pass():
    policy = Organisations(codes={"2": "NW-R"}, listed_only=True)
    assert policy.resolve(RETAIL).id == "NW-R"
    with pytest.raises(MappingError) as caught:
        policy.resolve(STORE)
    assert caught.value.code == "ORGANISATION_UNMAPPED"
    assert '"3" = ' in caught.value.hint
    top = Organisations(level="top", codes={"1": "NW"}, listed_only=True)
    assert top.resolve(STORE) == Organisation("NW", "Northwind Group")


@pytest.mark.parametrize(
    "customer",
    [
        None,
        Organisation("", "Acme"),
        Organisation(" ", "Acme"),
        Organisation("7", " "),
        Organisation("7", "GUEST "),
        Organisation("7", "Default Customer"),
        Organisation("7", "N/A"),
    ],
)
def test_nobody_in_particular_cannot_order(customer):
    assert code_of(customer) == "ORGANISATION_MISSING"


def test_a_guest_in_a_family_is_still_a_guest_and_so_is_a_default_top():
    assert code_of(Organisation("9", "Guest", GROUP), Organisations(level="top")) == "ORGANISATION_MISSING"
    assert code_of(Organisation("9", "Acme", Organisation("8", "Default")), Organisations(level="top")) == (
        "ORGANISATION_MISSING"
    )


def test_the_hint_names_the_right_that_hides_customers():
    with pytest.raises(MappingError) as caught:
        Organisations().resolve(None)
    assert "API user" in caught.value.hint


def test_blocked_names_are_the_sites_own():
    policy = Organisations(blocked_names=[" Web Shop"])
    assert code_of(Organisation("7", "web shop"), policy) == "ORGANISATION_MISSING"
    assert policy.resolve(Organisation("7", "Guest")).name == "Guest"
