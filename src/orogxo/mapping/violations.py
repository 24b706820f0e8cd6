"""One thing that is wrong with one record, as a value: what mapping and rules report, all at once."""

from __future__ import annotations

from attrs import frozen


@frozen
class Violation:
    """A problem of one order or shipment.

    `code` stands in the rule table (`orogxo.rules.registry`); `path` says where in the record, and is stable,
    so that the same problem found twice is one exception; `message` is a sentence for people; `evidence` are
    the facts behind it, one each.
    """

    code: str
    path: str
    message: str
    evidence: tuple[str, ...] = ()
