"""The packages of a 945: MAN, tracking numbers, licence plates, lots (contract x12, section 2.4)."""

from __future__ import annotations

import datetime as dt

from attrs import evolve

from orogxo.gxo.edi.documents import Known, Quarantined, read_945
from orogxo.model import Package, PackageLine, Quantity
from support.x12_documents import SITE, a_document, codes

HEAD = "W06*F*17*20261105*SHP-9"
FIRST, SECOND = "340123450000000017", "340123450000000024"


def line(ref: str, amount: int = 12, lot: str = "") -> str:
    return f"W12*CC*{amount}*{amount}**EA**VN*WIDGET-001{'*' + lot if lot else ''}\nN9*LI*{ref}"


def goods(ref: str, amount: int = 12, **more) -> PackageLine:
    return PackageLine(ref, "WIDGET-001", Quantity(amount, "EA"), **more)


def packages(*parts: str, head: str = HEAD, profile=SITE):
    (value,), findings = read_945(a_document("945", "\n".join((head, *parts))), profile, Known())
    return value.packages, findings


def test_a_carton_with_its_sscc_its_number_and_its_goods():
    found, findings = packages("LX*1", f"MAN*GM*{FIRST}", "MAN*CP*1Z1", line("101"))
    assert found == (Package(FIRST, ("1Z1",), FIRST, (goods("101"),)),)
    assert findings == ()


def test_an_sscc_may_begin_with_its_application_identifier():
    found, findings = packages("LX*1", f"MAN*GM*00{FIRST}", line("101"))
    assert (found[0].ref, found[0].sscc, findings) == (FIRST, FIRST, ())


def test_both_marks_may_stand_in_one_man():
    found, _ = packages("LX*1", f"MAN*GM*{FIRST}**CN*1Z1", line("101"))
    assert found == (Package(FIRST, ("1Z1",), FIRST, (goods("101"),)),)


def test_several_cartons_under_one_lx_are_empty_for_nobody_knows_what_is_in_which():
    found, _ = packages(
        "LX*1", f"MAN*GM*{FIRST}", "MAN*CP*1Z1", f"MAN*GM*{SECOND}", "MAN*CP*1Z2", line("101")
    )
    assert found == (Package(FIRST, ("1Z1",), FIRST), Package(SECOND, ("1Z2",), SECOND))


def test_two_numbers_without_sscc_are_two_parcels():
    found, _ = packages("LX*1", "MAN*CP*1Z1", "MAN*CP*1Z2", line("101"))
    assert found == (Package("1Z1", ("1Z1",)), Package("1Z2", ("1Z2",)))


def test_a_carton_that_goes_on_under_another_lx_is_one_package():
    found, _ = packages(
        "LX*1", f"MAN*GM*{FIRST}", line("101"), "LX*2", f"MAN*GM*{FIRST}", "MAN*CP*1Z1", line("102")
    )
    assert found == (Package(FIRST, ("1Z1",), FIRST, (goods("101"), goods("102"))),)


def test_a_wrong_check_digit_is_told_and_the_mark_kept_as_a_name():
    wrong = FIRST[:-1] + "8"
    found, findings = packages("LX*1", f"MAN*GM*{wrong}", line("101"))
    assert found == (Package(wrong, (), "", (goods("101"),)),)
    assert [(one.code, one.severity) for one in findings] == [("SSCC_WRONG", "error")]


def test_a_mark_that_was_not_agreed_is_told():
    found, findings = packages("LX*1", "MAN*UC*00012", line("101"))
    assert (found, codes(findings)) == ((), {"MARKS_UNKNOWN"})
    agreed = evolve(SITE, tracking_marks=("UC",))
    assert packages("LX*1", "MAN*UC*00012", line("101"), profile=agreed)[0][0].tracking == ("00012",)


def test_numbers_in_n9_belong_to_the_carton_that_they_stand_in():
    found, _ = packages("LX*1", f"MAN*GM*{FIRST}", "N9*2I*1Z1", line("101"), "N9*2I*1Z2", "N9*2I*1Z1")
    assert found == (Package(FIRST, ("1Z1", "1Z2"), FIRST, (goods("101"),)),)
    found, _ = packages("LX*1", line("101"), "N9*2I*1Z9")
    assert found == (Package("1Z9", ("1Z9",), "", (goods("101"),)),)


def test_a_number_beside_several_cartons_stands_alone():
    found, _ = packages("LX*1", f"MAN*GM*{FIRST}", f"MAN*GM*{SECOND}", "N9*CN*PRO7", line("101"))
    assert found[-1] == Package("PRO7", ("PRO7",))
    assert len(found) == 3


def test_a_pro_number_of_the_whole_shipment():
    head = f"{HEAD}\nN9*CN*PRO7\nN9*2I*"
    assert packages("LX*1", line("101"), head=head)[0] == (Package("PRO7", ("PRO7",)),)
    one, _ = packages("LX*1", f"MAN*GM*{FIRST}", line("101"), head=head)
    assert one[0].tracking == ("PRO7",)
    two, _ = packages("LX*1", "MAN*CP*1", line("101"), "LX*2", "MAN*CP*2", line("102"), head=head)
    assert two[-1] == Package("PRO7", ("PRO7",))
    known, _ = packages("LX*1", "MAN*CP*PRO7", line("101"), head=head)
    assert known == (Package("PRO7", ("PRO7",), "", (goods("101"),)),)


def test_a_site_that_uses_cn_for_something_else_says_so():
    none = evolve(SITE, tracking_references=())
    assert packages("LX*1", line("101"), "N9*CN*X", head=f"{HEAD}\nN9*2I*Y", profile=none)[0] == ()


def test_licence_plates_share_out_a_line():
    found, findings = packages("LX*1", line("101"), f"N9*LV*00{FIRST}*8", f"N9*LV*{SECOND}*4")
    assert found == (
        Package(FIRST, (), FIRST, (goods("101", 8),)),
        Package(SECOND, (), SECOND, (goods("101", 4),)),
    )
    assert findings == ()


def test_plates_that_do_not_add_up_stay_empty_and_are_told():
    for counts in (("8", "5"), ("8", ""), ("8", "4 CASES")):
        found, findings = packages(
            "LX*1", line("101"), f"N9*LV*{FIRST}*{counts[0]}", f"N9*LV*{SECOND}*{counts[1]}"
        )
        assert found == (Package(FIRST, (), FIRST), Package(SECOND, (), SECOND))
        assert codes(findings) == {"PLATES_DIFFER"}


def test_lots_serials_and_dates_come_with_the_goods():
    found, _ = packages(
        "LX*1", "MAN*CP*1Z1", line("101", lot="L-7"), "N9*SE*S1", "N9*SE*S2",
        line("102", lot="SHORT"), "N9*LT*A-LOT-NUMBER-LONGER-THAN-TWELVE**20270501",
    )  # fmt: skip
    assert found[0].lines == (
        goods("101", lot="L-7", serials=("S1", "S2")),
        goods("102", lot="A-LOT-NUMBER-LONGER-THAN-TWELVE", expiry=dt.date(2027, 5, 1)),
    )


def test_a_lot_without_any_mark_is_kept_in_a_package_of_its_own():
    found, _ = packages("LX*3", line("101", lot="L-7"), "LX*4", line("102"))
    assert found == (Package("LX 3", lines=(goods("101", lot="L-7"),)),)


def test_lines_before_any_lx():
    assert packages(line("101"))[0] == ()
    assert packages(line("101", lot="L-7"))[0] == (Package("LX", lines=(goods("101", lot="L-7"),)),)


def test_a_945_of_5010_may_say_more_in_its_heading_and_lines():
    """5010 adds TD1 to the heading and N2, N3, N4, PER to the line's N1 (contract x12, section 2.2)."""
    parts = ("LX*1", "MAN*CP*1Z1", line("101"), "N1*ST*Shop", "N3*1 Road", "N4*York", "PER*IC*Ann")
    assert packages(*parts, head=f"{HEAD}\nTD1*CTN*1") == packages(*parts[:3])


def test_a_document_that_is_kept_back_has_no_packages():
    (value,), _ = read_945(a_document("945", f"{HEAD}\nLX*1\nMAN*GM*{FIRST}"), SITE, Known())
    assert isinstance(value, Quarantined)
