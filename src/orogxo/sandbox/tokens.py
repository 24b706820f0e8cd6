"""Access tokens of both ends: issued, expiring, revocable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from orogxo.sandbox.clock import TwinClock

LIFETIME = dt.timedelta(seconds=3600)
REFUSED_SECRET = "wrong"  # noqa: S105 - the one secret that both ends refuse, for tests of refused credentials


class TokenOffice:
    """Issues bearer tokens to anyone with a client id and a secret, except the secret `wrong`.

    `open` False: the client or its user was deactivated.
    """

    def __init__(self, system: str, clock: TwinClock) -> None:
        self._system = system
        self._clock = clock
        self._valid_until: dict[str, dt.datetime] = {}
        self._issued = 0
        self.open = True

    def accepts(self, fields: Mapping[str, str]) -> bool:
        """Whether these credentials are good."""
        secret = fields.get("client_secret")
        return self.open and bool(fields.get("client_id")) and bool(secret) and secret != REFUSED_SECRET

    def issue(self) -> dict[str, object]:
        """The body of a token reply (RFC 6749, section 5.1)."""
        self._issued += 1
        token = f"{self._system}-token-{self._issued}"
        self._valid_until[token] = self._clock.now() + LIFETIME
        return {"token_type": "Bearer", "expires_in": int(LIFETIME.total_seconds()), "access_token": token}

    def honours(self, authorization: str | None) -> bool:
        """Whether an Authorization header is good; the scheme is case-sensitive, as recorded."""
        scheme, _, token = (authorization or "").partition(" ")
        expires = self._valid_until.get(token)
        return scheme == "Bearer" and expires is not None and self._clock.now() < expires

    def revoke_all(self) -> None:
        """Make every token issued so far worthless."""
        self._valid_until.clear()
