"""The twin over real HTTP on loopback, its faults become real ones of the network."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias

from attrs import frozen

from orogxo.messages import Reply, Request
from orogxo.sandbox.network import Exchange, Outcome
from orogxo.sandbox.twin import Twin

Hook: TypeAlias = Callable[[Exchange], None]
_BIGGEST_BODY = 10_000_000


@frozen
class Served:
    """Where both ends listen, e.g. `http://127.0.0.1:43211`."""

    oro_url: str
    gxo_url: str


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, twin: Twin, system: str, port: int, hook: Hook | None) -> None:
        self.twin = twin
        self.system = system
        self.hook = hook
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up, or is killed, is part of the play and no news."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # typeshed names the socket

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    wbufsize = 65536
    disable_nagle_algorithm = True

    def handle_any(self) -> None:
        """Hand the request to the twin and do to the connection what its fault plan says."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > _BIGGEST_BODY:
            self.close_connection = True
            self.send_error(413)
            return
        body = self.rfile.read(length)
        request = Request(
            self.command, f"{self.server.url}{self.path}", dict(self.headers.items()), body or None
        )
        outcome = self.server.twin.network.exchange(self.server.system, request)
        if self.server.hook is not None:
            # Before the answer leaves: a worker killed here has had its effect and never learns of it.
            self.server.hook(outcome.exchange)
        self.server.twin.clock.sleep(outcome.delay)
        self._answer(outcome)

    def __getattr__(self, name: str) -> Callable[[], None]:
        # http.server looks for do_GET, do_PUT and so on: every method is handled alike.
        if name.startswith("do_"):
            return self.handle_any
        raise AttributeError(name)

    def _answer(self, outcome: Outcome) -> None:
        reply = outcome.reply
        if reply is None:
            self.close_connection = True
            return
        cut = len(reply.body) // 2 if outcome.broken == "truncated" else len(reply.body)
        self._head(reply)
        self.wfile.write(reply.body[:cut])
        if outcome.broken:
            self.close_connection = True

    def _head(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing: the twin keeps its own log of calls."""


@contextmanager
def serve(
    twin: Twin,
    *,
    oro_port: int = 0,
    gxo_port: int = 0,
    real_time: bool = False,
    hook: Hook | None = None,
) -> Iterator[Served]:
    """Serve both ends until the block ends. Port 0 is any free one.

    `real_time`: the twin's clock follows the wall clock. `hook` is called in the server's thread with every
    request once it is carried out and before it is answered. Raises OSError when a port is taken.
    """
    if real_time:
        twin.clock.follow_wall_clock()
    with ExitStack() as stack:
        servers = [
            stack.enter_context(_Server(twin, system, port, hook))
            for system, port in (("oro", oro_port), ("gxo", gxo_port))
        ]
        for server in servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            stack.callback(server.shutdown)
        yield Served(servers[0].url, servers[1].url)
