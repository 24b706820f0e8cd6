"""Exceptions of the stock flow: by SKU while they are few, and one with the count for all that are too many.

A shop where nobody declared a setting would else open one exception for each of a million SKUs.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from attrs import define, field

from orogxo.orchestrator.recording import close_item, item_id, raise_item, settle
from orogxo.orchestrator.stock.words import named
from orogxo.ports import Transaction
from orogxo.rules import Violation

FLOW = "flow:stock"
MOST_ITEMS = 100
MORE = "more"
NEWS = frozenset({"STOCK_EDITED_LOCALLY", "STOCK_DRIFT"})
"""Exceptions that tell of something past: a person acknowledges them, no re-check closes them."""

OWN_CARE = frozenset({"STOCK_STALE", "STOCK_WRITE_REFUSED"})
"""Exceptions of a SKU that are settled by whoever raises them, not by a look at its rows."""


def subject(sku: str) -> str:
    """What an exception about a SKU is about."""
    return f"sku:{sku}"


@define
class Problems:
    """The open exceptions about SKUs, known once for a whole run, so that no SKU costs a look of its own."""

    _open: dict[str, set[tuple[str, str]]] = field(factory=dict)
    _counts: Counter[str] = field(factory=Counter)
    _more: dict[str, set[str]] = field(factory=dict)
    excepted: set[str] = field(factory=set)

    @classmethod
    def read(cls, rows: Transaction) -> Problems:
        """As the store has them now."""
        problems = cls()
        for item in rows.exceptions():
            if item.subject.startswith("sku:"):
                problems._note(item.subject.removeprefix("sku:"), item.code, item.id)
        return problems

    @property
    def skus(self) -> Sequence[str]:
        """SKUs with an exception that a re-check may close, in order."""
        return sorted(sku for sku, items in self._open.items() if {code for code, _ in items} - NEWS)

    def codes(self, sku: str) -> Collection[str]:
        """Codes of the open exceptions of `sku`."""
        return sorted({code for code, _ in self._open.get(sku, ())})

    def looked_at(
        self,
        rows: Transaction,
        skus: Iterable[str],
        found: Mapping[str, Sequence[Violation]],
        *,
        now: dt.datetime,
        codes: Collection[str] = (),
        path: str = "",
    ) -> None:
        """Raise what was `found` and close what was not found again.

        Closed are `codes` (of `path` only, where one is given), else all that a look at the rows settles.
        """
        for sku in skus:
            violations = found.get(sku, ())
            mine = {code for code, _ in self._open.get(sku, ())}
            settled = mine & set(codes) if codes else mine - NEWS - OWN_CARE
            self._settle(rows, sku, settled, violations, now=now, path=path)
            for violation in violations:
                self.add(rows, sku, violation, now=now)

    def _settle(
        self,
        rows: Transaction,
        sku: str,
        codes: Collection[str],
        still: Iterable[Violation],
        *,
        now: dt.datetime,
        path: str,
    ) -> None:
        again = {item_id(subject(sku), violation) for violation in still}
        for code, one in sorted(self._open.get(sku, ())):
            item = rows.exception(one) if code in codes and one not in again else None
            if item is not None and path in ("", item.path):
                close_item(rows, item, now=now, by="re-check passed")
                self._open[sku].discard((code, one))
                self._counts[code] -= 1

    def add(self, rows: Transaction, sku: str, violation: Violation, *, now: dt.datetime) -> None:
        """Raise one about `sku`; beyond MOST_ITEMS of a code it is only counted."""
        self.excepted.add(sku)
        known = (violation.code, item_id(subject(sku), violation)) in self._open.get(sku, ())
        if not known and self._counts[violation.code] >= MOST_ITEMS:
            self._more.setdefault(violation.code, set()).add(sku)
            return
        item = raise_item(rows, subject(sku), violation, now=now, identifier=sku)
        if not known and item.is_open:
            self._note(sku, violation.code, item.id)

    def by_code(self, code: str) -> list[str]:
        """SKUs with an open exception of that code, in order."""
        return sorted(sku for sku in self._open if code in self.codes(sku))

    def close(self, rows: Transaction, *, now: dt.datetime) -> None:
        """Raise or close the exceptions that stand for all SKUs beyond the first ones, code by code."""
        before = {item.code for item in rows.exceptions(subject=FLOW) if item.path == MORE}
        for code in sorted(before | self._more.keys()):
            skus = sorted(self._more.get(code, ()))
            found: list[Violation] = []
            if skus:
                told = f"{len(skus)} more SKUs beside the {MOST_ITEMS} with one of their own: {named(skus)}"
                found = [Violation(code, MORE, told, (f"SKUs: {len(skus)}",))]
                raise_item(rows, FLOW, found[0], now=now)
            settle(rows, FLOW, {f"{code}:{MORE}"}, found, now=now)

    def _note(self, sku: str, code: str, item: str) -> None:
        self._open.setdefault(sku, set()).add((code, item))
        self._counts[code] += 1


def of_flow(
    rows: Transaction, codes: Collection[str], found: Sequence[Violation], *, now: dt.datetime
) -> None:
    """Raise these exceptions of the flow itself, and close those of `codes` that were not found again."""
    settle(rows, FLOW, codes, found, now=now)
    for violation in found:
        raise_item(rows, FLOW, violation, now=now)
