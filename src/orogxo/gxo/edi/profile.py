"""How one warehouse site speaks X12, as data: everything that two sites may do differently.

What a site really speaks is agreed with it at onboarding. The defaults are one sensible agreement, nobody's
standard.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import Attribute, field, frozen

from orogxo.errors import ConfigError
from orogxo.gxo.edi import codes
from orogxo.gxo.edi._toml import build, read_table
from orogxo.gxo.edi.codes import Adjustment
from orogxo.gxo.edi.x12 import STANDARD, Separators


@frozen
class X12Profile:
    """The agreement with one site. Raises ConfigError for one that contradicts itself.

    **Parties.** `depositor` and `site` are N104 of N1*DE and N1*SF or N1*WH (written where not empty), with
    `party_qualifier` in N103. `customer_entity` is N101 of the customer organisation; "" sends it as N9
    instead. Its parents follow as N1 loops with `parent_entity`.

    **Goods.** The first of `sku_qualifiers` (e235) is written, any is read; `gtin_qualifiers` are looked up
    among the known GTINs. `units` is Rec 20 to e355, `units_read` the way back; `default_uom` (Rec 20) is
    for figures of an 846 without a unit, "" refuses them.

    **Orders.** `order_codes` are W0501 for new, change and cancel. `payment` is W6601, `transport_mode` and
    `transport_modes` (by carrier or SCAC) are W6602 and W2701. `routing_separator` stands between carrier
    and service in W6605 and W2703.

    **Text.** `charset` "basic" is printable ASCII: letters lose accents and `replacements` apply in texts for
    people; "utf-8" sends them as they are, replacements apart. A character that is left without a
    replacement is refused, and so is a separator of `separators`; identifiers are never altered.

    **Reading.** `outcomes` says of W1201 which codes close a short line (CP) and which keep it open (BP).
    `ordered_of_parts`: where one order line comes as several W12 (one a lot), W1202 of each holds the "line"
    or only its "part". `sign_rule`: the sign of W1902 counts ("quantity"), or the reason code decides and
    the number is bare ("reason"). `transfer_style`: a change of status is one unsigned line with a transfer
    reason ("single"), a negative and a positive one ("pair"), or one with two N9*M1 that name the statuses
    in `transfer_statuses` ("references"). An adjustment changes `adjusted_status`.

    **Time.** `time_zone` is the site's; see `last_moment`.
    """

    depositor: str = ""
    site: str = ""
    release: Literal["004010", "005010"] = "004010"
    time_zone: str = field(default="UTC")
    party_qualifier: str = "92"
    customer_entity: str = "BY"
    parent_entity: str = "ZZ"
    references: Mapping[str, str] = field(default=codes.REFERENCES, repr=False)
    sku_qualifiers: tuple[str, ...] = field(default=("VN",))
    gtin_qualifiers: tuple[str, ...] = ("UP", "UK", "EN")
    units: Mapping[str, str] = field(default=codes.UNITS, repr=False)
    units_read: Mapping[str, str] = field(default=codes.UNITS_READ, repr=False)
    default_uom: str = ""
    order_codes: Mapping[str, str] = field(default=codes.ORDER_CODES)
    reporting_code: str = "F"
    payment: str = "PP"
    transport_mode: str = "M"
    transport_modes: Mapping[str, str] = field(factory=dict)
    routing_separator: str = field(default="/")
    note_code: str = "DEL"
    charset: Literal["basic", "utf-8"] = "basic"
    replacements: Mapping[str, str] = field(default=codes.REPLACEMENTS, repr=False)
    separators: Separators = STANDARD
    outcomes: Mapping[str, str] = field(default=codes.OUTCOMES, repr=False)
    ordered_of_parts: Literal["line", "part"] = "line"
    line_reasons: Mapping[str, str] = field(default=codes.LINE_REASONS, repr=False)
    sscc_marks: tuple[str, ...] = ("GM",)
    tracking_marks: tuple[str, ...] = ("CP", "CN")
    tracking_references: tuple[str, ...] = ("2I", "CN")
    conditions: Mapping[str, str] = field(default=codes.CONDITIONS, repr=False)
    stock_statuses: Mapping[str, str] = field(default=codes.STOCK_STATUSES, repr=False)
    adjustments: Mapping[str, Adjustment] = field(default=codes.ADJUSTMENTS, repr=False)
    sign_rule: Literal["quantity", "reason"] = "quantity"
    transfer_style: Literal["single", "pair", "references"] = "single"
    transfer_statuses: Mapping[str, str] = field(factory=dict)
    adjusted_status: str = field(default="available")
    dispositions: Mapping[str, str] = field(default=codes.DISPOSITIONS, repr=False)
    disposed: Mapping[str, str] = field(default=codes.DISPOSED, repr=False)
    return_reasons: Mapping[str, str] = field(default=codes.RETURN_REASONS, repr=False)

    @time_zone.validator
    def _time_zone_exists(self, _: Attribute[str], name: str) -> None:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ConfigError(
                f"x12.time_zone: there is no time zone {name!r}; write one such as Europe/London"
            ) from None

    @sku_qualifiers.validator
    def _some_sku_qualifier(self, _: Attribute[tuple[str, ...]], qualifiers: tuple[str, ...]) -> None:
        if not qualifiers:
            raise ConfigError("x12.sku_qualifiers: name at least one, such as VN")

    @routing_separator.validator
    def _separates(self, _: Attribute[str], separator: str) -> None:
        if not separator:
            raise ConfigError("x12.routing_separator: it must hold carrier and service apart, so not empty")

    @adjusted_status.validator
    def _adjusts_something(self, _: Attribute[str], status: str) -> None:
        if not status:
            raise ConfigError("x12.adjusted_status: name the status that a count or a loss changes")

    @order_codes.validator
    def _all_order_codes(self, _: Attribute[Mapping[str, str]], order_codes: Mapping[str, str]) -> None:
        if (
            len(set(order_codes.values())) < len(codes.ORDER_CODES)
            or order_codes.keys() != codes.ORDER_CODES.keys()
        ):
            raise ConfigError("x12.order_codes: new, change and cancel each need a code of their own")

    @references.validator
    def _all_references(self, _: Attribute[Mapping[str, str]], references: Mapping[str, str]) -> None:
        if missing := sorted(codes.REFERENCES.keys() - references.keys()):
            raise ConfigError(f"x12.references: no qualifier for {', '.join(missing)}")
        if len(set(references.values())) < len(references):
            raise ConfigError("x12.references: two kinds of reference share a qualifier")

    @units_read.validator
    def _units_come_back(self, _: Attribute[Mapping[str, str]], units_read: Mapping[str, str]) -> None:
        if deaf := sorted(set(self.units.values()) - units_read.keys()):
            raise ConfigError(f"x12.units_read: {', '.join(deaf)} can be written but not read")

    @outcomes.validator
    def _known_outcomes(self, _: Attribute[Mapping[str, str]], outcomes: Mapping[str, str]) -> None:
        if unknown := sorted(set(outcomes.values()) - codes.OUTCOME_WORDS):
            raise ConfigError(f"x12.outcomes: {', '.join(unknown)} is none of {sorted(codes.OUTCOME_WORDS)}")

    @return_reasons.validator
    def _reasons_come_back(self, _: Attribute[Mapping[str, str]], reasons: Mapping[str, str]) -> None:
        if len(set(reasons.values())) < len(reasons):
            raise ConfigError("x12.return_reasons: two reasons share a code")

    @classmethod
    def from_toml(cls, path: str | Path) -> X12Profile:
        """The table `[x12]` of a site's file. Raises OSError, and ConfigError that lists every mistake."""
        return cls.from_text(Path(path).read_text("utf-8"))

    @classmethod
    def from_text(cls, text: str) -> X12Profile:
        """The table `[x12]` of TOML text; its code tables are laid over the defaults.

        Raises ConfigError that lists every mistake.
        """
        problems: list[str] = []
        profile = build(cls, read_table(text).get("x12", {}), "x12", problems)
        if profile is None:
            raise ConfigError(
                "the X12 profile cannot be used:\n" + "\n".join(f"- {line}" for line in problems)
            )
        return profile

    @property
    def reserved(self) -> frozenset[str]:
        """Characters that no value may hold. 5010 has a repetition separator, `^` unless another is set."""
        repetition = "^" if self.release == "005010" and self.separators.repetition is None else ""
        return self.separators.reserved.union(repetition)

    def last_moment(self, day: dt.date) -> dt.datetime:
        """The last second of `day` at the site, in UTC.

        W0603 and its kin name a day, no instant. What happened "on that day" had happened by its last second
        and may not have before: whoever compares it with a stock figure of that day must count it as later.
        """
        return self._instant(day, dt.time(23, 59, 59))

    def first_moment(self, day: dt.date) -> dt.datetime:
        """The first second of `day` at the site, in UTC: the earliest that a figure of that day can be of."""
        return self._instant(day, dt.time())

    def moment(self, day: dt.date, time: dt.time) -> dt.datetime:
        """That local time at the site, in UTC; of an hour that the clock shows twice, the first."""
        return self._instant(day, time)

    def _instant(self, day: dt.date, time: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, time, ZoneInfo(self.time_zone)).astimezone(dt.UTC)
