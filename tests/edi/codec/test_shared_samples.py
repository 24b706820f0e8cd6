"""The public sample documents beside the repository, where they are present: one row a document.

They are not ours to copy, so these tests are skipped elsewhere; tests/edi/codec/test_quirks.py shows the same
quirks in documents of our own.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from orogxo.gxo.edi import x12

SAMPLES = Path(__file__).parents[4] / "shared" / "edi-samples"
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the sample documents are not beside this repository"
)

OPENED: dict[str, set[str]] = {
    "180_1edisource": {"X12_GS01", "X12_SE_COUNT", "X12_IEA_CONTROL"},
    "180_easistandards_3030": {"X12_BOM", "X12_INDENTED", "X12_GS01"},
    "824_edifabric": {"X12_BOM", "X12_GE_COUNT"},
    "846_fabric_4010": {"X12_BOM", "X12_INDENTED", "X12_ISA11"},
    "846_snapshot_5010": {"X12_SE_COUNT"},
    "856_ediengine_crossdock": set(),
    "861_edifabric": {"X12_BOM", "X12_GE_COUNT"},
    "940_1edisource": {"X12_GE_CONTROL", "X12_IEA_CONTROL"},
    "940_babelway": set(),
    "940_ediengine_2": {"X12_TERMINATOR_MISSING"},
    "940_ediengine_acktest": {"X12_TERMINATOR_MISSING"},
    "940_ediengine_ok": {"X12_TERMINATOR_MISSING"},
    "940_ediengine_wrong_counts": {"X12_GE_COUNT", "X12_IEA_COUNT", "X12_CONTROL_FORMAT"},
    "940_generalmills_cancel": {"X12_ISA16"},
    "940_generalmills_new": {"X12_NEWLINE_IN_DATA"},
    "943_synthetic_3pl_4010": set(),
    "944_container_short": {"X12_SE_COUNT"},
    "944_nodex12_lots": {"X12_ISA11"},
    "945_edifabric_simplot": {"X12_BOM", "X12_GS01", "X12_GE_COUNT"},
    "945_jlco_5030_multi_st": {"X12_ISA11"},
    "947_babelway": {"X12_GE_CONTROL"},
    "997_edifabric": {"X12_BOM", "X12_ISA11"},
    "997_for_940_group": set(),
    "997_stupidedi_4010": {"X12_BLANK_LINES", "X12_ISA_WIDTH"},
    "999_staedi_5010": set(),
}
REFUSED = {
    "180_borders_randomhouse_body": "X12_NO_ENVELOPE",
    "945_simplot_body": "X12_NO_ENVELOPE",
    "947_generalmills_release_body": "X12_NO_ENVELOPE",
    "997_boomi_1": "X12_NO_ENVELOPE",
    "997_boomi_3": "X12_NO_ENVELOPE",
    "997_boomi_4": "X12_NO_ENVELOPE",
    "edifact_DESADV_D96A": "X12_EDIFACT",
    "edifact_ORDERS_group_staedi": "X12_EDIFACT",
    "edifact_ORDERS_phpedifact": "X12_EDIFACT",
    "edifact_ORDERS_pydifact": "X12_EDIFACT",
}


@pytest.mark.parametrize(("name", "codes"), OPENED.items(), ids=OPENED)
def test_it_opens_and_comes_back(name: str, codes: set[str]) -> None:
    data = (SAMPLES / f"{name}.edi").read_bytes()
    interchanges, findings = x12.parse(data)
    assert {finding.code for finding in findings} == codes
    written = x12.dump(interchanges)
    assert codes or written == data
    again, _ = x12.parse(written)
    assert again == interchanges
    assert {transaction.code for each in interchanges for transaction in each.transactions} == {name[:3]}


@pytest.mark.parametrize(("name", "code"), REFUSED.items(), ids=REFUSED)
def test_it_is_refused_for_what_it_is(name: str, code: str) -> None:
    with pytest.raises(x12.X12Error) as refused:
        x12.parse((SAMPLES / f"{name}.edi").read_bytes())
    assert refused.value.code == code


def test_the_table_knows_every_sample() -> None:
    assert {path.stem for path in SAMPLES.glob("*.edi")} == OPENED.keys() | REFUSED.keys()


def test_line_ends_that_wrap_a_value_are_taken_out() -> None:
    (interchange,), _ = x12.parse((SAMPLES / "940_generalmills_new.edi").read_bytes())
    lines = [segment for segment in next(interchange.transactions).segments if segment.id == "W01"]
    assert [line.element(15) for line in lines] == ["PI", "PI"]


def test_components_of_a_5010_acknowledgement() -> None:
    (interchange,), _ = x12.parse((SAMPLES / "999_staedi_5010.edi").read_bytes())
    contexts = [segment for segment in interchange if segment.id == "CTX"]
    assert contexts[0].component(1, 2) == "123456789"
    assert len(contexts[1].repeats(1)) > 1
