"""States never move backwards, in whatever order and however often their news comes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.gxo.progress import RANKS, TERMINAL, Progress, advance, told
from orogxo.gxo.vocabulary import ORDER_STATES

WAY = list(RANKS)
NEWS = st.tuples(st.sampled_from([*sorted(ORDER_STATES), "unmapped:moonlit"]), st.integers(0, 12))


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, int]]:
    """What a site that keeps to the machine tells, version after version."""
    states = ["accepted"]
    while states[-1] not in TERMINAL and len(states) < 12:
        work = next(state for state in reversed(states) if state in RANKS)
        later = WAY[RANKS[work] :]
        if states[-1] == "on_hold":
            choices = [state for state in WAY[1:] if RANKS[state] <= RANKS["packed"]]
        elif states[-1] == "cancel_requested":
            choices = ["cancelled", *later]
        else:
            choices = later[1:]
            choices += ["on_hold", "cancel_requested"] if RANKS[work] < RANKS["partially_shipped"] else []
        states.append(draw(st.sampled_from(choices)))
        if draw(st.integers(0, 5)) == 0:
            break
    return [(state, number) for number, state in enumerate(states, start=1)]


@settings(max_examples=200)
@given(st.data(), histories())
def test_late_and_repeated_news_ends_where_the_story_ends(
    data: st.DataObject, history: list[tuple[str, int]]
) -> None:
    assert told(history).state == history[-1][0]
    repeated = history + data.draw(st.lists(st.sampled_from(history), max_size=5))
    first_to_last = [*history[:-1], *data.draw(st.permutations(repeated))]
    known = Progress()
    for state, version in first_to_last:
        after = advance(known, state, version)
        assert after.version >= known.version
        known = after
    assert (known.state, known.version) == history[-1]


@settings(max_examples=200)
@given(st.lists(NEWS, max_size=30))
def test_whatever_is_told_nothing_goes_backwards(news: list[tuple[str, int]]) -> None:
    known = Progress()
    for state, version in news:
        after = advance(known, state, version)
        assert after == known or after.version == version > known.version
        if known.state in TERMINAL:
            assert after == known
        if known.state != "on_hold":
            assert RANKS[after.reached] >= RANKS[known.reached]
        if RANKS[known.reached] >= RANKS["partially_shipped"]:
            assert RANKS[after.state] >= RANKS[known.state]
        known = after


@pytest.mark.parametrize(
    ("news", "state"),
    [
        ([("picking", 4), ("accepted", 1)], "picking"),
        ([("picking", 4), ("accepted", 5)], "picking"),
        ([("accepted", 1), ("on_hold", 2), ("accepted", 3)], "accepted"),
        ([("picking", 2), ("cancel_requested", 3), ("picking", 4)], "picking"),
        ([("picking", 2), ("cancel_requested", 3), ("accepted", 4)], "cancel_requested"),
        ([("shipped", 2), ("cancelled", 3)], "shipped"),
        ([("shipped", 2), ("on_hold", 3)], "shipped"),
        ([("cancelled", 2), ("shipped", 3)], "cancelled"),
        ([("accepted", 1), ("unmapped:moonlit", 2)], "accepted"),
        ([("accepted", 1), ("rejected", 1)], "accepted"),
        ([("rejected", 1), ("accepted", 2)], "rejected"),
    ],
)
def test_the_machine_of_the_contract(news: list[tuple[str, int]], state: str) -> None:
    """Contract gateway-v1, "Order states"."""
    assert told(news).state == state
