"""What every store must do, as a pytest suite: prove your own store with it.

from orogxo.testing.store_contract import StoreContract

class TestMyStore(StoreContract):
    def make_store(self):
        return MyStore(an_empty_database())

    def reopen(self, store):  # only if the rows outlive the object
        store.close()
        return MyStore(the_same_database())
"""

from orogxo.testing.store_contract.commands import CommandContract
from orogxo.testing.store_contract.fulfilments import FulfilmentContract
from orogxo.testing.store_contract.journal import JournalContract
from orogxo.testing.store_contract.leases import LeaseContract
from orogxo.testing.store_contract.others import CursorContract, ExceptionContract
from orogxo.testing.store_contract.stock_claims import ClaimContract
from orogxo.testing.store_contract.stock_levels import DemandContract, LevelContract
from orogxo.testing.store_contract.stock_movements import MovementContract
from orogxo.testing.store_contract.stock_snapshots import SnapshotContract
from orogxo.testing.store_contract.transactions import TransactionContract

__all__ = ["StoreContract"]


class StoreContract(
    FulfilmentContract,
    CommandContract,
    LeaseContract,
    JournalContract,
    ExceptionContract,
    CursorContract,
    SnapshotContract,
    MovementContract,
    ClaimContract,
    LevelContract,
    DemandContract,
    TransactionContract,
):
    """Inherit, override `make_store` (and `reopen` for a durable store), run pytest."""
