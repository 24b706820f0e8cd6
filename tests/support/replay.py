"""Replaying recorded exchanges against the twin."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from urllib.parse import quote

from orogxo.messages import Reply, Request
from orogxo.sandbox import Fault, Twin
from orogxo.sandbox.faults import Action
from support.replay_compare import DEVIATING, EXACT, ORIGIN, verdict
from support.replay_state import API, Recording, recordings, twin_at, world
from support.twins import FORM, GRANT

_LIMITED = ("inventorylevels", "orders", "asyncoperations", "webhooks")
# When an administrator had defined statuses that come from outside.
_MANAGED = {"6.1": re.compile(r"s61_ext_(?!order_patch_status_unknown$)"), "7.0": "2026-11-23T10:06:35Z"}
_FRESH = 30  # until this exchange nobody had opened webhook topics
_TICKS = 12


def judged(recording: Recording) -> tuple[str, str]:
    """The verdict on one recording, and the first difference."""
    batch = _batch_of(recording)
    if batch is not None:
        return _poll(recording, batch)
    first = verdict(recording, replayed(recording, knowing=False))
    if first[0] == EXACT or recording.request["method"] == "GET":
        return first
    second = verdict(recording, replayed(recording, knowing=True))
    return second if second[0] == EXACT or first[0] == DEVIATING else first


def replayed(recording: Recording, *, knowing: bool) -> Reply:
    """What the twin answers to a recorded request in the state that the request found."""
    twin = twin_at(recording, knowing=knowing)
    token = issue_token(twin)
    _arrange(twin, recording)
    _number(twin, recording)
    return twin.oro.send(_request(recording, token))


def _poll(recording: Recording, batch: Recording) -> tuple[str, str]:
    """The twin works at its own pace: what was seen must be seen at some moment after the batch was sent."""
    twin = twin_at(batch)
    token = issue_token(twin)
    _arrange(twin, batch)
    _number(twin, batch)
    twin.oro.send(_request(batch, token))
    _arrange(twin, recording)
    found = (DEVIATING, "")
    for _ in range(_TICKS):
        found = verdict(recording, twin.oro.send(_request(recording, token)))
        if found[0] == EXACT:
            return found
        twin.clock.advance(dt.timedelta(seconds=0.25))
    return found


def issue_token(twin: Twin) -> str:
    """A token of the twin's OroCommerce."""
    reply = twin.oro.send(Request("POST", f"{ORIGIN}/oauth2-token", FORM, GRANT))
    return str(json.loads(reply.body)["access_token"])


def _request(recording: Recording, token: str) -> Request:
    sent = recording.request
    good = "tampered" not in recording.name
    headers = {
        name: value.replace("TOKEN", token if good else "x") for name, value in sent["headers"].items()
    }
    body = sent["body"]
    content = None if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Request(sent["method"], ORIGIN + quote(sent["path"], safe="/?&=[],:.+%-;()"), headers, content)


def _arrange(twin: Twin, recording: Recording) -> None:
    """What people had done to the installation: its name says so."""
    for said, do in _ARRANGEMENTS:
        if re.search(said, recording.name):
            do(twin)
    if _managed(recording):
        twin.site.data.status_management = "disabled" not in recording.name
        for code, row in world(recording.version)["rows"]["orderstatuses"].items():
            twin.site.data.insert("orderstatuses", row["states"][0][1], {}, code)
    if recording.version == "7.0" and recording.position > _FRESH:
        twin.allow_webhooks()


def _hide(twin: Twin) -> None:
    for kind in _LIMITED:
        twin.hide(kind)


def _break(action: Action) -> Callable[[Twin], None]:
    return lambda twin: twin.faults.add(Fault(action=action))


_ARRANGEMENTS: tuple[tuple[str, Callable[[Twin], None]], ...] = (
    ("limited", _hide),
    ("web_api_disabled", lambda twin: twin.site.switch_off()),
    ("no_consumer", lambda twin: twin.consumer_off()),
    ("415_maintenance|maintenance_app_patch", _break("maintenance_415")),
    ("503_maintenance|405_maintenance|maintenance_app_token", _break("maintenance_503")),
    ("error_401_(revoked|expired)", lambda twin: twin.revoke_tokens()),
    ("user_disabled|client_deactivated|token_bad_client", lambda twin: twin.site.deactivate()),
)


def _managed(recording: Recording) -> bool:
    since = _MANAGED.get(recording.version)
    if since is None or isinstance(since, str):
        return since is not None and recording.exchange["recorded_at"] >= since
    return bool(since.match(recording.name))


def _batch_of(recording: Recording) -> Recording | None:
    """The recorded request whose operation this exchange asks about."""
    path = recording.request["path"]
    if not path.startswith(f"{API}/asyncoperations/"):
        return None
    number = path.removeprefix(f"{API}/asyncoperations/").partition("/")[0].partition("?")[0]
    for other in recordings(recording.version).values():
        address = other.response["headers"].get("Content-Location", "")
        if address.endswith(f"/asyncoperations/{number}"):
            return other
    return None


def _number(twin: Twin, recording: Recording) -> None:
    """Sequences stand where the answer shows that they stood."""
    body = recording.response["body"]
    if recording.request["method"] not in {"POST", "PATCH"} or not isinstance(body, dict):
        return
    data = body.get("data") or []
    last: dict[str, int] = {}
    for resource in [*(data if isinstance(data, list) else [data]), *body.get("included", [])]:
        kind, row_id = resource["type"], str(resource["id"])
        if row_id.isdigit() and twin._data.row(kind, row_id) is None:
            last[kind] = min(last.get(kind, 10**9), int(row_id) - 1)
    twin._data.next_ids(last)
