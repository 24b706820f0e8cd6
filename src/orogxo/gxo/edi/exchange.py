"""Files in and out: what a place for trading files must be able to do, on the local disk or at a distance.

A file leaves by a rename. It is staged first, whole and flushed, where the site does not look; the rename
into the outbox is the send, and the staged file that is gone is the proof of it. So a worker that dies at any
instant leaves an answer behind to the only question that matters: was it sent?
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Protocol

from attrs import frozen

LARGEST = 50_000_000

_UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".writing", ".crdownload")


@frozen
class Arrival:
    """A file in the inbox as a listing shows it: its name and its size in bytes."""

    name: str
    size: int


@frozen
class Folders:
    """The four folders of a drop, below its root. `staging` must lie on the file system of `outbox`, for only
    there is a rename atomic, and the site must not read it. Nobody but orogxo may clean it up."""

    outbox: str = "outbox"
    inbox: str = "inbox"
    archive: str = "archive"
    staging: str = "staging"


class FileDrop(Protocol):
    """Where files are traded with one site. Threads may share it.

    Every method raises NotSent where it did nothing, `publish` and `withdraw` ReplyLost where that cannot be
    told, and any of them AuthenticationError; nothing else.
    """

    def stage(self, name: str, data: bytes) -> None:
        """Write `data` whole and flushed under `name` where the site does not look; again replaces it."""
        ...

    def has_left(self, name: str) -> bool:
        """Of a file that was staged: whether it went to the outbox: neither staged nor withdrawn."""
        ...

    def publish(self, name: str) -> bool:
        """Move the staged file to the outbox in one step; False where none is staged: see `has_left`."""
        ...

    def withdraw(self, name: str) -> bool:
        """Set a staged file aside in one step, so that it can not be published any more; it is kept.

        True where it is aside, by this call or an earlier one; False where it left before.
        """
        ...

    def arrivals(self) -> Sequence[Arrival]:
        """Regular files in the inbox by name, those with a temporary name left out."""
        ...

    def read(self, name: str) -> bytes | None:
        """A file of the inbox, its first LARGEST + 1 bytes at most; None where it is no longer there."""
        ...

    def archive(self, name: str, tag: str) -> None:
        """Move a file from the inbox to the archive. Nothing is overwritten: a name that is taken there gets
        `tag` in front. A file that is gone was archived by another worker."""
        ...

    def close(self) -> None:
        """Release connections."""
        ...


def aside(name: str) -> str:
    """What a withdrawn file is called in the staging folder. A name is of one attempt only, so this is proof
    for ever that the attempt sent nothing."""
    return f"withdrawn.{name}"


def archive_names(name: str, tag: str) -> Iterator[str]:
    """What a file may be called in the archive, the first that is free: nothing there is overwritten."""
    yield name
    yield f"{tag}.{name}"
    yield from (f"{tag}-{number}.{name}" for number in count(2))


def is_temporary(name: str) -> bool:
    """Whether a file of that name is still being written, by the custom of those who write it."""
    return name.startswith((".", "~")) or name.lower().endswith(_UNFINISHED)
