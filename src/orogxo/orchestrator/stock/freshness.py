"""How old what buyers see may be, how old it is, and why: STOCK_STALE, by SKU while they are few."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from attrs import define

from orogxo.orchestrator.engine import Engine
from orogxo.orchestrator.stock.feeds import FEEDS_READ
from orogxo.orchestrator.stock.policy import StockPolicy
from orogxo.orchestrator.stock.problems import Problems, of_flow
from orogxo.ports import Transaction
from orogxo.rules import Violation

STALE = "STOCK_STALE"
ALL = "all"
PAGE = 1000


@define
class Freshness:
    """Measures at the end of a run. `causes`: why the run did not do all of its work, the gravest first;
    `waiting`: why single SKUs were left."""

    engine: Engine
    policy: StockPolicy
    causes: Sequence[str]
    waiting: Mapping[str, str]
    stalest: dt.timedelta = dt.timedelta()

    def judge(self, problems: Problems) -> None:
        """Raise and close exceptions by what is too old now."""
        now = self.engine.now()
        with self.engine.store.transaction() as rows:
            known = self._known(rows)
            self.stalest = now - known if known else dt.timedelta()
            found = {sku: [one] for sku, one in self._late(rows, known, now)}
            skus = found.keys() | problems.by_code(STALE)
            problems.looked_at(rows, sorted(skus), found, now=now, codes={STALE})
            late = known is None or self.stalest > self.policy.stale_after
            of_flow(rows, {f"{STALE}:{ALL}"}, [self._all(known)] if late else [], now=now)

    def _known(self, rows: Transaction) -> dt.datetime | None:
        """Since when everything that the warehouse has told is known here."""
        mark, _ = rows.snapshots()
        if mark is None:
            return None
        read = rows.cursor(FEEDS_READ) if self.policy.movements else ""
        return max(mark.as_of, dt.datetime.fromisoformat(read)) if read else mark.as_of

    def _all(self, known: dt.datetime | None) -> Violation:
        since = f"of {known:%Y-%m-%d %H:%M:%S}Z" if known else "none at all"
        told = f"the newest figures of the warehouse are {since}: {self._cause('', 'no snapshot came since')}"
        return Violation(STALE, ALL, told, (f"declared: {self.policy.stale_after}",))

    def _late(
        self, rows: Transaction, known: dt.datetime | None, now: dt.datetime
    ) -> Iterable[tuple[str, Violation]]:
        seen: set[str] = set()
        _, oldest = rows.count_due()
        strictest = min([self.policy.stale_after, *self.policy.stale_afters.values()])
        if oldest is not None:
            self.stalest = max(self.stalest, now - oldest)
        after = ""
        while oldest is not None and now - oldest > strictest and (page := rows.due(after, PAGE)):
            after = page[-1].sku
            for one in page:
                if now - one.since > self.policy.stale_of(one.sku):
                    seen.add(one.sku)
                    cause = self._cause(one.sku, f"it waits since then ({one.why})")
                    yield one.sku, self._violation(one.sku, cause)
        for sku, bound in sorted(self.policy.stale_afters.items()):
            if known is not None and now - known > bound and sku not in seen:
                cause = self._cause("", "no snapshot came since")
                yield sku, self._violation(sku, cause)

    def _cause(self, sku: str, otherwise: str) -> str:
        return self.waiting.get(sku) or next(iter(self.causes), "") or otherwise

    def _violation(self, sku: str, cause: str) -> Violation:
        told = f"what buyers see of {sku} is older than the {self.policy.stale_of(sku)} declared: {cause}"
        # The age itself would make the same staleness another one in every run.
        return Violation(STALE, "", told, (f"declared: {self.policy.stale_of(sku)}", f"cause: {cause}"))
