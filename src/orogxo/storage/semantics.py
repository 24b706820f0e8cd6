"""What every store decides alike, as pure functions of rows: versions, leases, what can be found.

A host that writes its own store can use these and is left with reading and writing.
"""

from __future__ import annotations

import datetime as dt

from attrs import evolve

from orogxo.errors import Disposition, LeaseLost, StoreError, VersionConflict
from orogxo.model import Command, CommandState, Fulfilment
from orogxo.storage import codec


def next_version(fulfilment: Fulfilment, stored: int) -> Fulfilment:
    """`fulfilment` to write over version `stored` (0: there is none). Raises VersionConflict."""
    if fulfilment.version != stored:
        raise VersionConflict(
            f"order {fulfilment.order_id} stands at version {stored} and was read at version "
            f"{fulfilment.version}: another worker saved it in between, read it again",
            context={"order": fulfilment.order_id},
        )
    return evolve(fulfilment, version=stored + 1)


def tracking_numbers(fulfilment: Fulfilment) -> frozenset[str]:
    """Every tracking number of it: those OroCommerce shows and those on the packages."""
    shown = {tracking.number for tracking in fulfilment.trackings}
    packed = {
        number
        for shipment in fulfilment.shipments
        for package in shipment.packages
        for number in package.tracking
    }
    return frozenset(shown | packed) - {""}


def answers_to(fulfilment: Fulfilment, text: str) -> bool:
    """Whether its order id, identifier, PO number or a tracking number is exactly `text` (never empty)."""
    names = {fulfilment.order_id, fulfilment.identifier, fulfilment.po_number}
    return text != "" and (text in names or text in tracking_numbers(fulfilment))


def due_at(command: Command) -> str:
    """The first instant at which a worker may claim it, as sortable text; "" for at once."""
    return max(
        (codec.instant(moment) for moment in (command.not_before, command.lease_until) if moment), default=""
    )


def check_claim(owner: str, lease: dt.timedelta) -> None:
    """Raises ValueError for a claim that would hold nothing: no owner, or a lease without length."""
    if not owner or lease <= dt.timedelta(0):
        raise ValueError(f"a claim needs an owner and a lease longer than zero, not {owner!r} and {lease}")


def claimed(command: Command, *, now: dt.datetime, lease: dt.timedelta, owner: str) -> Command:
    """`command`, held by `owner` until `now + lease`, one attempt further."""
    return evolve(command, attempts=command.attempts + 1, lease_owner=owner, lease_until=now + lease)


def finished(
    stored: Command | None, claim: Command, state: CommandState, *, now: dt.datetime, note: str
) -> Command:
    """The stored command with its outcome. Raises LeaseLost unless `claim` still holds it."""
    held = _held(stored, claim)
    return evolve(held, state=state, finished_at=now, note=note, lease_owner="", lease_until=None)


def postponed(stored: Command | None, claim: Command, *, until: dt.datetime, note: str) -> Command:
    """The stored command, free again from `until` on. Raises LeaseLost unless `claim` still holds it."""
    held = _held(stored, claim)
    return evolve(held, not_before=until, note=note, lease_owner="", lease_until=None)


def _held(stored: Command | None, claim: Command) -> Command:
    """`stored`, if it is in the hands of `claim`: same owner and same attempt.

    The clock is not asked: a lease that ran out holds until somebody else claims the command.
    """
    if stored is None:
        why = "it is not in the store"
    elif stored.state is not CommandState.PENDING:
        why = f"it is {stored.state.value} already"
    elif not stored.lease_owner:
        why = "nobody holds it"
    elif (stored.lease_owner, stored.attempts) != (claim.lease_owner, claim.attempts):
        why = f"{stored.lease_owner} holds it, in attempt {stored.attempts}"
    else:
        return stored
    raise LeaseLost(
        f"{claim.lease_owner or 'nobody'} lost command {claim.key} (attempt {claim.attempts}): {why}",
        context={"order": claim.order_id, "command": claim.key},
    )


def nested() -> StoreError:
    """For a second transaction of the same thread, which would wait for itself."""
    return _misuse(
        "NESTED_TRANSACTION", "this thread is inside a transaction of this store: pass that one on"
    )


def closed() -> StoreError:
    """For a store that is used after `close`."""
    return _misuse("STORE_CLOSED", "this store is closed: open another one")


def ended() -> StoreError:
    """For a transaction that is used after its `with` block."""
    return _misuse("TRANSACTION_ENDED", "this transaction has ended: begin another one")


def _misuse(code: str, message: str) -> StoreError:
    # Trying again cannot help: the host's code has to change.
    return StoreError(message, code=code, disposition=Disposition.FATAL)
