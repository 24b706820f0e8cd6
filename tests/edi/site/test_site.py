"""A site's agreement from TOML: what it means, and every mistake at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from orogxo.errors import ConfigError
from orogxo.gxo.edi.profile import X12Profile
from orogxo.gxo.edi.site import Site
from orogxo.gxo.edi.x12 import Separators

GOOD = """
[exchange]
sender = "ACME"
receiver = "GXOLEEDS"
complete = "renamed"
cancels = true
set_aside = ["846"]
acknowledge_within = 90

[x12]
depositor = "ACME"
sku_qualifiers = ["UP", "VN"]

[x12.outcomes]
SH = "shipped_complete"

[x12.adjustments.Q1]
reason = "count"
direction = -1

[x12.separators]
segment = "'"
"""


def test_a_whole_agreement(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text(GOOD, "utf-8")
    site = Site.from_toml(file)
    assert (site.us.id, site.them.qualifier, site.cancels, site.changes) == ("ACME", "ZZ", True, False)
    assert site.acknowledge_within == dt.timedelta(minutes=90)
    assert (site.set_aside, site.complete) == (("846",), "renamed")
    assert site.profile == X12Profile.from_toml(file)
    assert site.profile.separators == Separators(segment="'")
    assert site.profile.sku_qualifiers == ("UP", "VN")
    assert site.profile.adjustments["Q1"].direction == -1


def test_tables_are_laid_over_the_defaults() -> None:
    outcomes = X12Profile.from_text(GOOD).outcomes
    assert (outcomes["SH"], outcomes["CP"]) == ("shipped_complete", "short_closed")


BAD = {
    "[exchange]": "exchange.sender: this must be given",
    "[exchange]\nsender = 'A'": "exchange.sender: 'A' is not 2 to 15 plain ASCII characters",
    "[exchange]\nsender_qualifier = 'ZZZ'": "exchange.sender_qualifier: 'ZZZ' has not 2 characters",
    "[exchange]\nusage = 'X'": "exchange.usage: 'X' is none of P, T",
    "[exchange]\nsettle = -1": "exchange.settle: expected minutes, 0 or more, got -1",
    "[exchange]\nsettle = true": "exchange.settle: expected a whole number, got True",
    "[exchange]\ncancels = 1": "exchange.cancels: expected true or false, got 1",
    "[exchange]\nset_aside = '846'": "exchange.set_aside: expected a list of texts",
    "[exchange]\nfolder = 'x'": "exchange.folder: there is no such setting",
    "[exchange]\nprofile = 'x'": "exchange.profile: the X12 profile is the table [x12]",
    "exchange = 1": "exchange: a table is wanted, not 1",
    "[x12]\nrelease = '4010'": "x12.release: '4010' is none of 004010, 005010",
    "[x12]\ndepositor = 7": "x12.depositor: expected text, got 7",
    "[x12]\ntime_zone = 'Mars'": "x12.time_zone: there is no time zone 'Mars'",
    "[x12]\nsku_qualifiers = []": "x12.sku_qualifiers: name at least one",
    "[x12.outcomes]\nSH = 'gone'": "x12.outcomes: gone is none of",
    "[x12.units]\nXX = 'YY'": "x12.units_read: YY can be written but not read",
    "[x12.adjustments.Q1]\nreason = 'move'\nfrom_status = 'hold'\nto_status = 'hold'": "x12.adjustments",
    "[x12.separators]\nelemnt = '*'": "elemnt",
    "[sftp]": "sftp: there are only the tables exchange and x12",
    "[": "not TOML",
}


@pytest.mark.parametrize("text", BAD)
def test_each_mistake_is_told_with_its_place(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Site.from_text(text)
    assert BAD[text] in str(caught.value)


def test_all_mistakes_are_told_together() -> None:
    with pytest.raises(ConfigError) as caught:
        Site.from_text(
            "[exchange]\nsender = 'A'\nusage = 'X'\n"
            "[x12]\ntime_zone = 'Mars'\nsku_qualifiers = []\nrouting_separator = ''\n"
        )
    told = str(caught.value)
    places = "exchange.sender exchange.receiver exchange.usage x12.time_zone x12.sku_qualifiers"
    for place in (*places.split(), "x12.routing_separator"):
        assert told.count(place) == 1, place


def test_the_profile_alone_tells_its_own_mistakes() -> None:
    with pytest.raises(ConfigError, match="time_zone"):
        X12Profile.from_text("[x12]\ntime_zone = 'Mars'\n")
