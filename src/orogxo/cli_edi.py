"""`orogxo edi`: look at X12 files, check them, and make their 997; nothing is sent and nothing recorded."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from orogxo.errors import ConfigError
from orogxo.gxo.edi import x12
from orogxo.gxo.edi.documents import (
    Quarantined,
    Read,
    acknowledge,
    read_180,
    read_846,
    read_944,
    read_945,
    read_947,
    read_997,
    read_999,
    write_997,
)
from orogxo.gxo.edi.envelope import Party, wrap
from orogxo.gxo.edi.profile import X12Profile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cyclopts import App

_READERS: dict[str, Callable[[x12.Transaction, X12Profile], Read[object]]] = {
    "945": read_945,
    "944": read_944,
    "846": read_846,
    "947": read_947,
    "180": read_180,
    "997": read_997,
    "999": read_999,
}


def show(file: Path) -> int:
    """Show a file segment by segment, indented by its envelopes, whatever its separators are.

    Parameters
    ----------
    file
        An X12 file.
    """
    interchanges, findings = x12.parse(file.read_bytes())
    for interchange in interchanges:
        told = f"{interchange.sender} to {interchange.receiver}, control number {interchange.control}"
        _say(f"interchange from {told}, {'test' if interchange.usage == 'T' else 'production'}")
        for group in interchange.groups:
            _say(f"  group {group.functional_id}, control number {group.control}, version {group.version}")
            for transaction in group.transactions:
                _say(f"    document {transaction.code}, control number {transaction.control}")
                for segment in transaction.segments:
                    _say(f"      {'  '.join((segment.id, *segment.elements))}")
    _tell(findings)
    return 0


def check(file: Path, *, profile: Path | None = None) -> int:
    """Say everything that is not as it should be; exit status 1 if anything must not be used as it is.

    Parameters
    ----------
    file
        An X12 file.
    profile
        The site's agreement, a TOML file with a table [x12]; without one the defaults.
    """
    agreed = X12Profile() if profile is None else X12Profile.from_toml(profile)
    interchanges, found = x12.parse(file.read_bytes())
    findings, good = list(found), True
    for interchange in interchanges:
        for transaction in interchange.transactions:
            reader = _READERS.get(transaction.code)
            if reader is None:
                _say(f"document {transaction.code} {transaction.control}: its envelope only was checked")
                continue
            values, odd = reader(transaction, agreed)
            findings += odd
            for value in values:
                kept = isinstance(value, Quarantined)
                good = good and not kept
                verdict = "cannot be used" if kept else "can be used"
                _say(f"document {transaction.code} {transaction.control}: {verdict}")
    _tell(findings)
    errors = [finding for finding in findings if finding.severity == "error"]
    _say(f"{len(interchanges)} interchanges, {len(errors)} errors, {len(findings) - len(errors)} warnings")
    return 0 if good and not errors else 1


def ack(file: Path, *, out: Path | None = None, control: int = 1) -> int:
    """Make the 997 that answers a file: one interchange for each one in it. Nothing is sent.

    Parameters
    ----------
    file
        An X12 file.
    out
        Where to write it; standard output if not given. A file that exists is not overwritten.
    control
        The first control number to use.
    """
    interchanges, findings = x12.parse(file.read_bytes())
    profile = X12Profile()
    answers: list[x12.Interchange] = []
    for place, interchange in enumerate(interchanges):
        mine = [finding for finding in findings if finding.interchange == place]
        groups = [group for group in interchange.groups if group.gs and group.functional_id != "FA"]
        written = [
            write_997(acknowledge(group, mine), profile, control=number)
            for number, group in enumerate(groups, start=1)
        ]
        if written:
            header = interchange.isa.element
            sender, receiver = Party(interchange.receiver, header(7)), Party(interchange.sender, header(5))
            answers.append(
                wrap(
                    written,
                    sender=sender,
                    receiver=receiver,
                    control=control + len(answers),
                    now=dt.datetime.now(dt.UTC),
                    usage=interchange.usage if interchange.usage in {"P", "T"} else "P",
                )
            )
    if not answers:
        raise ConfigError(f"{file} holds nothing that a 997 answers")
    data = x12.dump(answers)
    if out is None:
        sys.stdout.write(data.decode())
    else:
        with out.open("xb") as target:
            target.write(data)
        _say(f"{out}: {len(answers)} interchanges")
    return 0


def edi() -> App:
    """The commands of `orogxo edi`. Raises ImportError without the extra `orogxo[cli]`."""
    from cyclopts import App  # noqa: PLC0415  # an extra: the library works without it

    app = App(name="edi", help="Look at X12 files, check them, make their 997.")
    for command in (show, check, ack):
        app.command(command)
    return app


def _tell(findings: Iterable[x12.Finding]) -> None:
    for finding in findings:
        _say(f"{finding.severity}: {finding}")


def _say(line: str) -> None:
    """Print only what a terminal may safely get: a file from outside may hold escape sequences."""
    print("".join(letter if letter.isprintable() else "?" for letter in line))
