"""What may be written into each OroCommerce resource, by version, and what each kind of value accepts.

A member is written `name:kind`, with `!` when it must not be blank and `+` when it counts on creation only;
version suffixes are those of oro_tables. Members that a resource shows but that are not here are read-only:
OroCommerce accepts and ignores them. Relations: `one` and `many` point at records, `own` and `owns` at parts
that live and die with their owner, `ignored` is checked and dropped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from attrs import frozen

from orogxo.sandbox.clock import stamp
from orogxo.sandbox.oro_schema import exists

RELATIONS = frozenset({"one", "many", "own", "owns", "ignored", "status"})
_MINE = "owner:one organization:one"
_FORMS = {
    "orders": "identifier:text poNumber:text customerNotes:long shipUntil:date currency:text+@5"
    " currency:text!+@6 shippingMethod:text shippingMethodType:text estimatedShippingCostAmount:money"
    " overriddenShippingCostAmount:money sourceEntityIdentifier:text disablePromotions:bool external:bool+@6"
    " externalId:key@7 createdAt:instant@6 lineItems:owns! customer:one! customerUser:one billingAddress:own"
    " shippingAddress:own discounts:owns shippingTrackings:owns parent:one paymentTerm:one source:one"
    f" createdBy:one+@6 shippingStatus:one@6 status:status@6 internalStatus:ignored@6"
    f" internalStatus:one@5status {_MINE}",
    "orderlineitems": "quantity:float! value:money currency:text@5 currency:text!@6 priceType:int"
    " productSku:text productName:text freeFormProduct:text shipBy:date comment:long shippingMethod:text"
    " shippingMethodType:text shippingEstimateAmount:money order:one+@5 orders:many!+@6 product:one"
    " parentProduct:one productUnit:one kitItemLineItems:owns freeFormTaxCode:one@7",
    "orderproductkititemlineitems": "productSku:text productName:text quantity:float sortOrder:int"
    " value:money currency:text lineItem:one+ kitItem:one product:one productUnit:one",
    "orderaddresses": "phone:text label:text street:text street2:text city:text postalCode:text"
    " organization:text customRegion:text namePrefix:text firstName:text middleName:text lastName:text"
    " nameSuffix:text fromExternalSource:bool validatedAt:instant@6 country:one region:one"
    " customerAddress:one customerUserAddress:one",
    "ordershippingtrackings": "method:column! number:column! order:one@5 orders:many@6",
    "orderdiscounts": "description:long percent:float amount:money orderDiscountType:text order:one+",
    "customers": "name:text! externalId:key@7 parent:one children:many group:one users:many"
    f" salesRepresentatives:many paymentTerm:one taxCode:one internal_rating:one account:one {_MINE}",
    "customerusers": "email:text! firstName:text! lastName:text! namePrefix:text middleName:text"
    " nameSuffix:text birthday:date confirmed:bool enabled:bool password:secret externalId:key@7"
    f" userRoles:many customer:one salesRepresentatives:many {_MINE}",
    "products": "sku:sku! status:text productType:text+ featured:bool newArrival:bool"
    " kitShippingCalculationMethod:text@6 category_sort_order:int availability_date:instant"
    " unitPrecisions:owns! primaryUnitPrecision:own! names:owns! attributeFamily:one! inventory_status:one!"
    f" kitItems:owns brand:one category:one taxCode:one {_MINE}",
    "productunitprecisions": "precision:int conversionRate:float sell:bool product:one+ unit:one+",
    "productunits": "defaultPrecision:int label:text shortLabel:text pluralLabel:text shortPluralLabel:text",
    "productnames": "string:text fallback:text localization:one",
    "inventorylevels": "quantity:number! externalId:key@7",
    "paymentterms": "label:text!",
    "webhooks": "notificationUrl:url! secret:secret+ enabled:bool verifySsl:bool topic:one! format:one!"
    f" {_MINE}",
}
_LENGTHS = {"text": 255, "sku": 255, "key": 36}


@frozen
class Member:
    """One writable member. `once`: on creation only."""

    name: str
    kind: str
    required: bool
    once: bool

    @property
    def is_relation(self) -> bool:
        """Whether it stands under `relationships`."""
        return self.kind in RELATIONS

    @property
    def many(self) -> bool:
        """Whether it is a list of identifiers."""
        return self.kind in {"many", "owns"}

    @property
    def longest(self) -> int | None:
        """How many characters a text may have."""
        return _LENGTHS.get(self.kind)


@cache
def form(kind: str, version: str, *, statuses: bool) -> dict[str, Member]:
    """The writable members of a resource, in the order in which OroCommerce complains about them."""
    members = {}
    for word in _FORMS.get(kind, "").split():
        text, _, suffix = word.partition("@")
        if all(exists(part, int(version[0]), statuses=statuses) for part in _suffixes(suffix)):
            name, _, rest = text.partition(":")
            members[name] = Member(name, rest.rstrip("!+"), "!" in rest, "+" in rest)
    return members


def _suffixes(suffix: str) -> tuple[str, ...]:
    return (suffix[0], suffix[1:]) if suffix.endswith("status") and suffix != "status" else (suffix,)


def converted(kind: str, value: Any) -> Any:
    """`value` as OroCommerce keeps it. Raises ValueError where its form says "This value is not valid."."""
    convert: Callable[[Any], Any] = _CONVERSIONS.get(kind, _text)
    return None if value is None else convert(value)


def _refuse(value: Any, kinds: Any) -> None:
    if isinstance(value, kinds):
        raise ValueError(value)  # noqa: TRY004 - callers turn ValueError into a form error


def _text(value: Any) -> str:
    _refuse(value, bool | list | dict)
    return str(value).strip()


def _number(value: Any) -> Decimal:
    _refuse(value, bool | list | dict)
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise ValueError(value) from None
    if not number.is_finite():
        raise ValueError(value)
    return number


def _whole(value: Any) -> int:
    number = _number(value)
    if number != number.to_integral_value():
        raise ValueError(value)
    return int(number)


def plain(number: Decimal) -> str:
    """Digits without an exponent and without trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(amount: Decimal) -> str:
    """Four decimals, cut and not rounded, as OroCommerce writes money."""
    return f"{int(amount * 10000) / Decimal(10000):.4f}"


def _quantity(value: Any) -> int | Decimal:
    number = _number(value)
    return int(number) if number == number.to_integral_value() else number


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)  # noqa: TRY004 - the caller turns ValueError into a form error
    return value


def _instant(value: Any) -> str:
    found = dt.datetime.fromisoformat(str(value))
    return stamp(found if found.tzinfo else found.replace(tzinfo=dt.UTC))


def _date(value: Any) -> str:
    return dt.date.fromisoformat(str(value)).isoformat()


_CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "number": lambda value: plain(_number(value)),
    "money": lambda value: money(_number(value)),
    "float": _quantity,
    "int": _whole,
    "bool": _truth,
    "instant": _instant,
    "date": _date,
    "secret": str,
}
