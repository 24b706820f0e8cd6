"""Domain values: immutable, exact, and free of any system's spelling."""

from orogxo.model.exceptions import ExceptionItem, Owner, Waiver
from orogxo.model.fulfilment import (
    Acknowledgement,
    Answer,
    CancelAnswer,
    CarrierService,
    Fulfilment,
    FulfilmentLine,
    FulfilmentRequest,
    LineLedger,
    Package,
    PackageLine,
    Shipment,
    ShipmentLine,
    State,
    Substitute,
)
from orogxo.model.inbound import InboundAdvice, InboundLine, Receipt, ReceiptLine, ReceivedCondition
from orogxo.model.inventory import StockMovement, StockRow, StockSnapshot
from orogxo.model.orders import (
    KitComponent,
    Order,
    OrderHeadline,
    OrderLine,
    Product,
    ProductUnit,
    Tracking,
    UnreadableOrder,
)
from orogxo.model.parties import Address, Organisation
from orogxo.model.quantities import Exact, Quantity, as_decimal, exact, plain
from orogxo.model.returns import ReturnAdvice, ReturnLine, ReturnOutcome, ReturnReceipt
from orogxo.model.stock import (
    Claim,
    DueSku,
    InventoryLevel,
    Left,
    LevelChange,
    OrderNews,
    SellingTerms,
    SnapshotMark,
    StockDoubt,
)
from orogxo.model.work import Command, CommandState, JournalEntry, Pause

__all__ = [
    # quantities
    "Exact", "Quantity", "as_decimal", "exact", "plain",
    # parties
    "Address", "Organisation",
    # orders
    "KitComponent", "Order", "OrderHeadline", "OrderLine", "Product", "ProductUnit", "Tracking",
    "UnreadableOrder",
    # fulfilment
    "Acknowledgement", "Answer", "CancelAnswer", "CarrierService", "Fulfilment", "FulfilmentLine",
    "FulfilmentRequest", "LineLedger", "Package", "PackageLine", "Shipment", "ShipmentLine", "State",
    "Substitute",
    # stock
    "StockMovement", "StockRow", "StockSnapshot", "SnapshotMark", "StockDoubt", "OrderNews", "Claim", "Left",
    "InventoryLevel", "LevelChange", "SellingTerms", "DueSku",
    # inbound
    "InboundAdvice", "InboundLine", "Receipt", "ReceiptLine", "ReceivedCondition",
    # returns
    "ReturnAdvice", "ReturnLine", "ReturnOutcome", "ReturnReceipt",
    # exceptions
    "ExceptionItem", "Owner", "Waiver",
    # durable work
    "Command", "CommandState", "JournalEntry", "Pause",
]  # fmt: skip
