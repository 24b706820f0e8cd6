"""Who buys and where it goes: organisations and addresses."""

from __future__ import annotations

from attrs import frozen


@frozen
class Organisation:
    """The buyer's company as OroCommerce knows it (its *customer*), with its parent where it has one."""

    id: str
    name: str
    parent: Organisation | None = None


@frozen
class Address:
    """A postal address; empty text means "not given". `country` is ISO 3166-1 alpha-2, `region` ISO 3166-2.

    `region` may be free text where OroCommerce has no region record.
    """

    name: str = ""
    company: str = ""
    street: str = ""
    street2: str = ""
    city: str = ""
    postal_code: str = ""
    region: str = ""
    country: str = ""
    phone: str = ""
