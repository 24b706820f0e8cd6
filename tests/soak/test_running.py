"""Many seeds: a short soak of the product itself, the totals, and the command."""

from __future__ import annotations

import json

import pytest

from orogxo import cli
from orogxo.errors import ConfigError
from orogxo.soak.laws import Broken
from orogxo.soak.playing import Outcome
from orogxo.soak.running import Seeds, Tally, soak, stories


@pytest.mark.parametrize("first", range(1, 41, 10))
def test_short_soak(first: int) -> None:
    """`make soak` plays 2000 of these."""
    tally = soak(range(first, first + 10), jobs=1)
    assert tally.failed == {}
    assert (tally.runs, tally.lost, tally.duplicated) == (10, 0, 0)
    assert tally.orders >= 50
    assert min(tally.crash_points, tally.faults) >= 10


def test_a_day_on_disk_is_the_same_as_one_in_memory() -> None:
    assert soak([50], jobs=1).failed == {}


def test_several_processes_count_the_same() -> None:
    alone, spread = soak(range(1, 9), jobs=1), soak(range(1, 9), jobs=2)
    assert alone.line() == spread.line()


def test_the_line_names_every_violation() -> None:
    tally = Tally()
    told = Broken("books", "order 7: one too many")
    tally.add(17, Outcome((told,), orders=5, crashes=2, requests=90, faults=3, lost=0, duplicated=1))
    tally.add(3, Outcome((), orders=6, crashes=0, requests=80, faults=0, lost=0, duplicated=0))
    assert json.loads(tally.line()) == {
        "runs": 2,
        "orders": 11,
        "crash_points": 2,
        "requests": 170,
        "faults": 3,
        "lost": 0,
        "duplicated": 1,
        "violations": [{"seed": 17, "law": "books", "told": "order 7: one too many"}],
    }


@pytest.mark.parametrize(("text", "seeds"), [("1:3", [1, 2, 3]), ("17", [17]), ("5:5", [5])])
def test_seeds(text: str, seeds: list[int]) -> None:
    assert list(Seeds.read(text)) == seeds
    assert len(Seeds.read(text)) == len(seeds)


@pytest.mark.parametrize("text", ["", "a", "3:1", "1:", ":3", "1:2:3", "-1"])
def test_seeds_that_nobody_understands_are_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="seeds are written like"):
        Seeds.read(text)


def test_the_command_is_silent_but_for_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.soak(seeds="1:2", jobs=1, json=True) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["violations"] == []


def test_the_command_fails_when_a_law_is_broken(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.soak(seeds="1:7", jobs=1, json=True, plant="outcome-before-effect") == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["lost"] > 0


def test_a_defect_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ConfigError, match="no-look-up"):
        cli.soak(seeds="1", plant="no-brakes")


def test_only_the_first_few_failing_seeds_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orogxo.soak.running.shortest", lambda seed, plant: f"seed {seed}")
    assert list(stories([9, 5, 7, 3])) == ["seed 3", "seed 5", "seed 7"]


def test_on_a_terminal_it_shows_how_far_it_is_and_tells_the_story(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert cli.soak(seeds="1", jobs=1, plant="outcome-before-effect") == 1
    out, err = capsys.readouterr()
    assert "1 of 1 days" in err
    assert "def test_seed_1_with_outcome_before_effect() -> None:" in out
    assert json.loads(out.splitlines()[-1])["runs"] == 1
