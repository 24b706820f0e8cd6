"""What is known of an exception code before it ever happens: one row of the rule table."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

from orogxo.model.exceptions import Owner

FixedBy: TypeAlias = Literal["orocommerce", "mapping", "item master", "warehouse", "it"]


@frozen
class Rule:
    """One code. `fixed_by`: where the cure lies; `waivable`: a person may let the order go in spite of it;
    `hint`: what its owner does; `meaning`: one sentence that may be shown to the customer."""

    code: str
    owner: Owner
    fixed_by: FixedBy
    hint: str
    meaning: str
    waivable: bool = False
