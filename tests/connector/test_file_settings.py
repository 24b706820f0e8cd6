"""The table [files]: every mistake in it and in what it names comes back at once, and no secret shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from orogxo import Config
from orogxo.config import FileSite
from orogxo.errors import ConfigError
from orogxo.gxo.edi.exchange import Folders
from orogxo.gxo.edi.site import Site
from orogxo.gxo.site import SiteProfile

SITE = '[exchange]\nsender = "ACME"\nreceiver = "NORTHGATE"\n[x12]\ntime_zone = "Europe/London"\n'
FLAT = (Path(__file__).parents[2] / "src" / "orogxo" / "gxo" / "sites" / "flat_sample.toml").read_text(
    "utf-8"
)
X12 = '[files]\nformat = "x12"\nsite = "site.toml"\n'
SERVER = '[files.sftp]\nhost = "h"\nuser = "u"\nknown_hosts = "known_hosts"\n'
BY_KEY = SERVER + 'key_file = "key"\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with all that settings may name."""
    (tmp_path / "site.toml").write_text(SITE, "utf-8")
    (tmp_path / "flat.toml").write_text(FLAT, "utf-8")
    (tmp_path / "items.txt").write_text("\ufeffWIDGET-001\n\n WIDGET-002 \n", "utf-8")
    (tmp_path / "drop").mkdir()
    for name in ("known_hosts", "key"):
        (tmp_path / name).write_text("x")
    return tmp_path


def files(text: str, home: Path, **environ: str) -> FileSite:
    found = Config.from_text(text, environ=environ, folder=home).files
    assert found is not None
    return found


def told(text: str, home: Path, **environ: str) -> list[str]:
    """The mistakes, one a line."""
    with pytest.raises(ConfigError) as caught:
        Config.from_text(text, environ=environ, folder=home)
    assert "canary" not in str(caught.value)
    return caught.value.message.splitlines()[1:]


def test_a_site_in_a_folder(home: Path) -> None:
    found = files(f'{X12}folder = "drop"\nitems = "items.txt"\n[files.folders]\noutbox = "to-site"\n', home)
    assert isinstance(found.site, Site)
    assert found.site.receiver == "NORTHGATE"
    assert (found.folder, found.sftp) == (home / "drop", None)
    assert found.folders == Folders(outbox="to-site")
    assert found.items == {"WIDGET-001", "WIDGET-002"}


def test_paths_are_relative_to_the_settings_file(home: Path) -> None:
    (home / "orogxo.toml").write_text(X12 + BY_KEY, "utf-8")
    found = Config.from_toml(home / "orogxo.toml", environ={}).files
    assert found is not None
    assert found.sftp is not None
    assert (found.sftp.key_file, found.sftp.known_hosts) == (str(home / "key"), str(home / "known_hosts"))


def test_a_site_of_flat_files(home: Path) -> None:
    found = files('[files]\nformat = "flat"\nsite = "flat.toml"\nfolder = "drop"\n', home)
    assert isinstance(found.site, SiteProfile)
    assert found.folder == home / "drop"


def test_secrets_come_from_the_environment_and_are_not_shown(home: Path) -> None:
    found = files(X12 + SERVER, home, OROGXO_SFTP_PASSWORD="canary-1")
    assert found.sftp is not None
    assert found.sftp.password is not None
    assert found.sftp.password.reveal() == "canary-1"
    assert "canary" not in repr(found)
    both = {"OROGXO_SFTP_PASSWORD": "canary-1", "OROGXO_SFTP_PASSPHRASE": "canary-2"}
    by_key = files(X12 + BY_KEY, home, **both).sftp
    assert by_key is not None
    assert by_key.password is None
    assert by_key.passphrase is not None
    assert by_key.passphrase.reveal() == "canary-2"
    mine = files(X12 + SERVER + 'password = "file"\n', home, **both).sftp
    assert mine is not None
    assert mine.password is not None
    assert mine.password.reveal() == "file"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("files = 7", "expected a table, got 7 @ settings.files"),
        (f"{X12}", "name either a folder or [files.sftp] @ settings.files.folder"),
        (f'{X12}folder = "drop"\n{BY_KEY}', "name either a folder or [files.sftp]"),
        (f'{X12}folder = "absent"', "so it is not made @ settings.files.folder"),
        (f'{X12}folder = "drop"\nplanet = 3', "planet"),
        (f'{X12}folder = "drop"\nitems = "absent.txt"', "absent.txt lists no SKU"),
        (f'{X12}folder = "drop"\nitems = "latin.txt"', "latin.txt lists no SKU"),
        (f'{X12}folder = "drop"\n[files.folders]\noutbox = "inbox"', "need four names"),
        (f'{X12}folder = "drop"\n[files.folders]\noutbox = ""', "need four names"),
        ('[files]\nformat = "csv"\nsite = "site.toml"\nfolder = "drop"', "csv"),
        ('[files]\nformat = "x12"\nfolder = "drop"', "'site' is missing"),
        ('[files]\nformat = "x12"\nsite = "absent.toml"\nfolder = "drop"', "absent.toml"),
        ('[files]\nformat = "x12"\nsite = "flat.toml"\nfolder = "drop"', "there are only the tables"),
        ('[files]\nformat = "flat"\nsite = "bare.toml"\nfolder = "drop"', "add [flat] to it"),
        ('[files]\nformat = "flat"\nsite = "flat.toml"\n' + BY_KEY, "no such setting @ settings.files.sftp"),
        (
            '[files]\nformat = "flat"\nsite = "flat.toml"\nfolder = "drop"\n[files.folders]\ninbox = "i"',
            "no such setting @ settings.files.folders",
        ),
        (f"{X12}{SERVER}", "password (OROGXO_SFTP_PASSWORD) or a key_file"),
        (f'{X12}{BY_KEY}password = "canary"', "or a key_file @ settings.files.sftp"),
        (f'{X12}{SERVER}password = "x"\npassphrase = "canary"', "opens a key_file"),
        (f"{X12}{BY_KEY}port = 65536", "65536 is no port"),
        (X12 + SERVER.replace("known_hosts =", "user_hosts =") + 'key_file = "key"', "known_hosts"),
        (X12 + BY_KEY.replace('"known_hosts"', '"nowhere"'), "no file"),
        (X12 + BY_KEY.replace('"key"', '"nowhere"'), "no file"),
    ],
)
def test_a_mistake_is_named_where_it_stands(text: str, sentence: str, home: Path) -> None:
    (home / "bare.toml").write_text('name = "bare"\nzone = "UTC"\n')
    (home / "latin.txt").write_bytes(b"\xfc")
    assert any(sentence in line for line in told(text, home)), told(text, home)


def test_all_mistakes_of_the_table_and_of_what_it_names_are_told_at_once(home: Path) -> None:
    (home / "site.toml").write_text('[exchange]\nsender = "ACME"\nusage = "X"\n', "utf-8")
    gateway = '[gxo]\nurl = "u"\nclient_id = "c"\nclient_secret = "s"\ndepositor = "d"\nsite = "s"\n'
    server = '[files.sftp]\nhost = "h"\nuser = "u"\nknown_hosts = "nowhere"\nport = 99999\n'
    lines = told(f'{gateway}{X12}folder = "absent"\nitems = "none"\n{server}[release]\nworkers = 0\n', home)
    wanted = [
        "name two warehouses", "exchange.receiver", "exchange.usage", "nowhere", "99999",
        "OROGXO_SFTP_PASSWORD", "either a folder or", "there is no folder", "lists no SKU",
        "whole number above 0",
    ]  # fmt: skip
    assert [word for word in wanted if not any(word in line for line in lines)] == [], lines


def test_a_table_that_is_no_table_hides_no_mistake_of_its_site(home: Path) -> None:
    (home / "site.toml").write_text("[exchange]\n", "utf-8")
    lines = told(f"{X12}folder = 7\n", home)
    assert any("exchange.sender" in line for line in lines)
    assert any("expected text, got 7" in line for line in lines)
