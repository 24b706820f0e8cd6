"""How well a reply of the twin agrees with a recorded one."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from orogxo.messages import Reply
from support.replay_state import SECONDS, Recording

ORIGIN = "http://replay.example.com"
EXACT, SHAPE, DEVIATING = "exact", "shape", "deviating"
_HOSTS = re.compile(r"http://127\.0\.0\.1:(?:8088|8089|8090|8161|8170)(?=/admin|/oauth|/\.well)")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_VARIES = {"checksum", "uuid", "aggregateTime", "progress", "access_token"}


def verdict(recording: Recording, reply: Reply) -> tuple[str, str]:
    """How well a reply agrees with the recorded one, and the first difference."""
    expected = recording.response
    if reply.status != expected["status"]:
        return DEVIATING, f"status {reply.status}, recorded {expected['status']}: {reply.body[:300]!r}"
    ours, theirs = (reply.header("Content-Type") or ""), expected["headers"].get("Content-Type") or ""
    if _media(ours) != _media(theirs):
        return DEVIATING, f"Content-Type {ours!r}, recorded {theirs!r}"
    for name in ("Allow", "WWW-Authenticate", "X-Include-Total-Count"):
        if reply.header(name) != expected["headers"].get(name):
            return DEVIATING, f"{name} {reply.header(name)!r}, recorded {expected['headers'].get(name)!r}"
    try:
        shown = json.loads(reply.body) if reply.body else ""
    except ValueError:
        shown = reply.body.decode()
    return compared(recording, shown, expected["body"])


def _media(text: str) -> str:
    return text.lower().replace(" ", "")


def compared(recording: Recording, ours: Any, theirs: Any) -> tuple[str, str]:
    """The same for two bodies."""
    if isinstance(theirs, str) and theirs:
        same_form = isinstance(ours, str) and bool(ours)
        return (SHAPE, "a page for people") if same_form else (DEVIATING, f"{ours!r} is no page")
    mine, recorded = normal(recording, ours), normal(recording, theirs)
    if mine == recorded:
        return EXACT, ""
    told = difference(mine, recorded)
    if isinstance(theirs, dict) and "errors" in theirs:
        return DEVIATING, told
    return (SHAPE if shape(mine) == shape(recorded) else DEVIATING), told


def normal(recording: Recording, body: Any, key: str = "") -> Any:
    """A body without what may differ between runs: hosts, moments, random values, the order of included."""
    if isinstance(body, dict):
        members = {name: normal(recording, value, name) for name, value in body.items()}
        if "included" in members:
            members["included"] = sorted(members["included"], key=lambda one: (one["type"], one["id"]))
        return members
    if isinstance(body, list):
        return [normal(recording, each) for each in body]
    if key in _VARIES and body not in {None, ""}:
        return "VARIES"
    if not isinstance(body, str):
        return body
    text = _HOSTS.sub("", body).replace(ORIGIN, "")
    if recording.response["status"] == 201:
        text = _UUID.sub("UUID", text)
    if _INSTANT.fullmatch(text):
        moment = dt.datetime.fromisoformat(text)
        near = recording.began - SECONDS <= moment <= recording.ended + SECONDS
        return "NOW" if near else text
    return text


def shape(body: Any) -> Any:
    """The members and the types of a body, values apart; a list is the set of the shapes in it."""
    if isinstance(body, dict):
        return {name: shape(value) for name, value in body.items()}
    if isinstance(body, list):
        return sorted({json.dumps(shape(each), sort_keys=True) for each in body})
    return None if body is None else type(body).__name__.replace("float", "number").replace("int", "number")


def difference(ours: Any, theirs: Any, path: str = "") -> str:
    """The first place where two bodies differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if ours.keys() != theirs.keys():
            more, fewer = sorted(ours.keys() - theirs.keys()), sorted(theirs.keys() - ours.keys())
            return f"{path}: members {more} too many, {fewer} missing"
        for name in ours:
            if ours[name] != theirs[name]:
                return difference(ours[name], theirs[name], f"{path}/{name}")
    if isinstance(ours, list) and isinstance(theirs, list):
        for place, (mine, other) in enumerate(zip(ours, theirs, strict=False)):
            if mine != other:
                return difference(mine, other, f"{path}/{place}")
        return f"{path}: {len(ours)} members, recorded {len(theirs)}"
    return f"{path}: {str(ours)[:200]!r}, recorded {str(theirs)[:200]!r}"
