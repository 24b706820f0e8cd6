"""Several processes on one file: nobody gets the other's work, and a killed one leaves nothing half-done."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from orogxo.errors import StoreError
from orogxo.storage import SQLiteStore, sqlite
from orogxo.storage.chain import verify
from orogxo.testing.store_contract.base import command, entry, fulfilment

PREFACE = """
import os, signal, sys
from orogxo.storage import SQLiteStore
from orogxo.testing.store_contract.base import MINUTE, NOW, command, entry, fulfilment
path, name = sys.argv[1:]
"""

CLAIM_ALL = """
store = SQLiteStore(path)
print("ready", flush=True)
sys.stdin.readline()
while True:
    with store.transaction() as tx:
        taken = tx.claim("submit", now=NOW, lease=MINUTE, owner=name, limit=1)
    if not taken:
        break
    print(taken[0].key)
store.close()
"""

CREATE = """
print("ready", flush=True)
sys.stdin.readline()
store = SQLiteStore(path)
with store.transaction() as tx:
    tx.record(entry(name, "shared"))
store.close()
"""

DIE_INSIDE = """
store = SQLiteStore(path)
with store.transaction() as tx:
    tx.save(tx.fulfilment("7"))
    tx.save(fulfilment("8"))
    tx.claim("submit", now=NOW, lease=MINUTE, owner=name, limit=1)
    tx.record(entry("half"))
    tx.set_cursor("orders", "half")
    os.kill(os.getpid(), signal.SIGKILL)
"""

FORK = """
store = SQLiteStore(path)
with store.transaction() as tx:
    tx.set_cursor("parent", "1")
children = []
for number in range(2):
    child = os.fork()
    if not child:
        for round_ in range(10):
            with store.transaction() as tx:
                tx.record(entry(str(number), "shared"))
        store.close()
        os._exit(0)
    children.append(child)
for round_ in range(10):
    with store.transaction() as tx:
        tx.record(entry("parent", "shared"))
print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children])
store.close()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orogxo.db"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    with closing(SQLiteStore(path)) as store:
        yield store


def start(script: str, path: Path, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PREFACE + script, str(path), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def race(script: str, path: Path, count: int) -> list[list[str]]:
    """Run `count` processes that begin together; what each printed."""
    workers = [start(script, path, f"w{number}") for number in range(count)]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()
    printed = [worker.communicate()[0].split() for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * count
    return printed


def test_two_processes_never_claim_the_same_command(store: SQLiteStore, path: Path) -> None:
    wanted = [f"k{number}" for number in range(40)]
    with store.transaction() as tx:
        for key in wanted:
            tx.enqueue(command(key))
    taken = race(CLAIM_ALL, path, 2)
    assert Counter(key for keys in taken for key in keys) == Counter(wanted)


def test_processes_that_create_the_file_together(path: Path) -> None:
    race(CREATE, path, 4)
    with closing(SQLiteStore(path)) as store, store.transaction() as tx:
        story = tx.journal("shared")
    assert sorted(one.text for one in story) == ["w0", "w1", "w2", "w3"]
    assert verify(story) == ()


def test_kill_inside_a_transaction_leaves_the_last_commit(store: SQLiteStore, path: Path) -> None:
    with store.transaction() as tx:
        saved = tx.save(fulfilment())
        tx.enqueue(command())
        sealed = tx.record(entry("whole"))
        tx.set_cursor("orders", "whole")
    worker = start(DIE_INSIDE, path, "w1")
    worker.communicate()
    assert worker.returncode == -signal.SIGKILL
    with store.transaction() as tx:
        assert (tx.fulfilment("7"), tx.fulfilment("8")) == (saved, None)
        assert tx.command("submit:7") == command()
        assert list(tx.journal("7")) == [sealed]
        assert tx.cursor("orders") == "whole"


def test_forked_children_use_the_file_and_not_the_connection(path: Path) -> None:
    worker = start(FORK, path, "parent")
    assert worker.communicate()[0] == "[0, 0]\n"
    with closing(SQLiteStore(path)) as store, store.transaction() as tx:
        story = tx.journal("shared")
    assert Counter(one.text for one in story) == {"0": 10, "1": 10, "parent": 10}
    assert verify(story) == ()


@pytest.fixture
def fork() -> Iterator[Callable[[], None]]:
    """What a fork brings about in the child, in this process."""
    yield sqlite._leave_parents
    while sqlite._inherited:
        sqlite._inherited.pop().close()


def test_child_opens_the_file_anew(store: SQLiteStore, fork: Callable[[], None]) -> None:
    before = store._connection
    fork()
    with store.transaction() as tx:
        tx.set_cursor("orders", "child")
    assert sqlite._inherited == [before]
    assert store._connection is not before


def test_fork_inside_a_transaction_leaves_it_to_the_parent(
    store: SQLiteStore, fork: Callable[[], None]
) -> None:
    with pytest.raises(StoreError, match="has ended"), store.transaction():
        fork()
    [parent] = sqlite._inherited
    assert parent.in_transaction
    parent.execute("ROLLBACK")
    with store.transaction() as tx:
        assert tx.cursor("orders") == ""


def test_child_has_no_memory_database(fork: Callable[[], None]) -> None:
    store = SQLiteStore(":memory:")
    fork()
    with pytest.raises(StoreError, match="closed"), store.transaction():
        pass
    store.close()


def test_child_may_close_before_it_opened(path: Path, fork: Callable[[], None]) -> None:
    store = SQLiteStore(path)
    fork()
    store.close()
    with pytest.raises(StoreError, match="closed"), store.transaction():
        pass


def test_closed_store_stays_closed_in_a_child(path: Path, fork: Callable[[], None]) -> None:
    store = SQLiteStore(path)
    store.close()
    fork()
    with pytest.raises(StoreError, match="closed"), store.transaction():
        pass
    assert sqlite._inherited == []
