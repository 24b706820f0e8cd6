"""The command line, `orogxo COMMAND`: see `build` for the commands. Needs the extra `orogxo[cli]`."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from orogxo.cli_edi import edi
from orogxo.config import Config
from orogxo.errors import OrogxoError
from orogxo.model import plain
from orogxo.opening import connect

if TYPE_CHECKING:
    from cyclopts import App

SETTINGS = Path("orogxo.toml")


def demo(
    *,
    seed: int = 7,
    orders: int = 200,
    folder: Path | None = None,
    warehouse: Literal["gateway", "x12", "x12-sftp"] = "gateway",
) -> int:
    """Run the main job end to end on loopback, faults and a killed worker included.

    Parameters
    ----------
    seed
        The same seed places the same orders.
    orders
        How many orders to place, faulty ones among them (at least 32).
    folder
        Where to leave the database and the settings; a new temporary folder if not given.
    warehouse
        How it is reached: a gateway over HTTP, or X12 files in a folder or on an SFTP server.
    """
    from orogxo.demo import run_demo  # noqa: PLC0415  # the twin is not needed by any other command

    return run_demo(seed=seed, orders=orders, folder=folder, warehouse=warehouse)


def run(*, config: Path = SETTINGS, every: float = 0) -> int:
    """Run every flow once, or again and again.

    Parameters
    ----------
    config
        The settings file.
    every
        Seconds between runs; 0 runs once. Ctrl-C ends after the run under way.
    """
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    ok = True
    with connect(Config.from_toml(config)) as link:
        while not stop.is_set():
            report = link.run_once()
            ok = report.ok
            for flow in report.flows:
                counts = ", ".join(f"{count} {name}" for name, count in flow.counts.items())
                print(
                    f"{report.started:%Y-%m-%d %H:%M:%S}Z {flow.flow}: {counts or 'did not run'}",
                    flush=True,
                )
                for problem in flow.problems:
                    print(f"  ! {problem}", flush=True)
            if not every or stop.wait(every):
                break
    return 0 if ok else 1


def exceptions(*, config: Path = SETTINGS, owner: str | None = None) -> int:
    """List what waits for people: which order, why, who, and what settles it.

    Parameters
    ----------
    config
        The settings file.
    owner
        Only this team's: ops, finance, "customer service", sales or it.
    """
    with connect(Config.from_toml(config)) as link:
        items = [item for item in link.exceptions.open() if owner in (None, item.owner.value)]
    for item in items:
        print(f"{item.id}\n  {item.owner.value}: {item.message}\n  to settle it: {item.hint}")
    print(f"{len(items)} open")
    return 0


def trace(text: str, *, config: Path = SETTINGS) -> int:
    """Tell the story of an order.

    Parameters
    ----------
    text
        Order id, order number, PO number or tracking number.
    config
        The settings file.
    """
    with connect(Config.from_toml(config)) as link:
        stories = link.trace(text)
    for story in stories:
        print(story)
    if not stories:
        print(f"no order is known by {text!r}")
    return 0 if stories else 1


def stock(*, config: Path = SETTINGS, preview: bool = False) -> int:
    """Make every row of stock in OroCommerce right, now.

    Parameters
    ----------
    config
        The settings file.
    preview
        Write nothing: list what the next push would write, by what was read so far, and why.
    """
    with connect(Config.from_toml(config)) as link:
        if preview:
            rows = 0
            for one in link.preview_stock():
                rows += 1
                print(f"{one.sku} in {one.unit}: {plain(one.before)} -> {plain(one.after)} ({one.why})")
            print(f"{rows} rows would be written")
            return 0
        report = link.stock()
    print(
        ", ".join(f"{name} {count}" for name, count in report.counts.items()) or "no [stock] in the settings"
    )
    for problem in report.problems:
        print(f"  ! {problem}")
    return 0 if report.ok else 1


def sandbox(*, oro_version: str = "6.1", oro_port: int = 8601, gxo_port: int = 8602, seed: int = 7) -> int:
    """Serve the twin of both systems over HTTP on loopback until Ctrl-C.

    Parameters
    ----------
    oro_version
        "5.1", "6.1" or "7.0".
    oro_port
        Port of OroCommerce.
    gxo_port
        Port of the warehouse.
    seed
        The same seed behaves the same.
    """
    from orogxo.sandbox import Twin, serve  # noqa: PLC0415  # the twin is not needed by any other command

    twin = Twin(seed=seed, oro_version=oro_version)
    with serve(twin, oro_port=oro_port, gxo_port=gxo_port, real_time=True) as served:
        print(f"OroCommerce {oro_version}: {served.oro_url}\nGXO gateway: {served.gxo_url}\nCtrl-C ends.")
        print(f"\nMapping settings for this world:\n\n{twin.config_toml()}", flush=True)
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        stop.wait()
    return 0


def soak(*, seeds: str = "1:2000", jobs: int = 0, json: bool = False, plant: str = "") -> int:
    """Play simulated days of trade with faults, crashes and colliding workers; judge each by its books.

    Ends with one line of JSON; the exit status is 0 only if no law was broken.

    Parameters
    ----------
    seeds
        "1:2000", both included, or one number. A seed is always the same day.
    jobs
        How many processes; 0 is one a processor.
    json
        Print the line of JSON only: failing seeds are not shrunk to tests.
    plant
        Take one guard of the connector away: a soak that stays clean then is worth nothing.
    """
    from orogxo.soak.running import run_soak  # noqa: PLC0415  # the twin is not needed by any other command

    return run_soak(seeds, jobs=jobs, json_only=json, plant=plant)


def build() -> App:
    """All commands. Raises ImportError without the extra."""
    from cyclopts import App  # noqa: PLC0415  # an extra: the library works without it

    app = App(name="orogxo", help="OroCommerce B2B orders, shipped by GXO warehouses exactly as ordered.")
    for command in (demo, run, stock, exceptions, trace, sandbox, soak):
        app.command(command)
    app.command(edi())
    return app


def main() -> None:
    """Entry point: exit status 0 when all is well, 1 with a sentence on stderr when not."""
    try:
        app = build()
    except ImportError:
        sys.exit("the command line needs an extra: pip install 'orogxo[cli]'")
    try:
        sys.exit(app())
    except (OrogxoError, OSError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
