"""A connector from settings alone: each kind of warehouse, and everything closed that was opened."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from orogxo import Config
from orogxo.errors import ConfigError
from orogxo.gxo import GxoWarehouse
from orogxo.gxo.edi.warehouse import X12Warehouse
from orogxo.gxo.flat import FlatFileWarehouse
from orogxo.model import State
from orogxo.opening import connect, open_warehouse
from orogxo.sandbox import Served, Twin, serve
from orogxo.sandbox.sftp import PASSWORD, USER, serve_files
from orogxo.sandbox.x12_site import X12Site
from orogxo.storage import MemoryStore
from support.ends import FakeClock

SITE = (
    '[exchange]\nsender = "ACME"\nreceiver = "GXOLEEDS"\ncomplete = "renamed"\n'
    '[x12]\ndepositor = "ACME"\nsite = "GXO-LEEDS"\ntime_zone = "Europe/London"\n'
)
FILES = '[files]\nformat = "x12"\nsite = "site.toml"\nitems = "items.txt"\n'
GATEWAY = (
    '[gxo]\nurl = "http://127.0.0.1:9"\nclient_id = "c"\nclient_secret = "s"\ndepositor = "d"\nsite = "s"\n'
)
FLAT = (Path(__file__).parents[2] / "src" / "orogxo" / "gxo" / "sites" / "flat_sample.toml").read_text(
    "utf-8"
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "site.toml").write_text(SITE, "utf-8")
    (tmp_path / "flat.toml").write_text(FLAT, "utf-8")
    (tmp_path / "items.txt").write_text("WIDGET-001\n", "utf-8")
    for name in ("outbox", "inbox", "archive", "staging"):
        (tmp_path / "drop" / name).mkdir(parents=True)
    return tmp_path


def config(home: Path, served: Served, twin: Twin, place: str) -> Config:
    oro = f'[oro]\nurl = "{served.oro_url}"\nclient_id = "id"\nclient_secret = "canary"\n'
    (home / "orogxo.toml").write_text(f"{oro}{FILES}{place}{twin.config_toml()}", "utf-8")
    return Config.from_toml(home / "orogxo.toml", environ={})


def trades(home: Path, place: str) -> None:
    """One order goes and comes back; one with an item that the site does not know is held."""
    twin = Twin(gxo_duplicates=True)
    door = X12Site(twin, home / "drop", checks_control=False)
    good, strange = (twin.place_order(lines=[(sku, 1, "item")]) for sku in ("WIDGET-001", "GADGET-100"))
    with serve(twin, real_time=True) as served:
        settings = config(home, served, twin, place)
        with connect(settings) as link:
            assert link.run_once().ok
            assert [item.code for item in link.exceptions.open(order_id=strange)] == ["SKU_UNKNOWN"]
        door.receive()
        twin.work()
        door.tell()
        with connect(settings) as link:
            assert link.run_once().ok
            assert link.trace(good)[0].fulfilment.state is State.CLOSED
    assert twin.books(held={strange}).problems() == []


def test_settings_that_name_a_folder(home: Path) -> None:
    trades(home, 'folder = "drop"\n')


def test_settings_that_name_a_server(home: Path) -> None:
    with serve_files(home / "drop", home) as server:
        trades(
            home,
            f'[files.sftp]\nhost = "127.0.0.1"\nport = {server.port}\nuser = "{USER}"\nroot = "/"\n'
            f'password = "{PASSWORD}"\nknown_hosts = "known_hosts"\n',
        )


def test_a_server_that_shows_another_key_is_never_spoken_to(home: Path) -> None:
    twin = Twin()
    twin.place_order(lines=[("WIDGET-001", 1, "item")])
    with serve(twin, real_time=True) as served, serve_files(home / "drop", home) as server:
        (home / "known_hosts").write_text("")
        place = (
            f'[files.sftp]\nhost = "127.0.0.1"\nport = {server.port}\nuser = "{USER}"\nroot = "/"\n'
            f'password = "{PASSWORD}"\nknown_hosts = "known_hosts"\n'
        )
        with connect(config(home, served, twin, place)) as link:
            problems = link.run_once().problems
    assert any("not found in known_hosts" in problem for problem in problems), problems
    assert not any(PASSWORD in problem for problem in problems)
    assert list((home / "drop" / "staging").iterdir()) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (GATEWAY, GxoWarehouse),
        (f'{FILES}folder = "drop"\n', X12Warehouse),
        ('[files]\nformat = "flat"\nsite = "flat.toml"\nfolder = "drop"\n', FlatFileWarehouse),
    ],
)
def test_each_table_opens_its_warehouse(text: str, kind: type, home: Path) -> None:
    settings = Config.from_text(text, environ={}, folder=home)
    with open_warehouse(settings, MemoryStore(), FakeClock()) as warehouse:
        assert isinstance(warehouse, kind)
    if kind is X12Warehouse:
        assert warehouse.facts().item_master
        assert warehouse.unknown_skus({"WIDGET-001", "OTHER"}) == {"OTHER"}


def test_the_store_outlives_the_warehouse_and_ends_with_the_connector(home: Path) -> None:
    oro = '[oro]\nurl = "http://127.0.0.1:9"\nclient_id = "id"\nclient_secret = "s"\n'
    (home / "orogxo.toml").write_text(f'{oro}{FILES}folder = "drop"\n', "utf-8")
    with connect(Config.from_toml(home / "orogxo.toml", environ={})) as link:
        store = link.engine.store
        assert link.counts() == {}
    with pytest.raises(Exception, match="closed"), store.transaction():
        pass


def test_what_is_missing_is_named_together(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        pytest.raises(ConfigError, match=r"lack \[oro\] and one of \[gxo\] and \[files\]"),
        connect(Config()),
    ):
        pass
    with (
        pytest.raises(ConfigError, match="exactly one"),
        open_warehouse(Config(), MemoryStore(), FakeClock()),
    ):
        pass
    (home / "known_hosts").write_text("")
    server = '[files.sftp]\nhost = "h"\nuser = "u"\npassword = "p"\nknown_hosts = "known_hosts"\n'
    settings = Config.from_text(FILES + server, environ={}, folder=home)
    monkeypatch.setitem(sys.modules, "orogxo.gxo.edi.sftp", None)
    with (
        pytest.raises(ConfigError, match=r"orogxo\[sftp\]"),
        open_warehouse(settings, MemoryStore(), FakeClock()),
    ):
        pass
