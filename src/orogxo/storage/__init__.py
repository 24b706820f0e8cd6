"""Where fulfilments, commands, the journal, exceptions and stock live: in memory, or in one SQLite file."""

from orogxo.storage.memory import MemoryStore
from orogxo.storage.sqlite import SQLiteStore

__all__ = ["MemoryStore", "SQLiteStore"]
