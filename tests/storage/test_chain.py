"""The hash chain of the journal shows what was done to it."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from orogxo.model import JournalEntry
from orogxo.storage.chain import digest, seal, verify

NOW = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)


def chain(*texts: str, subject: str = "7") -> list[JournalEntry]:
    sealed: list[JournalEntry] = []
    for text in texts:
        entry = JournalEntry(NOW, subject, "read", text, {"b": "2", "a": "1"})
        sealed.append(seal(entry, sealed[-1] if sealed else None))
    return sealed


STORY = chain("one", "two", "three", "four")


def test_digest_is_reproducible_with_any_sha256() -> None:
    canonical = (
        '{"at":"2026-11-02T08:00:00.000000+00:00","data":{"a":"1","b":"2"},"kind":"read","seq":1,'
        '"subject":"7","text":"one"}'
    )
    assert STORY[0].digest == hashlib.sha256(canonical.encode()).hexdigest()
    second = canonical.replace('"seq":1', '"seq":2').replace("one", "two")
    assert STORY[1].digest == hashlib.sha256((STORY[0].digest + second).encode()).hexdigest()


def test_same_instant_in_another_zone_is_the_same_entry() -> None:
    there = NOW.astimezone(dt.timezone(dt.timedelta(hours=5)))
    assert digest(evolve(STORY[0], at=there)) == STORY[0].digest


def test_intact_story_has_no_problems() -> None:
    assert verify(STORY) == verify(STORY, head=STORY[-1].digest) == verify([]) == ()


@pytest.mark.parametrize(
    "change",
    [
        {"text": "TWO"},
        {"kind": "sent"},
        {"at": NOW + dt.timedelta(microseconds=1)},
        {"data": {"a": "1"}},
        {"data": {"a": "1", "b": "2", "c": "3"}},
    ],
)
def test_tampered_entry_is_named(change: dict[str, Any]) -> None:
    story = [STORY[0], evolve(STORY[1], **change), *STORY[2:]]
    assert verify(story) == ("entry 2 of 7 was changed after it was written",)


def test_tampered_entry_with_its_digest_renewed_breaks_the_next() -> None:
    forged = seal(evolve(STORY[1], text="TWO"), STORY[0])
    [problem] = verify([STORY[0], forged, *STORY[2:]])
    assert problem.startswith("entry 3 of 7 does not follow")


def test_missing_entry() -> None:
    problems = verify([STORY[0], *STORY[2:]])
    assert "entry 3 of 7 stands where entry 2 belongs: entries are missing or reordered" in problems
    assert "entry 3 of 7 does not follow the entry before it: entries were changed or are missing" in problems


def test_missing_first_entry() -> None:
    assert any("where entry 1 belongs" in problem for problem in verify(STORY[1:]))


@pytest.mark.parametrize("left", [0, 3])
def test_missing_end_shows_against_a_noted_digest(left: int) -> None:
    assert verify(STORY[:left]) == ()
    [problem] = verify(STORY[:left], head=STORY[-1].digest)
    assert "missing at the end" in problem


def test_reordered_entries() -> None:
    assert verify([STORY[0], STORY[2], STORY[1], STORY[3]])


def test_entry_of_another_subject() -> None:
    strangers = chain("one", "two", subject="8")
    assert "entry 2 of 8 stands in the journal of 7" in verify([STORY[0], strangers[1]])


@given(st.permutations(range(4)), st.integers(0, 4))
def test_only_a_prefix_in_order_verifies(order: list[int], length: int) -> None:
    picked = order[:length]
    assert (verify([STORY[place] for place in picked]) == ()) == (picked == list(range(length)))
