"""Who we are in TLS itself: a client certificate from files (mutual TLS)."""

from __future__ import annotations

import ssl
from pathlib import Path

from attrs import field, frozen

from orogxo.errors import ConfigError
from orogxo.secret import Secret, as_secret


def _maybe_path(value: str | Path | None) -> Path | None:
    return None if value is None else Path(value)


def _maybe_secret(value: str | Secret | None) -> Secret | None:
    return None if value is None else as_secret(value)


@frozen
class ClientCertificate:
    """A certificate chain and its private key, as PEM files (`key` None: both in `certificate`).

    `password` is that of the key. The server's own certificate is verified as always.
    """

    certificate: Path = field(converter=Path)
    key: Path | None = field(default=None, converter=_maybe_path)
    password: Secret | None = field(default=None, converter=_maybe_secret)

    def shown_by(self, context: ssl.SSLContext | None = None) -> ssl.SSLContext:
        """`context` (default: one that trusts the system's authorities), with this certificate to show.

        Raises ConfigError where the files cannot be used; it names them and never the password.
        """
        context = context or ssl.create_default_context()
        if context.verify_mode is not ssl.CERT_REQUIRED or not context.check_hostname:
            raise ConfigError("TLS certificates are always verified; this SSLContext does not")
        # An empty password, where none is known: OpenSSL would otherwise stop and ask at the terminal.
        password = self.password.reveal() if self.password else ""
        try:
            context.load_cert_chain(self.certificate, self.key, password)
        except (OSError, ValueError) as error:
            reason = error.strerror or type(error).__name__ if isinstance(error, OSError) else "bad password"
            raise ConfigError(
                f"the client certificate in {self.certificate} cannot be used: {reason}"
            ) from None
        return context
