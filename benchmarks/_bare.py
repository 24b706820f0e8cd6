"""The least that anybody must do to learn what a snapshot changed, in plain Python and SQLite.

Parse the pages exactly, make tuples, put them into a table, compare it both ways with `EXCEPT` and apply the
difference. The settings of the connection are those of `SQLiteStore`. Nothing is checked: no name that comes
twice, no page of another snapshot, no unknown unit, no row that is met twice, no death half-way.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

COLUMNS = "sku TEXT, status TEXT, site TEXT, lot TEXT, expiry TEXT, unit TEXT, amount TEXT"
KEY = "sku, status, site, lot, expiry, unit"
OPEN = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -32768",
    f"CREATE TABLE IF NOT EXISTS figures ({COLUMNS}, PRIMARY KEY ({KEY})) WITHOUT ROWID",
    f"CREATE TABLE IF NOT EXISTS staged ({COLUMNS})",
)
STAGE = "INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?)"
APPLY = (
    "CREATE TEMP TABLE gone AS SELECT * FROM figures EXCEPT SELECT * FROM staged",
    "CREATE TEMP TABLE came AS SELECT * FROM staged EXCEPT SELECT * FROM figures",
    f"DELETE FROM figures WHERE ({KEY}) IN (SELECT {KEY} FROM gone)",
    "INSERT INTO figures SELECT * FROM came",
    "DELETE FROM staged",
)


def take_in(database: Path, pages: Iterable[bytes]) -> int:
    """Read these pages into `database`; how many rows are new or other than before."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for sql in OPEN:
            connection.execute(sql)
        for page in pages:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(STAGE, _tuples(json.loads(page, parse_float=Decimal)))
            connection.execute("COMMIT")
        connection.execute("BEGIN IMMEDIATE")
        for sql in APPLY:
            connection.execute(sql)
        [(came,)] = connection.execute("SELECT COUNT(*) FROM came")
        connection.execute("COMMIT")
        return int(came)


def _tuples(page: dict[str, list[dict[str, dict[str, str]]]]) -> Iterator[tuple[object, ...]]:
    for row in page["rows"]:
        quantity = row["qty"]
        yield (
            row["sku"],
            row["status"],
            row["site_id"] or "",
            row["lot"] or "",
            row["expiry"] or "",
            quantity["uom"],
            quantity["value"],
        )
