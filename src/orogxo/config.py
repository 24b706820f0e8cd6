"""Settings: read once, all mistakes reported together, nothing read from the environment unless asked.

A file looks like `examples/orogxo.toml`. Secrets are better kept out of it: `client_secret` may be absent
when OROGXO_ORO_CLIENT_SECRET or OROGXO_GXO_CLIENT_SECRET is in the environment; OROGXO_SFTP_PASSWORD and
OROGXO_SFTP_PASSPHRASE do the same for `[files.sftp]`.
"""

from __future__ import annotations

import datetime as dt
import os
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from attrs import evolve, field, frozen
from cattrs import ClassValidationError, Converter, transform_error

from orogxo.config_files import FileSite, SftpSettings, read_files
from orogxo.errors import ConfigError, OrogxoError
from orogxo.gxo.site import SiteProfile
from orogxo.mapping import Addresses, Carriers, Organisations, PurchaseOrders, UnitBook, Uoms
from orogxo.model import CarrierService
from orogxo.orchestrator.policy import Policy
from orogxo.rules import Tables
from orogxo.secret import Secret
from orogxo.stock_settings import StockSettings, read_numbers

__all__ = [
    "Config", "FileSite", "GxoSettings", "OroSettings", "ReleaseSettings", "Secret", "SftpSettings",
    "StockSettings",
]  # fmt: skip


@frozen
class OroSettings:
    """Where OroCommerce is and who we are there; `prefix` is the back-office path."""

    url: str
    client_id: str
    client_secret: Secret
    prefix: str = "/admin"


@frozen
class GxoSettings:
    """Where the warehouse gateway is, who we are there, our depositor code and the site that ships.

    `profile`: what was agreed with the site, in the settings the path of its file; then `url` may be "".
    """

    url: str
    client_id: str
    client_secret: Secret
    depositor: str
    site: str
    profile: SiteProfile | None = None


@frozen
class ReleaseSettings:
    """What may be sent, and how carefully; see `orchestrator.Policy` for the meaning of each."""

    authorised: tuple[str, ...] = ("open",)
    ended: tuple[str, ...] = ("cancelled", "closed", "archived", "shipped")
    cancelled: tuple[str, ...] = ("cancelled",)
    send_changes: bool = False
    host_authorises: bool = False
    suborders: Literal["", "parents", "leaves"] = ""
    go_live: dt.datetime | None = None
    quarantine_seconds: int = 180
    lease_seconds: int = 600
    sweep_minutes: int = 360
    most_submits: int = 10_000
    most_cancels: int = 500
    shadow: bool = False
    workers: int = 4
    reference_prefix: str = ""

    def policy(self, tracking_names: Mapping[str, str]) -> Policy:
        """These settings as the orchestrator wants them."""
        return Policy(
            authorised=frozenset(self.authorised),
            ended=frozenset(self.ended),
            cancelled=frozenset(self.cancelled),
            send_changes=self.send_changes,
            host_authorises=self.host_authorises,
            suborders=self.suborders,
            go_live=self.go_live,
            quarantine=dt.timedelta(seconds=self.quarantine_seconds),
            lease=dt.timedelta(seconds=self.lease_seconds),
            sweep_every=dt.timedelta(minutes=self.sweep_minutes),
            most_submits=self.most_submits,
            most_cancels=self.most_cancels,
            shadow=self.shadow,
            tracking_names=dict(tracking_names),
        )


@frozen
class Config:
    """Everything that a company decides about its connector.

    `carriers` is keyed by shipping method, "ups_3" or "ups_3:03"; `uoms` by base unit; `units` are
    declarations that win over OroCommerce's own rates. Without `stock` no row of stock is ever touched. `oro`
    and one of `gxo` and `files` are needed only by the command line, see `orogxo.opening`.
    """

    release: ReleaseSettings = field(factory=ReleaseSettings)
    purchase_orders: PurchaseOrders = field(factory=PurchaseOrders)
    organisations: Organisations = field(factory=Organisations)
    addresses: Addresses = field(factory=Addresses)
    carriers: Mapping[str, CarrierService] = field(factory=dict)
    tracking_names: Mapping[str, str] = field(factory=dict)
    uoms: Mapping[str, str] = field(factory=dict)
    units: UnitBook = field(factory=UnitBook)
    oro: OroSettings | None = None
    gxo: GxoSettings | None = None
    files: FileSite | None = None
    stock: StockSettings | None = None
    store: str = "orogxo.db"

    @classmethod
    def from_toml(cls, path: str | Path, *, environ: Mapping[str, str] | None = None) -> Config:
        """Read a file; every path in it is relative to it. Raises OSError, ConfigError."""
        file = Path(path)
        config = cls.from_text(file.read_text("utf-8"), environ=environ, folder=file.parent)
        return evolve(config, store=str(file.parent / config.store))

    @classmethod
    def from_text(
        cls, text: str, *, environ: Mapping[str, str] | None = None, folder: Path = Path()
    ) -> Config:
        """Read TOML text. Raises ConfigError that lists every mistake."""
        try:
            table = tomllib.loads(text, parse_float=Decimal)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise ConfigError(f"the settings are not TOML: {error}") from None
        _add_secrets(table, os.environ if environ is None else environ)
        problems: list[str] = []
        units = _units(table.pop("units", {}), folder, problems)
        files = _files(table, folder, problems)
        try:
            config = _converter(folder).structure(table, cls)
            problems += _wrong_stock(config.stock)
        except ClassValidationError as error:
            problems += transform_error(error, path="settings", format_exception=_told)
        if problems:
            raise ConfigError("the settings cannot be used:\n" + "\n".join(f"- {line}" for line in problems))
        return evolve(config, units=units, files=files)

    def tables(self) -> Tables:
        """The mapping tables that the rules work with."""
        uoms = Uoms({**Uoms().codes, **self.uoms})
        return Tables(
            units=self.units,
            carriers=Carriers.from_mapping(self.carriers),
            organisations=self.organisations,
            purchase_orders=self.purchase_orders,
            uoms=uoms,
            addresses=self.addresses,
            reference_prefix=self.release.reference_prefix,
        )

    def policy(self) -> Policy:
        """The policy of the orchestrator."""
        return self.release.policy(self.tracking_names)


def _add_secrets(table: dict[str, Any], environ: Mapping[str, str]) -> None:
    for end in ("oro", "gxo"):
        secret = environ.get(f"OROGXO_{end.upper()}_CLIENT_SECRET")
        if secret and isinstance(table.get(end), dict):
            table[end].setdefault("client_secret", secret)
    files = table.get("files")
    sftp = files.get("sftp") if isinstance(files, dict) else None
    if isinstance(sftp, dict):
        # Whoever names a key file logs in by it; a password in the environment may be for something else.
        name = "passphrase" if "key_file" in sftp else "password"
        if secret := environ.get(f"OROGXO_SFTP_{name.upper()}"):
            sftp.setdefault(name, secret)


def _wrong_stock(stock: StockSettings | None) -> list[str]:
    try:
        if stock is not None:
            stock.policy()
    except ConfigError as error:
        return [f"{error.message} @ settings.stock"]
    return []


def _units(section: Any, folder: Path, problems: list[str]) -> UnitBook:
    """`[units] file = "units.toml"` or the declarations themselves under `[units.skus]`, or both."""
    try:
        book = UnitBook.from_mapping({"skus": section.get("skus", {})})
        if "file" in section:
            book = book.declared_over(UnitBook.from_toml(folder / section["file"]))
    except (OrogxoError, OSError, AttributeError, TypeError) as error:
        problems.append(f"{error} @ settings.units")
        return UnitBook()
    return book


def _files(table: dict[str, Any], folder: Path, problems: list[str]) -> FileSite | None:
    if "files" not in table:
        return None
    if "gxo" in table:
        problems.append("[gxo] and [files] name two warehouses: keep the one that ships @ settings")
    return read_files(table.pop("files"), folder, problems, _converter(folder), _told)


def _converter(folder: Path) -> Converter:
    converter = Converter(forbid_extra_keys=True)
    converter.register_structure_hook(Secret, lambda value, _: Secret(_text(value)))
    converter.register_structure_hook(str, lambda value, _: _text(value))
    converter.register_structure_hook(int, lambda value, _: _whole(value))
    converter.register_structure_hook(bool, lambda value, _: _flag(value))
    converter.register_structure_hook(dt.datetime, lambda value, _: _instant(value))
    read_numbers(converter)
    converter.register_structure_hook(UnitBook, lambda value, _: value)
    converter.register_structure_hook(FileSite, lambda value, _: value)
    converter.register_structure_hook(
        SiteProfile, lambda value, _: SiteProfile.from_toml(folder / _text(value))
    )
    converter.register_structure_hook_func(_is_words, _words)
    return converter


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, got {value!r}")
    return value


def _is_words(kind: Any) -> bool:
    origin: Any = get_origin(kind)
    return (origin is tuple or origin is frozenset) and get_args(kind)[0] is str


def _words(value: Any, kind: type) -> Any:
    if not isinstance(value, list):
        # A text would be taken apart into letters.
        raise TypeError(f"expected a list of texts, got {value!r}")
    words = [_text(word) for word in value]
    return frozenset(words) if get_origin(kind) is frozenset else tuple(words)


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise TypeError(f"expected a whole number above 0, got {value!r}")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"expected true or false, got {value!r}")
    return value


def _instant(value: Any) -> dt.datetime:
    if not isinstance(value, dt.datetime) or value.tzinfo is None:
        raise TypeError(f"expected an instant with its offset, such as 2026-11-01T00:00:00Z, got {value!r}")
    return value.astimezone(dt.UTC)


def _told(error: BaseException, _type: type | None) -> str:
    if isinstance(error, KeyError):
        return f"{error.args[0]!r} is missing"
    return str(error)
