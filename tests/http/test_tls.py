"""A client certificate: shown to a server that asks for one, refused settings told, its password never."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from orogxo.errors import ConfigError, TransportError
from orogxo.gxo import AsyncGxoClient, GxoClient
from orogxo.http import AsyncHttpxSender, ClientCertificate, HttpxSender, Request, RetryPolicy

AUTHORITY = trustme.CA()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `chain.pem`, `key.pem` and `both.pem` of a client."""
    folder = tmp_path_factory.mktemp("pem")
    ours = AUTHORITY.issue_cert("client@orogxo.test")
    ours.cert_chain_pems[0].write_to_path(folder / "chain.pem")
    ours.private_key_pem.write_to_path(folder / "key.pem")
    ours.private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")
    return folder


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server on loopback that wants a certificate of the same authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    AUTHORITY.issue_cert("localhost").configure_cert(context)
    AUTHORITY.configure_trust(context)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b'{"lookup": true}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    class Server(HTTPServer):
        def handle_error(self, *_: object) -> None:
            """Handshakes fail here on purpose."""

    with Server(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"https://localhost:{server.server_port}"
        server.shutdown()


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context


@pytest.mark.parametrize("names", [("chain.pem", "key.pem"), ("both.pem", None)])
def test_the_certificate_is_shown(names: tuple[str, str | None], files: Path, address: str) -> None:
    chain, key = names
    certificate = ClientCertificate(files / chain, files / key if key else None)
    with HttpxSender(verify=trusting(), certificate=certificate, trust_env=False) as sender:
        assert sender.send(Request("GET", address)).status == 200


def test_the_certificate_is_shown_asynchronously(files: Path, address: str) -> None:
    async def ask() -> int:
        own = ClientCertificate(str(files / "both.pem"))
        async with AsyncHttpxSender(verify=trusting(), certificate=own, trust_env=False) as sender:
            return (await sender.send(Request("GET", address))).status

    assert asyncio.run(ask()) == 200


def test_without_a_certificate_the_server_says_no(address: str) -> None:
    with HttpxSender(verify=trusting(), trust_env=False) as sender, pytest.raises(TransportError):
        sender.send(Request("GET", address))


def test_an_unknown_server_is_refused_all_the_same(files: Path, address: str) -> None:
    own = ClientCertificate(files / "both.pem")
    refused = pytest.raises(TransportError, match=r"(?i)certificate")
    with HttpxSender(certificate=own, trust_env=False) as sender, refused:
        sender.send(Request("GET", address))


def test_files_that_cannot_be_used(files: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"missing\.pem cannot be used: No such file"):
        ClientCertificate(tmp_path / "missing.pem").shown_by()
    (tmp_path / "rubbish.pem").write_text("rubbish")
    with pytest.raises(ConfigError, match=r"rubbish\.pem cannot be used"):
        ClientCertificate(tmp_path / "rubbish.pem").shown_by()
    with pytest.raises(ConfigError, match="cannot be used"):
        ClientCertificate(files / "chain.pem", password="x" * 5000).shown_by()


def test_an_encrypted_key_needs_its_password_and_asks_nobody(files: Path, tmp_path: Path) -> None:
    key = load_pem_private_key((files / "key.pem").read_bytes(), None)
    lock = BestAvailableEncryption(b"open sesame")
    (tmp_path / "locked.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock))
    assert ClientCertificate(files / "chain.pem", tmp_path / "locked.pem", "open sesame").shown_by()
    for password in (None, "close sesame"):
        with pytest.raises(ConfigError, match="cannot be used"):
            ClientCertificate(files / "chain.pem", tmp_path / "locked.pem", password).shown_by()


@pytest.mark.parametrize("check_hostname", [True, False])
def test_a_context_that_does_not_verify_is_refused(files: Path, check_hostname: bool) -> None:
    context = ssl.create_default_context()
    context.check_hostname = False
    if check_hostname:
        context.verify_mode = ssl.CERT_NONE
    with pytest.raises(ConfigError, match="always verified"):
        ClientCertificate(files / "both.pem").shown_by(context)


def test_the_password_is_never_shown(files: Path) -> None:
    certificate = ClientCertificate(files / "chain.pem", files / "missing.pem", "canary-secret")
    assert "canary-secret" not in repr(certificate)
    with pytest.raises(ConfigError) as caught:
        certificate.shown_by()
    assert "canary-secret" not in f"{caught.value} {caught.value.__dict__} {caught.value.__context__}"


@pytest.mark.parametrize("cls", [GxoClient, AsyncGxoClient])
def test_a_gateway_client_needs_nothing_else(cls: type[Any], files: Path) -> None:
    own = ClientCertificate(files / "both.pem")
    settings = {"depositor": "A", "site": "S", "retry": RetryPolicy(attempts=1)}
    client = cls("https://localhost:9", "", "", **settings, certificate=own)
    assert "both.pem" not in repr(client)
    cls("https://localhost:9", "id", "secret", **settings, certificate=own)
    with pytest.raises(ConfigError, match="give it to the sender"):
        cls("https://localhost:9", "", "", **settings, certificate=own, sender=object())
    with pytest.raises(ConfigError, match="client_secret is empty"):
        cls("https://localhost:9", "id", "", **settings, certificate=own)
