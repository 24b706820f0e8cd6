"""Settings are read once, exactly, and all their mistakes come back together."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from orogxo import Config
from orogxo.errors import ConfigError
from orogxo.model import Quantity

EXAMPLE = Path(__file__).parents[2] / "examples" / "orogxo.toml"
SECRETS = {"OROGXO_ORO_CLIENT_SECRET": "canary-oro", "OROGXO_GXO_CLIENT_SECRET": "canary-gxo"}


def test_the_example_is_read_whole() -> None:
    config = Config.from_toml(EXAMPLE, environ=SECRETS)
    assert config.oro is not None
    assert config.oro.client_secret.reveal() == "canary-oro"
    assert config.policy().go_live == dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    assert config.policy().tracking_name("UPS") == "ups_3"
    assert config.tables().carriers.resolve("ups_3", "03").scac == "UPSN"
    assert config.tables().units.to_base("WIDGET-001", Quantity(1, "pallet")) == Quantity(480, "each")
    assert config.store == str(EXAMPLE.parent / "orogxo.db")


def test_secrets_are_not_shown() -> None:
    assert "canary" not in repr(Config.from_toml(EXAMPLE, environ=SECRETS))


def test_a_secret_in_the_file_wins_over_the_environment_and_both_ends_may_be_absent() -> None:
    text = '[oro]\nurl = "http://x"\nclient_id = "a"\nclient_secret = "file"\n'
    oro = Config.from_text(text, environ=SECRETS).oro
    assert oro is not None
    assert oro.client_secret.reveal() == "file"
    assert Config.from_text("", environ=SECRETS) == Config()


def test_units_come_from_a_file_and_in_place(tmp_path: Path) -> None:
    (tmp_path / "units.toml").write_text('[skus.A]\nbase = "each"\ncase = 6\n')
    text = '[units]\nfile = "units.toml"\n[units.skus.B]\nbase = "each"\ncase = 8\n'
    (tmp_path / "orogxo.toml").write_text(text)
    units = Config.from_toml(tmp_path / "orogxo.toml", environ={}).units
    assert units.skus == ("A", "B")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nonsense", "not TOML"),
        ("shop = 1", "shop"),
        ("[release]\nauthorised = 'open'", "authorised"),
        ("[release]\nworkers = 0", "whole number above 0"),
        ("[release]\nworkers = 2.5", "whole number above 0"),
        ("[release]\nhost_authorises = 'yes'", "true or false"),
        ("[release]\ngo_live = 2026-11-01", "instant with its offset"),
        ("[release]\nsuborders = 'both'", "suborders"),
        ("[oro]\nurl = 'http://x'\nclient_secret = 'canary'", "client_id"),
        (
            "[gxo]\nurl = 7\nclient_id = 'a'\nclient_secret = 'canary'\ndepositor = 'D'\nsite = 'S'",
            "expected text",
        ),
        ("[units]\nfile = 'absent.toml'", "absent.toml"),
        ("[units]\nfile = 7", "settings.units"),
        ("units = 7", "settings.units"),
        ("[units.skus.A]\ncase = 0", "settings.units"),
        ("[addresses.limits]\nplanet = 3", "planet"),
    ],
)
def test_a_mistake_is_named_where_it_stands(text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        Config.from_text(text, environ={})
    assert "canary" not in str(caught.value)


def test_all_mistakes_are_told_at_once() -> None:
    text = "shop = 1\n[release]\nworkers = 0\nhost_authorises = 3\n[units]\nfile = 'absent.toml'\n"
    with pytest.raises(ConfigError) as caught:
        Config.from_text(text, environ={})
    assert len(caught.value.message.splitlines()) == 5, caught.value.message


def test_a_lease_shorter_than_two_quarantines_is_refused() -> None:
    with pytest.raises(ConfigError, match="lease"):
        Config.from_text("[release]\nlease_seconds = 60\n", environ={}).policy()


GATEWAY = """
[gxo]
url = ""
client_id = "a"
client_secret = "b"
depositor = "DEP"
site = "SITE-1"
profile = "site.toml"
"""


def test_a_gateway_names_the_profile_of_its_site(tmp_path: Path) -> None:
    profile = 'name = "north"\nzone = "Europe/Berlin"\nbase_url = "https://north.example.com"\n'
    (tmp_path / "site.toml").write_text(profile)
    (tmp_path / "orogxo.toml").write_text(GATEWAY)
    gxo = Config.from_toml(tmp_path / "orogxo.toml", environ={}).gxo
    assert gxo is not None
    assert gxo.profile is not None
    assert gxo.profile.base_url == "https://north.example.com"


def test_mistakes_in_the_profile_are_told_with_the_others(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text('name = "north"\nzone = "Europe/Atlantis"\n')
    (tmp_path / "orogxo.toml").write_text(GATEWAY + "shop = 1\n")
    with pytest.raises(ConfigError) as caught:
        Config.from_toml(tmp_path / "orogxo.toml", environ={})
    assert "Atlantis" in str(caught.value)
    assert "shop" in str(caught.value)
