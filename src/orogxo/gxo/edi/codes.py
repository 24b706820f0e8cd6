"""Default code tables of the X12 profile: what a site's code means, and which code our word becomes.

Only codes that orogxo reads or writes, described in our own words. Every table can be replaced per site.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from orogxo.errors import ConfigError

ORDER_CODES: Mapping[str, str] = {"new": "N", "change": "R", "cancel": "F"}
"""What becomes of an order to W0501 (e473)."""

OUTCOMES: Mapping[str, str] = {
    "CC": "shipped_complete", "CL": "shipped_complete",
    "CP": "short_closed", "BP": "short_backordered",
    "BO": "backordered", "BK": "backordered", "BM": "backordered",
    "CS": "substituted", "IS": "substituted",
    "CM": "over_shipped", "CE": "over_shipped",
    "CU": "cancelled", "IC": "cancelled", "DE": "cancelled",
    "DS": "out_of_stock", "PH": "held",
}  # fmt: skip
"""W1201 (e368) to what became of the line. CP closes the rest, BP keeps it open."""

OUTCOME_WORDS = frozenset(OUTCOMES.values())

LINE_REASONS: Mapping[str, str] = {
    "01": "out_of_stock", "08": "out_of_stock", "13": "out_of_stock", "20": "out_of_stock",
    "23": "out_of_stock", "07": "inventory_discrepancy", "04": "on_hold",
    "02": "capacity_cut", "14": "capacity_cut", "15": "capacity_cut", "16": "capacity_cut",
    "09": "substituted", "17": "discontinued_or_withdrawn", "24": "discontinued_or_withdrawn",
    "11": "loading_error", "10": "carrier_or_diversion", "12": "carrier_or_diversion",
    "03": "order_discrepancy", "05": "order_discrepancy", "06": "order_discrepancy",
    "25": "order_discrepancy",
    "21": "other", "22": "other", "26": "other", "ZZ": "other",
}  # fmt: skip
"""W1219 (e892) to why a line was not shipped as ordered."""

CONDITIONS: Mapping[str, str] = {
    "01": "damaged", "02": "short", "03": "over", "04": "quality", "05": "wrong_item",
    "06": "non_standard_container", "07": "good", "08": "rejected", "09": "hold", "10": "scrapped",
    "11": "other", "12": "over_returned", "13": "unannounced_not_processed",
    "14": "unannounced_processed", "16": "not_received",
}  # fmt: skip
"""W1303 (e412) to how received goods were."""


@frozen
class Adjustment:
    """What one W1901 code means: canonical reason, and either a direction or a transfer.

    `direction` -1 lowers stock by nature, +1 raises it, 0 tells nothing. `from_status` and `to_status` are
    set for a move between two statuses, which has no direction; they differ, else ConfigError.
    """

    reason: str
    direction: int = 0
    from_status: str = ""
    to_status: str = ""

    def __attrs_post_init__(self) -> None:
        if self.is_transfer and (self.from_status == self.to_status or self.direction):
            ways = f"{self.from_status!r} to {self.to_status!r}"
            raise ConfigError(f"x12.adjustments: a move from {ways} with direction {self.direction} is none")

    @property
    def is_transfer(self) -> bool:
        """Whether goods only change their status."""
        return bool(self.from_status or self.to_status)


_LOWERS = {
    "03": "shipment_correction", "04": "receipt_correction", "06": "count", "07": "destroyed",
    "AI": "destroyed", "AU": "damage", "AV": "damage", "AW": "recall", "AX": "expiry", "CD": "donation",
}  # fmt: skip
_RAISES = {"51": "found", "53": "shipment_correction", "54": "receipt_correction", "56": "count"}
_EITHER = {
    "52": "other", "AA": "count", "AB": "other", "AC": "other", "AD": "other", "AE": "relabel",
    "AF": "relabel", "AG": "ownership", "AH": "other", "AK": "transfer", "AN": "relabel", "AP": "other",
    "AR": "shipment_correction", "AS": "other", "AT": "relabel", "AY": "receipt_correction", "BA": "other",
    "BM": "other", "CO": "ownership", "TC": "other",
}  # fmt: skip

ADJUSTMENTS: Mapping[str, Adjustment] = {
    "05": Adjustment("hold", from_status="available", to_status="hold"),
    "55": Adjustment("release", from_status="hold", to_status="available"),
    "08": Adjustment("hold", from_status="available", to_status="quarantine"),
    "88": Adjustment("release", from_status="quarantine", to_status="available"),
    **{code: Adjustment(reason, -1) for code, reason in _LOWERS.items()},
    **{code: Adjustment(reason, +1) for code, reason in _RAISES.items()},
    **{code: Adjustment(reason) for code, reason in _EITHER.items()},
}
"""W1901 (e181) to why stock changed, and which way."""

STOCK_STATUSES: Mapping[str, str] = {"33": "available", "QA": "available", "QH": "hold", "17": "on_hand"}
"""QTY01 (e673) of an 846 to a stock status. `on_hand` is a total that holds the others."""

DISPOSITIONS: Mapping[str, str] = {
    "restock": "RA", "quarantine": "RP", "repair": "RF", "return_to_vendor": "CR", "destroy": "DI",
    "donate": "SC",
}  # fmt: skip
"""What we ask for to RDR01 (e1292)."""

DISPOSED: Mapping[str, str] = {
    "RP": "quarantine", "RF": "repair", "KR": "repair", "MW": "repair", "CR": "return_to_vendor",
    "DI": "destroy", "SD": "destroy", "SC": "donate",
}  # fmt: skip
"""RDR01 to what was done. RA is missing on purpose: it says that goods came back under an authorisation, not
that they may be sold again. A site that means "restocked" by it says so in its profile."""

RETURN_REASONS: Mapping[str, str] = {
    "expired": "BC", "customer_error": "CO", "damaged": "DA", "discontinued": "DI", "defective": "DR",
    "defective_packaging": "DP", "damaged_in_transit": "DT", "excess": "EI", "not_as_expected": "NA",
    "price_error": "PE", "poor_fit": "PF", "recall": "RE", "spoiled": "PS", "poor_workmanship": "PW",
    "wrong_goods": "WG",
}  # fmt: skip
"""Why goods come back to RDR02 (e1293)."""

UNITS: Mapping[str, str] = {
    "EA": "EA", "C62": "EA", "H87": "PC", "CS": "CA", "CT": "CT", "PK": "PK", "BX": "BX", "DZN": "DZ",
    "PX": "PL", "SET": "SE", "PR": "PR", "RO": "RL", "KGM": "KG", "GRM": "GR", "LBR": "LB", "ONZ": "OZ",
    "MTR": "MR", "FOT": "FT", "LTR": "LT", "GLL": "GA", "FTQ": "CF", "MTQ": "CR", "INH": "IN", "CMT": "CM",
}  # fmt: skip
"""UN/ECE Rec 20 and 21 to X12 e355."""

UNITS_READ: Mapping[str, str] = {
    **{x12: rec20 for rec20, x12 in UNITS.items() if rec20 != "C62"}, "CS": "CS", "PF": "PF",
}  # fmt: skip
"""X12 e355 to Rec 20 and 21. CA and CS are both read as a case: X12 tells them apart, sites do not."""

REFERENCES: Mapping[str, str] = {
    "web_order": "CO", "po": "PO", "customer": "11", "line": "LI", "lot": "LT", "serial": "SE",
    "licence_plate": "LV", "rma": "RZ", "container": "OC",
}  # fmt: skip
"""What a reference is to N901 (e128)."""

REPLACEMENTS: Mapping[str, str] = {
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l",
    "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "\u0131": "i",
    **dict.fromkeys("\u2018\u2019\u201a", "'"),  # single quotation marks, the apostrophe among them
    **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),  # double quotation marks
    **dict.fromkeys("\u2010\u2011\u2013\u2014", "-"),  # hyphens and dashes
    "\u2026": "...",
}  # fmt: skip
"""Characters of texts for people and what is written instead; letters with accents need no entry."""
