"""A site of flat CSV files: written exactly, read whole or not at all, in doubt rather than twice."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve

from orogxo.errors import ConfigError, MappingError, NotSent, PermissionDenied, ReplyLost
from orogxo.gxo import flat
from orogxo.gxo.flat import FlatFileWarehouse
from orogxo.gxo.site import SiteProfile
from orogxo.mapping import Carriers
from orogxo.model import Address, Package, Quantity, ShipmentLine, State
from orogxo.ports import Warehouse
from orogxo.storage import MemoryStore
from support.ends import FakeClock
from support.gateway import REQUEST
from support.links import Bench
from support.orders import NOW, UPS, an_order

PROFILE = SiteProfile.shipped("flat_sample")
TO = Address(
    name="Jörg; Müller", company='Haus "A"', street="Kai 1", city="Köln", postal_code="50667", country="DE"
)
ORDER = evolve(REQUEST, ship_to=TO, lines=REQUEST.lines[:1], notes="Bitte\nklingeln")
HEAD = "LIEFERNR;AUFTRAG;POS;ARTIKEL;MENGE;FEHLMENGE;EINHEIT;GRUND;DATUM;SENDUNGSNR;ENDE"


def a_site(folder: Path, profile: SiteProfile = PROFILE) -> FlatFileWarehouse:
    return FlatFileWarehouse(folder, profile, MemoryStore(), FakeClock())


def deliver(folder: Path, name: str, *rows: str, end: str | None = None, head: str = HEAD) -> Path:
    """What the site does to confirm shipments."""
    (folder / "in").mkdir(parents=True, exist_ok=True)
    path = folder / "in" / name
    path.write_bytes("\r\n".join([head, *rows, f"END;{len(rows)}" if end is None else end]).encode("latin-1"))
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    return path


def row(ref: str = "1042", *, number: str = "L1", shipped: str = "12", unit: str = "ST", final: str = "J",
        line: str = "101", tracking: str = "1Z1", reason: str = "", short: str = "",
        day: str = "2026-11-02") -> str:  # fmt: skip
    return f"{number};{ref};{line};WIDGET-001;{shipped};{short};{unit};{reason};{day};{tracking};{final}"


# Orders ---------------------------------------------------------------------------------------------------


def test_an_order_as_the_site_reads_it(tmp_path: Path) -> None:
    warehouse: Warehouse = a_site(tmp_path)
    assert warehouse.submit(ORDER).state == "submitted"
    (path,) = (tmp_path / "out").iterdir()
    assert path.name == "flat-sample-00000001-1042.csv"
    assert path.read_bytes().decode("latin-1") == (
        "AUFTRAG;BESTELLNR;EMPF1;EMPF2;STRASSE;STRASSE2;PLZ;ORT;REGION;LAND;TEL;VERSANDART;SPAETESTENS;TEXT;"
        "POS;ARTIKEL;MENGE;EINHEIT\r\n"
        '1042;PO-2026-0001;"Haus ""A""";"Jörg; Müller";Kai 1;;50667;Köln;;DE;;17;2026-11-30;Bitte klingeln;'
        "101;WIDGET-001;12;ST\r\nEND;1\r\n"
    )
    assert list(tmp_path.glob("*.draft")) == []


def test_no_name_is_ever_used_twice(tmp_path: Path) -> None:
    first, second = a_site(tmp_path), a_site(tmp_path)
    second = evolve(second, store=first.store)
    for warehouse in (first, second, first):
        warehouse.submit(ORDER)
    assert len(list((tmp_path / "out").iterdir())) == 3


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lines": REQUEST.lines}, "UNIT_NOT_AT_SITE"),
        ({"lines": ()}, "LINES_MISSING"),
        ({"ref": "../1042"}, "REF_NOT_ALLOWED"),
        ({"ship_to": evolve(TO, city="Łódź")}, "TEXT_NOT_AT_SITE"),
    ],
)
def test_what_the_site_cannot_take_is_not_written(
    changes: dict[str, object], code: str, tmp_path: Path
) -> None:
    with pytest.raises(MappingError) as caught:
        a_site(tmp_path).submit(evolve(ORDER, **changes))
    assert (caught.value.code, list(tmp_path.rglob("*.csv"))) == (code, [])


def test_a_file_that_surely_never_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotSent, match="No space left"):
        a_site(tmp_path).submit(ORDER)
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotSent, match="cannot be used"):
        a_site(tmp_path / "file").submit(ORDER)
    with pytest.raises(NotSent):
        a_site(tmp_path / "file").shipments("")


def test_what_files_cannot_do_is_said(tmp_path: Path) -> None:
    warehouse = a_site(tmp_path)
    asks: list[Callable[[], object]] = [lambda: warehouse.find("1"), lambda: warehouse.cancel("1")]
    asks += [lambda: warehouse.change(ORDER, 1), lambda: warehouse.unknown_skus(["W"])]
    for ask in asks:
        with pytest.raises(PermissionDenied, match="trades files and cannot"):
            ask()
    with pytest.raises(ConfigError, match="add \\[flat\\]"):
        a_site(tmp_path, SiteProfile.shipped("reference"))


# Shipments ------------------------------------------------------------------------------------------------


def test_shipments_as_they_are_told(tmp_path: Path) -> None:
    deliver(tmp_path, "a.csv", row(shipped="7", short="5", reason="01"), row(line="102", tracking="1Z2"),
            row("1043", shipped="1", final="N", tracking="", day=""))  # fmt: skip
    page = a_site(tmp_path).shipments("")
    assert page.unreadable == []
    first, second = page.shipments
    assert (first.id, first.order_ref, first.version, first.final) == ("L1/1042", "1042", 1, True)
    assert first.shipped_at == dt.datetime(2026, 11, 2, 22, 59, 59, 999999, dt.UTC)
    assert first.earliest == dt.datetime(2026, 11, 1, 23, tzinfo=dt.UTC)
    assert first.packages == (Package("L1", ("1Z1", "1Z2")),)
    assert first.lines[0] == ShipmentLine(
        "101",
        "WIDGET-001",
        Quantity(7, "EA"),
        short=Quantity(5, "EA"),
        reason="out_of_stock",
        raw_reason="01",
    )
    assert (second.id, second.final, second.packages, second.shipped_at) == ("L1/1043", False, (), None)


def test_a_file_is_put_away_only_when_its_page_was_recorded(tmp_path: Path) -> None:
    warehouse = a_site(tmp_path)
    deliver(tmp_path, "b.csv", row())
    first = warehouse.shipments("")
    again = warehouse.shipments("")
    assert (first.cursor, len(again.shipments)) == ('["b.csv"]', 1)
    deliver(tmp_path, "a.csv", row("1043"))
    later = warehouse.shipments(first.cursor)
    assert [shipment.order_ref for shipment in later.shipments] == ["1043"]
    assert [path.name for path in (tmp_path / "done").iterdir()] == ["b.csv"]
    last = warehouse.shipments(later.cursor)
    assert (last.shipments, last.cursor, warehouse.shipments(later.cursor)) == ((), "", last)


def test_many_files_come_page_by_page_and_unfinished_ones_are_in_nobodys_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flat, "FILES_A_PAGE", 2)
    for number in range(5):
        deliver(tmp_path, f"{number}.csv", row(str(number)))
        deliver(tmp_path, f"0{number}.csv", row(str(number)), end="")
    warehouse, cursor, more, found = a_site(tmp_path), "", True, []
    while more:
        page = warehouse.shipments(cursor)
        cursor, more = page.cursor, page.more
        found += [shipment.order_ref for shipment in page.shipments]
    assert found == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("end", ["", "END;2", "END", "EN", 'END;"1'])
def test_a_file_that_is_not_whole_waits_and_is_told_after_an_hour(end: str, tmp_path: Path) -> None:
    warehouse = a_site(tmp_path)
    path = deliver(tmp_path, "a.csv", row(), end=end)
    page = warehouse.shipments("")
    assert (page.shipments, page.cursor, list(page.unreadable)) == ((), "", [])
    warehouse.clock.sleep(3601)
    (told,) = warehouse.shipments("").unreadable
    assert told.startswith("a.csv ")
    assert path.exists()
    deliver(tmp_path, "a.csv", row())
    assert len(warehouse.shipments("").shipments) == 1


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (row("1043", shipped="1,5"), "quantity '1,5' is no plain number"),
        (row("1043", shipped="-1"), "quantity '-1' is no plain number"),
        (row("1043", unit="KI"), "unit 'KI' is not agreed"),
        (row("1043", day="02.11.2026"), "date '02.11.2026' is not YYYY-MM-DD"),
        (row("1043", day="9999-12-31"), "date '9999-12-31' is not YYYY-MM-DD"),
        (row("1043", day="0001-01-01"), "date '0001-01-01' is not YYYY-MM-DD"),
        (row("1043", line=""), "names no line"),
        (row(""), "its number or its order is missing"),
        (row("1042", final="N"), "its rows disagree about final"),
    ],
)
def test_a_shipment_that_cannot_be_read_hides_no_other(bad: str, told: str, tmp_path: Path) -> None:
    deliver(tmp_path, "a.csv", row("1042"), bad, row("1044"))
    page = a_site(tmp_path).shipments("")
    assert "1044" in [shipment.order_ref for shipment in page.shipments]
    assert len(page.shipments) == (1 if "disagree" in told else 2)
    (sentence,) = page.unreadable
    assert told in sentence


def test_a_file_of_another_shape_is_not_read_at_all(tmp_path: Path) -> None:
    deliver(tmp_path, "a.csv", row(), "L2;1043;101")
    deliver(tmp_path, "b.csv", row(), head=HEAD.replace("MENGE;FEHL", "ANZAHL;FEHL"))
    page = a_site(tmp_path).shipments("")
    assert page.shipments == ()
    assert [sentence.split(":")[0] for sentence in page.unreadable] == [
        "a.csv row 3 has 3 cells instead of 11",
        "a.csv was not read",
        "b.csv lacks the columns MENGE",
    ]


def test_too_large_and_not_its_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ascii_site = a_site(tmp_path, evolve(PROFILE, limits=evolve(PROFILE.limits, charset="ascii")))
    deliver(tmp_path, "a.csv", row(tracking="ü"))
    ascii_site.clock.sleep(3601)
    assert "not ascii at byte" in ascii_site.shipments("").unreadable[0]
    monkeypatch.setattr(flat, "MOST_BYTES", 20)
    assert "larger than 20 bytes" in ascii_site.shipments("").unreadable[0]


def test_a_correction_has_the_next_version_where_the_site_counts_them(tmp_path: Path) -> None:
    assert PROFILE.flat is not None
    columns = {**PROFILE.flat.shipment_columns, "FASSUNG": "version"}
    counting = evolve(PROFILE, flat=evolve(PROFILE.flat, shipment_columns=columns))
    deliver(tmp_path, "a.csv", row() + ";2", row("1043") + ";two", head=f"{HEAD};FASSUNG")
    page = a_site(tmp_path, counting).shipments("")
    assert [shipment.version for shipment in page.shipments] == [2]
    assert "version 'two' is no number" in page.unreadable[0]


def test_a_folder_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unplugged(_path: Path) -> None:
        raise OSError(116, "Stale file handle")

    monkeypatch.setattr(Path, "iterdir", unplugged)
    with pytest.raises(NotSent, match="cannot be read: Stale file handle"):
        a_site(tmp_path).shipments("")


# The whole orchestrator -----------------------------------------------------------------------------------


def a_bench(folder: Path) -> Bench:
    bench = Bench()
    bench.tables = evolve(bench.tables, carriers=Carriers.from_mapping({"ups_3:03": UPS}))
    bench.site = FlatFileWarehouse(folder, PROFILE, bench.store, bench.clock)  # type: ignore[assignment]  # a role
    return bench


def written(folder: Path) -> list[Path]:
    return sorted((folder / "out").glob("*.csv"))


def test_from_the_order_to_the_tracking(tmp_path: Path) -> None:
    bench = a_bench(tmp_path)
    bench.shop.put(an_order())
    reports = [bench.run(), bench.run(minutes=1)]
    assert [report.count("submitted") for report in reports] == [1, 0]
    assert all(report.ok for report in reports)
    assert len(written(tmp_path)) == 1
    assert bench.fulfilment().state is State.ACCEPTED
    deliver(tmp_path, "conf.csv", row("17", shipped="7", final="N"))
    bench.run(minutes=5)
    assert bench.fulfilment().state is State.PARTLY_SHIPPED
    deliver(tmp_path, "conf2.csv", row("17", number="L2", shipped="5", tracking="1Z2"))
    bench.run(minutes=5)
    assert bench.fulfilment().state in (State.SHIPPED, State.CLOSED)
    assert [tracking.number for tracking in bench.shop.shown["17"]] == ["1Z1", "1Z2"]
    assert bench.fulfilment().lines[0].shipped == 12


@pytest.mark.parametrize("arrived", [True, False])
def test_a_lost_outcome_is_in_doubt_and_never_written_a_second_time(
    arrived: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither key nor look-up: nobody but the people of the site can know."""
    bench = a_bench(tmp_path)
    bench.shop.put(an_order())
    really = Path.replace

    def lost(self: Path, target: Path) -> Path:
        if arrived:
            really(self, target)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", lost)
    with pytest.raises(ReplyLost, match="may be at the site or not"):
        a_site(tmp_path / "other").submit(ORDER)
    bench.run()
    monkeypatch.undo()
    for _ in range(20):
        bench.run(minutes=30)
    assert bench.fulfilment().state is State.IN_DOUBT
    assert bench.codes() != []
    assert len(written(tmp_path)) == (1 if arrived else 0)


def test_a_file_that_could_not_be_written_is_written_later_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = a_bench(tmp_path)
    bench.shop.put(an_order())

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    bench.run()
    monkeypatch.undo()
    for _ in range(10):
        bench.run(minutes=30)
    assert bench.fulfilment().state is State.ACCEPTED
    assert len(written(tmp_path)) == 1


def test_an_order_that_the_site_cannot_take_is_held_with_every_reason(tmp_path: Path) -> None:
    bench = a_bench(tmp_path)
    bench.shop.put(an_order(po_number="P" * 30))
    bench.run()
    assert bench.fulfilment().state is State.REJECTED
    assert written(tmp_path) == []
    assert any("po_number has 30 characters" in item.message for item in bench.open())
