"""Puts transactions into an interchange for sending: fixed widths, control numbers, counts.

order = transaction("940", segments, control=1)
interchange = wrap([order], sender="ACME", receiver=Party("GXOUK", "ZZ"), control=17, now=now)
data = x12.dump([interchange])
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from itertools import count, groupby

from attrs import evolve, frozen

from orogxo.gxo.edi._check import FUNCTIONAL_IDS, ISA_WIDTHS, check
from orogxo.gxo.edi._separators import has_repetition
from orogxo.gxo.edi._values import STANDARD, Group, Interchange, Segment, Separators, Transaction
from orogxo.gxo.edi.findings import Finding, FindingList, Limits, X12Error

_RELEASE = re.compile(r"00[3-9]0[0-9]0[A-Z0-9]{0,6}\Z")
_CONTROL = re.compile(r"[0-9]{4,9}\Z")
_LARGEST_CONTROL = 999_999_999


@frozen
class Party:
    """Who sends or receives: id and qualifier (ISA05 to ISA08), and the application code (GS02, GS03).

    The application code is the id where none is given. Qualifier "ZZ" is for ids that both sides agreed on.
    """

    id: str
    qualifier: str = "ZZ"
    application: str = ""


def transaction(code: str, segments: Iterable[Segment], *, control: int, variant: str = "") -> Transaction:
    """A transaction set with ST and a counted SE; `variant` is ST03, which release 5010 brought."""
    body = tuple(segments)
    number = f"{control:04}"
    head = ("ST", (code, number, variant)) if variant else ("ST", (code, number))
    return Transaction(Segment(*head), body, Segment("SE", (str(len(body) + 2), number)))


def wrap(
    transactions: Iterable[Transaction],
    *,
    sender: Party | str,
    receiver: Party | str,
    control: int,
    group_control: int | None = None,
    now: datetime,
    version: str = "004010",
    usage: str = "P",
    acknowledge: bool = False,
    separators: Separators = STANDARD,
) -> Interchange:
    """One interchange for these transactions, in their order; neighbours of one kind share a group.

    `control` becomes ISA13 and `group_control` (the same, where not given) GS06 of the first group; further
    groups count on from there. Date and time are those of `now`, in the zone that it carries. `version` is
    GS08 and sets ISA12; from release 00402 on ISA11 is the repetition separator, "^" where none is given.
    `usage` is P or T; `acknowledge` asks for a TA1. Composites must be written with these `separators`.

    Raises X12Error (X12_ENVELOPE) with every problem: nothing to send, ids too long, numbers out of range or
    repeated, transactions that do not count right, documents that this codec has no functional group for.
    """
    sent = tuple(transactions)
    parties = tuple(Party(party) if isinstance(party, str) else party for party in (sender, receiver))
    first = control if group_control is None else group_control
    release = version[:5]
    separators = evolve(separators, repetition=_repetition(separators, release))
    _refuse(_problems(sent, parties, (control, first), now=now, version=version, usage=usage))
    groups = []
    for number, (functional_id, members) in zip(count(first), groupby(sent, _functional_id), strict=False):
        groups.append(_group(functional_id, tuple(members), parties, number, now=now, version=version))
    isa = _isa(parties, control, separators, now=now, release=release, usage=usage, acknowledge=acknowledge)
    iea = Segment("IEA", (str(len(groups)), f"{control:09}"))
    interchange = Interchange(isa, tuple(groups), iea, separators)
    findings = FindingList(Limits().findings)
    check(interchange, findings)
    _refuse(tuple(findings))
    return interchange


def _repetition(separators: Separators, release: str) -> str | None:
    return separators.repetition or "^" if has_repetition(release) else None


def _functional_id(transaction: Transaction) -> str:
    return FUNCTIONAL_IDS[transaction.code]


def _isa(
    parties: tuple[Party, ...],
    control: int,
    separators: Separators,
    *,
    now: datetime,
    release: str,
    usage: str,
    acknowledge: bool,
) -> Segment:
    nothing = ("00", "")  # authorisation and security information (ISA01 to ISA04) are not in use
    sender, receiver = ((party.qualifier, party.id) for party in parties)
    dated = (f"{now:%y%m%d}", f"{now:%H%M}", separators.repetition or "U", release, f"{control:09}")
    values = (
        *nothing,
        *nothing,
        *sender,
        *receiver,
        *dated,
        "1" if acknowledge else "0",
        usage,
        separators.component,
    )
    padded = (value.ljust(width) for value, width in zip(values, ISA_WIDTHS, strict=True))
    return Segment("ISA", tuple(padded), separators)


def _group(
    functional_id: str,
    transactions: tuple[Transaction, ...],
    parties: tuple[Party, ...],
    control: int,
    *,
    now: datetime,
    version: str,
) -> Group:
    applications = (party.application or party.id for party in parties)
    gs = (functional_id, *applications, f"{now:%Y%m%d}", f"{now:%H%M}", str(control), "X", version)
    return Group(Segment("GS", gs), transactions, Segment("GE", (str(len(transactions)), str(control))))


def _problems(
    transactions: tuple[Transaction, ...],
    parties: tuple[Party, ...],
    controls: tuple[int, ...],
    *,
    now: datetime,
    version: str,
    usage: str,
) -> tuple[Finding, ...]:
    told = []
    if not transactions:
        told.append("there is nothing to send")
    numbers = [transaction.control for transaction in transactions if not _CONTROL.match(transaction.control)]
    told += [f"control number {number!r} has not 4 to 9 digits" for number in numbers]
    unknown = sorted({transaction.code for transaction in transactions} - FUNCTIONAL_IDS.keys())
    told += [f"there is no functional group for document {code!r}" for code in unknown]
    for party in parties:
        told += _party_problems(party)
    wrong = [control for control in dict.fromkeys(controls) if not 1 <= control <= _LARGEST_CONTROL]
    told += [f"control number {control} is not from 1 to {_LARGEST_CONTROL}" for control in wrong]
    if now.tzinfo is None:
        told.append("`now` has no time zone")
    if not _RELEASE.match(version):
        told.append(f"version {version!r} is no release such as 004010")
    if usage not in {"P", "T"}:
        told.append(f"usage {usage!r} is neither P (production) nor T (test)")
    return tuple(Finding("X12_ENVELOPE", problem) for problem in told)


def _party_problems(party: Party) -> list[str]:
    told = []
    if not 1 <= len(party.id.strip(" ")) <= 15 or not (party.id.isascii() and party.id.isprintable()):
        told.append(f"party id {party.id!r} is not 1 to 15 plain ASCII characters")
    if len(party.qualifier) != 2:
        told.append(f"qualifier {party.qualifier!r} of party {party.id!r} has not 2 characters")
    if party.application and not 2 <= len(party.application) <= 15:
        told.append(
            f"application code {party.application!r} of party {party.id!r} has not 2 to 15 characters"
        )
    return told


def _refuse(problems: tuple[Finding, ...]) -> None:
    if problems:
        raise X12Error("the interchange was not made", code="X12_ENVELOPE", findings=problems)
