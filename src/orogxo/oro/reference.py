"""Resources that others point to: units, countries, organizations, tax codes; subtotals and discounts."""

from __future__ import annotations

from orogxo.oro.fields import Anything, Flag, Money, Number, Text, ToMany, ToOne, Whole
from orogxo.oro.jsonapi import Resource


class OroProductUnit(Resource, wire="productunits"):
    """A unit of measure; its `id` is the code (`item`, `case`)."""

    default_precision = Whole("defaultPrecision")
    label = Text("label")
    short_label = Text("shortLabel")
    plural_label = Text("pluralLabel")
    short_plural_label = Text("shortPluralLabel")


class OroCountry(Resource, wire="countries"):
    """A country; its `id` is the ISO 3166-1 alpha-2 code."""

    iso3_code = Text("iso3Code")
    name = Text("name")
    deleted = Flag("deleted", default=False)
    regions = ToMany["OroRegion"]("regions", "regions", default=False)


class OroRegion(Resource, wire="regions"):
    """A region; its `id` is the ISO 3166-2 code (`US-NY`), `code` the part behind the country."""

    code = Text("code")
    name = Text("name")
    deleted = Flag("deleted", default=False)
    country = ToOne[OroCountry]("country", "countries")


class OroOrganization(Resource, wire="organizations"):
    """An organization of the seller (never the buyer's company, which is a customer)."""

    name = Text("name")
    enabled = Flag("enabled", default=False)


class OroCustomerTaxCode(Resource, wire="customertaxcodes"):
    """A tax class of customers."""

    code = Text("code")
    description = Text("description", default=False)
    owner = ToOne[Resource]("owner", "users", default=False)
    organization = ToOne[OroOrganization]("organization", "organizations", default=False)


class OroCustomerGroup(Resource, wire="customergroups"):
    """A group of customers; its tax code holds for a customer without one."""

    name = Text("name")
    tax_code = ToOne[OroCustomerTaxCode]("taxCode", "customertaxcodes")
    payment_term = ToOne[Resource]("paymentTerm", "paymentterms", default=False)
    organization = ToOne[OroOrganization]("organization", "organizations", default=False)
    owner = ToOne[Resource]("owner", "users", default=False)


class OroOrderDiscount(Resource, wire="orderdiscounts"):
    """A discount typed in for one order; `percent` is a fraction: 0.1 is 10 %."""

    description = Text("description")
    percent = Number("percent")
    amount = Money("amount")
    order_discount_type = Text("orderDiscountType")
    order = ToOne[Resource]("order", "orders", default=False)
    orders = ToMany[Resource]("orders", "orders", default=False)


class OroOrderSubtotal(Resource, wire="ordersubtotals"):
    """One line of an order's totals (6.1 on). `order_subtotal_type`: subtotal, discount, shipping_cost, tax.

    A list needs exactly one `filter={"order": id}` and `page_size=-1`; it is computed for every order.
    """

    order_subtotal_type = Text("orderSubtotalType")
    label = Text("label")
    amount = Money("amount")
    signed_amount = Money("signedAmount")
    currency = Text("currency")
    visible = Flag("visible")
    data = Anything("data", default=False)
    order = ToOne[Resource]("order", "orders", default=False)
    price_list = ToOne[Resource]("priceList", "pricelists", default=False)
