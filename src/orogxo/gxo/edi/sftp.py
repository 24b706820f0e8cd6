"""A drop on an SFTP server. The only module that imports paramiko: `pip install 'orogxo[sftp]'`.

The server must prove who it is with a host key that is known beforehand; there is no way around that here.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar

import paramiko

from orogxo.errors import AuthenticationError, NotSent, ReplyLost
from orogxo.gxo.edi.exchange import LARGEST, Arrival, Folders, archive_names, aside, is_temporary
from orogxo.secret import Secret

T = TypeVar("T")

_CHUNK = 256 * 1024
_BROKEN = (paramiko.SSHException, EOFError, OSError)


class SftpDrop:
    """Folders below `root` on `host`; they must exist there.

    `known_hosts` is an OpenSSH known_hosts file that holds the server's key. Exactly one of `password` and
    `key_file` is needed; `passphrase` opens the key. `timeout` is seconds for connecting and for each answer.
    One connection is opened when it is first needed, shared by all threads, and opened anew after it broke.
    """

    def __init__(
        self,
        host: str,
        *,
        user: str,
        known_hosts: str | Path,
        port: int = 22,
        password: str | Secret | None = None,
        key_file: str | Path | None = None,
        passphrase: str | Secret | None = None,
        root: str = ".",
        folders: Folders = Folders(),  # noqa: B008  # frozen
        timeout: float = 30,
    ) -> None:
        if (password is None) == (key_file is None):
            raise ValueError("give either password or key_file")
        self._host, self._port, self._user = host, port, user
        self._password, self._passphrase = _hidden(password), _hidden(passphrase)
        self._key_file, self._known_hosts = key_file, str(known_hosts)
        self._root, self._folders, self._timeout = root.rstrip("/") or "/", folders, timeout
        self._lock = RLock()
        self._client: paramiko.SSHClient | None = None
        self._sftp: paramiko.SFTPClient | None = None

    def __repr__(self) -> str:
        return f"SftpDrop({self._user}@{self._host}:{self._port}, root={self._root!r})"

    def stage(self, name: str, data: bytes) -> None:
        """See `FileDrop.stage`. The size that arrived is compared before the file gets its staging name."""
        unfinished = self._path(self._folders.staging, f".{name}.part")

        def write(sftp: paramiko.SFTPClient) -> None:
            with sftp.open(unfinished, "wb") as file:
                file.set_pipelined(True)
                for start in range(0, len(data), _CHUNK):
                    file.write(data[start : start + _CHUNK])
            arrived = sftp.stat(unfinished).st_size
            if arrived != len(data):
                raise OSError(f"{arrived} of {len(data)} bytes arrived")
            sftp.posix_rename(unfinished, self._path(self._folders.staging, name))

        self._do(f"stage {name}", write)

    def has_left(self, name: str) -> bool:
        """See `FileDrop.has_left`. Staged is looked for first: a file only ever moves from there."""
        paths = [self._path(self._folders.staging, each) for each in (name, aside(name))]
        return not self._do(f"look for {name}", lambda sftp: any(_is_there(sftp, path) for path in paths))

    def publish(self, name: str) -> bool:
        """See `FileDrop.publish`."""
        return self._move(name, self._path(self._folders.outbox, name), "publish")

    def withdraw(self, name: str) -> bool:
        """See `FileDrop.withdraw`."""
        moved = self._move(name, self._path(self._folders.staging, aside(name)), "withdraw")
        return moved or not self.has_left(name)

    def _move(self, name: str, target: str, doing: str) -> bool:
        def move(sftp: paramiko.SFTPClient) -> bool:
            source = self._path(self._folders.staging, name)
            try:
                sftp.posix_rename(source, target)
            except FileNotFoundError:
                if _is_there(sftp, source):
                    raise PermissionError(f"there is no folder for {target}") from None
                return False
            return True

        return self._do(f"{doing} {name}", move, unknown=True)

    def arrivals(self) -> Sequence[Arrival]:
        """See `FileDrop.arrivals`."""
        rows = self._do("list the inbox", lambda sftp: sftp.listdir_attr(self._path(self._folders.inbox)))
        found = [
            Arrival(row.filename, row.st_size or 0)
            for row in rows
            if stat.S_ISREG(row.st_mode or 0) and not is_temporary(row.filename) and "/" not in row.filename
        ]
        return sorted(found, key=lambda arrival: arrival.name)

    def read(self, name: str) -> bytes | None:
        """See `FileDrop.read`."""

        def fetch(sftp: paramiko.SFTPClient) -> bytes | None:
            try:
                with sftp.open(self._path(self._folders.inbox, name), "rb") as file:
                    file.prefetch(min(file.stat().st_size or 0, LARGEST + 1))
                    return bytes(file.read(LARGEST + 1))
            except FileNotFoundError:
                return None

        return self._do(f"read {name}", fetch)

    def archive(self, name: str, tag: str) -> None:
        """See `FileDrop.archive`."""

        def move(sftp: paramiko.SFTPClient) -> None:
            try:
                # The plain rename of SFTP refuses a target that exists, so nothing can be overwritten.
                sftp.rename(self._path(self._folders.inbox, name), self._free(sftp, name, tag))
            except FileNotFoundError:
                return

        self._do(f"archive {name}", move)

    def close(self) -> None:
        """Hang up."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = self._sftp = None

    def _free(self, sftp: paramiko.SFTPClient, name: str, tag: str) -> str:
        paths = (self._path(self._folders.archive, each) for each in archive_names(name, tag))
        return next(path for path in paths if not _is_there(sftp, path))

    def _path(self, folder: str, name: str = "") -> str:
        return "/".join(part for part in (self._root.rstrip("/"), folder, name) if part)

    def _do(self, doing: str, work: Callable[[paramiko.SFTPClient], T], *, unknown: bool = False) -> T:
        """`work` on the connection; `unknown`: a break in the middle may come after the effect."""
        with self._lock:
            sftp = self._connected(doing)
            try:
                return work(sftp)
            except _BROKEN as error:
                self.close()
                failed = ReplyLost if unknown and not isinstance(error, PermissionError) else NotSent
                told = f"cannot {doing}: {str(error) or type(error).__name__}"
                raise failed(told, system="gxo", operation=f"SFTP {doing}") from None

    def _connected(self, doing: str) -> paramiko.SFTPClient:
        if self._sftp is not None and self._client is not None:
            transport: Any = self._client.get_transport()
            if transport is not None and transport.is_active():
                return self._sftp
        self.close()
        client = paramiko.SSHClient()
        try:
            client.load_host_keys(self._known_hosts)
            client.set_missing_host_key_policy(paramiko.RejectPolicy())
            client.connect(
                self._host,
                self._port,
                self._user,
                password=_shown(self._password),
                key_filename=str(self._key_file) if self._key_file else None,
                passphrase=_shown(self._passphrase),
                allow_agent=False,
                look_for_keys=False,
                timeout=self._timeout,
                banner_timeout=self._timeout,
                auth_timeout=self._timeout,
            )
            sftp = client.open_sftp()
            channel = sftp.get_channel()
            if channel is not None:
                channel.settimeout(self._timeout)
        except paramiko.AuthenticationException:
            client.close()
            told = f"{self._host} refuses user {self._user!r}: correct the password or the key"
            raise AuthenticationError(told, system="gxo", operation=f"SFTP {doing}") from None
        except _BROKEN as error:
            client.close()
            told = f"cannot {doing}: no connection to {self._host}:{self._port}: {error}"
            raise NotSent(told, system="gxo", operation=f"SFTP {doing}") from None
        self._client, self._sftp = client, sftp
        return sftp


def _is_there(sftp: paramiko.SFTPClient, path: str) -> bool:
    try:
        sftp.lstat(path)
    except FileNotFoundError:
        return False
    return True


def _hidden(secret: str | Secret | None) -> Secret | None:
    return Secret(secret) if isinstance(secret, str) else secret


def _shown(secret: Secret | None) -> str | None:
    return None if secret is None else secret.reveal()
