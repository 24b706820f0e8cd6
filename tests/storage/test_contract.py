"""The shipped contract suite, run for both stores."""

from __future__ import annotations

from pathlib import Path

import pytest

from orogxo.ports import Store
from orogxo.storage import MemoryStore, SQLiteStore
from orogxo.testing.store_contract import StoreContract


def test_no_part_of_the_contract_hides_a_test_of_another() -> None:
    names = [name for part in StoreContract.__mro__ for name in vars(part) if name.startswith("test_")]
    assert len(names) == len(set(names)) > 120


def test_host_is_told_what_to_override() -> None:
    with pytest.raises(NotImplementedError, match="make_store"):
        StoreContract().make_store()


class TestMemoryStore(StoreContract):
    def make_store(self) -> Store:
        return MemoryStore()


class TestSQLiteStoreInMemory(StoreContract):
    def make_store(self) -> Store:
        return SQLiteStore(":memory:")


class TestSQLiteStore(StoreContract):
    @pytest.fixture(autouse=True)
    def file(self, tmp_path: Path) -> None:
        self.path = tmp_path / "orogxo.db"

    def make_store(self) -> Store:
        return SQLiteStore(self.path)

    def reopen(self, store: Store) -> Store:
        store.close()
        return SQLiteStore(self.path)
