"""A real HTTP end on loopback whose every byte a test decides."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

from attrs import field, frozen

Behaviour = Callable[[socket.socket, bytes], None]
"""Given the connection and the request as read; closing is done for it."""


@frozen
class End:
    """Where it listens, and the requests that it read."""

    url: str
    read: list[bytes] = field(factory=list)


@contextmanager
def listening(behave: Behaviour) -> Iterator[End]:
    """An end that serves one connection after the other until the block is left."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        end = End(f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread = threading.Thread(target=_serve, args=(listener, end, behave))
        thread.start()
        try:
            yield end
        finally:
            # shutdown wakes the accept() that the thread waits in
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listener: socket.socket, end: End, behave: Behaviour) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        # A client that has gone is the test's doing; what it made of that, the test asserts.
        with closing(connection), suppress(OSError):
            end.read.append(request := _request(connection))
            behave(connection, request)


def _request(connection: socket.socket) -> bytes:
    """Headers, and as much body as they announce; what is not HTTP is read once."""
    read = connection.recv(65536)
    while read[:1].isalpha() and b"\r\n\r\n" not in read:
        read += _more(connection)
    head, _, body = read.partition(b"\r\n\r\n")
    announced = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(announced[0].partition(b":")[2]) if announced else 0
    while len(body) < length:
        body += _more(connection)
    return head + b"\r\n\r\n" + body


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(65536)
    if not piece:
        raise ConnectionResetError("the client left in the middle of its request")
    return piece


def says(raw: bytes) -> Behaviour:
    """Answers `raw` and closes."""
    return lambda connection, _: connection.sendall(raw)


def free_port() -> int:
    """A port where nobody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port: int = listener.getsockname()[1]
    return port
