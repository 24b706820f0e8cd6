"""Names and lengths of the elements that orogxo writes, as releases 004010 and 005010 have them."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen


@frozen
class Limit:
    """What one element may hold: text (AN), a number whose digits count (R), or a date CCYYMMDD (DT)."""

    name: str
    kind: str
    shortest: int
    longest: int
    mandatory: bool


_ROWS = """
W05: status AN 1/1!, order number AN 1/22!, PO number AN 1/22
W66: payment AN 2/2!, transport mode AN 1/2!, - AN 1/1, - AN 2/2, routing AN 1/35, - AN 2/2, - AN 1/30, \
     - AN 1/1, - R 1/15, SCAC AN 2/4
W01: quantity R 1/15!, unit AN 2/2!, - AN 12/12, qualifier AN 2/2!, SKU AN 1/48!
W76: total quantity R 1/15!
W06: reporting code AN 1/1!, order number AN 1/22!, shipping date DT 8/8!, shipment number AN 1/30
W27: transport mode AN 1/2!, SCAC AN 2/4, routing AN 1/35, - AN 2/2, - AN 2/2, equipment initial AN 1/4, \
     equipment number AN 1/10
W04: quantity R 1/10!, unit AN 2/2!, - AN 12/12, qualifier AN 2/2!, SKU AN 1/48!
W03: total quantity R 1/10!
N1: entity AN 2/3!, name AN 1/60, qualifier AN 1/2, code AN 2/80
N2: second name AN 1/60!
N3: address line AN 1/55!, address line AN 1/55
N4: city AN 2/30, state AN 2/2, postal code AN 3/15, country AN 2/3
N9: qualifier AN 2/3!, reference AN 1/30!, description AN 1/45
PER: function AN 2/2!, name AN 1/60, qualifier AN 2/2, telephone AN 1/80
G62: qualifier AN 2/2!, date DT 8/8!
NTE: kind AN 3/3, note AN 1/80!
LX: number R 1/6!
BGN: purpose AN 2/2!, RMA number AN 1/30!, date DT 8/8!
PRF: PO number AN 1/22!
BLI: qualifier AN 2/2!, SKU AN 1/48!, quantity R 1/15!, unit AN 2/2!
RDR: disposition AN 2/2, reason AN 2/2
AK1: functional id AN 2/2!, group control number R 1/9!
AK2: document AN 3/3!, control number AN 4/9!
AK3: segment id AN 2/3!, segment position R 1/6!, loop AN 1/6, error AN 1/3
AK4: element position AN 1/10!, data element R 1/4, error AN 1/3!, copy AN 1/99
AK5: verdict AN 1/1!, error AN 1/3, error AN 1/3, error AN 1/3, error AN 1/3, error AN 1/3
AK9: verdict AN 1/1!, included R 1/6!, received R 1/6!, accepted R 1/6!, error AN 1/3, error AN 1/3, \
     error AN 1/3, error AN 1/3, error AN 1/3
"""
"""Contract x12, section 2.3; `!` marks what must be there. PER and BLI are not in it: their elements have the
lengths of their data elements (e93, e364, e235, e234, e380, e355)."""

_IN_5010 = """
AK1: functional id AN 2/2!, group control number R 1/9!, version AN 1/12
AK2: document AN 3/3!, control number AN 4/9!, version AN 1/35
AK3: segment id AN 2/3!, segment position R 1/10!, loop AN 1/4, error AN 1/3
N9: qualifier AN 2/3!, reference AN 1/50!, description AN 1/45
PER: function AN 2/2!, name AN 1/60, qualifier AN 2/2, telephone AN 1/256
W27: transport mode AN 1/2!, SCAC AN 2/4, routing AN 1/35, - AN 2/2, - AN 2/2, equipment initial AN 1/4, \
     equipment number AN 1/15
BGN: purpose AN 2/2!, RMA number AN 1/50!, date DT 8/8!
"""


def _limit(text: str) -> Limit:
    name, kind, lengths = text.strip().rstrip("!").rsplit(maxsplit=2)
    shortest, longest = lengths.split("/")
    return Limit(name, kind, int(shortest), int(longest), text.endswith("!"))


def _table(rows: str) -> dict[str, tuple[Limit, ...]]:
    pairs = (row.split(": ") for row in rows.replace("\\\n", "").strip().splitlines())
    return {segment: tuple(map(_limit, cells.split(","))) for segment, cells in pairs}


_IN_4010 = _table(_ROWS)

LIMITS: Mapping[str, Mapping[str, tuple[Limit, ...]]] = {
    "004010": _IN_4010,
    "005010": {**_IN_4010, **_table(_IN_5010)},
}
"""By release and segment: the limits of elements 1, 2, 3, ..."""

IK = {"IK3": "AK3", "IK4": "AK4", "IK5": "AK5"}
"""A 999 names these segments IK; their elements are those of the 997 (contract x12, section 2.5)."""
