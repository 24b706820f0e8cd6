"""Opening an SQLite store: settings, the schema and its versions."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from orogxo.errors import ConfigError, Disposition, SchemaOutdated, StoreError
from orogxo.storage import SQLiteStore, _sqlite_schema
from orogxo.storage._sqlite_schema import migrate, migrations, statements


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orogxo.db"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    store = SQLiteStore(path, busy_timeout=0)
    yield store
    store.close()


def set_cursor(store: SQLiteStore, value: str) -> None:
    with store.transaction() as tx:
        tx.set_cursor("orders", value)


def cursor(store: SQLiteStore) -> str:
    with store.transaction() as tx:
        return tx.cursor("orders")


def test_commits_are_durable(store: SQLiteStore) -> None:
    settings = {
        name: store._live().execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_only_the_owner_may_read_new_files(store: SQLiteStore, path: Path) -> None:
    set_cursor(store, "1")
    files = [path, *path.parent.glob("orogxo.db-*")]
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_mode_that_somebody_chose_is_kept(path: Path) -> None:
    path.touch()
    path.chmod(0o660)
    SQLiteStore(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o660


def test_another_working_directory_is_no_other_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = SQLiteStore("orogxo.db")
    assert repr(store) == f"SQLiteStore({str(tmp_path / 'orogxo.db')!r})"
    store.close()


def test_empty_path_is_refused() -> None:
    with pytest.raises(ConfigError, match="path of the SQLite store is empty"):
        SQLiteStore("")


# schema


def test_scripts_are_numbered_without_gaps() -> None:
    assert sorted(migrations()) == list(range(1, len(migrations()) + 1))


def test_new_file_has_the_newest_schema(store: SQLiteStore) -> None:
    assert store._live().execute("PRAGMA user_version").fetchone() == (max(migrations()),)
    tables = store._live().execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    strict = store._live().execute("SELECT name FROM pragma_table_list WHERE strict").fetchall()
    assert {name for (name,) in tables if not name.startswith("sqlite_")} == {name for (name,) in strict}


def test_file_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 999")
    with pytest.raises(SchemaOutdated, match="has schema 999 and this orogxo knows schemas up to") as caught:
        SQLiteStore(path)
    assert caught.value.disposition is Disposition.FATAL
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)


def test_older_file_is_brought_up_to_date(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SQLiteStore(path)
    set_cursor(store, "41")
    store.close()
    newest = max(migrations()) + 1
    later = migrations() | {newest: "CREATE TABLE later (a TEXT);\nCREATE TABLE latest (b TEXT);\n"}
    monkeypatch.setattr(_sqlite_schema, "migrations", lambda: later)
    store = SQLiteStore(path)
    assert cursor(store) == "41"
    assert store._live().execute("PRAGMA user_version").fetchone() == (newest,)
    assert store._live().execute("SELECT * FROM later, latest").fetchall() == []
    store.close()


def test_failed_migration_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = {1: "CREATE TABLE first (a TEXT);\nCREATE NONSENSE;\n"}
    monkeypatch.setattr(_sqlite_schema, "migrations", lambda: broken)
    with pytest.raises(StoreError, match="syntax error"):
        SQLiteStore(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)


def test_migration_that_another_process_did_meanwhile_is_not_repeated(path: Path) -> None:
    """The version is read once before the lock and once inside: here it changes in between."""

    class Late(sqlite3.Connection):
        def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
            if sql == "BEGIN IMMEDIATE":
                SQLiteStore(path).close()
            return super().execute(sql)

    with closing(sqlite3.connect(path, factory=Late, isolation_level=None)) as connection:
        migrate(connection, str(path))
        assert connection.execute("PRAGMA user_version").fetchone() == (max(migrations()),)
        assert not connection.in_transaction


def test_schema_runs_on_a_library_without_strict_tables() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        for _, script in sorted(migrations().items()):
            for statement in statements(script, library=(3, 36, 0)):
                connection.execute(statement)
        assert connection.execute("SELECT count(*) FROM pragma_table_list WHERE strict").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM fulfilments, stock_figures").fetchone() == (0,)


class Switching:
    """A new file that other processes are switching to WAL at this moment."""

    def __init__(self, refusals: int, code: int = sqlite3.SQLITE_BUSY) -> None:
        self.refusals = refusals
        self.code = code
        self.seen: list[str] = []

    def execute(self, sql: str) -> None:
        self.seen.append(sql)
        if sql.startswith("PRAGMA") and self.refusals:
            self.refusals -= 1
            error = sqlite3.OperationalError("refused")
            error.sqlite_errorcode = self.code
            raise error


def use_wal(connection: Switching, tries: int) -> None:
    _sqlite_schema._use_wal(connection, tries)  # type: ignore[arg-type]


def test_switch_to_wal_waits_for_others_by_the_write_lock() -> None:
    connection = Switching(refusals=2)
    use_wal(connection, 3)
    assert connection.seen == [
        *["PRAGMA journal_mode = WAL", "BEGIN IMMEDIATE", "COMMIT"] * 2,
        connection.seen[0],
    ]


@pytest.mark.parametrize(("code", "tries"), [(sqlite3.SQLITE_BUSY, 3), (sqlite3.SQLITE_IOERR, 1)])
def test_switch_to_wal_gives_up(code: int, tries: int) -> None:
    connection = Switching(refusals=99, code=code)
    with pytest.raises(sqlite3.OperationalError):
        use_wal(connection, 3)
    assert connection.seen.count("PRAGMA journal_mode = WAL") == tries
