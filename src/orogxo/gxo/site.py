"""What was agreed with one warehouse site, as data: addresses, code tables, limits, cut-offs, abilities.

Profiles are TOML files; `SiteProfile.shipped("reference")` and `"flat_sample"` come with the package.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from attrs import field, fields_dict, frozen
from cattrs import ClassValidationError, transform_error

from orogxo.errors import ConfigError, MappingError
from orogxo.gxo.site_tables import (
    DAYS,
    Capabilities,
    Codes,
    Cutoff,
    FlatFiles,
    Limits,
    converter,
    mistakes,
    told,
)
from orogxo.gxo.vocabulary import LINE_REASONS, STOCK_STATUSES, canonical
from orogxo.model import CarrierService, FulfilmentRequest
from orogxo.ports import WarehouseFacts


@frozen
class SiteProfile:
    """One site. `zone` is its IANA time zone."""

    name: str
    zone: ZoneInfo
    base_url: str = ""
    prefix: str = "v1"
    codes: Codes = field(factory=Codes)
    limits: Limits = field(factory=Limits)
    cutoff: Cutoff | None = None
    capabilities: Capabilities = field(factory=Capabilities)
    flat: FlatFiles | None = None

    @classmethod
    def from_toml(cls, path: str | Path) -> Self:
        """Read a file. Raises OSError, and ConfigError that lists every mistake."""
        return cls.from_text(Path(path).read_text("utf-8"))

    @classmethod
    def shipped(cls, name: str) -> Self:
        """A profile that comes with the package: "reference" or "flat_sample"."""
        return cls.from_text((files("orogxo.gxo") / "sites" / f"{name}.toml").read_text("utf-8"))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read TOML text. Raises ConfigError that lists every mistake."""
        try:
            table = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise ConfigError(f"the site profile is not TOML: {error}") from None
        try:
            profile = converter().structure(table, cls)
        except ClassValidationError as error:
            problems = transform_error(error, path="profile", format_exception=told)
        else:
            problems = mistakes(profile.codes, profile.limits, profile.cutoff, profile.flat)
            problems += [] if profile.name.strip() else ["a profile needs a name @ profile.name"]
            if not problems:
                return profile
        raise ConfigError("the site profile cannot be used:\n" + "\n".join(f"- {line}" for line in problems))

    def next_cutoff(self, now: dt.datetime) -> dt.datetime | None:
        """The first cut-off after `now` (aware), in UTC; None where none was agreed.

        A local time that a change of clocks skips or repeats is read as the earlier of its two meanings: a
        cut-off that is told too early costs nothing, one too late a day.
        """
        if self.cutoff is None:
            return None
        day = now.astimezone(self.zone).date() - dt.timedelta(days=1)
        while True:
            if DAYS[day.weekday()] in self.cutoff.days and day not in self.cutoff.closed:
                local = dt.datetime.combine(day, self.cutoff.time, self.zone)
                instant = min(local.replace(fold=fold).astimezone(dt.UTC) for fold in (0, 1))
                if instant > now:
                    return instant
            day += dt.timedelta(days=1)

    def end_of(self, day: dt.date) -> dt.datetime:
        """The last moment of `day` at the site, in UTC: what a document that gives only a day means."""
        following = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), self.zone)
        return following.astimezone(dt.UTC) - dt.timedelta(microseconds=1)

    def facts(self, gateway: WarehouseFacts) -> WarehouseFacts:
        """What the `gateway` says, but for what was agreed otherwise."""
        agreed = {name: getattr(self.capabilities, name) for name in fields_dict(Capabilities)}
        return WarehouseFacts(
            **{name: getattr(gateway, name) if value is None else value for name, value in agreed.items()}
        )

    def carrier(self, carrier: CarrierService) -> str:
        """The site's code for `carrier`. Raises MappingError (CARRIER_NOT_AT_SITE)."""
        name = f"{carrier.carrier} {carrier.service}".strip()
        return _code(self.codes.carriers, name, "CARRIER_NOT_AT_SITE", "carrier")

    def unit(self, uom: str, path: str = "uom") -> str:
        """The site's code for a Rec 20 unit. Raises MappingError (UNIT_NOT_AT_SITE)."""
        return _code(self.codes.units, uom, "UNIT_NOT_AT_SITE", path)

    def uom(self, code: str) -> str | None:
        """The Rec 20 unit that the site calls `code`; None where it is not agreed."""
        if not self.codes.units:
            return code
        return next((uom for uom, known in self.codes.units.items() if known == code), None)

    def reason(self, code: str) -> str:
        """gateway-v1's word for a reason of the site, `unmapped:` and the code where there is none."""
        return canonical(self.codes.reasons.get(code, code), LINE_REASONS)

    def status(self, code: str) -> str:
        """gateway-v1's word for a stock status of the site, `unmapped:` and the code where there is none."""
        return canonical(self.codes.statuses.get(code, code), STOCK_STATUSES)

    def problems(self, request: FulfilmentRequest) -> list[MappingError]:
        """Everything in `request` that the site cannot take: carriers, units, lengths, letters."""
        found = _tried(partial(self.carrier, request.carrier))
        to = request.ship_to
        texts = {name: getattr(to, name) for name in fields_dict(type(to))}
        texts |= {"ref": request.ref, "po_number": request.po_number, "notes": request.notes}
        for name, text in texts.items():
            found += self._text_problems(name, text, name)
        for index, line in enumerate(request.lines):
            path = f"lines[{index}]"
            found += _tried(partial(self.unit, line.uom, f"{path}.uom"))
            found += self._text_problems("line_ref", line.ref, f"{path}.ref")
            found += self._text_problems("sku", line.sku, f"{path}.sku")
            if self.limits.whole_units and not line.quantity.whole:
                where, amount = f"{path}.quantity", str(line.quantity)
                said = f"{where} {amount} of {line.sku} is not whole, and the site has only whole units"
                found.append(MappingError(said, code="QUANTITY_NOT_WHOLE", path=where, value=amount))
        return found

    def _text_problems(self, name: str, text: str, path: str) -> list[MappingError]:
        found, longest = [], self.limits.lengths.get(name)
        if longest is not None and len(text) > longest:
            said = f"{path} has {len(text)} characters, the site takes {longest}"
            found.append(MappingError(said, code="TEXT_TOO_LONG", path=path, value=text[:100]))
        strange = sorted({letter for letter in text if not self._writable(letter)})
        if strange:
            shown = " ".join(map(ascii, strange[:10]))
            said = f"{path} has letters that the site cannot read ({self.limits.charset}): {shown}"
            found.append(MappingError(said, code="TEXT_NOT_AT_SITE", path=path, value=ascii(text[:100])))
        return found

    def _writable(self, letter: str) -> bool:
        try:
            letter.encode(self.limits.charset)
        except UnicodeEncodeError:
            return False
        return letter.isprintable() or letter in "\n\t\xa0"


def refusal(problems: list[MappingError], request: FulfilmentRequest, site: str) -> MappingError:
    """One error for all that site cannot take of `request`."""
    first = problems[0]
    return MappingError(
        f"site {site} cannot take the order: " + "; ".join(problem.message for problem in problems),
        code=first.code,
        path=first.path,
        value=first.value,
        hint="correct it in OroCommerce, or add the code to the profile of the site",
        context={"order": request.order_id, "ref": request.ref},
    )


def _tried(look_up: Callable[[], object]) -> list[MappingError]:
    try:
        look_up()
    except MappingError as error:
        return [error]
    return []


def _code(table: Mapping[str, str], word: str, code: str, path: str) -> str:
    if not table:
        return word
    if word not in table:
        said = f"{path} {word!r} has no code at this site; it knows {', '.join(sorted(table))}"
        raise MappingError(said, code=code, path=path, value=word)
    return table[word]
