"""Site profiles: all mistakes told at once, and cut-offs right through every change of clocks."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.errors import ConfigError, MappingError
from orogxo.gxo.site import SiteProfile
from orogxo.gxo.site_tables import DAYS, StockTerms
from orogxo.model import CarrierService, Organisation, Quantity
from orogxo.ports import WarehouseFacts
from support.gateway import REQUEST, a_line

FLAT = SiteProfile.shipped("flat_sample")
NEEDED = """
[flat.order_columns]
A = "ref"
B = "line_ref"
C = "sku"
D = "quantity"
E = "unit"
F = "carrier"
G = "country"
[flat.shipment_columns]
S = "shipment_ref"
A = "ref"
B = "line_ref"
C = "sku"
D = "shipped"
E = "unit"
F = "final"
"""


def profile(text: str, zone: str = "Europe/Berlin") -> SiteProfile:
    return SiteProfile.from_text(f'name = "x"\nzone = "{zone}"\n{text}')


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def test_the_shipped_profiles() -> None:
    reference = SiteProfile.shipped("reference")
    told = WarehouseFacts(cancel=True)
    assert (reference.prefix, reference.facts(told)) == ("v1", told)
    assert reference.problems(REQUEST) == []
    assert reference.codes.carrier(CarrierService("UPS", "GROUND")) == CarrierService("UPS", "GROUND")
    assert FLAT.facts(told) == WarehouseFacts(natural_key=False, lookup=False, item_master=False)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        SiteProfile.from_text(
            'name = 1\nzone = "Mars/Base"\ncolour = "red"\n[cutoff]\ntime = "16:00"\n'
            "[codes]\nunits = { EA = 1 }"
        )
    for said in ("profile.name", "'Mars/Base' is no IANA time zone", "colour", "profile.cutoff.time",
                 "profile.codes.units"):  # fmt: skip
        assert said in caught.value.message
    with pytest.raises(ConfigError) as caught:
        SiteProfile.from_text(
            'name = " "\nzone = "UTC"\n[codes.reasons]\nX = "sad"\n[codes.statuses]\nY = "lost"\n'
            '[codes.units]\nEA = "P"\nCS = "P"\n[limits.lengths]\nmood = 3\n'
            '[cutoff]\ntime = 09:00:00\ndays = ["day"]\n'
            '[flat]\ndelimiter = ";;"\n[flat.order_columns]\nA = "ref"\nB = "ref"\nC = "mood"\n'
            "[flat.shipment_columns]\n"
            '[codes.carriers]\n"UPS GROUND" = " "\n[codes.movement_reasons]\nZ = "fun"\n'
            '[stock]\nfigure = "roughly"\nstatuses = ["damaged", "damaged", "lost"]\n'
        )
    for said in (
        "needs a name",
        "'sad' is no word",
        "'lost' is no word",
        "'P' stands for several units",
        "'mood' is no text of an order",
        "'day' is none of mon",
        "a delimiter is one character",
        "'mood' is no field that is known here @ profile.flat.order_columns",
        "'sku' has no column @ profile.flat.order_columns",
        "'ref' has two columns",
        "'final' has no column @ profile.flat.shipment_columns",
        "'UPS GROUND' has no code @ profile.codes.carriers",
        "'fun' is no word of gateway-v1 @ profile.codes.movement_reasons",
        "'roughly' is none of on_hand, less_allocated, less_accepted @ profile.stock.figure",
        "'damaged' is there twice @ profile.stock.statuses",
        "'lost' is no word of gateway-v1 @ profile.stock.statuses",
    ):
        assert said in caught.value.message


@pytest.mark.parametrize(
    "text",
    ["name = ", 'name = "x"', "zone = 1", "[limits]\ncharset = 'ebcdic'", "[cutoff]\ntime=09:00:00\ndays=[]",
     "[limits.lengths]\nref = true", "[limits.lengths]\nquantity = 7", "[stock]\nstatuses = []",
     "[stock]\nfigure = 1", "[stock]\nsite_id = 'A'", "[capabilities]\ncancel = 'no'",
     "[cutoff]\ntime=09:00:00\nclosed=[2026-01-01T00:00:00Z]"],
)  # fmt: skip
def test_what_is_no_profile(text: str) -> None:
    with pytest.raises(ConfigError, match="site profile"):
        SiteProfile.from_text(text if "name" in text else f'name = "x"\nzone = "UTC"\n{text}')


def test_a_file_is_read(tmp_path: object) -> None:
    path = f"{tmp_path}/site.toml"
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123 - as a host would
        file.write('name = "Köln"\nzone = "Europe/Berlin"\n' + NEEDED)
    assert SiteProfile.from_toml(path).name == "Köln"


# Cut-offs -------------------------------------------------------------------------------------------------

SPRING = '[cutoff]\ntime = 02:30:00\ndays = ["sun"]'


@pytest.mark.parametrize(
    ("text", "zone", "now", "wanted"),
    [
        # Winter and summer time of an ordinary site.
        ("[cutoff]\ntime = 16:00:00", "Europe/Berlin", "2026-11-02T08:00:00Z", "2026-11-02T15:00:00Z"),
        ("[cutoff]\ntime = 16:00:00", "Europe/Berlin", "2026-07-01T08:00:00Z", "2026-07-01T14:00:00Z"),
        # At the moment itself it has passed; Friday evening leads to Monday.
        ("[cutoff]\ntime = 16:00:00", "Europe/Berlin", "2026-11-06T15:00:00Z", "2026-11-09T15:00:00Z"),
        # Over the weekend on which the clocks change, both ways.
        ("[cutoff]\ntime = 16:00:00", "Europe/Berlin", "2026-10-23T15:00:00Z", "2026-10-26T15:00:00Z"),
        ("[cutoff]\ntime = 16:00:00", "Europe/Berlin", "2026-03-27T16:00:00Z", "2026-03-30T14:00:00Z"),
        # 02:30 does not exist on 2026-03-29, and exists twice on 2026-10-25: the earlier meaning counts.
        (SPRING, "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T00:30:00Z"),
        (SPRING, "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"),
        (SPRING, "Europe/Berlin", "2026-10-25T00:45:00Z", "2026-11-01T01:30:00Z"),
        (SPRING, "America/New_York", "2026-11-01T05:00:00Z", "2026-11-01T07:30:00Z"),
        # Behind and before UTC, the local day is another one.
        ("[cutoff]\ntime = 23:00:00", "America/Los_Angeles", "2026-11-03T06:30:00Z", "2026-11-03T07:00:00Z"),
        ("[cutoff]\ntime = 00:30:00", "Pacific/Auckland", "2026-11-02T10:00:00Z", "2026-11-02T11:30:00Z"),
        # Holidays.
        ("[cutoff]\ntime = 16:00:00\nclosed = [2026-12-25]", "Europe/Berlin", "2026-12-24T16:00:00Z",
         "2026-12-28T15:00:00Z"),
    ],
)  # fmt: skip
def test_the_next_cutoff(text: str, zone: str, now: str, wanted: str) -> None:
    assert profile(text, zone).next_cutoff(at(now)) == at(wanted)


@settings(max_examples=150)
@given(
    st.integers(0, 3 * 365 * 86400).map(
        lambda seconds: at("2025-01-01T00:00:00Z") + dt.timedelta(seconds=seconds)
    ),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC", "Asia/Kolkata"]),
    st.times(),
)
def test_a_cutoff_is_in_the_future_soon_and_the_next_one(now: dt.datetime, zone: str, time: dt.time) -> None:
    daily = profile(f"[cutoff]\ntime = {time.isoformat()}\ndays = {list(DAYS)}", zone)
    found = daily.next_cutoff(now)
    assert found is not None
    assert dt.timedelta() < found - now <= dt.timedelta(hours=26)
    assert daily.next_cutoff(found - dt.timedelta(microseconds=1)) == found


def test_without_a_cutoff_there_is_none() -> None:
    assert profile("").next_cutoff(at("2026-11-02T08:00:00Z")) is None


@pytest.mark.parametrize(
    ("day", "wanted"),
    [("2026-03-29", "2026-03-29T21:59:59.999999Z"), ("2026-10-25", "2026-10-25T22:59:59.999999Z")],
)
def test_the_last_moment_of_a_day_on_which_the_clocks_change(day: str, wanted: str) -> None:
    assert FLAT.end_of(dt.date.fromisoformat(day)) == at(wanted)


# Codes and limits -----------------------------------------------------------------------------------------


def test_words_both_ways() -> None:
    codes = FLAT.codes
    assert codes.carrier(CarrierService("UPS", "GROUND", "UPSN")) == CarrierService("17", "", "UPSN")
    assert (codes.unit("EA"), codes.uom("ST"), codes.uom("KI")) == ("ST", "EA", None)
    assert profile("").codes.uom("EA") == "EA"
    assert (codes.reason("01"), codes.reason("77"), codes.reason("")) == ("out_of_stock", "unmapped:77", "")
    assert (codes.status("S"), codes.status("Q")) == ("hold", "unmapped:Q")
    with pytest.raises(MappingError, match="CARRIER_NOT_AT_SITE"):
        codes.carrier(CarrierService("DHL", ""))


def test_everything_that_the_site_cannot_take_is_told_at_once() -> None:
    lines = (
        a_line(uom="MTK", quantity=Quantity("0.5", "m2")),
        a_line(ref="2" * 11, sku="S" * 19, quantity=Quantity(1, "each")),
    )
    strange = evolve(REQUEST.ship_to, city="Łódź", name="Tab\x07")
    request = evolve(
        REQUEST, carrier=CarrierService("DHL", "X"), lines=lines, ship_to=strange, po_number="P" * 23
    )
    problems = FLAT.problems(request)
    assert [(problem.code, problem.path) for problem in problems] == [
        ("CARRIER_NOT_AT_SITE", "carrier"),
        ("TEXT_NOT_AT_SITE", "name"),
        ("TEXT_NOT_AT_SITE", "city"),
        ("TEXT_TOO_LONG", "po_number"),
        ("UNIT_NOT_AT_SITE", "lines[0].uom"),
        ("QUANTITY_NOT_WHOLE", "lines[0].quantity"),
        ("TEXT_TOO_LONG", "lines[1].ref"),
        ("TEXT_TOO_LONG", "lines[1].sku"),
    ]


@pytest.mark.parametrize("figure", ["", "on_hand", "less_allocated", "less_accepted"])
def test_what_the_stock_figures_mean(figure: str) -> None:
    assert profile("").stock == StockTerms("", ("available",))
    told = profile(f'[stock]\nfigure = "{figure}"\nstatuses = ["available", "hold"]')
    assert told.stock == StockTerms(figure, ("available", "hold"))


def test_a_gateway_takes_every_text_of_the_order_and_a_file_only_those_in_its_columns() -> None:
    """The organisations and the identifier stand in the body of a gateway, too."""
    group = Organisation("1", "Żubr Group", Organisation("Ż0", "Żubr Holding"))
    request = evolve(REQUEST, customer=Organisation("2", "Northwind", group), identifier="Ł-1", lines=())
    latin = profile('[limits]\ncharset = "latin-1"\n[limits.lengths]\ncustomer = 8')
    assert [(problem.code, problem.path) for problem in latin.problems(request)] == [
        ("TEXT_NOT_AT_SITE", "identifier"),
        ("TEXT_TOO_LONG", "customer"),
        ("TEXT_TOO_LONG", "customer.parent"),
        ("TEXT_NOT_AT_SITE", "customer.parent"),
        ("TEXT_TOO_LONG", "customer.parent.parent"),
        ("TEXT_NOT_AT_SITE", "customer.parent.parent"),
        ("TEXT_NOT_AT_SITE", "customer.parent.parent.id"),
    ]
    assert FLAT.problems(evolve(request, carrier=CarrierService("UPS", "GROUND"))) == []


@pytest.mark.parametrize("text", ["👩\u200d👧", "a\u2028b", "bell\x07"])
def test_json_carries_what_breaks_a_file(text: str) -> None:
    told = 'name = "f"\nzone = "UTC"\n' + NEEDED
    for profiled, wanted in ((profile(""), []), (SiteProfile.from_text(told), ["TEXT_NOT_AT_SITE"])):
        request = evolve(REQUEST, notes=text)
        assert [problem.code for problem in profiled.problems(request)] == wanted
