"""Writes rows and statuses to OroCommerce: intent before effect, every outcome recorded, none guessed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from attrs import define, evolve, field

from orogxo.errors import OrogxoError
from orogxo.model import InventoryLevel, LevelChange
from orogxo.orchestrator.engine import Engine, not_processed
from orogxo.orchestrator.recording import item_id
from orogxo.orchestrator.stock import unfinished
from orogxo.orchestrator.stock.problems import FLOW, Problems, of_flow
from orogxo.orchestrator.stock.turn import Turn
from orogxo.orchestrator.stock.unfinished import CONFIRMED, Write, keep_writes, read_writes, resolved
from orogxo.ports import Transaction
from orogxo.ports.stock import LevelError, StockFront, WriteReport
from orogxo.rules import Violation

REFUSED = "STOCK_WRITE_REFUSED"
STATUS = "inventory_status"
NEVER_ANSWERED = "OUTCOME_UNKNOWN"
"""The code of a row whose write may never have arrived; other open rows are in OroCommerce's hands."""

LEFT_OUT = frozenset({"NOT_SENT", "STATUS_NOT_OURS"})
"""Codes of what nobody refused: rows behind an unfinished request, a status that people have set."""


@define
class Sending:
    """All writes of one run. `refused`: rows that OroCommerce did not take; they are not tried again in this
    run. `taken`: it has a write that it had not finished. `probed`: rows written since that was seen."""

    engine: Engine
    front: StockFront
    turn: Turn
    problems: Problems
    lowered: int = 0
    raised: int = 0
    requests: int = 0
    statuses: int = 0
    probed: int = 0
    taken: bool = False
    refused: set[str] = field(factory=set)
    refused_skus: set[str] = field(factory=set)

    def look(self, rows: Transaction, levels: Iterable[InventoryLevel], skus: Sequence[str]) -> None:
        """See by the rows read back of `skus` what became of earlier writes."""
        writes = read_writes(rows)
        if writes:
            told = rows.cursor(CONFIRMED)
            left = resolved(
                writes,
                {level.id: level for level in levels},
                frozenset(skus),
                now=self.engine.now(),
                quarantine=self.engine.policy.quarantine,
                confirmed=dt.datetime.fromisoformat(told) if told else None,
                dismissed=_dismissed(rows, writes),
            )
            self._keep(rows, left)

    def write(self, changes: Sequence[LevelChange]) -> None:
        """Write these rows and wait for the outcome. Raises ApiError, LeaseLost; what is open is kept."""
        write = unfinished.begun(changes, self.engine.now())
        with self.engine.store.transaction() as rows:
            self.turn.keep(rows)
            earlier = read_writes(rows)
            keep_writes(rows, [*earlier, write])
        try:
            report = self.front.write(changes)
        except OrogxoError as error:
            if not_processed(error):
                with self.engine.store.transaction() as rows:
                    self._keep(rows, earlier)
            raise
        with self.engine.store.transaction() as rows:
            self.turn.keep(rows)
            self._record(rows, changes, report, write, earlier)

    def _record(
        self,
        rows: Transaction,
        changes: Sequence[LevelChange],
        report: WriteReport,
        write: Write,
        earlier: Sequence[Write],
    ) -> None:
        now = self.engine.now()
        lost = _rows_of(write, [one for one in report.errors if one.open and one.code == NEVER_ANSWERED])
        taken = _rows_of(write, [one for one in report.errors if one.open and one.code != NEVER_ANSWERED])
        parts = [evolve(lost, taken=False), evolve(taken, taken=True)]
        self._keep(rows, [*earlier, *(part for part in parts if part.rows)])
        failed = {one.level_id: one for one in report.errors if not one.open}
        done = [
            one
            for one in changes
            if one.level_id not in failed and one.level_id not in {**lost.rows, **taken.rows}
        ]
        rows.put_levels(InventoryLevel(one.level_id, one.sku, one.unit, one.after, now) for one in done)
        if done:
            rows.set_cursor(CONFIRMED, write.at.isoformat())
        self.requests += report.requests
        self.probed += len(changes)
        self.raised += sum(1 for one in done if one.raises)
        self.lowered += sum(1 for one in done if not one.raises)
        self.refused |= failed.keys()
        for one in changes:
            error = failed.get(one.level_id)
            if error is not None and error.code not in LEFT_OUT:
                told = f"OroCommerce did not take {one.quantity} for {one.sku}: {error.message}"
                violation = Violation(REFUSED, f"levels[{one.unit}]", told, (error.code,))
                self.problems.add(rows, one.sku, violation, now=now)
                self.refused_skus.add(one.sku)
        nameless = [one for level_id, one in failed.items() if level_id not in write.rows]
        of_flow(rows, {f"{REFUSED}:"}, [_nameless(one) for one in nameless], now=now)

    def _keep(self, rows: Transaction, writes: Sequence[Write]) -> None:
        keep_writes(rows, writes)
        of_flow(rows, {unfinished.WRITE_OPEN}, unfinished.violations(writes), now=self.engine.now())
        taken = any(write.taken for write in writes)
        self.probed = self.probed if taken and self.taken else 0
        self.taken = taken

    def show(self, statuses: Mapping[str, tuple[str, bool]]) -> set[str]:
        """Set `inventory_status`: by product id, the SKU and whether it is in stock. Returns the SKUs whose
        status may yet be written: they must be looked at again. Raises ApiError, LeaseLost."""
        with self.engine.store.transaction() as rows:
            self.turn.keep(rows)
        report = self.front.show_in_stock({product: status for product, (_, status) in statuses.items()})
        now, again = self.engine.now(), set[str]()
        with self.engine.store.transaction() as rows:
            for error in report.errors:
                sku, status = statuses.get(error.level_id, ("", False))
                if not sku or error.open or error.code == "NOT_SENT":
                    again |= {sku} if sku else {sku for sku, _ in statuses.values()}
                elif error.code not in LEFT_OUT:
                    word = "in stock" if status else "out of stock"
                    told = f"OroCommerce did not take {word} for {sku}: {error.message}"
                    self.problems.add(rows, sku, Violation(REFUSED, STATUS, told, (error.code,)), now=now)
                    self.refused_skus.add(sku)
        self.requests += report.requests
        self.statuses += report.sent
        return again


def _rows_of(write: Write, errors: Sequence[LevelError]) -> Write:
    """The part of `write` that these errors name; all of it where one names no row."""
    named = {error.level_id for error in errors}
    nameless = bool(named - write.rows.keys())
    rows = {level_id: row for level_id, row in write.rows.items() if nameless or level_id in named}
    return evolve(write, rows=rows)


def _dismissed(rows: Transaction, writes: Iterable[Write]) -> set[str]:
    """Writes of which a person has said that they will not come."""
    found = set()
    for write, violation in zip(
        [one for one in writes if one.taken], unfinished.violations(writes), strict=True
    ):
        item = rows.exception(item_id(FLOW, violation))
        if item is not None and item.acknowledged:
            found.add(write.name)
    return found


def _nameless(error: LevelError) -> Violation:
    return Violation(REFUSED, "", f"OroCommerce refused a row that it does not name: {error.message}")
