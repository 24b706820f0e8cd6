"""What every store decides alike: the sentences, and what the contract suite cannot see."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve

from orogxo.errors import Disposition, LeaseLost, StoreError, VersionConflict
from orogxo.model import Command, CommandState, Fulfilment, Package, Shipment, Tracking
from orogxo.storage import semantics

NOW = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
CLAIM = Command("submit:7", "submit", "7", NOW, attempts=2, lease_owner="w1", lease_until=NOW)


@pytest.mark.parametrize(
    ("stored", "why"),
    [
        (None, "it is not in the store"),
        (evolve(CLAIM, state=CommandState.DONE), "it is done already"),
        (evolve(CLAIM, state=CommandState.ABANDONED), "it is abandoned already"),
        (evolve(CLAIM, lease_owner=""), "nobody holds it"),
        (evolve(CLAIM, lease_owner="w2"), "w2 holds it, in attempt 2"),
        (evolve(CLAIM, attempts=3), "w1 holds it, in attempt 3"),
    ],
)
def test_lost_lease_says_why(stored: Command | None, why: str) -> None:
    with pytest.raises(LeaseLost) as caught:
        semantics.postponed(stored, CLAIM, until=NOW, note="")
    assert caught.value.message == f"w1 lost command submit:7 (attempt 2): {why}"
    assert caught.value.context == {"order": "7", "command": "submit:7"}


def test_conflict_says_which_versions() -> None:
    with pytest.raises(
        VersionConflict, match="order 7 stands at version 4 and was read at version 3"
    ) as caught:
        semantics.next_version(Fulfilment("7", "ORD-7", version=3), 4)
    assert caught.value.context == {"order": "7"}


def test_tracking_numbers_come_from_both_sides_and_are_never_empty() -> None:
    packages = (Package("P1", ("1Z", "")), Package("P2", ("2Z", "1Z")))
    shipment = Shipment("S1", "ORD-7", (), packages)
    shown = (Tracking("UPS", "3Z"), Tracking("UPS", ""))
    fulfilment = Fulfilment("7", "ORD-7", shipments=(shipment,), trackings=shown)
    assert semantics.tracking_numbers(fulfilment) == {"1Z", "2Z", "3Z"}


@pytest.mark.parametrize(
    ("not_before", "lease_until", "due"),
    [(None, None, None), (0, None, 0), (None, 1, 1), (0, 1, 1), (2, 1, 2)],
)
def test_due_when_postponement_and_lease_are_over(
    not_before: int | None, lease_until: int | None, due: int | None
) -> None:
    def at(minutes: int | None) -> dt.datetime | None:
        return None if minutes is None else NOW + minutes * MINUTE

    command = evolve(CLAIM, not_before=at(not_before), lease_until=at(lease_until))
    expected = "" if due is None else f"2026-11-02T08:0{due}:00.000000+00:00"
    assert semantics.due_at(command) == expected


@pytest.mark.parametrize("error", [semantics.nested(), semantics.closed(), semantics.ended()])
def test_misuse_is_not_tried_again(error: StoreError) -> None:
    assert error.disposition is Disposition.FATAL
    assert error.code != StoreError.default_code
