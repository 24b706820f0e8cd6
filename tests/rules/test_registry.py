"""The rule table: every code once, each with an owner, a cure and a sentence for the customer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import orogxo.mapping
import orogxo.model
import orogxo.rules
from orogxo.errors import MappingError
from orogxo.model import Owner
from orogxo.rules import RULES, rule
from orogxo.rules.violations import Violation, violated

SOURCES = [Path(package.__file__).parent for package in (orogxo.model, orogxo.mapping, orogxo.rules)]
IN_CODE = re.compile(r'code="([A-Z_]+)"|(?:_refused|Violation|_blame)\(\s*"([A-Z_]+)"')


def codes_in_the_sources() -> set[str]:
    texts = (file.read_text("utf-8") for folder in SOURCES for file in folder.glob("*.py"))
    return {first or second for text in texts for first, second in IN_CODE.findall(text)}


def test_no_code_of_the_core_is_an_orphan():
    assert {"PO_MISSING", "FRACTIONAL_EACH", "OVER_SHIPPED", "UNIT_MISMATCH"} <= codes_in_the_sources()
    assert codes_in_the_sources() <= set(RULES)


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_is_complete(code):
    known = rule(code)
    assert known.code == code
    assert isinstance(known.owner, Owner)
    assert known.fixed_by in {"orocommerce", "mapping", "item master", "warehouse", "it"}
    assert known.hint.endswith(".")
    assert known.meaning.endswith(".")


@pytest.mark.parametrize("code", sorted(RULES))
def test_what_a_customer_reads_names_no_system_and_no_code(code):
    told = rule(code).meaning.casefold()
    assert not re.search(r"oro|gxo|sku|api|mapping|uom|_", told)


def test_only_what_a_person_can_judge_is_waivable():
    waivable = {code for code, known in RULES.items() if known.waivable}
    assert waivable == {"PO_MISSING", "PO_PLACEHOLDER", "UNIT_RATE_CHANGED", "ORDER_GONE"}


def test_customer_service_owns_the_purchase_order():
    assert {
        rule(code).owner for code in RULES if code.startswith("PO_") and code != "PO_WAIVER_WITHOUT_VALUE"
    } == {Owner.CUSTOMER_SERVICE}


def test_a_code_that_nobody_listed_goes_to_it_and_cannot_be_waived():
    stray = rule("SOMETHING_NEW")
    assert (stray.code, stray.owner, stray.waivable) == ("SOMETHING_NEW", Owner.IT, False)


def test_an_error_becomes_a_violation_with_all_it_knows():
    error = MappingError(
        "no case", code="UNIT_UNMAPPED", path="unit", value="case", hint="add it", context={"sku": "A"}
    )
    assert violated(error, "lines[1]") == Violation(
        "UNIT_UNMAPPED", "lines[1].unit", "no case", ("value case", "sku A", "add it")
    )
    assert violated(MappingError("bare")) == Violation("MAPPING", "", "bare", ())


@pytest.mark.parametrize("package", [orogxo.mapping, orogxo.rules])
def test_public_names_exist_once(package):
    assert all(hasattr(package, name) for name in package.__all__)
    assert len(set(package.__all__)) == len(package.__all__)
