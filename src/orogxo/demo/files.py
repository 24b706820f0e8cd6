"""The demo's warehouse behind X12 files, in a folder and on an SFTP server."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar

from attrs import define, field

from orogxo.demo.site import Plan
from orogxo.demo.worker import Worker
from orogxo.errors import ConfigError
from orogxo.sandbox import Exchange, Served, Twin
from orogxo.sandbox.x12_site import Sin, X12Site

FOLDERS = ("outbox", "inbox", "archive", "staging")
SINS: tuple[Sin, ...] = ("twice", "half", "temporary", "dirty", "twice", "half", "twice", "half")
"""What the site does to its first 945, one each, so that no sin makes up for another."""


@define
class Folder:
    """X12 files in a folder: the worker dies between writing an order and renaming it, 945 come dirty."""

    title: ClassVar[str] = "X12 files in a folder"
    announced: ClassVar[str] = "Files of the site will come twice, half written and dirty."
    proves: ClassVar[str] = (
        "A folder cannot be asked whether the site has an order. What is proven instead: a file that still "
        "lies in staging did not leave, one that is gone from there did, once. Only a 945 proved a shipment."
    )

    twin: Twin
    plan: Plan
    folder: Path
    door: X12Site = field(init=False)
    _left_behind: int = field(default=0, init=False)
    _told: int = field(default=0, init=False)
    _half_since: int | None = field(default=None, init=False)
    _looked_at: bool = field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        self.door = X12Site(self.twin, self.drop, checks_control=False)

    @property
    def drop(self) -> Path:
        """Where files are traded."""
        return self.folder / "drop"

    def open(self, stack: ExitStack) -> None:  # noqa: ARG002  # a role
        """Make the folders; write down what was agreed and which items the site knows."""
        for name in FOLDERS:
            (self.drop / name).mkdir(parents=True, exist_ok=True)
        exchange = '[exchange]\nsender = "ACME"\nreceiver = "GXOLEEDS"\ncomplete = "renamed"\n'
        profile = '[x12]\ndepositor = "ACME"\nsite = "GXO-LEEDS"\ntime_zone = "Europe/London"\n'
        (self.folder / "site.toml").write_text(f"{exchange}\n{profile}", "utf-8")
        known = [product.sku for product in self.twin.world.products.values() if product.in_gxo]
        (self.folder / "items.txt").write_text("\n".join(known) + "\n", "utf-8")

    def watch(self, call: Exchange) -> None:
        """HTTP is the shop's alone here."""

    def settings(self, served: Served) -> str:  # noqa: ARG002  # a role
        """The table [files]."""
        return f'[files]\nformat = "x12"\nsite = "site.toml"\nitems = "items.txt"\n{self.reached}'

    @property
    def reached(self) -> str:
        """The part of the settings that names the place."""
        return 'folder = "drop"\n'

    def start_doomed(self, worker: Worker) -> None:
        """It dies by itself, at one rename."""
        worker.start(doomed=[str(self.drop / "outbox"), str(self.plan.kill_at)])

    def receive(self) -> None:
        """Take every file of the outbox, work on the orders in it, answer with 997."""
        self.door.receive()

    def tell(self) -> None:
        """Write the 945 of what was shipped since."""
        if self._told < len(SINS):
            self.door.sin(SINS[self._told])
        self._told += 1
        self.door.tell()

    def is_quiet(self, worker: Worker) -> bool:
        """Half a file is finished when a worker has had a whole pass with it lying there."""
        if self._half_since is None:
            self._half_since = worker.passes
        # The pass that was under way does not count: it may have looked before.
        if not self._looked_at and worker.passes >= self._half_since + 2:
            self._looked_at = True
            self.door.finish()
        return self._looked_at and not any((self.drop / "inbox").iterdir())

    def left_behind(self) -> int:
        """Orders in staging that are not withdrawn."""
        self._left_behind = len(list((self.drop / "staging").glob("940-*")))
        return self._left_behind

    def rows(self) -> list[tuple[str, str]]:
        """What the dead worker left, and what the site did to its files."""
        done = ", ".join(f"{times} {sin}" for sin, times in Counter(SINS).items())
        return [
            ("files that the killed worker left unsent", str(self._left_behind)),
            ("what the site did to its files", done),
        ]

    def missed(self) -> list[str]:
        """Sins that were not committed, files at which nobody looked, a kill that fell elsewhere."""
        told = [f"the site never did this to a file: {sin}" for sin in sorted(self.door.uncommitted)]
        told += ["no worker looked at a half written file"] * (not self._looked_at)
        told += [f"{path.name} of the site was never read" for path in sorted(self.drop.glob("inbox/*"))]
        return told + ["the worker was not killed between writing and renaming"] * (not self._left_behind)


@define
class Sftp(Folder):
    """The same over SFTP: one rename is carried out and its answer lost, the kill falls before another."""

    title: ClassVar[str] = "X12 files on an SFTP server"

    _port: int = field(default=0, init=False)
    _worker: Worker | None = field(default=None, init=False)
    _lost: bool = field(default=False, init=False)
    _renames: int = field(default=0, init=False)

    def open(self, stack: ExitStack) -> None:
        """Serve the folder on loopback. Raises ConfigError without the extra."""
        try:
            from orogxo.sandbox.sftp import serve_files  # noqa: PLC0415  # an extra
        except ImportError:
            raise ConfigError("this demo needs an extra: pip install 'orogxo[cli,sftp]'") from None
        Folder.open(self, stack)
        server = stack.enter_context(serve_files(self.drop, self.folder))
        self._port = server.port

        def before(path: str) -> None:
            if not _is_order(path):
                return
            self._renames += 1
            if self._renames >= self.plan.kill_at and self._worker is not None:
                self._worker.kill()
                self._worker = None
                raise OSError("nobody waits for this rename any more")

        def after(path: str) -> None:
            if _is_order(path) and self._renames >= self.plan.lose_at and not self._lost:
                self._lost = True
                server.cut()

        server.before_rename, server.after_rename = before, after

    @property
    def reached(self) -> str:
        """The part of the settings that names the place."""
        from orogxo.sandbox.sftp import PASSWORD, USER  # noqa: PLC0415  # an extra

        return (
            f'\n[files.sftp]\nhost = "127.0.0.1"\nport = {self._port}\nroot = "/"\n'
            f'known_hosts = "known_hosts"\nuser = "{USER}"\npassword = "{PASSWORD}"\n'
        )

    def start_doomed(self, worker: Worker) -> None:
        """The server will kill it."""
        self._worker = worker
        worker.start()

    def missed(self) -> list[str]:
        """The lost answer too."""
        return Folder.missed(self) + ["no answer of the server was lost"] * (not self._lost)


def _is_order(path: str) -> bool:
    return path.startswith("/outbox/940-")
