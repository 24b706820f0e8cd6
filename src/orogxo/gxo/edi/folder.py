"""A drop on the local disk, or on one that is mounted there: POSIX rename, fsync before it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from orogxo.errors import NotSent, ReplyLost
from orogxo.gxo.edi.exchange import LARGEST, Arrival, Folders, archive_names, aside, is_temporary


class FolderDrop:
    """Folders below `root`; those that are missing are made. Raises NotSent where they cannot be."""

    def __init__(self, root: str | Path, folders: Folders = Folders()) -> None:  # noqa: B008  # frozen
        base = Path(root)
        self._outbox, self._inbox = base / folders.outbox, base / folders.inbox
        self._archive, self._staging = base / folders.archive, base / folders.staging
        with _nothing_done("make the folders", str(base)):
            for folder in (self._outbox, self._inbox, self._archive, self._staging):
                folder.mkdir(parents=True, exist_ok=True)

    def stage(self, name: str, data: bytes) -> None:
        """See `FileDrop.stage`. The final staging name appears only when the content is on the disk."""
        unfinished = self._staging / f".{name}.{os.getpid()}.part"
        with _nothing_done("stage", name):
            with unfinished.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self._staging / name)
            _flush(self._staging)

    def has_left(self, name: str) -> bool:
        """See `FileDrop.has_left`. Staged is looked for first: a file only ever moves from there."""
        with _nothing_done("look for", name):
            return not (self._staging / name).exists() and not (self._staging / aside(name)).exists()

    def publish(self, name: str) -> bool:
        """See `FileDrop.publish`."""
        return self._move(name, self._outbox / name, "publish")

    def withdraw(self, name: str) -> bool:
        """See `FileDrop.withdraw`."""
        moved = self._move(name, self._staging / aside(name), "withdraw")
        return moved or not self.has_left(name)

    def _move(self, name: str, target: Path, doing: str) -> bool:
        source = self._staging / name
        try:
            source.rename(target)
            _flush(target.parent)
            _flush(self._staging)
        except OSError as error:
            if isinstance(error, FileNotFoundError) and not source.exists():
                return False
            told = f"cannot {doing} {name}: {error.strerror or error}"
            failed = NotSent if source.exists() else ReplyLost
            raise failed(told, system="gxo", operation=f"{doing} {name}") from None
        return True

    def arrivals(self) -> Sequence[Arrival]:
        """See `FileDrop.arrivals`."""
        with _nothing_done("list", str(self._inbox)):
            found = []
            for entry in os.scandir(self._inbox):
                if is_temporary(entry.name) or not entry.is_file(follow_symlinks=False):
                    continue
                try:
                    found.append(Arrival(entry.name, entry.stat(follow_symlinks=False).st_size))
                except FileNotFoundError:
                    continue  # another worker archived it meanwhile
            return sorted(found, key=lambda arrival: arrival.name)

    def read(self, name: str) -> bytes | None:
        """See `FileDrop.read`."""
        with _nothing_done("read", name):
            try:
                opened = os.open(self._inbox / name, os.O_RDONLY | os.O_NOFOLLOW)
            except FileNotFoundError:
                return None
            with os.fdopen(opened, "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    return None
                return file.read(LARGEST + 1)

    def archive(self, name: str, tag: str) -> None:
        """See `FileDrop.archive`."""
        with _nothing_done("archive", name):
            try:
                (self._inbox / name).rename(self._free(name, tag))
            except FileNotFoundError:
                return
            _flush(self._archive)
            _flush(self._inbox)

    def close(self) -> None:
        """Nothing is held open."""

    def _free(self, name: str, tag: str) -> Path:
        names = archive_names(name, tag)
        return next(path for each in names if not os.path.lexists(path := self._archive / each))


def _flush(folder: Path) -> None:
    """Make a rename survive a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _nothing_done(doing: str, name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        told = f"cannot {doing} {name}: {error.strerror or error}"
        raise NotSent(told, system="gxo", operation=f"{doing} {name}") from None
