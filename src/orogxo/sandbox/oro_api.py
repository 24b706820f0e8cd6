"""The back-office JSON:API of OroCommerce: routing, authentication, media types."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

from orogxo.messages import Reply, Request
from orogxo.sandbox.faults import Fault
from orogxo.sandbox.oro_data import OroData
from orogxo.sandbox.oro_query import JSON_API, Query, Refused, error, refused
from orogxo.sandbox.oro_reads import Read, renderer_for
from orogxo.sandbox.oro_render import API
from orogxo.sandbox.oro_schema import Resource
from orogxo.sandbox.oro_writes import OroWrites
from orogxo.sandbox.tokens import TokenOffice
from orogxo.sandbox.wire import Call, credentials, json_reply

_FAILED = "Client authentication failed"
_NO_GRANT = "The authorization grant type is not supported by the authorization server."
_NO_ACCESS = "No access to this type of entities."


class OroApi:
    """Answers requests to `/oauth2-token` and `/admin/api/...`."""

    def __init__(self, data: OroData, writes: OroWrites, tokens: TokenOffice) -> None:
        self._data = data
        self._writes = writes
        self.tokens = tokens

    def answer(self, request: Request) -> Reply:
        """The reply; never raises."""
        call = Call(request)
        if call.path == "/oauth2-token":
            return self._token(call)
        if not call.path.startswith(f"{API}/"):
            return json_reply(404, {"code": 404}, "application/json")
        try:
            return self._answer(call)
        except Refused as refusal:
            return refusal.reply

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
        if not self.tokens.accepts(fields):
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
        authorization = call.request.header("Authorization") or ""
        if not self.tokens.honours(authorization):
            return self._unauthorised(sent_token=authorization.startswith("Bearer "))
        json_api = _wants_json_api(call)
        steps = [unquote(step) for step in call.path.removeprefix(f"{API}/").split("/")]
        resource = self._resource(steps[0])
        self._check_method(call, resource, steps)
        if call.method != "GET":
            return self._writes.answer(call, resource, steps, renderer_for(self._data, call, Query()))
        return Read(self._data, call, resource, json_api).answer(steps)

    def _resource(self, kind: str) -> Resource:
        if kind == "orderinternalstatuses" and not self._data.statuses_readable:
            raise refused(error(404, "resource not accessible exception", "The resource is not accessible."))
        resource = self._data.resources.get(kind)
        if resource is None or not resource.listed:
            raise refused(error(404, "entity type constraint", f"Unknown entity type: {kind}."))
        if kind in self._data.hidden:
            raise refused(error(403, "access denied exception", _NO_ACCESS))
        return resource

    def _check_method(self, call: Call, resource: Resource, steps: Sequence[str]) -> None:
        allowed = {
            1: [method for method in resource.methods if method in {"GET", "POST"}],
            2: [method for method in resource.methods if method != "POST"],
            4: ["GET", "PATCH"] if steps[-1] == "shippingStatus" else ["GET"],
        }.get(len(steps), ["GET"])
        if call.method not in allowed:
            raise Refused(Reply(405, {"Content-Type": JSON_API, "Allow": ", ".join(["OPTIONS", *allowed])}))


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
