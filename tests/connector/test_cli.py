"""The command line in processes of its own, against the twin over real HTTP."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orogxo import OroClient
from orogxo.sandbox import Twin, serve


def orogxo(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "orogxo.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Path]:
    """Settings for a twin with one clean and one held order."""
    twin = Twin(seed=7, oro_version="6.1")
    for po_number in ("PO-1", ""):
        twin.place_order(
            po_number=po_number,
            customer="Solo Shop Ltd",
            lines=[("WIDGET-001", 1, "case")],
            shipping_method="ups_3",
            shipping_method_type="03",
        )
    with serve(twin, real_time=True) as served:
        ends = (
            f'[oro]\nurl = "{served.oro_url}"\nclient_id = "id"\nclient_secret = "canary"\n'
            f'[gxo]\nurl = "{served.gxo_url}"\nclient_id = "id"\nclient_secret = "canary"\n'
            'depositor = "ACME"\nsite = "GXO-1"\n'
        )
        path = tmp_path / "orogxo.toml"
        path.write_text(ends + twin.config_toml(), "utf-8")
        yield path


def test_run_then_exceptions_then_trace(settings: Path) -> None:
    ran = orogxo("run", "--config", str(settings))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "2 seen, 1 held, 1 submitted" in ran.stdout
    held = orogxo("exceptions", "--config", str(settings), "--owner", "customer service")
    assert "PO_MISSING" in held.stdout
    assert "1 open" in held.stdout
    assert "0 open" in orogxo("exceptions", "--config", str(settings), "--owner", "it").stdout
    told = orogxo("trace", "PO-1", "--config", str(settings))
    assert "the warehouse has it" in told.stdout
    unknown = orogxo("trace", "PO-404", "--config", str(settings))
    assert (unknown.returncode, "no order is known" in unknown.stdout) == (1, True)


STOCK = """
[stock]
figures = "on_hand"

[stock.shop]
manage = true
decrement = true
back_order = false
threshold = 0
"""


def test_stock_is_pushed_and_what_is_left_to_push_is_shown(settings: Path) -> None:
    none = orogxo("stock", "--config", str(settings))
    assert (none.returncode, none.stdout) == (0, "no [stock] in the settings\n")
    settings.write_text(settings.read_text("utf-8") + STOCK, "utf-8")
    careful = settings.read_text("utf-8").replace("[stock]\n", "[stock]\nfew = 1\nmost_raised = 0.01\n")
    settings.write_text(careful, "utf-8")
    stopped = orogxo("stock", "--config", str(settings))
    assert (stopped.returncode, "raised 0" in stopped.stdout) == (0, True), stopped.stderr
    shown = orogxo("stock", "--preview", "--config", str(settings))
    assert re.search(r"^WIDGET-001 in item: 0 -> \d+ \(figure ", shown.stdout, re.MULTILINE)
    assert re.search(r"^\d+ rows would be written$", shown.stdout, re.MULTILINE)


def test_trouble_is_a_sentence_and_a_status_never_a_traceback(tmp_path: Path, settings: Path) -> None:
    absent = orogxo("run", "--config", str(tmp_path / "absent.toml"))
    assert absent.returncode == 1
    assert "absent.toml" in absent.stderr
    bad = tmp_path / "bad.toml"
    bad.write_text("shop = 1\n")
    assert "CONFIG" in orogxo("run", "--config", str(bad)).stderr
    bad.write_text("")
    assert (
        "the settings lack [oro] and one of [gxo] and [files]" in orogxo("run", "--config", str(bad)).stderr
    )
    down = tmp_path / "down.toml"
    down.write_text(re.sub(r'(\[gxo\]\nurl = ")[^"]+', r"\1http://127.0.0.1:9", settings.read_text()))
    ran = orogxo("run", "--config", str(down))
    assert ran.returncode == 1
    assert "NOT_SENT" in ran.stdout
    assert "Traceback" not in ran.stderr + ran.stdout
    assert "canary" not in ran.stderr + ran.stdout


def test_the_sandbox_serves_both_ends_until_it_is_told_to_stop() -> None:
    command = [sys.executable, "-m", "orogxo.cli", "sandbox", "--oro-port", "0", "--gxo-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = process.stdout.readline()
        url = told.rpartition(" ")[2].strip()
        oro = OroClient(url, "id", "secret")
        assert oro.capabilities().order_status
        oro.close()
        process.terminate()
        assert process.wait(timeout=60) == 0


def test_a_worker_that_runs_again_and_again_ends_in_good_order(settings: Path) -> None:
    command = [sys.executable, "-m", "orogxo.cli", "run", "--config", str(settings), "--every", "0.05"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        process.terminate()
        assert process.wait(timeout=60) == 0
    assert ["release" in line for line in lines] == [True, False, True, False]


def test_the_demo_ends_with_books_that_agree(tmp_path: Path) -> None:
    shown = orogxo("demo", "--orders", "90", "--folder", str(tmp_path / "demo"))
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "The twin's own books agree" in shown.stdout
    assert (tmp_path / "demo" / "orogxo.db").exists()
    assert "Traceback" not in shown.stderr + shown.stdout
