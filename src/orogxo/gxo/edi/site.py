"""What is agreed with one site about trading files: who speaks, when a file is whole, how long is too long.

A site's agreement is one TOML file of two tables, `[exchange]` (this module) and `[x12]` (`X12Profile`).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal

from attrs import Attribute, evolve, field, frozen

from orogxo.errors import ConfigError
from orogxo.gxo.edi._toml import build, read_table
from orogxo.gxo.edi.envelope import Party
from orogxo.gxo.edi.profile import X12Profile

READABLE = frozenset({"846", "947", "944", "180"})


def _party(_: object, attribute: Attribute[str], value: str) -> None:
    if not 2 <= len(value.strip()) <= 15 or not (value.isascii() and value.isprintable()):
        raise ConfigError(f"exchange.{attribute.name}: {value!r} is not 2 to 15 plain ASCII characters")


def _qualifier(_: object, attribute: Attribute[str], value: str) -> None:
    if len(value) != 2:
        raise ConfigError(f"exchange.{attribute.name}: {value!r} has not 2 characters, such as ZZ")


def _kept(_: object, attribute: Attribute[tuple[str, ...]], value: tuple[str, ...]) -> None:
    if strange := sorted(set(value) - READABLE):
        raise ConfigError(f"exchange.{attribute.name}: nothing here reads {', '.join(strange)}")


@frozen
class Site:
    """The agreement with one site. Raises ConfigError for one that cannot be.

    **Who.** `sender` is us, `receiver` the site (ISA06, ISA08), with their qualifiers; `usage` is P for
    production, T for test, and a file of the other kind is never acted on.

    **What it takes.** `natural_key`: the site itself promises that the same order number twice is one order.
    `cancels`, `changes`: it works on 940 with W0501 F and R. Nothing is assumed. `set_aside` are documents
    that it sends and that are only acknowledged and archived here; those of `kept` (846, 947, 944, 180) are
    also kept in the store until `X12StockSource` has read them: name there only what somebody reads.

    **When a file is whole.** `complete` "renamed": the site moves finished files into the inbox, or writes
    them under a temporary name. "stable": it does not, so a file is read when its size was the same at two
    looks that lie `settle` (minutes) apart. Either way a file whose last interchange is not closed waits; one
    that still is not after `patience` is reported and put away. A gap in the control numbers is told after
    `patience` too: files may overtake each other.

    **How long.** A 940 without its 997 after `acknowledge_within` is told.
    """

    sender: str = field(validator=_party)
    receiver: str = field(validator=_party)
    sender_qualifier: str = field(default="ZZ", validator=_qualifier)
    receiver_qualifier: str = field(default="ZZ", validator=_qualifier)
    usage: Literal["P", "T"] = "P"
    natural_key: bool = False
    cancels: bool = False
    changes: bool = False
    set_aside: tuple[str, ...] = ()
    kept: tuple[str, ...] = field(default=(), validator=_kept)
    complete: Literal["renamed", "stable"] = "stable"
    settle: dt.timedelta = dt.timedelta(minutes=1)
    patience: dt.timedelta = dt.timedelta(minutes=60)
    acknowledge_within: dt.timedelta = dt.timedelta(hours=24)
    profile: X12Profile = X12Profile()  # noqa: RUF009  # frozen

    @classmethod
    def from_toml(cls, path: str | Path) -> Site:
        """Read a file. Raises OSError, and ConfigError that lists every mistake."""
        return cls.from_text(Path(path).read_text("utf-8"))

    @classmethod
    def from_text(cls, text: str) -> Site:
        """Read TOML text; spans of time are whole minutes. Raises ConfigError that lists every mistake."""
        table = read_table(text)
        strangers = sorted(table.keys() - {"exchange", "x12"})
        problems = [f"{name}: there are only the tables exchange and x12" for name in strangers]
        profile = build(X12Profile, table.get("x12", {}), "x12", problems)
        exchange = table.get("exchange", {})
        if isinstance(exchange, dict) and "profile" in exchange:
            problems.append("exchange.profile: the X12 profile is the table [x12]")
            exchange = {name: value for name, value in exchange.items() if name != "profile"}
        site = build(cls, exchange, "exchange", problems)
        if problems or site is None or profile is None:
            told = "\n".join(f"- {line}" for line in problems)
            raise ConfigError(f"the site's profile cannot be used:\n{told}")
        return evolve(site, profile=profile)

    @property
    def us(self) -> Party:
        """Who sends what goes out."""
        return Party(self.sender, self.sender_qualifier)

    @property
    def them(self) -> Party:
        """Who receives it."""
        return Party(self.receiver, self.receiver_qualifier)
