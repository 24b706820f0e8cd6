"""What an installation held when its recordings were made, read out of the recordings themselves.

`python tests/support/replay_world.py` writes `world.json` beside the recordings of each version: every record
that any answer showed, with each change of it. Positions in time are places in `exchanges`.

    {"exchanges": ["oauth_token_ok", ...],
     "rows": {"orders": {"1": {"born": 12, "gone": null, "also": {},
                               "states": [[12, {attributes}, {relations}], ...]}}}}

A state holds only what changed; a relation is an id, a list of ids or null; one that ends in "cut" goes on.
`born` null: it was there from the beginning. `gone`: the last exchange that could see it, null for ever.
`also`: members of its lists that only pages of a relationship showed.
"""

from __future__ import annotations

import json
import sys
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from attrs import define, field

HERE = Path(__file__).parent.parent / "recordings"
VERSIONS = ("oro-5.1.8", "oro-6.1.8", "oro-7.0.3")
API = "/admin/api/"
_LATE = frozenset({"identifier", "disablePromotions"})  # 5.1 fills them in after it has built its answer
_GONE = ("An entity with the requested identifier does not exist.", "The parent entity does not exist.")


def exchanges(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    """(name, exchange) of every recorded exchange with the API, oldest first."""
    found = []
    for path in folder.rglob("*.json"):
        name = path.relative_to(folder).with_suffix("").as_posix()
        if name != "world" and not name.startswith("webhooks/"):
            found.append((name, json.loads(path.read_text("utf-8"))))
    return sorted(found, key=_moment)


def _moment(named: tuple[str, dict[str, Any]]) -> tuple[str, int, int, str]:
    """Time is known to the second; within one: creations by their ids, then changes, reads, deletions."""
    name, exchange = named
    method, status = exchange["request"]["method"], exchange["response"]["status"]
    created = status == 201
    row_id = str(exchange["response"]["body"]["data"]["id"]) if created else ""
    rank = 0 if created else {"GET": 2, "DELETE": 3}.get(method, 1)
    return exchange["recorded_at"], 4 if status == 404 else rank, int(row_id) if row_id.isdigit() else 0, name


@define
class _Row:
    """`after`: it was not there before this, as far as is known."""

    born: int | None = None
    gone: int | None = None
    after: int | None = None
    also: dict[str, list[str]] = field(factory=dict)
    states: list[tuple[int, dict[str, Any], dict[str, Any]]] = field(factory=list)

    def see(self, when: int, attributes: dict[str, Any], relations: dict[str, Any]) -> None:
        """Keep what is new."""
        known: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
        for _, *members in self.states:
            known[0].update(members[0])
            known[1].update(members[1])
        news = [
            {name: value for name, value in seen.items() if name not in had or had[name] != value}
            for seen, had in zip((attributes, relations), known, strict=True)
        ]
        if any(news) or not self.states:
            self.states.append((when, news[0], news[1]))

    @property
    def made(self) -> str:
        """When it says that it was created: the latest it ever said, as the date can be written."""
        return max((attributes.get("createdAt") or "" for _, attributes, _ in self.states), default="")


@define
class World:
    """Collects what exchanges show; `moments` are the times of all exchanges, as written in them."""

    moments: list[str]
    old: bool
    rows: dict[str, dict[str, _Row]] = field(factory=dict)
    complete: dict[str, int] = field(factory=dict)

    def row(self, kind: str, row_id: str) -> _Row:
        """The history of one record."""
        return self.rows.setdefault(kind, {}).setdefault(row_id, _Row())

    def watch(self, when: int, exchange: dict[str, Any]) -> None:
        """Learn from one exchange."""
        request, response = exchange["request"], exchange["response"]
        status, body, by_sku = (
            response["status"],
            response["body"],
            "X-Integration-Type" in request["headers"],
        )
        kind, _, rest = request["path"].removeprefix(API).partition("?")[0].partition("/")
        if request["method"] == "DELETE" and status == 204 and rest.isdigit():
            self.row(kind, rest).gone = when
        if status == 404 and not by_sku:
            self._miss(when, kind, rest, body)
        kept = self.old or not _only_tried(request)
        if status not in {200, 201, 202} or not isinstance(body, dict) or "data" not in body or not kept:
            return
        if by_sku and status == 201:
            self.row(kind, body["data"]["id"]).born = when
        if not by_sku:
            self._read(when, request, body, kind, rest, new=status in {201, 202})

    def _read(
        self, when: int, request: Any, body: dict[str, Any], kind: str, rest: str, *, new: bool
    ) -> None:
        sent_parts = isinstance(request["body"], dict) and bool(request["body"].get("included"))
        for resource in _resources(body):
            main = resource is body["data"]
            self._learn(when, resource, owner=rest, created=(new and main) or (sent_parts and not main))
        if request["method"] != "GET" or not isinstance(body["data"], list):
            return
        ids = [each["id"] for each in body["data"]]
        if "/relationships/" in rest:
            row_id, _, name = rest.split("/")
            also = self.row(kind, row_id).also.setdefault(name, [])
            also += [each for each in ids if each not in also]
        elif _is_everything(request["path"], body):
            self._complete(when, kind, set(ids))

    def _miss(self, when: int, kind: str, rest: str, body: Any) -> None:
        known = self.rows.get(kind, {}).get(rest.partition("/")[0])
        if known is not None and known.gone is None and any(told in json.dumps(body) for told in _GONE):
            known.gone = when - 1

    def _complete(self, when: int, kind: str, ids: set[str]) -> None:
        for row_id, row in self.rows.get(kind, {}).items():
            if row_id in ids or row.gone is not None:
                continue
            if row.born is not None and self.moments[row.born] == self.moments[when]:
                row.born = when + 1
            else:
                row.gone = when - 1
        self.complete[kind] = when

    def _learn(self, when: int, resource: dict[str, Any], *, owner: str, created: bool) -> None:
        kind, row_id = resource["type"], resource["id"]
        if "attributes" not in resource and "relationships" not in resource:
            return
        row = self.row(kind, row_id)
        if row.gone != when:
            row.gone = None
        if not row.states and created:
            row.born = when
        elif not row.states and kind in self.complete:
            row.after = self.complete[kind] + 1 if row_id.isdigit() else when
        attributes = resource.get("attributes", {})
        if created and self.old:
            attributes = {name: attributes[name] for name in attributes if name not in _LATE}
        relations = {name: _members(link) for name, link in resource.get("relationships", {}).items()}
        if kind == "asyncoperationerrors":
            relations["operation"] = owner.partition("/")[0]
        row.see(when, attributes, relations)

    # Afterwards -------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Say when records began that nobody saw created."""
        for rows in self.rows.values():
            dated = any("createdAt" in attributes for row in rows.values() for _, attributes, _ in row.states)
            latest = None
            for _, row in sorted((int(row_id), row) for row_id, row in rows.items() if row_id.isdigit()):
                if row.born is None:
                    row.born = self._begun(row, latest)
                latest = latest if row.born is None else max(latest or 0, row.born)
                if dated and row.states and row.born is not None:
                    self._date(row, self.moments[row.born])
            for row in rows.values():
                row.born = row.after if row.born is None else row.born
        self._settle_stock()

    def _begun(self, row: _Row, latest: int | None) -> int | None:
        """When it says, and not before those with smaller ids, and not before a list that lacks it."""
        said = bisect_left(self.moments, row.made) - 1 if row.made else None
        return max((each for each in (said, row.after, latest) if each is not None), default=None)

    def _date(self, row: _Row, moment: str) -> None:
        """A record whose times nobody asked for began when it was there."""
        for name in ("createdAt", "updatedAt"):
            if not any(name in attributes for _, attributes, _ in row.states):
                row.states[0][1][name] = moment

    def _settle_stock(self) -> None:
        """A stock row came with its unit."""
        precisions = self.rows.get("productunitprecisions", {})
        for level in self.rows.get("inventorylevels", {}).values():
            unit = precisions.get(level.states[0][2].get("productUnitPrecision", ""))
            if unit is not None and unit.born is not None:
                level.born = max(level.born or 0, unit.born)


def _is_everything(path: str, body: dict[str, Any]) -> bool:
    parts = urlsplit(path)
    whole_type = "/" not in parts.path.removeprefix(API) and "filter" not in parts.query
    return whole_type and "links" in body and not {"next", "prev"} & body["links"].keys()


def _resources(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    data = body["data"] if isinstance(body["data"], list) else [body["data"]]
    yield from (each for each in [*data, *body.get("included", [])] if each is not None)


def _members(link: dict[str, Any]) -> Any:
    linked = link["data"]
    if not isinstance(linked, list):
        return linked and linked["id"]
    cut = "next" in link.get("links", {}) or len(linked) in {100, 1000}
    return [each["id"] for each in linked] + (["cut"] if cut else [])


def _only_tried(request: dict[str, Any]) -> bool:
    data = request["body"].get("data") if isinstance(request["body"], dict) else None
    return isinstance(data, dict) and bool(data.get("meta", {}).get("validate"))


def derive(folder: Path) -> dict[str, Any]:
    """The world of one version."""
    recorded = exchanges(folder)
    world = World([exchange["recorded_at"] for _, exchange in recorded], "5.1" in folder.name)
    for when, (_, exchange) in enumerate(recorded):
        world.watch(when, exchange)
    world.settle()
    rows = {
        kind: {
            row_id: {"born": row.born, "gone": row.gone, "also": row.also, "states": row.states}
            for row_id, row in sorted(rows.items(), key=lambda item: (len(item[0]), item[0]))
        }
        for kind, rows in sorted(world.rows.items())
    }
    return {"exchanges": [name for name, _ in recorded], "rows": rows}


def main() -> int:
    """Write every `world.json`."""
    for version in VERSIONS:
        target = HERE / version / "world.json"
        target.write_text(json.dumps(derive(HERE / version), separators=(",", ":")) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
