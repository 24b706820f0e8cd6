"""Runs every code block of README and docs: Python is executed, TOML is read as settings."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

from orogxo import Config

ROOT = Path(__file__).parent
NAMED = {
    "units.toml": '[skus."WIDGET-001"]\nbase = "each"\ncase = 12\n',
    "northgate.toml": '[exchange]\nsender = "ACME"\nreceiver = "NORTHGATE"\n',
    "northgate-items.txt": "WIDGET-001\n",
    "flat.toml": (ROOT / "src" / "orogxo" / "gxo" / "sites" / "flat_sample.toml").read_text("utf-8"),
    "known_hosts": "",
    "id_ed25519": "",
}
"""Files that settings in the documents name, by their names there."""


def read_settings(example: Example) -> None:
    """A TOML block must be settings that `Config` accepts, in a folder that has what they name."""
    folder = Path(tempfile.mkdtemp(prefix="orogxo-docs-"))
    for name, text in NAMED.items():
        (folder / name).write_text(text, "utf-8")
    for name in ("northgate", "drop"):
        (folder / name).mkdir()
    environ = {"OROGXO_ORO_CLIENT_SECRET": "x", "OROGXO_GXO_CLIENT_SECRET": "y"}
    Config.from_text(example.parsed, environ=environ, folder=folder)


def in_new_folder(namespace: dict[str, object]) -> None:
    """Blocks may write files; each document gets a folder of its own."""
    namespace["_home"] = Path.cwd()
    os.chdir(tempfile.mkdtemp(prefix="orogxo-docs-"))


def back_home(namespace: dict[str, object]) -> None:
    """Leave things as they were."""
    os.chdir(str(namespace["_home"]))


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), CodeBlockParser("toml", read_settings), SkipParser()],
    patterns=["README.md", "docs/**/*.md"],
    path=str(ROOT),
    setup=in_new_folder,
    teardown=back_home,
).pytest()
