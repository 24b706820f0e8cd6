"""Both ends of the stock flow, simulated over a catalogue of any size: cheap, and strict about writes.

Replies have the shapes that were recorded (inventorylevels_filter_product_sku_one, product_get,
batch_inventory_ok and its polls, orders_list_empty). What is not a row that the catalogue has is refused.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from benchmarks import _catalogue as catalogue
from orogxo.messages import Reply, Request

JSON = {"Content-Type": "application/json"}
JSON_API = {"Content-Type": "application/vnd.api+json"}
MOVES_A_PAGE = 1_000
SETTINGS = ("manageInventory", "decrementQuantity", "backOrder", "inventoryThreshold")


class ShortClock:
    """Time that passes only where somebody waits."""

    def __init__(self) -> None:
        self.waited = 0.0

    def now(self) -> dt.datetime:
        """The instant, a day after the snapshots began."""
        return catalogue.AS_OF + dt.timedelta(days=1, seconds=self.waited)

    def monotonic(self) -> float:
        """Seconds waited."""
        return self.waited

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.waited += seconds


class Gateway:
    """GXO: serves the pages in `folder`, and what moved before them; no order is known.

    `snapshot`: the newest one. `telling`: what moved before it is told, else nothing is told yet.
    """

    def __init__(self, folder: Path, size: int) -> None:
        self._folder, self._size = folder, size
        self.snapshot = 1
        self.telling = False

    def send(self, request: Request, /) -> Reply:
        """A page of the snapshot or of a feed."""
        url = urlsplit(request.url)
        asked = dict(parse_qsl(url.query))
        if "/snapshots/" in url.path:
            number = int(asked.get("page_cursor", ".1").rpartition(".")[2])
            name = catalogue.page_name(self.snapshot, number)
            return Reply(200, JSON, (self._folder / name).read_bytes())
        if not url.path.endswith("/movements") or not self.telling:
            return _reply({"items": [], "next_cursor": asked.get("cursor", "0"), "has_more": False}, JSON)
        items = catalogue.movements(self._size, self.snapshot, int(asked["cursor"]), MOVES_A_PAGE + 1)
        after = int(asked["cursor"]) + MOVES_A_PAGE * catalogue.EVERY
        page = {"items": items[:MOVES_A_PAGE], "next_cursor": str(after)}
        return _reply({**page, "has_more": len(items) > MOVES_A_PAGE}, JSON)


class Shop:
    """OroCommerce: rows as the first snapshot had them, but for what is written here.

    `written`: by level id, what was written; `rows_written` counts them as they stand in the requests.
    `requests` counts them by kind: token, batch, poll, read. `seconds`: spent here, not by orogxo.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._polls: dict[str, int] = {}
        self._sent: list[int] = []
        self.written: dict[int, int] = {}
        self.rows_written = 0
        self.requests: Counter[str] = Counter()
        self.seconds = 0.0

    def send(self, request: Request, /) -> Reply:
        """Answer a request of the push."""
        begun = time.perf_counter()
        try:
            return self._answer(request)
        finally:
            self.seconds += time.perf_counter() - begun

    def _answer(self, request: Request) -> Reply:
        url = urlsplit(request.url)
        kind, *rest = url.path.removeprefix("/admin/api/").split("/")
        if url.path == "/oauth2-token":
            self.requests["token"] += 1
            return _reply({"token_type": "Bearer", "expires_in": 3600, "access_token": "TOKEN"}, JSON)
        if request.method == "PATCH" and kind == "inventorylevels":
            self.requests["batch"] += 1
            return self._batch(json.loads(request.body or b""))
        if kind == "asyncoperations":
            self.requests["poll"] += 1
            return _reply({"data": []}) if rest[1:] else _reply({"data": self._operation(rest[0])})
        if request.method != "GET" and request.header("X-HTTP-Method-Override") != "GET":
            raise RuntimeError(f"{request.method} {url.path} is no part of a push")
        self.requests[f"read {kind}"] += 1
        return self._read(kind, _asked(url.query, request.body))

    def _batch(self, document: Mapping[str, Any]) -> Reply:
        for entry in document["data"]:
            level, shown = int(entry["id"]), entry["attributes"]["quantity"]
            known = not level > 2 * self._size and level in catalogue.rows_of((level - 1) // 2, 1)
            if not known or entry["meta"] != {"update": True} or entry["attributes"].keys() != {"quantity"}:
                raise RuntimeError(f"no row that may be written so: {entry}")
            self.written[level] = int(shown)
        self._sent.append(len(document["data"]))
        self.rows_written += self._sent[-1]
        return _reply({"data": self._operation(str(len(self._sent)))}, status=202)

    def _operation(self, number: str) -> dict[str, Any]:
        """New when it was accepted and at the first poll, finished at the second."""
        looks = self._polls[number] = self._polls.get(number, 0) + 1
        count = self._sent[int(number) - 1]
        counts = {"readCount": count, "writeCount": count, "errorCount": 0, "updateCount": count}
        attributes: dict[str, Any] = {
            "status": "new",
            "progress": None,
            "entityType": "inventorylevels",
            "summary": None,
        }
        if looks > 2:
            attributes |= {"status": "success", "progress": 1, "summary": counts}
        return {"type": "asyncoperations", "id": number, "attributes": attributes}

    def _read(self, kind: str, asked: Mapping[str, str]) -> Reply:
        if kind == "inventorylevels" and "filter[id][gt]" in asked:
            return self._levels(self._after(int(asked["filter[id][gt]"]), int(asked["page[size]"])))
        if kind == "inventorylevels":
            places = self._places(asked["filter[product.sku]"])
            return self._levels((at, level) for at in places for level in catalogue.rows_of(at, 1))
        if kind == "products":
            places = self._places(asked["filter[sku]"])
            return self._units(places) if "unitPrecisions" in asked["include"] else self._terms(places)
        return _reply({"data": []})

    def _places(self, skus: str) -> list[int]:
        return [at for at in map(catalogue.place, skus.split(",")) if at < self._size]

    def _after(self, level: int, limit: int) -> Iterable[tuple[int, int]]:
        ids = (
            (at, one)
            for at in range(level // 2, self._size)
            for one in catalogue.rows_of(at, 1)
            if one > level
        )
        return [pair for pair, _ in zip(ids, range(limit), strict=False)]

    def _levels(self, rows: Iterable[tuple[int, int]]) -> Reply:
        data, included = [], []
        products: set[int] = set()
        for at, level in rows:
            shown = self.written.get(level, catalogue.rows_of(at, 1)[level])
            links = {
                "product": _to("products", at + 1),
                "productUnitPrecision": _to("productunitprecisions", level),
            }
            data.append(_entry("inventorylevels", level, {"quantity": f"{shown}.0000000000"}, links))
            unit_link = {"unit": _to("productunits", catalogue.unit(level))}
            included.append(_entry("productunitprecisions", level, {}, unit_link))
            products.add(at)
        included += [_entry("products", at + 1, {"sku": catalogue.sku(at)}, {}) for at in sorted(products)]
        return _reply({"data": data, "included": included})

    def _units(self, places: Iterable[int]) -> Reply:
        data, included = [], []
        for at in places:
            levels = [*catalogue.rows_of(at, 1)]
            links = {
                "primaryUnitPrecision": _to("productunitprecisions", levels[0]),
                "unitPrecisions": {"data": [_to("productunitprecisions", one)["data"] for one in levels]},
            }
            attributes = {"sku": catalogue.sku(at), "status": "enabled", "productType": "simple"}
            data.append(_entry("products", at + 1, attributes, links))
            for level in levels:
                unit = catalogue.unit(level)
                rate = catalogue.CASE if unit == "case" else 1
                sold = {"precision": 0, "conversionRate": rate, "sell": True}
                unit_link = {"unit": _to("productunits", unit)}
                included.append(_entry("productunitprecisions", level, sold, unit_link))
        return _reply({"data": data, "included": included})

    def _terms(self, places: Iterable[int]) -> Reply:
        data, included = [], []
        for at in places:
            attributes = {"sku": catalogue.sku(at), "status": "enabled", "productType": "simple"}
            links: dict[str, Any] = {"inventory_status": _to("prodinventorystatuses", "in_stock")}
            links["kitItems"] = {"data": []}
            for number, name in enumerate(SETTINGS, start=4 * at + 1):
                links[name] = _to("entityfieldfallbackvalues", number)
                value = {"fallback": "systemConfig", "scalarValue": None, "arrayValue": None}
                included.append(_entry("entityfieldfallbackvalues", number, value, {}))
            data.append(_entry("products", at + 1, attributes, links))
        return _reply({"data": data, "included": included})


def _asked(query: str, body: bytes | None) -> dict[str, str]:
    """What a read asks for; one that travels in a body (contract, section 1.4) is told the same way."""
    asked = dict(parse_qsl(query))
    if body:
        told = json.loads(body)
        for name, value in told.get("filter", {}).items():
            for operator, one in value.items() if isinstance(value, dict) else [("", value)]:
                asked[f"filter[{name}]" + (f"[{operator}]" if operator else "")] = one
        asked |= {f"page[{name}]": value for name, value in told.get("page", {}).items()}
        asked["include"] = told.get("include", "")
    return asked


def _to(kind: str, record: int | str) -> dict[str, Any]:
    return {"data": {"type": kind, "id": str(record)}}


def _entry(kind: str, record: int, attributes: dict[str, Any], links: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "id": str(record), "attributes": attributes, "relationships": links}


def _reply(value: object, headers: Mapping[str, str] = JSON_API, status: int = 200) -> Reply:
    return Reply(status, headers, json.dumps(value).encode())
