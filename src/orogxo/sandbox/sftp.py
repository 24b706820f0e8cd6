"""A real SFTP server on loopback over a folder: paramiko's server side, in a thread. Needs `orogxo[sftp]`.

Mishaps of the line are made here: a rename that is not carried out, connections that are cut.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

import paramiko
from attrs import define, field
from paramiko.common import AUTH_FAILED, AUTH_SUCCESSFUL, OPEN_SUCCEEDED
from paramiko.sftp import SFTP_FAILURE, SFTP_OK

USER, PASSWORD = "acme", "sesame-open"

Hook: TypeAlias = Callable[[str], None]
"""Is told the path below the root that a file is to be renamed to, or was."""


class _Login(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        good = (username, password) == (USER, PASSWORD)
        return AUTH_SUCCESSFUL if good else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:  # noqa: ARG002  # paramiko's signature
        return OPEN_SUCCEEDED

    def get_allowed_auths(self, username: str) -> str:  # noqa: ARG002  # the same
        return "password"


class _Handle(paramiko.SFTPHandle):
    readfile: Any
    writefile: Any
    filename: str

    def stat(self) -> Any:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


class _Files(paramiko.SFTPServerInterface):
    """Files below a root, as a plain OpenSSH server would serve them."""

    def __init__(self, server: paramiko.ServerInterface, root: Path, served: ServedFiles) -> None:
        super().__init__(server)
        self._root, self._served = root, served

    def _real(self, path: str) -> str:
        return str(self._root) + self.canonicalize(path)

    def list_folder(self, path: str) -> Any:
        return _told(lambda: [_attributes(entry.path, entry.name) for entry in os.scandir(self._real(path))])

    def stat(self, path: str) -> Any:
        return _told(lambda: paramiko.SFTPAttributes.from_stat(Path(self._real(path)).stat()))

    def lstat(self, path: str) -> Any:
        return _told(lambda: paramiko.SFTPAttributes.from_stat(os.lstat(self._real(path))))

    def open(self, path: str, flags: int, attr: Any) -> Any:  # noqa: ARG002  # paramiko's signature
        def opened() -> paramiko.SFTPHandle:
            handle = _Handle(flags)
            descriptor = os.open(self._real(path), flags, 0o600)
            file = os.fdopen(descriptor, "wb" if flags & os.O_WRONLY else "rb")
            handle.filename = self._real(path)
            handle.readfile = handle.writefile = file
            return handle

        return _told(opened)

    def rename(self, oldpath: str, newpath: str) -> Any:
        if os.path.lexists(self._real(newpath)):
            return SFTP_FAILURE
        return self.posix_rename(oldpath, newpath)

    def posix_rename(self, oldpath: str, newpath: str) -> Any:
        def renamed() -> int:
            target = self.canonicalize(newpath)
            self._served.before_rename(target)
            Path(self._real(oldpath)).replace(self._real(newpath))
            self._served.after_rename(target)
            return SFTP_OK

        return _told(renamed)


def _attributes(path: str, name: str) -> paramiko.SFTPAttributes:
    return paramiko.SFTPAttributes.from_stat(os.lstat(path), name)


def _told(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except OSError as error:
        return paramiko.SFTPServer.convert_errno(error.errno or 0)


def _nothing(_path: str) -> None:
    """No mishap."""


@define
class ServedFiles:
    """A running server: its port, its known_hosts file, and mishaps.

    `before_rename` may raise OSError: then the file stays where it is. `after_rename` may `cut`: then the
    file has moved and nobody is told.
    """

    port: int
    known_hosts: Path
    before_rename: Hook = _nothing
    after_rename: Hook = _nothing
    _connections: list[paramiko.Transport] = field(factory=list)

    def cut(self) -> None:
        """Cut every connection."""
        while self._connections:
            self._connections.pop().close()


@contextmanager
def serve_files(root: Path, keys: Path) -> Iterator[ServedFiles]:
    """Serve `root` to USER with PASSWORD until the block ends; known_hosts is written into `keys`."""
    key = paramiko.ECDSAKey.generate()
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    known_hosts = keys / "known_hosts"
    known_hosts.write_text(f"[127.0.0.1]:{port} {key.get_name()} {key.get_base64()}\n", "ascii")
    served = ServedFiles(port, known_hosts)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Files, root, served)
            # With an event it does not wait here, so a client that hangs up early hurts nobody.
            with suppress(paramiko.SSHException, EOFError, OSError):
                transport.start_server(event=threading.Event(), server=_Login())
                served._connections.append(transport)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)
        served.cut()
