"""A real SFTP server on loopback over a folder: paramiko's own server side, in a thread."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import paramiko
from attrs import define, field

USER, PASSWORD = "acme", "sesame-open"


class _Login(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        good = (username, password) == (USER, PASSWORD)
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, username: str) -> str:
        return "password"


class _Handle(paramiko.SFTPHandle):
    def stat(self) -> Any:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


class _Files(paramiko.SFTPServerInterface):
    """Files below a root, as a plain OpenSSH server would serve them."""

    def __init__(self, server: paramiko.ServerInterface, root: Path) -> None:
        super().__init__(server)
        self._root = root

    def _real(self, path: str) -> str:
        return str(self._root) + self.canonicalize(path)

    def list_folder(self, path: str) -> Any:
        return _told(lambda: [_attributes(entry.path, entry.name) for entry in os.scandir(self._real(path))])

    def stat(self, path: str) -> Any:
        return _told(lambda: paramiko.SFTPAttributes.from_stat(Path(self._real(path)).stat()))

    def lstat(self, path: str) -> Any:
        return _told(lambda: paramiko.SFTPAttributes.from_stat(os.lstat(self._real(path))))

    def open(self, path: str, flags: int, attr: Any) -> Any:
        def opened() -> paramiko.SFTPHandle:
            handle = _Handle(flags)
            descriptor = os.open(self._real(path), flags, 0o600)
            file = os.fdopen(descriptor, "wb" if flags & os.O_WRONLY else "rb")
            handle.filename = self._real(path)
            handle.readfile = handle.writefile = file
            return handle

        return _told(opened)

    def rename(self, oldpath: str, newpath: str) -> int:
        if os.path.lexists(self._real(newpath)):
            return paramiko.SFTP_FAILURE
        return self.posix_rename(oldpath, newpath)

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        return _told(lambda: Path(self._real(oldpath)).replace(self._real(newpath)) and paramiko.SFTP_OK)


def _attributes(path: str, name: str) -> paramiko.SFTPAttributes:
    return paramiko.SFTPAttributes.from_stat(os.lstat(path), name)


def _told(work: Any) -> Any:
    try:
        return work()
    except OSError as error:
        return paramiko.SFTPServer.convert_errno(error.errno or 0)


@define
class Served:
    """A running server: its port, its known_hosts file, and a way to cut every connection."""

    port: int
    known_hosts: Path
    connections: list[paramiko.Transport] = field(factory=list)

    def cut(self) -> None:
        while self.connections:
            self.connections.pop().close()


@contextmanager
def sftp_server(root: Path, keys: Path) -> Iterator[Served]:
    """Serve `root`; host key and known_hosts are made in `keys`."""
    key = paramiko.ECDSAKey.generate()
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    known_hosts = keys / "known_hosts"
    known_hosts.write_text(f"[127.0.0.1]:{port} {key.get_name()} {key.get_base64()}\n", "ascii")
    served = Served(port, known_hosts)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Files, root)
            # With an event it does not wait here, so a client that hangs up early hurts nobody.
            with suppress(paramiko.SSHException, EOFError, OSError):
                transport.start_server(event=threading.Event(), server=_Login())
                served.connections.append(transport)

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
