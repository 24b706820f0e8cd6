"""What goes wrong on the wire: a fault plan that says which request meets which mishap."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Iterable
from email.utils import format_datetime
from typing import Literal, TypeAlias, get_args

from attrs import define, field, frozen

from orogxo.messages import Reply

Action: TypeAlias = Literal[
    "refuse",  # nothing arrives, the sender knows it
    "lose_request",  # nothing arrives, the sender does not know it
    "lose_reply",  # it is carried out, no answer arrives
    "truncate",  # it is carried out, half of the answer arrives
    "slow",  # it is carried out, the answer comes late: too late where the request has a shorter timeout
    "status_500_before",
    "status_500_after",
    "status_429",
    "status_401",
    "empty_401",
    "html_502",
    "maintenance_415",
    "maintenance_503",
]
ACTIONS: tuple[Action, ...] = get_args(Action)
BEFORE_EFFECT: frozenset[str] = frozenset(ACTIONS) - {"lose_reply", "truncate", "slow", "status_500_after"}


@define
class Fault:
    """One rule. It looks at requests of `system` and `method` whose path (no query) matches `path` whole.

    Of those it strikes the `nth` only, or each `every`th, or all; at most `times`. `retry_after` (status_429)
    is seconds, "date", or None for no header; `seconds` is how late a slow answer is.
    """

    action: Action = field(kw_only=True)
    system: str | None = None
    method: str | None = None
    path: str | None = None
    nth: int | None = None
    every: int | None = None
    times: int | None = None
    retry_after: int | str | None = 2
    seconds: float = 45.0
    _seen: int = field(default=0, init=False)
    _struck: int = field(default=0, init=False)

    @action.validator
    def _check(self, _: object, value: str) -> None:
        if value not in ACTIONS:
            raise ValueError(f"no such fault: {value!r}; there are {', '.join(ACTIONS)}")

    def strikes(self, system: str, method: str, path: str) -> bool:
        """Whether this request is hit; counts it."""
        if self.system not in {None, system} or self.method not in {None, method}:
            return False
        if self.path is not None and not re.fullmatch(self.path, path):
            return False
        self._seen += 1
        due = self._seen == self.nth if self.nth else self._seen % (self.every or 1) == 0
        if not due or (self.times is not None and self._struck >= self.times):
            return False
        self._struck += 1
        return True


@frozen
class _Chance:
    """Seeded mishaps for a share of all requests."""

    rate: float
    actions: tuple[Action, ...]
    dice: random.Random

    def draw(self) -> Fault | None:
        # Both draws are always made, so that one mishap more does not shift all that follow.
        hit, action = self.dice.random() < self.rate, self.dice.choice(self.actions)
        return Fault(action=action) if hit else None


class Faults:
    """The plan: rules in order, the first that strikes wins; then chance, if any."""

    def __init__(self, rules: Iterable[Fault] = ()) -> None:
        self._rules = list(rules)
        self._chance: _Chance | None = None

    @classmethod
    def random(cls, seed: int, rate: float, actions: Iterable[Action] = ACTIONS) -> Faults:
        """Mishaps for about `rate` (0 to 1) of all requests; the same seed gives the same ones."""
        plan = cls()
        dice = random.Random(seed)  # noqa: S311 - reproducible mishaps, nothing secret
        plan._chance = _Chance(rate, tuple(actions), dice)
        return plan

    def add(self, *rules: Fault) -> None:
        """Append rules."""
        self._rules.extend(rules)

    def clear(self) -> None:
        """Let everything work from now on."""
        self._rules.clear()
        self._chance = None

    def next(self, system: str, method: str, path: str) -> Fault | None:
        """The mishap for this request, or None."""
        for rule in self._rules:
            if rule.strikes(system, method, path):
                return rule
        return self._chance.draw() if self._chance else None


_HTML = (
    "<!DOCTYPE html>\n<html>\n<head><title>{title}</title></head>\n<body><h1>{title}</h1></body>\n</html>\n"
)
_MISHAP_STATUS: dict[str, tuple[int, str]] = {
    "html_502": (502, "502 Bad Gateway"),
    "maintenance_415": (415, "An Error Occurred: Unsupported Media Type"),
    "maintenance_503": (503, "Down For Maintenance"),
    "status_429": (429, "429 Too Many Requests"),
}


def mishap(fault: Fault, now: dt.datetime) -> Reply:
    """What a proxy in front of either end answers (maintenance pages: as recorded, HTML)."""
    status, title = _MISHAP_STATUS[fault.action]
    by_php = fault.action == "maintenance_415"
    headers = {"Content-Type": "text/html; charset=UTF-8" if by_php else "text/html"}
    if fault.action == "status_429" and fault.retry_after is not None:
        headers["Retry-After"] = _retry_after(fault.retry_after, now)
    return Reply(status, headers, _HTML.format(title=title).encode())


def _retry_after(wanted: int | str, now: dt.datetime) -> str:
    """Both forms of RFC 9110, section 10.2.3."""
    if wanted == "date":
        return format_datetime(now + dt.timedelta(seconds=2), usegmt=True)
    return str(wanted)
