"""What goes to the warehouse: the golden order, exact quantities, and refusals before a byte is sent."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.errors import MappingError
from orogxo.gxo.wire import checked_ref, encode_order, is_ref
from orogxo.model import FulfilmentRequest, Quantity
from support.gateway import REQUEST, a_line, site

GOLDEN = """
{"client_id":"ACME","site_id":"RDC-1","client_order_ref":"1042","type":"sale","po_number":"PO-2026-0001",
"customer_org":{"id":"2","name":"Northwind Retail GmbH",
"parent":{"id":"1","name":"Northwind Group","parent":null}},
"external_ids":[{"scheme":"oro_order","value":"1042"},{"scheme":"oro_identifier","value":"ORD-0042"}],
"requested_ship":{"not_after":"2026-11-30"},
"ship_to":{"name":"Amanda Cole","company":"Northwind Retail GmbH","street":"Königstraße 1","street2":"Gate 4",
"city":"Rochester","postal_code":"14608","region":"US-NY","country":"US","phone":"+1 585 555 0100"},
"carrier":{"code":"UPS","service_code":"GROUND","scac":"UPSN"},
"instructions":[{"kind":"delivery","text":"Ring \\"twice\\""}],
"lines":[{"line_ref":"101","sku":"WIDGET-001","qty":{"value":"12","uom":"EA"}},
{"line_ref":"102","sku":"SHEET-7","qty":{"value":"0.25","uom":"MTK"}}]}
"""


def encoded(request: FulfilmentRequest) -> bytes:
    return encode_order(request, depositor="ACME", site="RDC-1")


def refusal(request: FulfilmentRequest) -> MappingError:
    """Refused by the client, too, without anything being sent."""
    client, sender = site()
    with pytest.raises(MappingError) as caught:
        client.submit(request)
    assert sender.sent == []
    return caught.value


def test_the_golden_order_byte_for_byte() -> None:
    """Contract gateway-v1, resource Order."""
    assert encoded(REQUEST).decode() == GOLDEN.replace("\n", "")


def test_what_is_not_known_is_not_sent() -> None:
    customer = evolve(REQUEST.customer, parent=None)
    body = json.loads(encoded(evolve(REQUEST, ship_not_after=None, notes="", customer=customer)))
    assert "requested_ship" not in body
    assert body["instructions"] == []
    assert body["customer_org"]["parent"] is None


def written(text: str) -> Fraction:
    """A reader of its own: digits and one point, nothing else."""
    whole, _, decimals = text.partition(".")
    assert (whole + decimals).isdigit()
    return Fraction(int(whole + decimals), 10 ** len(decimals))


AMOUNTS = st.one_of(
    st.integers(1, 10**12).map(Fraction),
    st.decimals("0.000001", "1e9", places=6).map(Fraction),
    st.builds(Fraction, st.integers(1, 10**6), st.builds(lambda two, five: 2**two * 5**five,
              st.integers(0, 20), st.integers(0, 20))),
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(AMOUNTS, min_size=1, max_size=5))
def test_every_quantity_arrives_exactly(amounts: list[Fraction]) -> None:
    lines = tuple(a_line(ref=f"L{n}", quantity=Quantity(amount, "each")) for n, amount in enumerate(amounts))
    body = json.loads(encoded(evolve(REQUEST, lines=lines)), parse_float=pytest.fail)
    assert [written(line["qty"]["value"]) for line in body["lines"]] == amounts
    assert [line["line_ref"] for line in body["lines"]] == [line.ref for line in lines]


@settings(max_examples=100)
@given(st.integers(1, 10**9), st.sampled_from([3, 7, 9, 11, 12, 13, 30, 700]))
def test_a_quantity_without_a_finite_decimal_is_never_sent(numerator: int, denominator: int) -> None:
    amount = Fraction(numerator, denominator)
    request = evolve(REQUEST, lines=(a_line(quantity=Quantity(amount, "case")),))
    if (10**40 * amount).denominator == 1:
        assert written(json.loads(encoded(request))["lines"][0]["qty"]["value"]) == amount
    else:
        assert refusal(request).code == "QUANTITY_NOT_DECIMAL"


@pytest.mark.parametrize(
    "ref", ["", " ", "10 42", "10/42", "10+42", "ä", "1042\n", ".", "..", "a%2Fb", "a?b"]
)
def test_a_reference_that_a_path_could_bend_is_refused(ref: str) -> None:
    assert not is_ref(ref)
    error = refusal(evolve(REQUEST, ref=ref))
    assert (error.code, error.path, error.value) == ("REF_NOT_ALLOWED", "ref", ref)
    client, sender = site()
    with pytest.raises(MappingError):
        client.find(ref)
    assert sender.sent == []


@pytest.mark.parametrize("ref", ["1042", "ORO-1042", "a.b_c-D", "..a"])
def test_a_reference_of_plain_letters_is_taken(ref: str) -> None:
    assert checked_ref(ref) == ref


def test_all_problems_are_told_at_once() -> None:
    lines = (
        a_line(ref="1 2", quantity=Quantity("1/3", "case"), sku=" "),
        a_line(ref="x", quantity=Quantity(0, "each"), uom=""),
        a_line(ref="x", quantity=Quantity(-1, "each")),
    )
    error = refusal(evolve(REQUEST, lines=lines))
    assert (error.code, error.path) == ("REF_NOT_ALLOWED", "lines[0].ref")
    assert error.context == {"order": "1042", "ref": "1042"}
    for told in (
        "lines[0].ref '1 2' cannot name anything",
        "lines[0].quantity 1/3 case",
        "no finite decimal",
        "lines[0].sku is empty",
        "lines[1].quantity 0 each",
        "lines[1].uom is empty",
        "lines[2].quantity -1 each",
        "lines[2].ref 'x' names two lines",
    ):
        assert told in error.message


def test_an_order_without_lines_is_refused() -> None:
    assert refusal(evolve(REQUEST, lines=())).code == "LINES_MISSING"


def test_half_a_character_is_refused_not_replaced() -> None:
    error = refusal(evolve(REQUEST, notes="\ud83d"))
    assert error.code == "TEXT_NOT_UNICODE"
    assert "lone surrogate" in error.message
