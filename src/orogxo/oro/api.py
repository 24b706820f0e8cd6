"""Where an OroCommerce back-office API is, and what every request and reply of it has in common."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from attrs import frozen

from orogxo.errors import ApiError, ConfigError, DecodeError, Disposition
from orogxo.http import Flow, Reply, Request, decode_json, operation
from orogxo.messages import SECRET_HEADERS
from orogxo.oro.encoding import to_json
from orogxo.oro.jsonapi import Document, read_document
from orogxo.oro.query import Query

JSON_API = "application/vnd.api+json"
"""Sent without parameters: OroCommerce answers 406 or 415 to any."""

TOTAL_HEADER = "X-Include-Total-Count"

LONGEST_URL = 3_500
"""Characters; a longer read travels in a body. nginx refuses a URL somewhere between 6 and 11 kB."""

Headers = Mapping[str, str]

_RESERVED = SECRET_HEADERS | {"host", "content-length", "transfer-encoding", "x-integration-type"}
_SEGMENT = re.compile(r"[^/?#\s]+")


@frozen
class Api:
    """`root` is the API's absolute URL, such as `https://shop.example.com/admin/api`.

    `ext_id`: every request asks for ids of the outside world (a product's id is its SKU), or none does.
    """

    root: str
    ext_id: bool = False

    @classmethod
    def at(cls, base_url: str, prefix: str, *, ext_id: bool = False) -> Api:
        """The API below `base_url`; `prefix` is the back office's own. Raises ConfigError."""
        return cls(f"{host_root(base_url)}/{prefix.strip('/')}".rstrip("/") + "/api", ext_id)

    def get(
        self, path: tuple[str, ...], query: Query | None = None, *, headers: Headers, total: bool = False
    ) -> Request:
        """A read of `path`; `total` asks how many records there are beyond the page.

        One whose URL would be too long is a POST that says it is a GET (contract, section 1.4).
        """
        keys = "totalCount;noHateoas" if total else "noHateoas"
        query = query.by_external_ids() if query and self.ext_id else query
        asked = query.encode() if query else ""
        url = self._url(path) + (f"?{asked}" if asked else "")
        merged = _merge(self._standard(keys), headers)
        if query is None or len(url) <= LONGEST_URL:
            return Request("GET", url, merged)
        body, rest = query.body()
        merged |= {"X-HTTP-Method-Override": "GET", "Content-Type": JSON_API}
        url = self._url(path) + (f"?{rest}" if rest else "")
        return Request("POST", url, merged, to_json(body), repeatable=True)

    def write(
        self,
        method: str,
        path: tuple[str, ...],
        document: Mapping[str, Any] | None = None,
        *,
        headers: Headers,
    ) -> Request:
        """A write; it is never repeated by itself. Raises TypeError, ValueError for what JSON cannot say."""
        standard = self._standard("noHateoas")
        if document is None:
            return Request(method, self._url(path), _merge(standard, headers))
        # Set last: a media type with parameters would be refused.
        merged = {**_merge(standard, headers, "content-type"), "Content-Type": JSON_API}
        return Request(method, self._url(path), merged, to_json(document))

    def _standard(self, include: str) -> dict[str, str]:
        mode = {"X-Integration-Type": "ext_id"} if self.ext_id else {}
        return {"Accept": JSON_API, "X-Include": include} | mode

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


def reading(request: Request) -> Flow[Reply]:
    """Send a read. A long one looks like a write to the shell; its failure leaves nothing to look up."""
    try:
        reply: Reply = yield request
    except ApiError as error:
        if error.disposition is Disposition.RECONCILE:
            error.disposition = Disposition.RETRY
        raise
    return reply


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
