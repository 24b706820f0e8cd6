"""The purchase order number: what counts as one, and that it is sent as the buyer wrote it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orogxo.errors import ConfigError, MappingError
from orogxo.mapping import PurchaseOrders


def code_of(po_number: str | None, policy: PurchaseOrders | None = None) -> str:
    with pytest.raises(MappingError) as caught:
        (policy or PurchaseOrders()).sendable(po_number)
    assert caught.value.path == "po_number"
    return caught.value.code


@pytest.mark.parametrize(
    "po_number",
    [
        "PO-2026-0001",
        "4500012345",
        "A,B",
        "Z\\1 .. 2",
        "007",
        "Nantes 12",
        "NO-17",
        "0x1",
        "注文 9",
        "x" * 255,
    ],
)
def test_a_number_is_sent_as_written(po_number):
    assert PurchaseOrders().sendable(po_number) == po_number


def test_only_ends_and_composition_are_normalised():
    assert PurchaseOrders().sendable("\u00a0 Cafe\u0301  7\t\n") == "Café  7"


@pytest.mark.parametrize(
    "po_number", [None, "", " ", "\t\r\n", "\u00a0\u2003", "\u200b", "\ufeff \u2060", "\u2800", "\x00"]
)
def test_nothing_visible_is_no_number(po_number):
    assert code_of(po_number) == "PO_MISSING"


FILLERS = (
    "N/A|n/a|NA| n.a. |N / A|none|NULL|tbd|TBC|-|---|...|?|x|XXX|0|000|No PO|no-po!|Not Applicable|To follow"
)


@pytest.mark.parametrize("po_number", [*FILLERS.split("|"), "\uff2e\uff0f\uff21", "🙂"])
def test_words_that_only_fill_the_field_are_no_number(po_number):
    assert code_of(po_number) == "PO_PLACEHOLDER"


@pytest.mark.parametrize(
    "po_number", ["A\x00B", "A\nB", "PO\u200b17", "\u202ePO17", "PO\ud80017", "PO\u202817"]
)
def test_what_no_label_can_show_cannot_be_sent(po_number):
    assert code_of(po_number) == "PO_UNSENDABLE"


def test_a_number_longer_than_the_warehouse_takes_cannot_be_sent():
    assert code_of("x1" * 128) == "PO_UNSENDABLE"
    x12 = PurchaseOrders(max_length=22)
    assert x12.sendable("1" * 22) == "1" * 22
    assert code_of("1" * 23, x12) == "PO_UNSENDABLE"


def test_the_placeholders_are_the_sites_own():
    policy = PurchaseOrders(placeholders=["Siehe E-Mail"])
    assert code_of("siehe email", policy) == "PO_PLACEHOLDER"
    assert code_of("--", policy) == "PO_PLACEHOLDER"
    assert policy.sendable("N/A") == "N/A"


def test_the_value_for_waived_orders_must_itself_be_sendable():
    assert PurchaseOrders(waived_value=" NO PO ").waived_value == "NO PO"
    with pytest.raises(ConfigError, match="has 5 characters and the warehouse takes 3"):
        PurchaseOrders(waived_value="NO PO", max_length=3)
    with pytest.raises(ConfigError, match=r"U\+0007"):
        PurchaseOrders(waived_value="NO\aPO")


@given(st.text(max_size=40))
def test_any_text_is_sent_byte_exact_after_normalisation_or_refused(text):
    expected = unicodedata.normalize("NFC", text).strip()
    try:
        sent, code = PurchaseOrders(max_length=30).sendable(text), ""
    except MappingError as error:
        sent, code = None, error.code
    assert sent == expected or code in {"PO_MISSING", "PO_PLACEHOLDER", "PO_UNSENDABLE"}
    if sent is not None:
        assert PurchaseOrders(max_length=30).sendable(sent) == sent
        assert 0 < len(sent) <= 30
        assert sent.encode("utf-8").decode("utf-8") == sent
