"""What each OroCommerce resource shows, by version: one table instead of code for each endpoint.

Read from the recordings of 5.1.8, 6.1.8 and 7.0.3. A name may carry a suffix: `name@5` exists in 5.1 only,
`name@6` from 6.1 on, `name@7` from 7.0 on, `name@status` wherever order statuses can be read.
A relation is written `name:type`, with `*` after the type when it is to-many, `!` when it has no links and
`~` when it has an address of its own only.
`methods` are what the resource allows; BATCH stands for PATCH on the whole collection.
"""

from __future__ import annotations

from attrs import field, frozen

CONTACTED = " ".join(
    f"{name}{way}" for name in ("lastContactedDate", "timesContacted") for way in ("", "In", "Out")
)
ANNEX = "attachments:files* activityNotes:notes*"
CRUD = "GET POST PATCH DELETE"


@frozen
class Spec:
    """A resource in the little language of this table. `stored` False: made by code, not by a database."""

    attributes: str
    relations: str = ""
    filters: str = ""
    sorts: str = ""
    ignores_case: str = ""
    methods: str = "GET"
    numeric_id: bool = True
    has_links: bool = True
    stored: bool = True
    only: str = ""
    unlimited: frozenset[str] = field(factory=frozenset)


ENUM = Spec("priority default name", numeric_id=False)
_FALLBACKS = " ".join(
    f"{name}:entityfieldfallbackvalues"
    for name in (
        "pageTemplate", "manageInventory", "highlightLowInventory", "inventoryThreshold",
        "lowInventoryThreshold", "minimumQuantityToOrder", "maximumQuantityToOrder", "decrementQuantity",
        "backOrder", "isUpcoming",
    )
)  # fmt: skip
_TEXTS = " ".join(
    f"{name}:localizedfallbackvalues*"
    for name in ("slugPrototypes", "metaTitles", "metaDescriptions", "metaKeywords")
)

SPECS: dict[str, Spec] = {
    "orders": Spec(
        "identifier poNumber customerNotes shipUntil currency subtotalWithDiscountsValue@6"
        " subtotalWithDiscounts subtotalValue totalValue shippingMethod shippingMethodType"
        " estimatedShippingCostAmount overriddenShippingCostAmount sourceEntityIdentifier"
        " totalDiscountsAmount external@6 uuid@5"
        f" createdAt updatedAt externalId@7 {CONTACTED} disablePromotions discount shippingDiscount",
        "createdBy:users@6 billingAddress:orderaddresses shippingAddress:orderaddresses"
        " lineItems:orderlineitems* discounts:orderdiscounts* shippingTrackings:ordershippingtrackings*"
        " parent:orders subOrders:orders* owner:users organization:organizations"
        " customerUser:customerusers customer:customers"
        " paymentTerm:paymentterms source:checkouts internalStatus:orderinternalstatuses@status"
        f" orderSubtotals:ordersubtotals*!@6 {ANNEX} documents:files*@6 activityEmails:emails*"
        " status:orderstatuses@6 shippingStatus:ordershippingstatuses@6",
        filters="identifier poNumber createdAt updatedAt@status external@6 externalId@7 uuid@5",
        sorts="identifier createdAt updatedAt@status external@6 externalId@7",
        ignores_case="identifier poNumber",
        methods=f"{CRUD} BATCH",
        unlimited=frozenset({"lineItems"}),
    ),
    "orderlineitems": Spec(
        "productSku productName productVariantFields freeFormProduct quantity productUnitCode value currency"
        " priceType shipBy fromExternalSource comment shippingMethod shippingMethodType"
        " shippingEstimateAmount checksum createdAt@6 updatedAt@6 draftDelete@7 rowTotalDiscountAmount@6"
        " rowTotalAfterDiscountIncludingTax@6 rowTotalAfterDiscountExcludingTax@6 rowTotalAfterDiscount@6",
        "order:orders@5 orders:orders*@6 product:products parentProduct:products productUnit:productunits"
        " kitItemLineItems:orderproductkititemlineitems* freeFormTaxCode:producttaxcodes@7",
        filters="createdAt@6 updatedAt@6",
        sorts="createdAt@6 updatedAt@6",
        methods=CRUD,
    ),
    "orderproductkititemlineitems": Spec(
        "kitItemId kitItemLabel optional minimumQuantity maximumQuantity productId productSku productName"
        " quantity productUnitCode productUnitPrecision sortOrder value currency",
        "lineItem:orderlineitems kitItem:productkititems product:products productUnit:productunits",
        methods=CRUD,
    ),
    "orderaddresses": Spec(
        "fromExternalSource phone label street street2 city postalCode organization customRegion namePrefix"
        " firstName middleName lastName nameSuffix createdAt updatedAt validatedAt@6",
        "country:countries region:regions customerAddress:customeraddresses"
        " customerUserAddress:customeruseraddresses",
        methods=CRUD,
    ),
    "ordershippingtrackings": Spec("method number", "order:orders@5 orders:orders*@6", methods=CRUD),
    "customers": Spec(
        "name createdAt updatedAt externalId@7",
        "parent:customers children:customers* addresses:customeraddresses* group:customergroups"
        " users:customerusers* owner:users organization:organizations salesRepresentatives:users*"
        f" paymentTerm:paymentterms taxCode:customertaxcodes internal_rating:customerratings {ANNEX}"
        " account:accounts",
        filters="name createdAt updatedAt externalId@7",
        sorts="name createdAt updatedAt",
        methods=f"{CRUD} BATCH",
    ),
    "customerusers": Spec(
        "confirmed email namePrefix firstName middleName lastName nameSuffix birthday createdAt updatedAt"
        " enabled loginCount isGuest lastLogin passwordRequestedAt passwordChangedAt externalId@7"
        f" {CONTACTED} cookies_accepted",
        "userRoles:customeruserroles* customer:customers addresses:customeruseraddresses* owner:users"
        " salesRepresentatives:users* organization:organizations auth_status:customeruserauthstatuses"
        f" {ANNEX} activityEmails:emails*",
        filters="email createdAt updatedAt externalId@7",
        sorts="email createdAt updatedAt",
        methods=f"{CRUD} BATCH",
    ),
    "products": Spec(
        "sku status variantFields createdAt updatedAt productType featured newArrival"
        " kitShippingCalculationMethod@6 category_sort_order availability_date",
        "owner:businessunits organization:organizations unitPrecisions:productunitprecisions*"
        " primaryUnitPrecision:productunitprecisions names:productnames* descriptions:productdescriptions*"
        " variantLinks:productvariantlinks* defaultVariant:products@6"
        " shortDescriptions:productshortdescriptions* images:productimages* attributeFamily:attributefamilies"
        f" brand:brands kitItems:productkititems* category:categories {_FALLBACKS} {_TEXTS}"
        f" taxCode:producttaxcodes inventory_status:prodinventorystatuses"
        f" productShippingOptions:productshippingoptions* {ANNEX}",
        filters="sku createdAt updatedAt",
        sorts="sku createdAt updatedAt",
        methods=f"{CRUD} BATCH",
    ),
    "productunitprecisions": Spec(
        "precision conversionRate sell", "product:products unit:productunits", methods=CRUD
    ),
    "productunits": Spec(
        "defaultPrecision label shortLabel pluralLabel shortPluralLabel", numeric_id=False, methods=CRUD
    ),
    "productkititems": Spec(
        "sortOrder optional minimumQuantity maximumQuantity createdAt updatedAt",
        "labels:productkititemlabels* productKit:products kitItemProducts:productkititemproducts*"
        " productUnit:productunits",
    ),
    "productkititemproducts": Spec("sortOrder", "kitItem:productkititems product:products"),
    "entityfieldfallbackvalues": Spec("fallback scalarValue arrayValue"),
    "productnames": Spec("string fallback", "product:products localization:localizations"),
    "inventorylevels": Spec(
        "quantity externalId@7",
        "product:products productUnitPrecision:productunitprecisions organization:organizations",
        filters="externalId@7",
        methods="GET PATCH BATCH",
    ),
    "orderinternalstatuses": Spec("priority default name", numeric_id=False, only="status"),
    "ordershippingstatuses": Spec("priority default name", numeric_id=False, only="6"),
    "orderstatuses": Spec("priority default name", numeric_id=False, only="6"),
    "prodinventorystatuses": ENUM,
    "countries": Spec("iso3Code name deleted@6", "regions:regions*", numeric_id=False),
    "customergroups": Spec(
        "name",
        "owner:users organization:organizations paymentTerm:paymentterms taxCode:customertaxcodes"
        " activityNotes:notes*",
    ),
    "orderdiscounts": Spec("description percent amount orderDiscountType", "order:orders", methods=CRUD),
    "ordersubtotals": Spec(
        "orderSubtotalType label amount signedAmount currency visible data",
        "order:orders! priceList:pricelists!",
        numeric_id=False,
        has_links=False,
        only="6",
    ),
    "paymentterms": Spec("label", "activityNotes:notes*", filters="label", methods=CRUD),
    "asyncoperations": Spec(
        "status progress createdAt updatedAt elapsedTime entityType summary",
        "owner:users! organization:organizations! errors:asyncoperationerrors*~",
    ),
    "asyncoperationerrors": Spec("status title detail source", numeric_id=False, has_links=False),
    "webhooks": Spec(
        "notificationUrl enabled verifySsl system createdAt updatedAt",
        "owner:users organization:organizations topic:webhooktopics! format:webhookformats!",
        filters="notificationUrl createdAt updatedAt",
        sorts="createdAt updatedAt",
        methods=CRUD,
        numeric_id=False,
        only="7",
    ),
    "webhooktopics": Spec("label", numeric_id=False, stored=False, only="7"),
    "webhookformats": Spec("label", numeric_id=False, only="7"),
    "regions": Spec("code name deleted@6", "country:countries", numeric_id=False),
}
