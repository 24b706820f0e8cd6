"""Relations kept true at both ends, as a database does it."""

from __future__ import annotations

from typing import Any

from orogxo.sandbox.oro_data import OroData, Row

_PAIRS = (
    ("orders", "lineItems", "orderlineitems", "order"),
    ("orders", "lineItems", "orderlineitems", "orders"),
    ("orders", "shippingTrackings", "ordershippingtrackings", "order"),
    ("orders", "shippingTrackings", "ordershippingtrackings", "orders"),
    ("orders", "discounts", "orderdiscounts", "order"),
    ("orders", "subOrders", "orders", "parent"),
    ("orderlineitems", "kitItemLineItems", "orderproductkititemlineitems", "lineItem"),
    ("customers", "children", "customers", "parent"),
    ("customers", "users", "customerusers", "customer"),
    ("products", "unitPrecisions", "productunitprecisions", "product"),
    ("products", "names", "productnames", "product"),
)
_INVERSES = {(kind, name): (other, back) for kind, name, other, back in _PAIRS[::-1]} | {
    (other, back): (kind, name) for kind, name, other, back in _PAIRS
}
# Parts that die when their owner lets go of them.
_ORPHANS = frozenset({("orders", "lineItems"), ("orders", "shippingTrackings"), ("orders", "discounts")})


def inverse(data: OroData, kind: str, name: str) -> tuple[str, str] | None:
    """The type at the other end of a relation, and its name there in this version."""
    if (kind, name) in {("orders", "lineItems"), ("orders", "shippingTrackings")}:
        target = data.resources[kind].relations[name].target
        return target, "order" if data.old else "orders"
    return _INVERSES.get((kind, name))


def relink(data: OroData, kind: str, row: Row, name: str, value: Any) -> None:
    """Make a relation of `row` point at `value`, and what it points at point back. The caller noted `row`."""
    before, row.relations[name] = _ids(row.relations.get(name)), value
    other = inverse(data, kind, name)
    if other is None:
        return
    target, back = other
    after = _ids(value)
    for gone in (each for each in before if each not in after):
        _let_go(data, target, gone, back, row.id)
        if (kind, name) in _ORPHANS and gone in data.table(target):
            remove(data, target, gone)
    for new in (each for each in after if each not in before):
        _hold(data, target, new, back, row.id)


def remove(data: OroData, kind: str, row_id: str) -> None:
    """Take a record away, with the parts that live only in it, and let everything forget it."""
    row = data.row(kind, row_id)
    if row is None:
        return
    for name in list(row.relations):
        other = inverse(data, kind, name)
        if other is None:
            continue
        for each in _ids(row.relations[name]):
            _let_go(data, other[0], each, other[1], row_id)
            if (kind, name) in _ORPHANS or (kind, name) == ("orderlineitems", "kitItemLineItems"):
                remove(data, other[0], each)
    data.delete(kind, row_id)


def _ids(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else [value] if value else []


def _let_go(data: OroData, kind: str, row_id: str, name: str, gone: str) -> None:
    row = data.row(kind, row_id)
    if row is None:
        return
    data.change(kind, row, quiet=True)
    left = [each for each in _ids(row.relations.get(name)) if each != gone]
    row.relations[name] = left if data.resources[kind].relations[name].many else None


def _hold(data: OroData, kind: str, row_id: str, name: str, new: str) -> None:
    row = data.row(kind, row_id)
    relation = data.resources[kind].relations.get(name)
    if row is None or relation is None:
        return
    data.change(kind, row, quiet=True)
    held = _ids(row.relations.get(name))
    row.relations[name] = ([*held, new] if new not in held else held) if relation.many else new
