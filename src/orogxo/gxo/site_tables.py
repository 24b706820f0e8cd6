"""The tables of a site profile, read strictly, and what can be wrong in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal
from zoneinfo import ZoneInfo

from attrs import field, frozen
from cattrs import Converter

from orogxo.gxo.codes import Codes
from orogxo.gxo.vocabulary import LINE_REASONS, MOVEMENT_REASONS, STOCK_STATUSES

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ORDER_FIELDS = frozenset(
    {
        "ref",
        "po_number",
        "company",
        "name",
        "street",
        "street2",
        "postal_code",
        "city",
        "region",
        "country",
        "phone",
        "carrier",
        "ship_not_after",
        "notes",
        "line_ref",
        "sku",
        "quantity",
        "unit",
    }
)
TEXT_FIELDS = (ORDER_FIELDS - {"carrier", "ship_not_after", "quantity", "unit"}) | {"customer", "identifier"}
"""What has a length: the rest are codes of the site itself, figures and days."""
SHIPMENT_FIELDS = frozenset(
    {
        "shipment_ref",
        "ref",
        "line_ref",
        "sku",
        "shipped",
        "short",
        "unit",
        "reason",
        "shipped_on",
        "tracking",
        "final",
        "version",
    }
)
FIGURES = ("on_hand", "less_allocated", "less_accepted")
NEEDED = {
    "order_columns": frozenset({"ref", "line_ref", "sku", "quantity", "unit", "carrier", "country"}),
    "shipment_columns": frozenset({"shipment_ref", "ref", "line_ref", "sku", "shipped", "unit", "final"}),
}


@frozen
class Limits:
    """What the site can take: longest text by field, its character set, whole units only."""

    lengths: Mapping[str, int] = field(factory=dict)
    charset: Literal["ascii", "latin-1", "utf-8"] = "utf-8"
    whole_units: bool = False


@frozen
class Cutoff:
    """Until when orders leave on the same day: local `time` on `days`, but for the `closed` dates."""

    time: dt.time
    days: tuple[str, ...] = DAYS[:5]
    closed: tuple[dt.date, ...] = ()


@frozen
class Capabilities:
    """What the site really honours, whatever its gateway says; None: as the gateway says."""

    natural_key: bool | None = None
    lookup: bool | None = None
    item_master: bool | None = None
    cancel: bool | None = None
    change: bool | None = None


@frozen
class StockTerms:
    """What the stock figures of the site mean: the sum of the `statuses` of a snapshot, by SKU.

    `figure`: "on_hand" counts goods that orders have already laid claim to, "less_allocated" leaves out what
    is allocated, "less_accepted" all that accepted orders will take; "" is not agreed, so nobody can tell.
    """

    figure: str = ""
    statuses: tuple[str, ...] = ("available",)


@frozen
class FlatFiles:
    """CSV files: column heads with the field of each; `yes` is the site's word in the column `final`."""

    order_columns: Mapping[str, str]
    shipment_columns: Mapping[str, str]
    delimiter: str = ","
    yes: str = "Y"


def mistakes(
    codes: Codes, limits: Limits, cutoff: Cutoff | None, flat: FlatFiles | None, stock: StockTerms
) -> list[str]:
    """What is wrong in tables that can be read, each with its path in the profile."""
    strange = sorted(set(limits.lengths) - TEXT_FIELDS)
    problems = _code_mistakes(codes)
    problems += [f"{name!r} is no text of an order @ profile.limits.lengths" for name in strange]
    if cutoff is not None:
        days = cutoff.days
        problems += [
            f"{day!r} is none of {', '.join(DAYS)} @ profile.cutoff.days" for day in {*days} - {*DAYS}
        ]
        problems += [] if days else ["no day is left on which orders leave @ profile.cutoff.days"]
    return problems + _stock_mistakes(stock) + (_column_mistakes(flat) if flat else [])


def _code_mistakes(codes: Codes) -> list[str]:
    problems: list[str] = []
    for name, table, known in (
        ("reasons", codes.reasons, LINE_REASONS),
        ("movement_reasons", codes.movement_reasons, MOVEMENT_REASONS),
        ("statuses", codes.statuses, STOCK_STATUSES),
    ):
        problems += [
            f"{word!r} is no word of gateway-v1 @ profile.codes.{name}"
            for word in sorted(set(table.values()) - known)
        ]
    for name, table in (("carriers", codes.carriers), ("units", codes.units)):
        empty = sorted(word for word, code in table.items() if not (word.strip() and code.strip()))
        problems += [f"{word!r} has no code @ profile.codes.{name}" for word in empty]
    # A code that two units share could not be read back: 12 pieces would become 12 cases.
    shared = {code for code in codes.units.values() if list(codes.units.values()).count(code) > 1}
    return problems + [f"{code!r} stands for several units @ profile.codes.units" for code in sorted(shared)]


def _stock_mistakes(stock: StockTerms) -> list[str]:
    statuses, where = stock.statuses, "@ profile.stock.statuses"
    problems = [f"{word!r} is no word of gateway-v1 {where}" for word in sorted({*statuses} - STOCK_STATUSES)]
    # Counted twice, the stock of a status would be shown twice.
    twice = sorted({word for word in statuses if statuses.count(word) > 1})
    problems += [f"{word!r} is there twice {where}" for word in twice]
    problems += [] if statuses else [f"no status is left that makes up the figure {where}"]
    if stock.figure and stock.figure not in FIGURES:
        problems.append(f"{stock.figure!r} is none of {', '.join(FIGURES)} @ profile.stock.figure")
    return problems


def _column_mistakes(flat: FlatFiles) -> list[str]:
    problems = [] if len(flat.delimiter) == 1 else ["a delimiter is one character @ profile.flat.delimiter"]
    known = {"order_columns": ORDER_FIELDS, "shipment_columns": SHIPMENT_FIELDS}
    for name, fields in known.items():
        told: list[str] = list(getattr(flat, name).values())
        where = f"@ profile.flat.{name}"
        problems += [f"{each!r} is no field that is known here {where}" for each in sorted({*told} - fields)]
        problems += [f"{each!r} has no column {where}" for each in sorted(NEEDED[name] - {*told})]
        problems += [f"{each!r} has two columns {where}" for each in sorted({*told}) if told.count(each) > 1]
    return problems


def told(error: BaseException, _type: type | None) -> str:
    """What one mistake of reading is, in words."""
    return f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)


def _exactly(kind: type, wanted: str) -> Any:
    def hook(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"expected {wanted}, got {value!r}")
        return value

    return hook


def _zone(value: Any, _: Any) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (OSError, ValueError, TypeError, KeyError):
        # ZoneInfoNotFoundError is a KeyError, whose text would be taken for a missing member.
        raise ValueError(f"{value!r} is no IANA time zone such as Europe/Berlin") from None


def converter() -> Converter:
    """Reads tables strictly: nothing is coerced, nothing that is not known is passed over."""
    strict = Converter(forbid_extra_keys=True)
    for kind, wanted in ((str, "text"), (bool, "true or false"), (int, "a whole number")):
        strict.register_structure_hook(kind, _exactly(kind, wanted))
    strict.register_structure_hook(dt.time, _exactly(dt.time, "a time such as 16:00:00"))
    strict.register_structure_hook(dt.date, _exactly(dt.date, "a date such as 2026-12-25"))
    strict.register_structure_hook(ZoneInfo, _zone)
    return strict
