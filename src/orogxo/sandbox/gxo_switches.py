"""What people at the warehouse do besides orders: take goods in, look at returned ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from orogxo.sandbox.gxo_goods import Goods


class GxoSwitches:
    """The part of `Twin` that concerns inbounds and returns."""

    _goods: Goods
    _lock: AbstractContextManager[Any]

    def receive(
        self,
        ref: str,
        quantities: Mapping[str, Any] | None = None,
        *,
        damaged: Mapping[str, Any] | None = None,
        closed: bool = True,
    ) -> str:
        """Take an inbound in; the receipt reference.

        `quantities` and `damaged`: line reference to quantity in the uom that was announced; None is all, and
        nothing damaged. `closed` False: more of it comes.
        """
        with self._lock:
            return self._goods.receive(ref, quantities, damaged or {}, closed=closed)

    def inspect(self, rma: str, outcomes: Sequence[Mapping[str, Any]]) -> None:
        """Say what became of returned goods, as the gateway's own `outcome` rows."""
        with self._lock:
            self._goods.inspect(rma, outcomes)
