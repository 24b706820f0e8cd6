"""What was agreed with one warehouse site, as data: addresses, code tables, limits, cut-offs, abilities.

Profiles are TOML files; `SiteProfile.shipped("reference")` and `"flat_sample"` come with the package.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from attrs import field, fields_dict, frozen
from cattrs import ClassValidationError, transform_error

from orogxo.errors import ConfigError, MappingError
from orogxo.gxo.codes import Codes
from orogxo.gxo.site_tables import (
    DAYS,
    Capabilities,
    Cutoff,
    FlatFiles,
    Limits,
    StockTerms,
    converter,
    mistakes,
    told,
)
from orogxo.model import FulfilmentRequest
from orogxo.ports import WarehouseFacts


@frozen
class SiteProfile:
    """One site. `zone` is its IANA time zone.

    A gateway client that is made with it asks at `base_url` and `prefix`, writes and reads `codes`, refuses
    before it sends what is beyond `limits`, and believes `capabilities` more than the gateway.
    """

    name: str
    zone: ZoneInfo
    base_url: str = ""
    prefix: str = "v1"
    codes: Codes = field(factory=Codes)
    limits: Limits = field(factory=Limits)
    cutoff: Cutoff | None = None
    capabilities: Capabilities = field(factory=Capabilities)
    flat: FlatFiles | None = None
    stock: StockTerms = field(factory=StockTerms)

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
            problems = mistakes(profile.codes, profile.limits, profile.cutoff, profile.flat, profile.stock)
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

    def problems(self, request: FulfilmentRequest) -> list[MappingError]:
        """Everything in `request` that the site cannot take: carriers, units, lengths, letters, fractions."""
        found = _tried(partial(self.codes.carrier, request.carrier))
        for name, path, text in self._texts(request):
            found += self._text_problems(name, text, path)
        for index, line in enumerate(request.lines):
            path = f"lines[{index}]"
            found += _tried(partial(self.codes.unit, line.uom, f"{path}.uom"))
            found += self._text_problems("line_ref", line.ref, f"{path}.ref")
            found += self._text_problems("sku", line.sku, f"{path}.sku")
            if self.limits.whole_units and not line.quantity.whole:
                where, amount = f"{path}.quantity", str(line.quantity)
                said = f"{where} {amount} of {line.sku} is not whole, and the site has only whole units"
                found.append(MappingError(said, code="QUANTITY_NOT_WHOLE", path=where, value=amount))
        return found

    def _texts(self, request: FulfilmentRequest) -> Iterator[tuple[str, str, str]]:
        """The texts of an order but for its lines, each as (name, path, text)."""
        to = request.ship_to
        yield from ((name, name, getattr(to, name)) for name in fields_dict(type(to)))
        yield from ((name, name, getattr(request, name)) for name in ("ref", "po_number", "notes"))
        if self.flat is not None:
            # The columns of a file have no place for what follows.
            return
        yield from ((name, name, getattr(request, name)) for name in ("order_id", "identifier"))
        organisation, path = request.customer, "customer"
        while True:
            yield "customer", path, organisation.name
            yield "customer_id", f"{path}.id", organisation.id
            if organisation.parent is None:
                return
            organisation, path = organisation.parent, f"{path}.parent"

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
        if self.limits.charset == "utf-8" and self.flat is None:
            # JSON carries every letter of Unicode, line breaks and joiners too; only files break at some.
            return True
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
