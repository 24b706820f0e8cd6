"""Queries: everything is encoded, and what OroCommerce would misread is refused."""

import datetime as dt
from decimal import Decimal
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orogxo.errors import MappingError
from orogxo.oro import query
from orogxo.oro.query import filter_value

EAST = dt.timezone(dt.timedelta(hours=2))


def sent(**asked):
    return dict(parse_qsl(query("orders", **{"fields": "all"} | asked).encode(), keep_blank_values=True))


def test_the_whole_query_in_a_fixed_order():
    asked = query(
        "orders",
        filter={"id[gt]": "1000", "poNumber": "PO 7/é+"},
        include=["shippingTrackings"],
        fields={"orders": ["identifier"], "ordershippingtrackings": "number"},
        sort="-createdAt,id",
        page_size=50,
        page_number=2,
    )
    assert asked.encode() == (
        "filter%5Bid%5D%5Bgt%5D=1000&filter%5BpoNumber%5D=PO%207%2F%C3%A9%2B&include=shippingTrackings"
        "&fields%5Borders%5D=identifier,shippingTrackings&fields%5Bordershippingtrackings%5D=number"
        "&sort=-createdAt,id&page%5Bnumber%5D=2&page%5Bsize%5D=50"
    )


def test_list_values_are_joined_by_commas():
    assert sent(filter={"identifier": ["A", "B C"], "id": (1, 2)}) == {
        "filter[identifier]": "A,B C",
        "filter[id]": "1,2",
    }


@pytest.mark.parametrize("value", ["A,B", ["A", "B,C"]])
def test_a_comma_is_refused_since_no_escape_works(value):
    """Recordings orders_filter_poNumber_comma_backslash and _comma_quoted: nothing found."""
    with pytest.raises(MappingError, match="comma") as caught:
        query("orders", filter={"poNumber": value})
    assert (caught.value.code, caught.value.path) == ("FILTER_COMMA", "filter[poNumber]")
    assert "list" in caught.value.hint


@given(st.text(min_size=1).filter(lambda text: "," not in text))
def test_any_other_text_arrives_as_it_is(text):
    assert sent(filter={"poNumber": text}) == {"filter[poNumber]": text}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (Decimal("1.50"), "1.50"),
        (dt.date(2026, 2, 1), "2026-02-01"),
        (dt.datetime(2026, 2, 1, 12, 0, 5, tzinfo=dt.UTC), "2026-02-01T12:00:05Z"),
        (dt.datetime(2026, 2, 1, 12, 0, 5, tzinfo=EAST), "2026-02-01T10:00:05Z"),
    ],
)
def test_values_are_written_as_oro_reads_them(value, text):
    assert filter_value("x", value) == text


def test_fractions_of_a_second_are_rounded_so_that_nothing_slips_through():
    """Recording s61_orders_updatedAt_millis: three digits are a 400; Oro stores whole seconds."""
    at = dt.datetime(2026, 2, 1, 12, 0, 5, 999_999, tzinfo=dt.UTC)
    assert filter_value("updatedAt[gte]", at) == "2026-02-01T12:00:05Z"
    assert filter_value("updatedAt[gt]", at) == "2026-02-01T12:00:05Z"
    assert filter_value("updatedAt[lte]", at) == "2026-02-01T12:00:05Z"
    assert filter_value("updatedAt[lt]", at) == "2026-02-01T12:00:06Z"
    assert filter_value("updatedAt[lt]", at.replace(microsecond=0)) == "2026-02-01T12:00:05Z"


def test_a_datetime_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        query("orders", filter={"updatedAt[gt]": dt.datetime(2026, 2, 1)})  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    "wrong",
    [
        {"filter": {"id]&x": "1"}},
        {"filter": {"id[gt": "1"}},
        {"filter": {"id": []}},
        {"include": ["lineItems&x=1"]},
        {"include": "lineItems, customer"},
        {"sort": "id&x"},
        {"fields": ["a b"]},
        {"page_size": 0},
        {"page_size": -2},
        {"page_number": 0},
    ],
)
def test_what_is_malformed_is_refused(wrong):
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own sentence
        query("orders", **wrong)


@pytest.mark.parametrize("value", [None, 1.5, b"x", object()])
def test_what_is_no_filter_value_is_refused(value):
    with pytest.raises(TypeError, match=r"filter\[id\]"):
        query("orders", filter={"id": [value]})


def test_everything_is_one_page_without_a_number():
    assert sent(page_size=-1, page_number=3) == {"page[size]": "-1"}


def test_by_default_only_the_fields_that_the_sdk_knows_are_asked_for():
    parameters = dict(parse_qsl(query("orders", include="lineItems.product").encode()))
    assert set(parameters) == {"include", "fields[orders]", "fields[orderlineitems]", "fields[products]"}
    assert "orderSubtotals" not in parameters["fields[orders]"]


def test_an_included_relation_is_always_in_its_owners_fields():
    """Else the reply does not link to it (contract, section 2.5)."""
    asked = query("orders", include=["documents", "customer.group.owner", "lineItems"], fields=["identifier"])
    assert asked.fields["orders"] == ("identifier", "documents", "customer", "lineItems")
    assert "group" in asked.fields["customers"]
    assert "taxCode" in asked.fields["customergroups"]
    assert "files" not in asked.fields, "no fieldset: all its fields come"


def test_own_fields_win_and_all_turns_fieldsets_off():
    asked = query("orders", include="customer", fields={"customers": "name"})
    assert asked.fields["customers"] == ("name",)
    assert "poNumber" in asked.fields["orders"], "the default for the type that was not mentioned"
    assert query("orders", include="customer", fields="all").fields == {}
    assert query("extendrmas").encode() == ""


def test_a_status_is_never_named_as_a_fieldset():
    """Unknown includes are ignored, but fields of a type that an installation lacks are a 400."""
    assert "orderinternalstatuses" not in query("orders", include="internalStatus").fields
