"""`orogxo demo`: the main job end to end on the twin, over real HTTP, with faults, a lost reply and a kill.

Nothing here knows a result beforehand: the twin counts eaches on its own floor, and its books decide.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from attrs import define, field, frozen
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from orogxo.config import Config
from orogxo.connector import Connector
from orogxo.gxo import GxoClient
from orogxo.model import State
from orogxo.oro import OroClient
from orogxo.sandbox import Fault, Served, Twin, serve
from orogxo.storage import SQLiteStore

KILL_AT = 60
LOSE_AT = 25
SETTLED = (State.HELD, State.CLOSED, State.CANCELLED, State.REJECTED)
PATIENCE = 120.0

FAULTY: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("PO_MISSING", {"po_number": ""}),
    ("PO_MISSING", {"po_number": None}),
    ("PO_MISSING", {"po_number": "   "}),
    ("PO_PLACEHOLDER", {"po_number": "N/A"}),
    ("SKU_UNKNOWN", {"lines": [("DELETED-1", 2, "item")]}),
    ("SKU_UNKNOWN", {"lines": [("NOITEM-1", 1, "item")]}),
    ("UNIT_UNMAPPED", {"lines": [("WIDGET-002", 1, "pallet")]}),
    ("UNIT_AMBIGUOUS", {"lines": [("ODD-333", 3, "third")]}),
    ("UNIT_AMBIGUOUS", {"lines": [("NULL-1", 1, "case")]}),
    ("FRACTIONAL_EACH", {"lines": [("WIDGET-001", "0.3", "case")]}),
    ("SHIP_METHOD_UNMAPPED", {"shipping_method": "ups_9"}),
    ("ORGANISATION_MISSING", {"customer": None}),
    ("ORGANISATION_UNMAPPED", {"customer": "Northwind Group"}),
    ("ADDRESS_INCOMPLETE", {"ship_to": {"city": "", "street": ""}}),
    ("FREE_FORM_LINE", {"free_form": [("Custom engraved plate", 4, "item")]}),
    ("NO_SHIPPABLE_LINE", {"lines": []}),
)
"""What is wrong with each faulty order, and the code that must hold it."""

GOODS: tuple[tuple[str, int | str, str], ...] = (
    ("WIDGET-001", 1, "case"),
    ("WIDGET-001", 7, "item"),
    ("WIDGET-001", 1, "pallet"),
    ("WIDGET-002", 2, "case"),
    ("GADGET-100", 3, "case"),
    ("GADGET-100", 15, "item"),
    ("SHEET-7", "1.25", "kg"),
    ("BOLT-M8-50", 250, "item"),
)


@frozen
class Expected:
    """What was placed: the code that must hold each faulty order, and which are corrected half way."""

    placed: tuple[str, ...]
    held: Mapping[str, str]
    corrected: tuple[str, ...]


def place_orders(twin: Twin, count: int, seed: int) -> Expected:
    """Place `count` orders; about one in seven is faulty, in each way at least once."""
    dice = random.Random(seed)  # noqa: S311  # variety, not secrecy
    faulty = sorted(dice.sample(range(count), max(len(FAULTY), count // 7)))
    held: dict[str, str] = {}
    placed = []
    for number in range(count):
        order: dict[str, Any] = {
            "po_number": f"PO-{number:04d}" if number % 10 else f"PO, {number:04d}",
            "customer": dice.choice(("Northwind Retail GmbH", "Solo Shop Ltd")),
            "lines": dice.sample(GOODS, k=dice.randint(1, 4)),
            "shipping_method": "ups_3",
            "shipping_method_type": "03",
        }
        if number % 9 == 0:
            order["kits"] = [("KIT-1", dice.randint(1, 3))]
        code = ""
        if number in faulty:
            code, wrong = FAULTY[faulty.index(number) % len(FAULTY)]
            order = {name: value for name, value in order.items() if name != "kits"} | dict(wrong)
        order_id = twin.place_order(**order)
        placed.append(order_id)
        if code:
            held[order_id] = code
    corrected = tuple(order_id for order_id, code in held.items() if code.startswith("PO_"))[:3]
    return Expected(tuple(placed), held, corrected)


@define
class Worker:
    """A worker in a process of its own; the kill is real (SIGKILL), in the middle of a request."""

    settings: Path
    process: subprocess.Popen[bytes] | None = None
    killed_at: int | None = None
    _submits: int = 0

    def start(self) -> None:
        """Start a process."""
        command = [
            sys.executable,
            "-m",
            "orogxo.cli",
            "run",
            "--config",
            str(self.settings),
            "--every",
            "0.2",
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)  # noqa: S603

    def watch(self, call: Any) -> None:
        """Kill the worker when the warehouse has taken its order number `KILL_AT`."""
        self._submits += call.system == "gxo" and call.method == "PUT" and bool(call.effect)
        if self._submits >= KILL_AT and self.killed_at is None and self.process is not None:
            self.killed_at = self._submits
            os.kill(self.process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """End it in good order."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=60)


@define
class Demo:
    """One run: the twin behind real HTTP, the workers, and a terminal."""

    console: Console
    twin: Twin
    expected: Expected
    folder: Path
    seen: Counter[State] = field(factory=Counter)

    def settings(self, served: Served) -> Path:
        """Write the settings that the workers read."""
        path = self.folder / "orogxo.toml"
        ends = (
            f'[oro]\nurl = "{served.oro_url}"\nclient_id = "demo"\nclient_secret = "demo-secret"\n\n'
            f'[gxo]\nurl = "{served.gxo_url}"\nclient_id = "demo"\nclient_secret = "demo-secret"\n'
            'depositor = "ACME"\nsite = "GXO-1"\n\n'
        )
        care = '[release]\nquarantine_seconds = 2\nlease_seconds = 4\nsuborders = "parents"\n'
        known = '\n[organisations]\nlisted_only = true\n[organisations.codes]\n2 = "2"\n3 = "3"\n'
        mapping = self.twin.config_toml().replace("[release]\n", care) + known
        path.write_text('store = "orogxo.db"\n\n' + ends + mapping, "utf-8")
        return path

    def run(self) -> int:
        """Play the whole story; 0 only if the twin's own books agree."""
        worker = Worker(Path())
        with serve(self.twin, real_time=True, hook=worker.watch) as served:
            worker.settings = self.settings(served)
            self._story(worker)
            with self._link(served, worker.settings) as link:
                return self._summary(link, worker)

    def _story(self, worker: Worker) -> None:
        total = len(self.expected.placed)
        columns = (
            TextColumn("{task.description:<44}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.console) as progress:
            step = progress.add_task("a worker sends orders, until it is killed", total=KILL_AT)
            worker.start()
            self._until(
                lambda: worker.killed_at is not None, lambda: progress.update(step, completed=self._taken())
            )
            progress.update(step, completed=KILL_AT)
            goal = total - len(self.expected.held) + len(self.expected.corrected)
            step = progress.add_task("a second worker takes over", total=goal)
            for order_id in self.expected.corrected:
                self.twin.edit_order(order_id, po_number=f"PO-LATE-{order_id}")
            worker.start()
            try:
                self._until(
                    lambda: self._taken() >= goal,
                    lambda: progress.update(step, completed=self._taken()),
                )
                step = progress.add_task("the warehouse ships, tracking comes back", total=goal)
                self.twin.work()
                self._until(
                    lambda: self._counts()[State.CLOSED] >= goal,
                    lambda: progress.update(step, completed=self._counts()[State.CLOSED]),
                )
            finally:
                worker.stop()

    def _until(self, done: Callable[[], bool], show: Callable[[], None]) -> None:
        """Wait for `done`; give up after a while, the books will tell what is missing."""
        deadline = time.monotonic() + PATIENCE
        while not done() and time.monotonic() < deadline:
            show()
            time.sleep(0.1)
        show()

    def _taken(self) -> int:
        return len(self.twin.gxo_orders())

    def _counts(self) -> Counter[State]:
        store = SQLiteStore(self.folder / "orogxo.db")
        try:
            with store.transaction() as rows:
                return Counter(rows.counts())
        finally:
            store.close()

    def _link(self, served: Served, settings: Path) -> Connector:
        config = Config.from_toml(settings)
        oro = OroClient(served.oro_url, "demo", "demo-secret")
        gxo = GxoClient(served.gxo_url, "demo", "demo-secret", depositor="ACME", site="GXO-1")
        return Connector(oro=oro, gxo=gxo, store=SQLiteStore(config.store), config=config)

    def _summary(self, link: Connector, worker: Worker) -> int:
        counts = Counter(link.counts())
        held = Counter(item.code for item in link.exceptions.open() if item.blocks)
        still = {
            order: code for order, code in self.expected.held.items() if order not in self.expected.corrected
        }
        books = self.twin.books(held=set(still))
        problems = list(books.problems())
        problems += [f"held: expected {Counter(still.values())}, found {held}"] * (
            held != Counter(still.values())
        )
        found = sum("found by look-up" in line for line in self._stories(link))
        table = Table(title="What happened", show_header=False)
        table.add_row("orders placed and seen", f"{len(self.expected.placed)}, {sum(counts.values())}")
        table.add_row("held", str(counts[State.HELD]))
        for code, number in sorted(held.items()):
            table.add_row(f"  {code}", str(number))
        table.add_row("held, then corrected in OroCommerce and sent", str(len(self.expected.corrected)))
        table.add_row("submitted", str(self._taken()))
        table.add_row("  of these found by look-up, not sent again", str(found))
        table.add_row("shipped", str(counts[State.SHIPPED] + counts[State.CLOSED]))
        table.add_row("tracked back in OroCommerce", str(counts[State.CLOSED]))
        table.add_row("duplicated (eaches shipped beyond the order)", str(sum(books.duplicated.values())))
        table.add_row("lost", str(len(books.lost)))
        table.add_row("worker killed after submit", str(worker.killed_at))
        self.console.print(table)
        settings = self.folder / "orogxo.toml"
        self.console.print(f"Where to look next:\n  orogxo exceptions --config {settings}", soft_wrap=True)
        self.console.print(f"  orogxo trace PO-0001 --config {settings}", soft_wrap=True)
        for problem in problems:
            self.console.print(f"[red]the twin's books disagree:[/] {problem}", soft_wrap=True)
        if not problems:
            self.console.print("The twin's own books agree: every order shipped exactly as ordered, or held.")
        return 1 if problems else 0

    def _stories(self, link: Connector) -> list[str]:
        with link.engine.store.transaction() as rows:
            return [entry.text for order_id in self.expected.placed for entry in rows.journal(order_id)]


def run_demo(*, seed: int, orders: int, folder: Path | None) -> int:
    """Place, ship and judge `orders` orders. Returns the exit status: 0 only if the twin's books agree."""
    where = folder or Path(tempfile.mkdtemp(prefix="orogxo-demo-"))
    where.mkdir(parents=True, exist_ok=True)
    console = Console()
    # The site really ships again whatever it receives again: a missing guard would show.
    twin = Twin(seed=seed, oro_version="6.1", gxo_duplicates=True)
    twin.faults.add(
        Fault(system="gxo", method="PUT", path=r"/v1/orders/.*", nth=LOSE_AT, action="lose_reply")
    )
    expected = place_orders(twin, max(orders, KILL_AT + 2 * len(FAULTY)), seed)
    console.print(
        f"{len(expected.placed)} orders in OroCommerce 6.1, {len(expected.held)} of them faulty; "
        f"one reply will be lost, one worker killed; the site ships twice whatever it is sent twice."
    )
    return Demo(console, twin, expected, where).run()
