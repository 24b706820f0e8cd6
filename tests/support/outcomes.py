"""What the client makes of one recorded exchange, as a line of text: values that it read, or its typed error.

`python tests/support/outcomes.py` writes the table that `tests/oro/test_every_recording.py` compares with;
look at its difference before you keep it.
"""

from __future__ import annotations

import json
import sys
import zlib
from base64 import b64decode
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent))

from orogxo.errors import NotLoaded, OrogxoError
from orogxo.http import Reply, Request
from orogxo.oro import Identifier, Resource
from orogxo.oro.api import document_of
from orogxo.oro.fields import members
from orogxo.oro.jsonapi import class_of, typed
from orogxo.oro.webhooks import parse, verify
from support.exchanges import RECORDINGS, a_token
from support.shop import client, path

TABLE = Path(__file__).parent.parent / "oro" / "every_recording.json"
SECRETS = {"retry_utf8_secret": "schlüssel-ß"}
SECRET = "whsec-local-7f3c9e"
API = "/admin/api/"


def all_recordings() -> dict[str, Path]:
    """Every exchange and delivery, by its path without the suffix."""
    files = sorted(RECORDINGS.glob("oro-*/**/*.json"))
    return {
        str(one.relative_to(RECORDINGS).with_suffix("")): one for one in files if one.name != "world.json"
    }


def outcome(file: Path) -> list[str]:
    """What the client makes of it, a line each."""
    exchange = json.loads(file.read_text("utf-8"))
    if "deliveries" in exchange:
        secret = SECRETS.get(exchange["name"], SECRET)
        return [_delivered(one, secret) for one in exchange["deliveries"]]
    try:
        return [_read(exchange["request"], exchange["response"])]
    except OrogxoError as error:
        status = getattr(error, "status", "")
        return [
            " ".join(filter(None, (type(error).__name__, error.code, str(status), error.disposition.value)))
        ]


class _One:
    """Answers one API request, or the token request, with the recorded reply."""

    def __init__(self, reply: Reply, *, token: bool) -> None:
        self.reply, self.token, self.asked = reply, token, 0

    def send(self, request: Request, /) -> Reply:
        if (path(request) == "/oauth2-token") == self.token:
            self.asked += 1
            assert self.asked <= 2, "asked again and again"
            return self.reply
        return Reply(200, {}, b'{"data": []}') if self.token else a_token()


def _read(request: dict[str, Any], response: dict[str, Any]) -> str:
    body = response["body"] if isinstance(response["body"], str) else json.dumps(response["body"])
    text = "" if response["body"] is None else body
    reply = Reply(response["status"], response["headers"], text.encode())
    where = unquote(urlsplit(request["path"]).path)
    token = where.endswith("/oauth2-token")
    external = {name.lower(): one for name, one in request["headers"].items()}.get("x-integration-type")
    oro = client(_One(reply, token=token), ext_id=external == "ext_id")
    if token:
        oro.orders.list()
        return "a token"
    if not where.startswith(API):
        return _shown(oro.orders.with_raw.list().parse())
    return _value(oro, request["method"], [step for step in where.removeprefix(API).split("/") if step])


def _value(oro: Any, method: str, steps: list[str]) -> str:
    kind = oro.resource(steps[0])
    rest = steps[1:]
    match method, rest:
        case "GET", []:
            return _shown(kind.with_raw.list().parse())
        case "GET", [record_id]:
            return _shown([kind.with_raw.get(record_id).parse()])
        case "GET", [record_id, relation]:
            return _shown(kind.relationships.records(record_id, relation))
        case "GET", [record_id, "relationships", relation]:
            return _pointed(kind.relationships.get(record_id, relation))
        case "POST", []:
            return "created " + _shown([kind.create()])
        case "PATCH", [record_id]:
            return "updated " + _shown([kind.update(record_id)])
        case "DELETE", [record_id]:
            kind.delete(record_id)
            return "deleted"
        case (("POST" | "PATCH" | "DELETE"), [record_id, "relationships", relation]):
            verbs = {"POST": "add", "PATCH": "replace", "DELETE": "remove"}
            getattr(kind.relationships, verbs[method])(record_id, relation, ())
            return "relation written"
    return _plain(oro, method, steps)


def _plain(oro: Any, method: str, steps: list[str]) -> str:
    """What the client has no verb for: the same conversation, and the document of the reply."""

    def flow():
        request = oro._api.write(method, tuple(steps), {}, headers={})
        reply = yield request
        return document_of(request, reply) if reply.body else None

    found = oro._shell.run(flow())
    if found is None:
        return "nothing"
    return "batch " + _shown(typed(one, class_of(one.type), found.pool) for one in found.primary)


def _shown(found: Iterable[Resource]) -> str:
    found = list(found)
    values: list[str] = []
    for one in found:
        _collect(one, values, set())
    kinds = ",".join(sorted({type(one).__name__ for one in found}))
    ids = ",".join(one.id for one in found)
    crc = zlib.crc32("\n".join(values).encode())
    shown = ids if len(ids) <= 60 else f"{ids[:57]}..."
    return f"{len(found)} {kinds or '-'} [{shown}] {len(values)} values {crc:08x}"


def _collect(one: Resource, values: list[str], seen: set[tuple[str, str]]) -> None:
    """Every typed member, followed into what the reply contains."""
    if one.key in seen:
        return
    seen.add(one.key)
    values.append(f"{one.type} {one.id} {sorted(one.attributes)} {one.attributes}")
    for member in members(type(one)):
        try:
            value = member.__get__(one, type(one))
        except NotLoaded:
            continue
        related = value if isinstance(value, tuple) else (value,)
        if related and isinstance(related[0], Resource):
            values.append(f"{member.name} -> {[other.id for other in related]}")
            for other in related:
                if other.loaded:
                    _collect(other, values, seen)
        else:
            values.append(f"{member.name} = {value!r}")


def _pointed(to: Identifier | tuple[Identifier, ...] | None) -> str:
    if to is None:
        return "points to none"
    several = to if isinstance(to, tuple) else (to,)
    ids = ",".join(one.id for one in several)
    return f"points to {len(several)} [{ids if len(ids) <= 60 else ids[:57] + '...'}]"


def _delivered(delivery: dict[str, Any], secret: str) -> str:
    headers = dict(delivery["request"]["headers"])
    body = b64decode(delivery["request"]["body_base64"])
    try:
        verify(body, headers, secret)
        signed = "signed"
    except OrogxoError as error:
        signed = error.code
    event = parse(body, headers)
    told = "whole" if event.resource else "fallback" if event.fallback else "thin"
    values: list[str] = []
    if event.resource:
        _collect(event.resource, values, set())
    crc = zlib.crc32("\n".join(values).encode())
    return (
        f"{signed} {event.topic} {event.record_type} {event.record_id} {told} {len(values)} values {crc:08x}"
    )


if __name__ == "__main__":
    table = {name: outcome(file) for name, file in all_recordings().items()}
    rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(lines)}" for name, lines in table.items())
    TABLE.write_text(f"{{\n{rows}\n}}\n", "utf-8")
