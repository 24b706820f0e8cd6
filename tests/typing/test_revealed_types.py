"""The types that users get: mypy runs over small files, and what it reveals is compared line by line."""

import re
from pathlib import Path

import pytest

mypy = pytest.importorskip("mypy.api")

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


@pytest.fixture(scope="module")
def told():
    """mypy's messages by file and line, of one run over all files."""
    files = sorted(str(one) for one in HERE.glob("oro_*.py"))
    config = ["--config-file", str(ROOT / "pyproject.toml"), "--no-error-summary", "--no-pretty"]
    out, failed, _ = mypy.run([*config, "--show-error-codes", "--hide-error-context", *files])
    assert not failed, failed
    found: dict[str, dict[int, list[str]]] = {}
    for line in out.splitlines():
        place = re.match(r"(.+?):(\d+): (?:note|error): (.*)", line)
        assert place, line
        found.setdefault(Path(place[1]).name, {}).setdefault(int(place[2]), []).append(place[3])
    return found


def expected(name):
    lines = (HERE / name).read_text("utf-8").splitlines()
    return {at: line.partition("  # ")[2] for at, line in enumerate(lines, start=1) if "  # " in line}


def plain(revealed):
    """The type alone, without what differs between releases of mypy."""
    kind = re.fullmatch(r'Revealed type is "(.*)"', revealed)
    assert kind, revealed
    return re.sub(r"\bbuiltins\.|[?*]", "", kind[1]).replace("typing.Any", "Any")


@pytest.mark.parametrize("name", ["oro_sync.py", "oro_async.py"])
def test_what_is_revealed(told, name):
    wanted = expected(name)
    assert len(wanted) >= 9
    found = {at: [plain(one) for one in messages] for at, messages in told[name].items()}
    assert found == {at: [kind] for at, kind in wanted.items()}


def test_mistakes_are_found(told):
    found = {at: messages[0] for at, messages in told["oro_wrong.py"].items()}
    wanted = expected("oro_wrong.py")
    assert set(found) == set(wanted)
    assert {at: found[at].rpartition("  ")[2] for at in found} == wanted
