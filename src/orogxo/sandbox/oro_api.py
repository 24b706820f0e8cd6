"""The back-office JSON:API of OroCommerce: routing, authentication, media types."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import unquote

from attrs import evolve

from orogxo.messages import Reply, Request
from orogxo.sandbox.faults import Fault
from orogxo.sandbox.oro_batch import OroBatch
from orogxo.sandbox.oro_consumer import Consumer
from orogxo.sandbox.oro_data import OroData
from orogxo.sandbox.oro_ext_id import ExtId, applies
from orogxo.sandbox.oro_query import JSON_API, Query, Refused, error, read_query, refused
from orogxo.sandbox.oro_reads import Read, renderer_for
from orogxo.sandbox.oro_render import API
from orogxo.sandbox.oro_schema import Resource
from orogxo.sandbox.oro_writes import OroWrites, relationship_member
from orogxo.sandbox.tokens import TokenOffice
from orogxo.sandbox.wire import Call, credentials, json_reply, loads

_FAILED = "Client authentication failed"
_NO_GRANT = "The authorization grant type is not supported by the authorization server."
_NO_ACCESS = "No access to this type of entities."
_NO_OPERATION = "No access to create the asynchronous operation."
_NO_API = frozenset({"paymentstatuses", "paymenttransactions"})
_LONGEST_LINE = 8000
_TOO_LONG = (
    b"<html>\r\n<head><title>414 Request-URI Too Large</title></head>\r\n<body>\r\n"
    b"<center><h1>414 Request-URI Too Large</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n"
    b"</body>\r\n</html>\r\n"
)


class OroApi:
    """Answers requests to `/oauth2-token` and `/admin/api/...`. `on` False: the web API is switched off."""

    def __init__(
        self, data: OroData, writes: OroWrites, batch: OroBatch, consumer: Consumer, tokens: TokenOffice
    ) -> None:
        self._data = data
        self._writes = writes
        self._batch = batch
        self._consumer = consumer
        self.tokens = tokens
        self.on = True

    def answer(self, request: Request) -> Reply:
        """The reply; never raises."""
        self._consumer.catch_up()
        call = Call(request)
        if len(call.target) > _LONGEST_LINE:
            return Reply(414, {"Content-Type": "text/html"}, _TOO_LONG)
        if call.path == "/oauth2-token":
            return self._token(call)
        if call.path.startswith("/api/") or (call.path.startswith(f"{API}/") and not self.on):
            return json_reply(404, {"errors": [error(404, "not found http exception")]}, JSON_API)
        if not call.path.startswith(f"{API}/"):
            return json_reply(404, {"code": 404}, "application/json")
        return (
            ExtId(self._data).answer(request, self._plain)
            if applies(self._data, request)
            else self._plain(request)
        )

    def _plain(self, request: Request) -> Reply:
        try:
            return self._answer(_overridden(request))
        except Refused as refusal:
            return refusal.reply if _asks_for_json_api(request) else _plain_errors(refusal.reply)

    def refusal(self, fault: Fault) -> Reply:
        """The answer of the application itself to a planned 401 or 500."""
        if fault.action == "status_401":
            return self._unauthorised(sent_token=True)
        if fault.action == "empty_401":
            return Reply(401, {"Content-Type": JSON_API})
        return refused(error(500, "driver exception")).reply

    def _token(self, call: Call) -> Reply:
        if call.method != "POST":
            return Reply(405, {"Allow": "POST"})
        try:
            fields = credentials(call)
        except ValueError:
            fields = {}
        if fields.get("grant_type") != "client_credentials":
            hint = "Check that all required parameters have been provided"
            body = {"error": "unsupported_grant_type", "error_description": _NO_GRANT, "hint": hint}
            return json_reply(400, body | {"message": _NO_GRANT}, "application/json")
        if not self.on or not self.tokens.accepts(fields):
            body = {"error": "invalid_client", "error_description": _FAILED, "message": _FAILED}
            return json_reply(401, body, "application/json")
        return json_reply(200, self.tokens.issue(), "application/json; charset=UTF-8")

    def _unauthorised(self, *, sent_token: bool) -> Reply:
        headers = {"Content-Type": JSON_API}
        if self._data.old:
            headers["WWW-Authenticate"] = 'WSSE realm="Secured API", profile="UsernameToken"'
        elif not sent_token:
            headers["WWW-Authenticate"] = "Bearer"
        return Reply(401, headers)

    def _answer(self, call: Call) -> Reply:
        steps = [unquote(step) for step in call.path.removeprefix(f"{API}/").split("/")]
        if call.method == "OPTIONS":
            allowed = ", ".join(["OPTIONS", *self._allowed(self._resource(steps[0]), steps)])
            return Reply(200, {"Content-Type": JSON_API, "Allow": allowed})
        authorization = call.request.header("Authorization") or ""
        if not self.tokens.honours(authorization):
            return self._unauthorised(sent_token=authorization.startswith("Bearer "))
        json_api = _wants_json_api(call)
        if call.method == "PATCH" and len(steps) == 1 and "asyncoperations" in self._data.hidden:
            raise refused(error(403, "access denied exception", _NO_OPERATION))
        resource = self._resource(steps[0])
        if len(steps) == 4 and steps[3] not in resource.relations:
            raise refused(error(404, "relationship constraint", "Unsupported subresource."))
        self._check_method(call, resource, steps)
        if call.method == "GET":
            return Read(self._data, call, resource, json_api).answer(steps)
        if call.method == "PATCH" and len(steps) == 1:
            return self._batch.answer(call, resource, renderer_for(self._data, call, Query()))
        query = read_query(self._data, call.query, listing=len(steps) == 1 and call.method == "DELETE")
        return self._writes.answer(call, resource, steps, renderer_for(self._data, call, query))

    def _resource(self, kind: str) -> Resource:
        if kind in _NO_API or (kind == "orderinternalstatuses" and not self._data.statuses_readable):
            raise refused(error(404, "resource not accessible exception", "The resource is not accessible."))
        resource = self._data.resources.get(kind)
        if resource is None or not resource.listed:
            raise refused(error(404, "entity type constraint", f"Unknown entity type: {kind}."))
        if kind in self._data.hidden:
            raise refused(error(403, "access denied exception", _NO_ACCESS))
        return resource

    def _check_method(self, call: Call, resource: Resource, steps: Sequence[str]) -> None:
        allowed = self._allowed(resource, steps)
        if call.method not in allowed:
            raise Refused(Reply(405, {"Content-Type": JSON_API, "Allow": ", ".join(["OPTIONS", *allowed])}))

    def _allowed(self, resource: Resource, steps: Sequence[str]) -> list[str]:
        if len(steps) <= 2:
            return resource.allowed(len(steps))
        if len(steps) == 4 and relationship_member(self._data, resource, steps[3]) is not None:
            many = resource.relations[steps[3]].many
            return ["GET", "PATCH", "POST", "DELETE"] if many else ["GET", "PATCH"]
        return ["GET"]


def _asks_for_json_api(request: Request) -> bool:
    return JSON_API in (request.header("Accept") or "") or JSON_API in (request.header("Content-Type") or "")


def _plain_errors(reply: Reply) -> Reply:
    """The other shape of errors, for clients that do not ask for JSON:API: a bare array without statuses."""
    if reply.header("Content-Type") != JSON_API or not reply.body:
        return reply
    problems = []
    for each in loads(reply.body)["errors"]:
        source = next(iter(each.get("source", {}).values()), None)
        shown = {name: each[name] for name in ("title", "detail") if name in each}
        problems.append(shown | ({"source": source} if source else {}))
    return json_reply(reply.status, problems, "application/json")


def _overridden(request: Request) -> Call:
    """A POST that says it is a GET carries its query in the body, for queries too long for an address."""
    if request.method != "POST" or (request.header("X-HTTP-Method-Override") or "").upper() != "GET":
        return Call(request)
    try:
        sent = loads(request.body)
    except ValueError:
        sent = {}
    call = Call(evolve(request, method="GET", body=None))
    call.query += list(_flattened(sent)) if isinstance(sent, dict) else []
    return call


def _flattened(sent: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in sent.items():
        key = f"{prefix}[{name}]" if prefix else name
        if isinstance(value, dict):
            yield from _flattened(value, key)
        else:
            yield key, ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _wants_json_api(call: Call) -> bool:
    """Whether Accept asks for JSON:API. Raises Refused: 406 or 415, whose bodies are bare arrays."""
    ranges = [part.strip() for part in call.media_type("Accept").split(",") if part.strip()]
    mine = [part for part in ranges if part.partition(";")[0].strip() == JSON_API]
    if mine and JSON_API not in mine:
        told = 'The "Accept" request header should contains at least one instance of JSON:API media type'
        raise _bare(406, "not acceptable http exception", f"{told} without any parameters.")
    if ranges and not mine and not any("json" in part or part.startswith("*/*") for part in ranges):
        told = "Only JSON representation of the requested resource is supported."
        raise _bare(406, "not acceptable http exception", told)
    content = call.media_type("Content-Type")
    if content.partition(";")[0].strip() == JSON_API and content != JSON_API:
        told = 'The "Content-Type" request header should contain JSON:API media type without any parameters.'
        raise _bare(415, "unsupported media type http exception", told)
    return bool(mine)


def _bare(status: int, title: str, detail: str) -> Refused:
    return Refused(json_reply(status, [{"title": title, "detail": detail}], "application/json"))
