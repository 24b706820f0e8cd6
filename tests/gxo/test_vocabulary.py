"""The words of the contract pass unchanged; a site's own words stay recognisable."""

from __future__ import annotations

import pytest

from orogxo.gxo.vocabulary import LINE_REASONS, ORDER_STATES, STOCK_STATUSES, canonical
from orogxo.orchestrator.states import WAREHOUSE_STATES

STATES = """submitted accepted rejected on_hold released allocated picking packed partially_shipped shipped
closed cancel_requested cancelled"""
REASONS = """out_of_stock inventory_discrepancy on_hold capacity_cut substituted discontinued_or_withdrawn
loading_error carrier_or_diversion order_discrepancy other"""
STATUSES = "available allocated hold quarantine damaged returns in_transit"


@pytest.mark.parametrize(
    ("words", "known"), [(STATES, ORDER_STATES), (REASONS, LINE_REASONS), (STATUSES, STOCK_STATUSES)]
)
def test_the_words_of_the_contract(words: str, known: frozenset[str]) -> None:
    """Contract gateway-v1: "Order states", section 5.1, resource Inventory."""
    assert [canonical(word, known) for word in words.split()] == words.split()
    assert canonical("", known) == ""
    assert canonical("Accepted", known) == "unmapped:Accepted"


def test_the_orchestrator_has_a_meaning_only_for_states_that_can_be_read() -> None:
    assert WAREHOUSE_STATES.keys() <= ORDER_STATES
