"""Both drops keep the same promises: the local folder, and a real SFTP server on loopback."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from orogxo.errors import AuthenticationError, NotSent, ReplyLost
from orogxo.gxo.edi.exchange import Arrival, FileDrop, is_temporary
from orogxo.gxo.edi.folder import FolderDrop
from orogxo.gxo.edi.sftp import SftpDrop
from orogxo.sandbox.sftp import PASSWORD, USER, ServedFiles, serve_files

FOLDERS = ("outbox", "inbox", "archive", "staging")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    for name in FOLDERS:
        (folder / name).mkdir(parents=True)
    return folder


@pytest.fixture
def served(root: Path, tmp_path: Path) -> Iterator[ServedFiles]:
    logging.getLogger("paramiko").setLevel(logging.CRITICAL)
    with serve_files(root, tmp_path) as running:
        yield running


def an_sftp_drop(served: ServedFiles, password: str = PASSWORD) -> SftpDrop:
    return SftpDrop(
        "127.0.0.1",
        port=served.port,
        user=USER,
        password=password,
        known_hosts=served.known_hosts,
        timeout=10,
    )


@pytest.fixture(params=["folder", "sftp"])
def drop(request: pytest.FixtureRequest, root: Path) -> Iterator[FileDrop]:
    made: FileDrop
    made = FolderDrop(root) if request.param == "folder" else an_sftp_drop(request.getfixturevalue("served"))
    yield made
    made.close()


def names(root: Path, folder: str) -> list[str]:
    return sorted(path.name for path in (root / folder).iterdir())


def test_a_file_leaves_whole_by_one_rename(drop: FileDrop, root: Path) -> None:
    drop.stage("940-1.x12", b"ISA" * 200_000)
    assert not drop.has_left("940-1.x12")
    assert (names(root, "outbox"), names(root, "staging")) == ([], ["940-1.x12"])
    assert drop.publish("940-1.x12")
    assert (root / "outbox/940-1.x12").read_bytes() == b"ISA" * 200_000
    assert drop.has_left("940-1.x12")
    assert not drop.publish("940-1.x12"), "it left before"


def test_staging_again_replaces(drop: FileDrop, root: Path) -> None:
    drop.stage("a", b"a longer first")
    drop.stage("a", b"second")
    drop.publish("a")
    assert (root / "outbox/a").read_bytes() == b"second"


def test_what_was_withdrawn_can_not_leave_and_is_kept(drop: FileDrop, root: Path) -> None:
    drop.stage("a", b"first")
    assert drop.withdraw("a")
    assert drop.withdraw("a"), "it is aside"
    assert not drop.publish("a")
    assert not drop.has_left("a")
    assert (names(root, "outbox"), names(root, "staging")) == ([], ["withdrawn.a"])


def test_what_left_can_not_be_withdrawn(drop: FileDrop, root: Path) -> None:
    drop.stage("a", b"first")
    drop.publish("a")
    assert not drop.withdraw("a")
    assert names(root, "outbox") == ["a"]


def test_unfinished_and_odd_files_do_not_arrive(drop: FileDrop, root: Path) -> None:
    inbox = root / "inbox"
    for name in ("b.x12", "a.x12", ".a.x12", "c.x12.part", "d.TMP", "~e", "f.filepart"):
        (inbox / name).write_bytes(b"123")
    (inbox / "folder").mkdir()
    (inbox / "link").symlink_to("/etc/hostname")
    assert list(drop.arrivals()) == [Arrival("a.x12", 3), Arrival("b.x12", 3)]


def test_reading_and_archiving_overwrite_nothing(drop: FileDrop, root: Path) -> None:
    for content in (b"first", b"second", b"third"):
        (root / "inbox/a.x12").write_bytes(content)
        assert drop.read("a.x12") == content
        drop.archive("a.x12", "again")
    assert names(root, "archive") == ["a.x12", "again-2.a.x12", "again.a.x12"]
    assert drop.read("a.x12") is None
    drop.archive("a.x12", "again")
    assert len(names(root, "archive")) == 3


def test_a_missing_folder_is_told_as_nothing_sent(root: Path, drop: FileDrop) -> None:
    (root / "staging").rmdir()
    with pytest.raises(NotSent, match=r"stage a"):
        drop.stage("a", b"1")


def test_a_missing_outbox_is_no_proof_that_the_file_left(root: Path, drop: FileDrop) -> None:
    drop.stage("a", b"1")
    (root / "outbox").rmdir()
    with pytest.raises(NotSent, match="publish a"):
        drop.publish("a")
    assert not drop.has_left("a")
    (root / "outbox").mkdir()
    assert drop.publish("a")


def test_a_rename_that_failed_after_the_file_went_is_unknown(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop = FolderDrop(root)
    drop.stage("a", b"1")

    def fails(_: int) -> None:
        raise OSError(5, "input/output error")

    monkeypatch.setattr("os.fsync", fails)
    with pytest.raises(ReplyLost, match="cannot publish a"):
        drop.publish("a")
    assert drop.has_left("a")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotSent, match="make the folders"):
        FolderDrop(tmp_path / "file")


def test_an_unknown_host_key_is_refused(served: ServedFiles, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_text("")
    drop = SftpDrop("127.0.0.1", port=served.port, user=USER, password=PASSWORD, known_hosts=empty)
    with pytest.raises(NotSent, match="no connection"):
        drop.arrivals()


def test_a_wrong_password_is_fatal_and_never_shown(served: ServedFiles) -> None:
    drop = an_sftp_drop(served, "wrong-sesame")
    with pytest.raises(AuthenticationError, match="refuses user 'acme'") as caught:
        drop.arrivals()
    assert "sesame" not in repr(drop) + str(caught.value) + repr(vars(drop))


def test_exactly_one_proof_of_who_we_are() -> None:
    with pytest.raises(ValueError, match="either password or key_file"):
        SftpDrop("h", user="u", known_hosts="k")


def test_a_connection_that_broke_is_opened_anew(served: ServedFiles, root: Path) -> None:
    drop = an_sftp_drop(served)
    drop.stage("a", b"1")
    served.cut()
    for _ in range(2):
        with suppress(NotSent, ReplyLost):
            drop.publish("a")
    assert drop.has_left("a")
    assert names(root, "outbox") == ["a"]
    drop.close()


@pytest.mark.parametrize("name", [".x", "x.part", "x.TMP", "~x", "x.writing"])
def test_temporary_names(name: str) -> None:
    assert is_temporary(name)
    assert not is_temporary("945.x12")
