"""Every recorded exchange with the API, replayed against the twin in the state that it found."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import pytest

from support.replay import judged
from support.replay_compare import EXACT
from support.replay_state import recordings

VERSIONS = ("5.1", "6.1", "7.0")
EVERYTHING = [(version, name) for version in VERSIONS for name in recordings(version)]


@cache
def allowed() -> dict[tuple[str, str], str]:
    """The verdict that deviations.toml gives each recording that is not replayed exactly."""
    found = tomllib.loads((Path(__file__).parent / "deviations.toml").read_text("utf-8"))["deviation"]
    return {(each["version"], name): each["verdict"] for each in found for name in each["names"]}


@pytest.mark.parametrize(("version", "name"), EVERYTHING)
def test_the_twin_answers_as_recorded(version, name):
    """Status, media type, headers and body; a deviation that is gone must leave its list."""
    verdict, difference = judged(recordings(version)[name])
    assert verdict == allowed().get((version, name), EXACT), difference
