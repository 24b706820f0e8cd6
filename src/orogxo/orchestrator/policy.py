"""What a company decides about the flow of its orders; every default is the cautious one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from attrs import field, frozen

from orogxo.errors import ConfigError


@frozen
class Policy:
    """Settings of the orchestrator.

    - `authorised`: internal status codes that may be sent; `ended`: codes that drop an order not yet sent.
    - `cancelled`: those of them that ask the warehouse to stop an order that it has.
    - `send_changes`: an edit of an order that the warehouse has is sent to it; else a person settles it.
    - `host_authorises`: the installation shows no status and the host's own predicate decides instead.
    - `suborders`: which half of a split order ships, "parents" or "leaves"; "" holds both.
    - `go_live`: orders created before are never sent.
    - `quarantine`: how long after a lost reply the request may be under way; nothing is sent again before.
    - `lease`: how long a worker may hold a command; longer than any request can live.
    - `retry_first`, `retry_longest`: waits after a failed attempt; `pause`: rest for a busy end, and for
      one that could not be reached `circuit` times in a row.
    - `look_every`: how often an order at the warehouse is asked after.
    - `sweep_every`: how often every order of the shop is counted, to prove that none was missed.
    - `most_submits`, `most_cancels`: more waiting at once than this stops the flow and asks a person.
    - `shadow`: run everything and write nothing outside the store.
    - `overlap`, `overlap_ids`: how far each read goes back behind what was read; `batch`: rows a step.
    - `tracking_names`: the warehouse's carrier code to the name shown beside a tracking number in OroCommerce
      (one of its own shipping method codes makes a link).
    """

    authorised: frozenset[str] = frozenset({"open"})
    ended: frozenset[str] = frozenset({"cancelled", "closed", "archived", "shipped"})
    cancelled: frozenset[str] = frozenset({"cancelled"})
    send_changes: bool = False
    host_authorises: bool = False
    suborders: str = ""
    go_live: dt.datetime | None = None
    quarantine: dt.timedelta = dt.timedelta(minutes=3)
    lease: dt.timedelta = dt.timedelta(minutes=10)
    retry_first: dt.timedelta = dt.timedelta(seconds=15)
    retry_longest: dt.timedelta = dt.timedelta(minutes=15)
    pause: dt.timedelta = dt.timedelta(minutes=1)
    circuit: int = 5
    look_every: dt.timedelta = dt.timedelta(minutes=30)
    sweep_every: dt.timedelta = dt.timedelta(hours=6)
    most_submits: int = 10_000
    most_cancels: int = 500
    shadow: bool = False
    overlap: dt.timedelta = dt.timedelta(minutes=5)
    overlap_ids: int = 50
    batch: int = 50
    tracking_names: Mapping[str, str] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        if self.lease < 2 * self.quarantine:
            raise ConfigError(
                f"a lease of {self.lease} is too short: it must be twice the quarantine ({self.quarantine}), "
                "so that no other worker takes over while a request may still be under way"
            )
        if self.suborders not in ("", "parents", "leaves"):
            raise ConfigError(f'suborders is "parents", "leaves" or "", not {self.suborders!r}')

    def retry_after(self, attempts: int) -> dt.timedelta:
        """How long to leave a failed command alone: doubles with each attempt, up to `retry_longest`."""
        doublings: int = 2 ** min(attempts - 1, 16)
        return min(self.retry_first * doublings, self.retry_longest)

    def tracking_name(self, carrier: str) -> str:
        """What OroCommerce shows for the warehouse's carrier code."""
        return self.tracking_names.get(carrier, carrier)
