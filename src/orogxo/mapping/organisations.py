"""Who bought: the customer organisation on every order, so that no two become one at the warehouse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from attrs import evolve, field, frozen

from orogxo.errors import MappingError
from orogxo.model.parties import Organisation

BLOCKED_NAMES = ("default", "default customer", "guest", "guest customer", "anonymous", "unknown", "n/a")
"""Names that stand for nobody in particular."""


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.strip().casefold() for name in names)


@frozen
class Organisations:
    """How OroCommerce's customer becomes the warehouse's.

    `level`: the ordering customer itself, or the top of its family. `codes`: OroCommerce customer id to the
    warehouse's own id; with `listed_only` a customer that is not in it is refused. `blocked_names`: see
    `BLOCKED_NAMES`; compared without case.
    """

    level: Literal["customer", "top"] = "customer"
    codes: Mapping[str, str] = field(factory=dict)
    listed_only: bool = False
    blocked_names: frozenset[str] = field(default=BLOCKED_NAMES, converter=_folded)

    def resolve(self, customer: Organisation | None) -> Organisation:
        """The organisation to name to the warehouse: id (its own where listed), name and parent.

        Raises MappingError: ORGANISATION_MISSING (none, blank, or one that stands for nobody),
        ORGANISATION_UNMAPPED (not listed).
        """
        if customer is None:
            raise _missing("the order shows no customer", "")
        family = [customer]
        while family[-1].parent is not None:
            family.append(family[-1].parent)
        chosen = family[-1] if self.level == "top" else customer
        for organisation in (customer, chosen):
            self._must_be_somebody(organisation)
        if self.listed_only and chosen.id not in self.codes:
            raise MappingError(
                f"customer {chosen.name!r} (id {chosen.id}) has no id at the warehouse",
                code="ORGANISATION_UNMAPPED",
                path="customer",
                value=chosen.id,
                hint=f'add the customer to the organisations table: "{chosen.id}" = "<the warehouse\'s id>"',
            )
        return self._coded(family[family.index(chosen) :])

    def _must_be_somebody(self, organisation: Organisation) -> None:
        name = organisation.name.strip().casefold()
        if not organisation.id.strip() or not name:
            raise _missing("the order's customer has no id or no name", organisation.id)
        if name in self.blocked_names:
            raise _missing(f"{organisation.name!r} stands for nobody in particular", organisation.id)

    def _coded(self, family: list[Organisation]) -> Organisation:
        parent: Organisation | None = None
        for organisation in reversed(family[1:]):
            parent = evolve(organisation, id=self.codes.get(organisation.id, organisation.id), parent=parent)
        return evolve(family[0], id=self.codes.get(family[0].id, family[0].id), parent=parent)


def _missing(message: str, value: str) -> MappingError:
    return MappingError(
        message,
        code="ORGANISATION_MISSING",
        path="customer",
        value=value,
        hint="give the order its customer in OroCommerce; if it has one, let the API user view customers",
    )
