"""Every recorded file is accounted for: replayed, told as a webhook story, or left aside with a reason."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from support.replay_compare import DEVIATING, SHAPE
from support.replay_state import recordings
from support.replay_webhooks import LEFT_ASIDE, STORIES
from support.replay_world import derive
from support.twins import FOLDERS, RECORDINGS

DEVIATIONS = tomllib.loads((Path(__file__).parent / "deviations.toml").read_text("utf-8"))["deviation"]
# How many exchanges each installation left us, and how many of them the twin may answer otherwise.
COUNTS = {"5.1": (287, 20), "6.1": (490, 33), "7.0": (446, 25)}


@pytest.mark.parametrize("version", FOLDERS)
def test_every_file_is_replayed(version):
    folder = RECORDINGS / FOLDERS[version]
    files = {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.json")}
    webhooks = {f"webhooks/{name}" for name in (*STORIES, *LEFT_ASIDE)} if version == "7.0" else set()
    assert files == {*recordings(version), *webhooks, "world"}


@pytest.mark.parametrize("version", FOLDERS)
def test_the_counts_are_the_published_ones(version):
    named = [name for each in DEVIATIONS if each["version"] == version for name in each["names"]]
    assert (len(recordings(version)), len(named)) == COUNTS[version]


def test_every_deviation_exists_once_and_has_a_reason():
    names = Counter((each["version"], name) for each in DEVIATIONS for name in each["names"])
    assert set(names.values()) == {1}
    assert all(name in recordings(version) for version, name in names)
    assert all(each["verdict"] in {SHAPE, DEVIATING} and len(each["reason"]) > 30 for each in DEVIATIONS)
    assert all(len(reason) > 30 for reason in LEFT_ASIDE.values())


@pytest.mark.parametrize("version", FOLDERS)
def test_the_world_is_what_the_recordings_show(version):
    folder = RECORDINGS / FOLDERS[version]
    shown = json.loads(json.dumps(derive(folder)))
    assert json.loads((folder / "world.json").read_text("utf-8")) == shown
