"""`orogxo edi`: what people see of a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from orogxo.cli import build
from orogxo.errors import ConfigError
from orogxo.gxo.edi import x12
from orogxo.gxo.edi.documents import read_997
from support.files import FilesWorld


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A 945 as the site writes it."""
    world = FilesWorld.new(tmp_path)
    world.place()
    world.run()
    world.ship()
    return next((tmp_path / "inbox").glob("945-*"))


def called(*words: object) -> int:
    return int(build()([str(word) for word in words], result_action="return_value"))


def test_show(shipped: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped.write_bytes(shipped.read_bytes().replace(b"GXO-LEEDS", b"GXO\tLEEDS"))
    assert called("edi", "show", shipped) == 0
    told = capsys.readouterr().out
    assert "interchange from GXOLEEDS to ACME, control number 000000002, production" in told
    assert "document 945, control number 0001" in told
    assert "N1  WH  GXO  92  GXO?LEEDS" in told
    assert "X12_TAB_IN_DATA" in told


def test_check_says_what_can_be_used(shipped: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called("edi", "check", shipped) == 0
    assert "document 945 0001: can be used\n1 interchanges, 0 errors, 0 warnings" in capsys.readouterr().out


def test_check_by_the_sites_profile(
    shipped: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    profile = tmp_path / "site.toml"
    profile.write_text('[x12.outcomes]\nSH = "shipped_complete"\n', "utf-8")
    shipped.write_bytes(shipped.read_bytes().replace(b"W12*CC", b"W12*SH"))
    assert called("edi", "check", shipped) == 1
    assert "CODE_UNMAPPED" in capsys.readouterr().out
    assert called("edi", "check", shipped, "--profile", profile) == 0
    assert "CODE_UNMAPPED" not in capsys.readouterr().out


def test_check_fails_for_what_cannot_be_used(shipped: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped.write_bytes(shipped.read_bytes().replace(b"W06*F", b"W09*F"))
    assert called("edi", "check", shipped) == 1
    assert "document 945 0001: cannot be used\nerror: SEGMENT_MISSING" in capsys.readouterr().out


def test_check_names_documents_that_it_cannot_read(shipped: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped.write_bytes(shipped.read_bytes().replace(b"ST*945", b"ST*856"))
    called("edi", "check", shipped)
    assert "document 856 0001: its envelope only was checked" in capsys.readouterr().out


def test_ack(shipped: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert called("edi", "ack", shipped) == 0
    (answer,), findings = x12.parse(capsys.readouterr().out)
    assert (answer.sender, answer.receiver, findings) == ("ACME", "GXOLEEDS", ())
    (document,) = answer.transactions
    ((receipt,), _) = read_997(document)
    assert (receipt.functional_id, receipt.control, receipt.verdict) == ("SW", "2", "A")
    out = tmp_path / "997.x12"
    assert called("edi", "ack", shipped, "--out", out, "--control", "17") == 0
    assert b"*000000017*" in out.read_bytes()
    with pytest.raises(FileExistsError):
        called("edi", "ack", shipped, "--out", out)
    with pytest.raises(ConfigError, match="nothing that a 997 answers"):
        called("edi", "ack", out)
