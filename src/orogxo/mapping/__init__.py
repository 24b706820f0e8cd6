"""Pure functions between the two worlds: units, references, carriers, addresses, lines, and the way back."""

from orogxo.mapping.addresses import X12_LIMITS, Addresses
from orogxo.mapping.carriers import Carriers
from orogxo.mapping.lines import Pick, Uoms, fulfilment_line, picks
from orogxo.mapping.organisations import Organisations
from orogxo.mapping.purchase_orders import PurchaseOrders
from orogxo.mapping.shadow import unlike
from orogxo.mapping.shipments import apply, deviations, merge, opening_ledger, trackings
from orogxo.mapping.units import UnitBook
from orogxo.mapping.violations import Violation

__all__ = [
    # tables and policies
    "Addresses", "Carriers", "Organisations", "PurchaseOrders", "UnitBook", "Uoms", "X12_LIMITS",
    # towards the warehouse
    "Pick", "fulfilment_line", "picks",
    # the way back
    "apply", "deviations", "merge", "opening_ledger", "trackings", "unlike",
    # problems
    "Violation",
]  # fmt: skip
