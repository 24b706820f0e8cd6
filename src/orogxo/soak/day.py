"""A day as a plain value: what is ordered, and everything that happens, in order.

Nothing in it is random and nothing refers to time by the clock, so a day can be shortened, printed as a test
and played again: `play(Day(...))` always tells the same story. A happening that names an order which is not
there (any more) does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from attrs import frozen

from orogxo.sandbox.faults import Action

Line: TypeAlias = tuple[str, str, str]
"""SKU, quantity, unit code."""

WRONG: Mapping[str, Mapping[str, Any]] = {
    "PO_MISSING": {"po_number": "  "},
    "PO_PLACEHOLDER": {"po_number": "N/A"},
    "SKU_UNKNOWN": {"lines": [("DELETED-1", 2, "item")]},
    "UNIT_UNMAPPED": {"lines": [("WIDGET-002", 1, "pallet")]},
    "UNIT_AMBIGUOUS": {"lines": [("ODD-333", 3, "third")]},
    "FRACTIONAL_EACH": {"lines": [("WIDGET-001", "0.3", "case")]},
    "SHIP_METHOD_UNMAPPED": {"shipping_method": "ups_9"},
    "ORGANISATION_MISSING": {"customer": None},
    "ADDRESS_INCOMPLETE": {"ship_to": {"city": "", "street": ""}},
    "FREE_FORM_LINE": {"free_form": [("Custom engraved plate", 4, "item")]},
}
"""How an order can be wrong: the code that must hold it, and what is written in it instead."""


@frozen
class Basket:
    """An order as the customer means it; `wrong` (a key of `WRONG`) spoils it until somebody corrects it."""

    name: str
    lines: tuple[Line, ...] = (("WIDGET-001", "1", "case"),)
    kits: tuple[tuple[str, int], ...] = ()
    customer: str = "Northwind Retail GmbH"
    shipping: tuple[str, str] = ("ups_3", "03")
    wrong: str = ""

    def meant(self) -> dict[str, Any]:
        """The keywords of `Twin.place_order` for the order as it should be."""
        method, kind = self.shipping
        return {
            "po_number": f"PO-{self.name}",
            "customer": self.customer,
            "lines": self.lines,
            "kits": self.kits,
            "shipping_method": method,
            "shipping_method_type": kind,
            "ship_to": None,
        }

    def written(self) -> dict[str, Any]:
        """The same as it is first written, mistakes included."""
        spoilt = dict(WRONG.get(self.wrong, {}))
        without = {"kits": ()} if {"lines", "free_form"} & spoilt.keys() else {}
        return self.meant() | without | spoilt


# People at OroCommerce ------------------------------------------------------------------------------------


@frozen
class Place:
    """An order is placed. `committed` False: its checkout is not through yet, so nobody can read it."""

    order: str
    committed: bool = True


@frozen
class Commit:
    """The checkout of an order comes through, maybe after others with a greater id."""

    order: str


@frozen
class Correct:
    """Somebody puts a wrong order right."""

    order: str


@frozen
class Edit:
    """Somebody changes an order: another PO number, or other lines as long as the warehouse has none yet."""

    order: str
    po_number: str = ""
    lines: tuple[Line, ...] = ()


@frozen
class Cancel:
    """Somebody cancels an order."""

    order: str


# The warehouse --------------------------------------------------------------------------------------------


@frozen
class Pick:
    """The site begins to pick."""

    order: str


@frozen
class Ship:
    """The site ships a share of what is open, in whole units; `final`: the rest never comes."""

    order: str
    share: str = "1"
    final: bool = False
    cancelled: bool = False
    trackings: int = 1
    carrier: str = ""


@frozen
class Reship:
    """The site corrects shipment number `shipment` by `change` units a line, or gives new trackings."""

    order: str
    shipment: int = 0
    change: int = 0
    trackings: int | None = None


@frozen
class Repeat:
    """The site tells shipment number `shipment` again; an old `version` comes out of order."""

    order: str
    shipment: int = 0
    version: int | None = None


# Time, the wire, and the workers --------------------------------------------------------------------------


@frozen
class Pass:
    """Time passes."""

    seconds: int


@frozen
class Trouble:
    """The `nth` fitting request from here on (and the `times` - 1 after it) meets a mishap."""

    action: Action
    system: str
    method: str | None = None
    path: str | None = None
    nth: int = 1
    times: int = 1
    seconds: int = 45


@frozen
class Revoke:
    """Both ends forget the tokens that they gave out."""


@frozen
class Die:
    """The worker's process is gone."""


@frozen
class Interruption:
    """Something happens at one moment of a worker's run, while that worker stands still.

    The moment is the `nth` time that it comes to `side` of something whose label starts with `what`:
    "commit", "gxo PUT", "gxo GET /v1/shipments", "oro POST", or "" for anything.
    """

    side: Literal["before", "after"]
    what: str
    nth: int
    happens: tuple[Happening, ...]


@frozen
class Run:
    """Worker number `worker` runs every flow once; it is started anew if it died."""

    worker: int
    interruptions: tuple[Interruption, ...] = ()


Happening: TypeAlias = (
    Place
    | Commit
    | Correct
    | Edit
    | Cancel
    | Pick
    | Ship
    | Reship
    | Repeat
    | Pass
    | Trouble
    | Revoke
    | Die
    | Run
)


@frozen
class Day:
    """`orders` and `happenings` at one site.

    `duplicates`: the site does everything again that it is told again; `lookup` False: it cannot be asked.
    `skews` are the seconds by which the clocks of workers 1, 2, 3 are off; `attempts` how often a client
    tries a request; `sqlite`: the store is a file instead of memory.
    """

    orders: tuple[Basket, ...]
    happenings: tuple[Happening, ...]
    seed: int = 1
    duplicates: bool = True
    lookup: bool = True
    skews: tuple[int, ...] = (0, 0, 0)
    attempts: int = 1
    sqlite: bool = False
