"""Reads what a token endpoint answers (RFC 6749, sections 5.1 and 5.2), the odd answers included."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn
from urllib.parse import quote_plus

from attrs import evolve, frozen

from orogxo.errors import AuthenticationError, DecodeError, RateLimited, ServerError, StatusError, Unavailable
from orogxo.http.classify import is_page, status_error
from orogxo.http.decode import decode_json
from orogxo.http.redact import hide_secrets, operation, safe_reply
from orogxo.messages import Reply, Request
from orogxo.secret import Secret

SKEW = 30.0
"""Seconds before its end at which a token is replaced, so that none runs out on the way."""
ASSUMED_LIFE = 300.0
"""Seconds a token is taken to live when the server does not say so sensibly."""
LONGEST_LIFE = 86_400.0

_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")
_CAUSES = "wrong client id or secret, a deactivated client, a disabled user, or the web API is switched off"


@frozen
class Token:
    """An access token, to be used until `good_until` (seconds of the clock's monotonic time)."""

    value: Secret
    good_until: float


def read_token(request: Request, reply: Reply, *, system: str, now: float) -> Token:
    """The token in a reply below 400. Raises Unavailable for a web page, AuthenticationError for all else."""

    def refuse(what: str) -> NoReturn:
        raise AuthenticationError(
            f"the token endpoint {what}; is the token URL right?",
            code="TOKEN_UNREADABLE",
            status=reply.status,
            reply=safe_reply(reply),
            system=system,
            operation=operation(request),
        )

    if reply.status >= 300:
        refuse(f"answered with a redirect ({reply.status})")
    if is_page(reply):
        raise Unavailable(
            "the token endpoint answered with a web page: most likely the system is in maintenance",
            status=reply.status,
            reply=safe_reply(reply),
            system=system,
            operation=operation(request),
        )
    answer = _members(request, reply, system)
    if str(answer.get("token_type", "Bearer")).lower() != "bearer":
        refuse("gave a token of a type other than Bearer")
    value = answer.get("access_token")
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        refuse("gave no usable access_token")
    return Token(Secret(value), now + _usable_seconds(answer.get("expires_in")))


def explain_refusal(request: Request, reply: Reply, *, system: str, secret: Secret) -> StatusError:
    """The error for a token reply of 400 and above, naming the likely causes.

    OroCommerce answers 401 invalid_client alike for a wrong id, a wrong secret, a deactivated client, a
    disabled user and a web API that is off (recordings oauth_token_*), so the sentence names them all. A 404
    here must not look like a missing order: it is an AuthenticationError too.
    """
    reply = _without(secret, reply)
    problems = _problems(_members(request, reply, system))
    general = status_error(request, reply, system=system, problems=problems)
    if isinstance(general, RateLimited | Unavailable | ServerError):
        return general
    told = f" ({'; '.join(problems)})" if problems else ""
    if reply.status in (400, 401, 403):
        message = f"the token endpoint refused the credentials{told}: {_CAUSES}"
    else:
        message = f"the token endpoint answered {reply.status}{told}; is the token URL wrong?"
    code = "AUTHENTICATION" if reply.status in (400, 401, 403) else "TOKEN_URL"
    return AuthenticationError(
        message,
        status=reply.status,
        problems=problems,
        reply=general.reply,
        system=system,
        operation=general.operation,
        code=code,
    )


def _members(request: Request, reply: Reply, system: str) -> dict[str, Any]:
    # Anything else has no members to show; the status still says what happened.
    try:
        answer = decode_json(reply, system=system, operation=operation(request))
    except DecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _without(secret: Secret, reply: Reply) -> Reply:
    # Some endpoints quote what they were sent. Shorter secrets would blot out ordinary words.
    value, body = secret.reveal(), reply.body
    if len(value) >= 6:
        for written in (value, json.dumps(value)[1:-1], quote_plus(value)):
            body = body.replace(written.encode(), b"***")
    return evolve(reply, body=body)


def _problems(answer: dict[str, Any]) -> tuple[str, ...]:
    told = [answer.get(name) for name in ("error", "error_description", "hint")]
    return tuple(hide_secrets(text)[:500] for text in told if isinstance(text, str) and text)


def _usable_seconds(expires_in: object) -> float:
    # Some servers send the number as a string; bool is an int in Python and no number here.
    if isinstance(expires_in, str) and re.fullmatch(r"[0-9]{1,12}", expires_in):
        expires_in = int(expires_in)
    if isinstance(expires_in, bool) or not isinstance(expires_in, int) or expires_in <= 0:
        expires_in = ASSUMED_LIFE
    life = min(float(expires_in), LONGEST_LIFE)
    # A token that lives shorter than two skews would be stale at once.
    return life - min(SKEW, life / 2)
