"""How a demo ended, as a value: what is the same however the warehouse is reached, and what is against it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attrs import frozen

from orogxo.model import State
from orogxo.sandbox import Books


@frozen
class Outcome:
    """The end for the shop and its buyers, which must not depend on how the warehouse is reached.

    `held`: the codes that hold an order, by order id; `shipped`: eaches that left the twin's floor, by order
    id and line reference; `trackings`: what OroCommerce shows, by order id.
    """

    held: Mapping[str, tuple[str, ...]]
    shipped: Mapping[tuple[str, str], Fraction]
    trackings: Mapping[str, tuple[str, ...]]


@frozen
class Result:
    """`problems`: what the twin's books say against it, and every planned fault that did not happen.

    `counts`: orders by state; `submitted`: what the site has; `looked_up`: sends that were found done by a
    look-up; `left_behind`: files that the killed worker had written and not renamed.
    """

    outcome: Outcome
    books: Books
    counts: Mapping[State, int]
    submitted: int
    looked_up: int
    left_behind: int
    problems: tuple[str, ...]
