"""The hash chain of the journal: each entry of a subject seals the one before it.

The digest is SHA-256 (FIPS 180-4), in hex, over the previous digest followed by the entry as canonical JSON.
Whoever changes, drops or swaps an entry would have to rewrite every later one as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from attrs import evolve

from orogxo.model import JournalEntry
from orogxo.storage import codec

_SEALED = ("subject", "seq", "at", "kind", "text", "data")
"""Listed, because a field that a later version adds must not change what was sealed before."""


def digest(entry: JournalEntry) -> str:
    """The SHA-256 in hex over `entry.previous` and the rest of the entry except its own digest."""
    fields = codec.plain(entry)
    canonical = codec.dump({name: fields[name] for name in _SEALED})
    return hashlib.sha256((entry.previous + canonical).encode()).hexdigest()


def seal(entry: JournalEntry, last: JournalEntry | None) -> JournalEntry:
    """`entry` as the successor of `last` (None: it is the first), with `seq`, `previous` and `digest` set."""
    linked = evolve(entry, seq=last.seq + 1 if last else 1, previous=last.digest if last else "")
    return evolve(linked, digest=digest(linked))


def verify(entries: Sequence[JournalEntry], *, head: str = "") -> tuple[str, ...]:
    """What is wrong with the whole journal of one subject, first to last; empty when it is intact.

    Finds entries that were changed, lost or reordered, and strangers. A loss at the very end shows only
    against `head`: the last digest, as somebody noted it elsewhere.
    """
    problems: list[str] = []
    last: JournalEntry | None = None
    for place, entry in enumerate(entries, start=1):
        name = f"entry {entry.seq} of {entry.subject}"
        if entry.subject != entries[0].subject:
            problems.append(f"{name} stands in the journal of {entries[0].subject}")
        if entry.seq != place:
            problems.append(f"{name} stands where entry {place} belongs: entries are missing or reordered")
        if entry.previous != (last.digest if last else ""):
            problems.append(
                f"{name} does not follow the entry before it: entries were changed or are missing"
            )
        if entry.digest != digest(entry):
            problems.append(f"{name} was changed after it was written")
        last = entry
    if head and (last is None or last.digest != head):
        problems.append(f"the journal does not end with the digest {head}: entries are missing at the end")
    return tuple(problems)
