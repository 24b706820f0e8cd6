"""The X12 documents that a depositor and a warehouse trade, as values of `orogxo.model`.

Writers are strict: they take a model value and an `X12Profile` and return one `x12.Transaction` for
`envelope.wrap`, or raise X12Error with every problem at once.

Readers are tolerant and drop nothing: they take a transaction and return `values, findings`. A document that
cannot be understood as a whole is a `Quarantined` value with the raw transaction and the reasons. Give
readers `Known`, so that an order, line or SKU that is not ours is seen.
"""

from orogxo.gxo.edi.documents._reading import Known, Quarantined, Read
from orogxo.gxo.edi.documents.acknowledgements import (
    ElementError,
    GroupReceipt,
    SegmentError,
    SetReceipt,
    acknowledge,
    read_997,
    read_999,
    write_997,
    write_999,
)
from orogxo.gxo.edi.documents.inbound import read_944, write_943
from orogxo.gxo.edi.documents.movements import read_947
from orogxo.gxo.edi.documents.orders import Purpose, write_940
from orogxo.gxo.edi.documents.returns import read_180, write_180
from orogxo.gxo.edi.documents.shipments import read_945
from orogxo.gxo.edi.documents.stock import read_846

__all__ = [
    # orders and shipments
    "Purpose", "write_940", "read_945",
    # inbound
    "write_943", "read_944",
    # stock
    "read_846", "read_947",
    # returns
    "write_180", "read_180",
    # acknowledgements
    "ElementError", "GroupReceipt", "SegmentError", "SetReceipt", "acknowledge",
    "write_997", "read_997", "write_999", "read_999",
    # what readers compare with, and what they keep back
    "Known", "Quarantined", "Read",
]  # fmt: skip
