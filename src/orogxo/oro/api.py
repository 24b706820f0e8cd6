"""Where an OroCommerce back-office API is, and what every request and reply of it has in common."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from attrs import frozen

from orogxo.errors import ConfigError, DecodeError
from orogxo.http import Reply, Request, decode_json, operation
from orogxo.messages import SECRET_HEADERS
from orogxo.oro.jsonapi import Document, read_document
from orogxo.oro.query import Query

JSON_API = "application/vnd.api+json"
"""Sent without parameters: OroCommerce answers 406 or 415 to any."""

TOTAL_HEADER = "X-Include-Total-Count"

Headers = Mapping[str, str]

_RESERVED = SECRET_HEADERS | {"host", "content-length", "transfer-encoding"}
_SEGMENT = re.compile(r"[^/?#\s]+")


@frozen
class Api:
    """`root` is the API's absolute URL, such as `https://shop.example.com/admin/api`."""

    root: str

    @classmethod
    def at(cls, base_url: str, prefix: str) -> Api:
        """The API below `base_url`; `prefix` is the back office's own. Raises ConfigError."""
        return cls(f"{host_root(base_url)}/{prefix.strip('/')}".rstrip("/") + "/api")

    def get(
        self, path: tuple[str, ...], query: Query | None = None, *, headers: Headers, total: bool = False
    ) -> Request:
        """A read of `path`; `total` asks how many records there are beyond the page."""
        keys = "totalCount;noHateoas" if total else "noHateoas"
        asked = query.encode() if query else ""
        url = self._url(path) + (f"?{asked}" if asked else "")
        merged = _merge({"Accept": JSON_API, "X-Include": keys}, headers)
        return Request("GET", url, merged)

    def post(self, path: tuple[str, ...], document: Mapping[str, Any], *, headers: Headers) -> Request:
        """A write of `document`; it is never repeated by itself."""
        standard = {"Accept": JSON_API, "X-Include": "noHateoas"}
        # Set last: a media type with parameters would be refused.
        merged = {**_merge(standard, headers, "content-type"), "Content-Type": JSON_API}
        return Request("POST", self._url(path), merged, json.dumps(document).encode())

    def _url(self, path: tuple[str, ...]) -> str:
        for segment in path:
            if not segment or segment in (".", ".."):
                raise ValueError(f"{segment!r} is no id or resource type: {path}")
        return "/".join([self.root, *(quote(segment, safe="") for segment in path)])


def host_root(base_url: str) -> str:
    """`base_url` without a slash at its end. Raises ConfigError unless it is a plain http(s) URL."""
    try:
        parts = urlsplit(base_url.strip())
        plain = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
    except ValueError:
        plain = None
    if not plain:
        shown = _harmless(base_url)
        raise ConfigError(f"the OroCommerce URL is like https://shop.example.com, not {shown!r}")
    if parts.username or parts.password:
        raise ConfigError("the OroCommerce URL carries a user name or password; use client id and secret")
    return base_url.strip().rstrip("/")


def document_of(request: Request, reply: Reply) -> Document:
    """Read a reply below 400 as a document. Raises DecodeError.

    A 302 with a document is what an upsert answers in 5.1 behind nginx: it is read where it stands, and its
    Location is never followed.
    """
    told = operation(request)
    if 300 <= reply.status < 400 and (request.method == "GET" or not reply.body):
        raise DecodeError(
            f"OroCommerce answered with a redirect ({reply.status}) instead of data: check the base URL "
            "(https?) and the prefix",
            code="REDIRECTED",
            system="oro",
            operation=told,
        )
    try:
        return read_document(decode_json(reply, system="oro", operation=told))
    except DecodeError as error:
        error.operation = told
        raise


def total_of(reply: Reply) -> int | None:
    """How many records there are in all, where the reply says so."""
    text = reply.header(TOTAL_HEADER) or ""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def _merge(standard: dict[str, str], own: Headers, *reserved: str) -> dict[str, str]:
    forbidden = sorted(name for name in own if name.lower() in _RESERVED or name.lower() in reserved)
    if forbidden:
        raise ValueError(f"the client itself sets {', '.join(forbidden)}; it cannot be given per call")
    replaced = {name.lower() for name in own}
    return {name: value for name, value in standard.items() if name.lower() not in replaced} | dict(own)


def _harmless(url: str) -> str:
    # Whatever stands before an @ may be a password.
    return url.rpartition("@")[2][:80]
