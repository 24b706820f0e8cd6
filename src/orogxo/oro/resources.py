"""The OroCommerce resources that the SDK knows by name; any other type reads as a plain `Resource`.

A member with `default=False` is costly or rare, and read only when `fields=` asks for it.
"""

from __future__ import annotations

from orogxo.oro.fields import (
    Anything,
    Date,
    DecimalText,
    Flag,
    Instant,
    Money,
    Number,
    Text,
    ToMany,
    ToOne,
    Whole,
)
from orogxo.oro.jsonapi import Resource
from orogxo.oro.product_resources import OroFallbackValue, OroProductKitItem
from orogxo.oro.reference import (
    OroCountry,
    OroCustomerGroup,
    OroCustomerTaxCode,
    OroOrderDiscount,
    OroOrderSubtotal,
    OroOrganization,
    OroProductUnit,
    OroRegion,
)


class OroEnumOption(
    Resource,
    wire=("orderinternalstatuses", "orderstatuses", "ordershippingstatuses", "prodinventorystatuses"),
):
    """One option of a status list; its `id` is the code. Codes are installation data: any text may come."""

    # An installation may lack the resource, and naming it in a fieldset would be refused: never by default.
    name = Text("name", default=False)
    priority = Whole("priority", default=False)
    is_default = Flag("default", default=False)


class OroCustomer(Resource, wire="customers"):
    """A buyer's company."""

    name = Text("name")
    external_id = Text("externalId")
    created_at = Instant("createdAt")
    updated_at = Instant("updatedAt")
    parent = ToOne["OroCustomer"]("parent", "customers")
    group = ToOne[OroCustomerGroup]("group", "customergroups")
    tax_code = ToOne[OroCustomerTaxCode]("taxCode", "customertaxcodes")
    payment_term = ToOne[Resource]("paymentTerm", "paymentterms", default=False)
    internal_rating = ToOne[Resource]("internal_rating", default=False)
    organization = ToOne[OroOrganization]("organization", "organizations", default=False)
    owner = ToOne[Resource]("owner", "users", default=False)
    children = ToMany["OroCustomer"]("children", "customers", default=False)
    users = ToMany["OroCustomerUser"]("users", "customerusers", default=False)
    addresses = ToMany[Resource]("addresses", "customeraddresses", default=False)
    sales_representatives = ToMany[Resource]("salesRepresentatives", "users", default=False)


class OroCustomerUser(Resource, wire="customerusers"):
    """A person who buys for a customer."""

    email = Text("email")
    name_prefix = Text("namePrefix")
    first_name = Text("firstName")
    middle_name = Text("middleName")
    last_name = Text("lastName")
    name_suffix = Text("nameSuffix")
    birthday = Date("birthday", default=False)
    enabled = Flag("enabled")
    confirmed = Flag("confirmed")
    is_guest = Flag("isGuest")
    login_count = Whole("loginCount", default=False)
    last_login = Instant("lastLogin", default=False)
    external_id = Text("externalId")
    created_at = Instant("createdAt")
    updated_at = Instant("updatedAt")
    customer = ToOne[OroCustomer]("customer", "customers")
    user_roles = ToMany[Resource]("userRoles", "customeruserroles", default=False)
    addresses = ToMany[Resource]("addresses", "customeruseraddresses", default=False)
    organization = ToOne[OroOrganization]("organization", "organizations", default=False)
    owner = ToOne[Resource]("owner", "users", default=False)
    sales_representatives = ToMany[Resource]("salesRepresentatives", "users", default=False)


class OroProductUnitPrecision(Resource, wire="productunitprecisions"):
    """A unit in which a product is sold: `conversion_rate` is how many primary units one of it holds."""

    precision = Whole("precision")
    conversion_rate = Number("conversionRate")
    sell = Flag("sell")
    product = ToOne["OroProduct"]("product", "products")
    unit = ToOne[OroProductUnit]("unit", "productunits")


class OroProduct(Resource, wire="products"):
    """A product. `status`: enabled, disabled; `product_type`: simple, configurable, kit; others may come.

    In ext_id mode its `id` is the SKU, `sku` is absent, and `db_id` holds the number.
    """

    sku = Text("sku")
    db_id = Whole("dbId", default=False)
    status = Text("status")
    product_type = Text("productType")
    variant_fields = Anything("variantFields", default=False)
    featured = Flag("featured", default=False)
    new_arrival = Flag("newArrival", default=False)
    kit_shipping_calculation_method = Text("kitShippingCalculationMethod", default=False)
    created_at = Instant("createdAt")
    updated_at = Instant("updatedAt")
    unit_precisions = ToMany[OroProductUnitPrecision]("unitPrecisions", "productunitprecisions")
    primary_unit_precision = ToOne[OroProductUnitPrecision]("primaryUnitPrecision", "productunitprecisions")
    inventory_status = ToOne[OroEnumOption]("inventory_status", "prodinventorystatuses")
    names = ToMany[Resource]("names", "productnames", default=False)
    kit_items = ToMany[OroProductKitItem]("kitItems", "productkititems", default=False)
    product_shipping_options = ToMany[Resource](
        "productShippingOptions", "productshippingoptions", default=False
    )
    tax_code = ToOne[Resource]("taxCode", "producttaxcodes", default=False)
    brand = ToOne[Resource]("brand", "brands", default=False)
    category = ToOne[Resource]("category", "categories", default=False)
    owner = ToOne[Resource]("owner", "businessunits", default=False)
    organization = ToOne[OroOrganization]("organization", "organizations", default=False)
    manage_inventory = ToOne[OroFallbackValue]("manageInventory", "entityfieldfallbackvalues", default=False)
    decrement_quantity = ToOne[OroFallbackValue](
        "decrementQuantity", "entityfieldfallbackvalues", default=False
    )
    back_order = ToOne[OroFallbackValue]("backOrder", "entityfieldfallbackvalues", default=False)
    inventory_threshold = ToOne[OroFallbackValue](
        "inventoryThreshold", "entityfieldfallbackvalues", default=False
    )


class OroInventoryLevel(Resource, wire="inventorylevels"):
    """The absolute stock figure of one product in one unit."""

    quantity = DecimalText("quantity")
    external_id = Text("externalId")
    product = ToOne[OroProduct]("product", "products")
    product_unit_precision = ToOne[OroProductUnitPrecision]("productUnitPrecision", "productunitprecisions")
    organization = ToOne[OroOrganization]("organization", "organizations", default=False)


class OroAddress(Resource, wire="orderaddresses"):
    """The order's own copy of an address. Ids: `country` ISO 3166-1 alpha-2, `region` ISO 3166-2."""

    label = Text("label")
    name_prefix = Text("namePrefix")
    first_name = Text("firstName")
    middle_name = Text("middleName")
    last_name = Text("lastName")
    name_suffix = Text("nameSuffix")
    organization = Text("organization")
    street = Text("street")
    street2 = Text("street2")
    city = Text("city")
    postal_code = Text("postalCode")
    custom_region = Text("customRegion")
    phone = Text("phone")
    from_external_source = Flag("fromExternalSource", default=False)
    created_at = Instant("createdAt", default=False)
    updated_at = Instant("updatedAt", default=False)
    validated_at = Instant("validatedAt", default=False)
    country = ToOne[OroCountry]("country", "countries")
    region = ToOne[OroRegion]("region", "regions")
    customer_address = ToOne[Resource]("customerAddress", "customeraddresses", default=False)
    customer_user_address = ToOne[Resource]("customerUserAddress", "customeruseraddresses", default=False)


class OroTracking(Resource, wire="ordershippingtrackings"):
    """A tracking number on an order. It belongs to `orders` since 6.1, to one `order` before."""

    method = Text("method")
    number = Text("number")
    order = ToOne["OroOrder"]("order", "orders")
    orders = ToMany["OroOrder"]("orders", "orders")


class OroKitItemLine(Resource, wire="orderproductkititemlineitems"):
    """One component of a kit line; `quantity` is for one kit."""

    product_sku = Text("productSku")
    product_name = Text("productName")
    quantity = Number("quantity")
    product_unit_code = Text("productUnitCode")
    product_unit_precision = Whole("productUnitPrecision")
    product_id = Whole("productId")
    kit_item_id = Whole("kitItemId")
    kit_item_label = Text("kitItemLabel")
    optional = Flag("optional")
    minimum_quantity = Number("minimumQuantity")
    maximum_quantity = Number("maximumQuantity")
    sort_order = Whole("sortOrder")
    value = Money("value")
    currency = Text("currency")
    line_item = ToOne["OroOrderLine"]("lineItem", "orderlineitems", default=False)
    kit_item = ToOne[Resource]("kitItem", "productkititems", default=False)
    product = ToOne[OroProduct]("product", "products")
    product_unit = ToOne[OroProductUnit]("productUnit", "productunits")


class OroOrderLine(Resource, wire="orderlineitems"):
    """A line of an order. SKU, name and unit code are copies made when the order was placed."""

    product_sku = Text("productSku")
    product_name = Text("productName")
    free_form_product = Text("freeFormProduct")
    quantity = Number("quantity")
    product_unit_code = Text("productUnitCode")
    value = Money("value")
    currency = Text("currency")
    price_type = Whole("priceType")
    ship_by = Date("shipBy")
    comment = Text("comment")
    product_variant_fields = Anything("productVariantFields", default=False)
    from_external_source = Flag("fromExternalSource", default=False)
    shipping_method = Text("shippingMethod")
    shipping_method_type = Text("shippingMethodType")
    shipping_estimate_amount = Money("shippingEstimateAmount", default=False)
    checksum = Text("checksum", default=False)
    created_at = Instant("createdAt", default=False)
    updated_at = Instant("updatedAt", default=False)
    # Row totals run the tax and promotion engines for every line.
    row_total_after_discount = Money("rowTotalAfterDiscount", default=False)
    row_total_after_discount_including_tax = Money("rowTotalAfterDiscountIncludingTax", default=False)
    row_total_after_discount_excluding_tax = Money("rowTotalAfterDiscountExcludingTax", default=False)
    row_total_discount_amount = Money("rowTotalDiscountAmount", default=False)
    order = ToOne["OroOrder"]("order", "orders", default=False)
    orders = ToMany["OroOrder"]("orders", "orders", default=False)
    product = ToOne[OroProduct]("product", "products")
    parent_product = ToOne[OroProduct]("parentProduct", "products")
    product_unit = ToOne[OroProductUnit]("productUnit", "productunits")
    kit_item_line_items = ToMany[OroKitItemLine]("kitItemLineItems", "orderproductkititemlineitems")
    free_form_tax_code = ToOne[Resource]("freeFormTaxCode", "producttaxcodes", default=False)


class OroOrder(Resource, wire="orders"):
    """An order. Statuses are absent where the installation does not expose them (5.1, unless extended)."""

    identifier = Text("identifier")
    po_number = Text("poNumber")
    customer_notes = Text("customerNotes")
    ship_until = Date("shipUntil")
    currency = Text("currency")
    subtotal_value = Money("subtotalValue")
    subtotal_with_discounts = Money("subtotalWithDiscounts", default=False)
    subtotal_with_discounts_value = Money("subtotalWithDiscountsValue", default=False)
    total_value = Money("totalValue")
    total_discounts_amount = Money("totalDiscountsAmount")
    shipping_method = Text("shippingMethod")
    shipping_method_type = Text("shippingMethodType")
    estimated_shipping_cost_amount = Money("estimatedShippingCostAmount")
    overridden_shipping_cost_amount = Money("overriddenShippingCostAmount")
    source_entity_identifier = Text("sourceEntityIdentifier", default=False)
    external = Flag("external")
    discount = Number("discount", default=False)
    shipping_discount = Number("shippingDiscount", default=False)
    disable_promotions = Flag("disablePromotions", default=False)
    uuid = Text("uuid", default=False)
    external_id = Text("externalId")
    created_at = Instant("createdAt")
    updated_at = Instant("updatedAt")
    customer = ToOne[OroCustomer]("customer", "customers")
    customer_user = ToOne[OroCustomerUser]("customerUser", "customerusers")
    shipping_address = ToOne[OroAddress]("shippingAddress", "orderaddresses")
    billing_address = ToOne[OroAddress]("billingAddress", "orderaddresses")
    line_items = ToMany[OroOrderLine]("lineItems", "orderlineitems")
    shipping_trackings = ToMany[OroTracking]("shippingTrackings", "ordershippingtrackings")
    internal_status = ToOne[OroEnumOption]("internalStatus", "orderinternalstatuses")
    status = ToOne[OroEnumOption]("status", "orderstatuses")
    shipping_status = ToOne[OroEnumOption]("shippingStatus", "ordershippingstatuses")
    parent = ToOne["OroOrder"]("parent", "orders")
    sub_orders = ToMany["OroOrder"]("subOrders", "orders")
    discounts = ToMany[OroOrderDiscount]("discounts", "orderdiscounts", default=False)
    # Computed order by order from the tax and promotion engines.
    order_subtotals = ToMany[OroOrderSubtotal]("orderSubtotals", "ordersubtotals", default=False)
    payment_term = ToOne[Resource]("paymentTerm", "paymentterms", default=False)
    organization = ToOne[OroOrganization]("organization", "organizations", default=False)
    owner = ToOne[Resource]("owner", "users", default=False)
    created_by = ToOne[Resource]("createdBy", "users", default=False)
    source = ToOne[Resource]("source", default=False)
    documents = ToMany[Resource]("documents", "files", default=False)
