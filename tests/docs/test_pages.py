"""Pages drawn from the code are up to date, and documents keep their promises."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = runpy.run_path(str(ROOT / "docs" / "generate.py"))["PAGES"]


@pytest.mark.parametrize("name", PAGES)
def test_generated_page_is_up_to_date(name: str) -> None:
    committed = (ROOT / "docs" / "reference" / name).read_text("utf-8")
    assert committed == PAGES[name](), "run: python docs/generate.py"


def test_every_block_of_code_has_a_runner() -> None:
    """Only Python and TOML blocks are executed; a block in any other language would not be."""
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        languages = set(re.findall(r"^```(\w+)", page.read_text("utf-8"), flags=re.MULTILINE))
        assert languages <= {"python", "toml"}, page


def test_every_relative_link_of_the_readme_leads_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / "README.md").read_text("utf-8")):
        assert (ROOT / target).exists(), target
