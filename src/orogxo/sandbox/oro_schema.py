"""What each OroCommerce resource has, by version: one table instead of code for each endpoint.

Read from the recordings of 5.1.8, 6.1.8 and 7.0.3. A name may carry a suffix: `name@5` exists in 5.1 only,
`name@6` from 6.1 on, `name@7` from 7.0 on, `name@status` wherever order statuses can be read.
A relation is written `name:type`, with `*` after the type when it is to-many and `!` when it has no links.
"""

from __future__ import annotations

from functools import cache

from attrs import field, frozen

VERSIONS = ("5.1", "6.1", "7.0")
CONTACTED = " ".join(
    f"{name}{way}" for name in ("lastContactedDate", "timesContacted") for way in ("", "In", "Out")
)
ANNEX = "attachments:files* activityNotes:notes*"


@frozen
class Relation:
    """A relationship of a resource. `limit`: how many members a to-many shows in its owner, None for all."""

    name: str
    target: str
    many: bool
    has_links: bool
    limit: int | None


@frozen
class Resource:
    """One resource type of one version.

    `filters` are attributes that can be filtered by, besides id and all relations; `sorts` likewise.
    `ignores_case`: attributes whose filter does; `listed`: whether the type has endpoints of its own.
    """

    type: str
    attributes: tuple[str, ...]
    relations: dict[str, Relation]
    filters: frozenset[str] = frozenset()
    sorts: frozenset[str] = frozenset()
    ignores_case: frozenset[str] = frozenset()
    methods: tuple[str, ...] = ("GET",)
    numeric_id: bool = True
    listed: bool = True


@frozen
class _Spec:
    attributes: str
    relations: str = ""
    filters: str = ""
    sorts: str = ""
    ignores_case: str = ""
    methods: str = "GET"
    numeric_id: bool = True
    only: str = ""
    unlimited: frozenset[str] = field(factory=frozenset)


_ENUM = _Spec("priority default name", numeric_id=False)
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

_SPECS: dict[str, _Spec] = {
    "orders": _Spec(
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
        methods="GET PATCH",
        unlimited=frozenset({"lineItems"}),
    ),
    "orderlineitems": _Spec(
        "productSku productName productVariantFields freeFormProduct quantity productUnitCode value currency"
        " priceType shipBy fromExternalSource comment shippingMethod shippingMethodType"
        " shippingEstimateAmount checksum createdAt@6 updatedAt@6 draftDelete@7 rowTotalDiscountAmount@6"
        " rowTotalAfterDiscountIncludingTax@6 rowTotalAfterDiscountExcludingTax@6 rowTotalAfterDiscount@6",
        "order:orders@5 orders:orders*@6 product:products parentProduct:products productUnit:productunits"
        " kitItemLineItems:orderproductkititemlineitems* freeFormTaxCode:producttaxcodes@7",
        filters="createdAt@6 updatedAt@6",
        sorts="createdAt@6 updatedAt@6",
    ),
    "orderproductkititemlineitems": _Spec(
        "kitItemId kitItemLabel optional minimumQuantity maximumQuantity productId productSku productName"
        " quantity productUnitCode productUnitPrecision sortOrder value currency",
        "lineItem:orderlineitems kitItem:productkititems product:products productUnit:productunits",
    ),
    "orderaddresses": _Spec(
        "fromExternalSource phone label street street2 city postalCode organization customRegion namePrefix"
        " firstName middleName lastName nameSuffix createdAt updatedAt validatedAt@6",
        "country:countries region:regions customerAddress:customeraddresses"
        " customerUserAddress:customeruseraddresses",
    ),
    "ordershippingtrackings": _Spec(
        "method number", "order:orders@5 orders:orders*@6", methods="GET POST PATCH DELETE"
    ),
    "customers": _Spec(
        "name createdAt updatedAt externalId@7",
        "parent:customers children:customers* addresses:customeraddresses* group:customergroups"
        " users:customerusers* owner:users organization:organizations salesRepresentatives:users*"
        f" paymentTerm:paymentterms taxCode:customertaxcodes internal_rating:customerratings {ANNEX}"
        " account:accounts",
        filters="name createdAt updatedAt externalId@7",
        sorts="name createdAt updatedAt",
    ),
    "customerusers": _Spec(
        "confirmed email namePrefix firstName middleName lastName nameSuffix birthday createdAt updatedAt"
        " enabled loginCount isGuest lastLogin passwordRequestedAt passwordChangedAt externalId@7"
        f" {CONTACTED} cookies_accepted",
        "userRoles:customeruserroles* customer:customers addresses:customeruseraddresses* owner:users"
        " salesRepresentatives:users* organization:organizations auth_status:customeruserauthstatuses"
        f" {ANNEX} activityEmails:emails*",
        filters="email createdAt updatedAt externalId@7",
        sorts="email createdAt updatedAt",
    ),
    "products": _Spec(
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
    ),
    "productunitprecisions": _Spec("precision conversionRate sell", "product:products unit:productunits"),
    "productunits": _Spec("defaultPrecision label shortLabel pluralLabel shortPluralLabel", numeric_id=False),
    "productkititems": _Spec(
        "sortOrder optional minimumQuantity maximumQuantity createdAt updatedAt",
        "labels:productkititemlabels* productKit:products kitItemProducts:productkititemproducts*"
        " productUnit:productunits",
    ),
    "productnames": _Spec("string fallback", "product:products localization:localizations"),
    "inventorylevels": _Spec(
        "quantity externalId@7",
        "product:products productUnitPrecision:productunitprecisions organization:organizations",
        filters="externalId@7",
    ),
    "orderinternalstatuses": _Spec("priority default name", numeric_id=False, only="status"),
    "ordershippingstatuses": _Spec("priority default name", numeric_id=False, only="6"),
    "orderstatuses": _Spec("priority default name", numeric_id=False, only="6"),
    "prodinventorystatuses": _ENUM,
    "countries": _Spec("iso3Code name deleted@6", "regions:regions*", numeric_id=False),
    "regions": _Spec("code name deleted@6", "country:countries", numeric_id=False),
}


@cache
def resources(version: str, *, statuses: bool) -> dict[str, Resource]:
    """All resource types of `version`, those that are only pointed at included. `statuses`: see `@status`.

    Raises ValueError for a version that was never recorded.
    """
    if version not in VERSIONS:
        raise ValueError(f"the twin knows OroCommerce {', '.join(VERSIONS)}, not {version}")
    reader = _Reader(int(version[0]), statuses)
    found = {name: reader.resource(name, spec) for name, spec in _SPECS.items() if reader.exists(spec.only)}
    pointed_at = {relation.target for resource in found.values() for relation in resource.relations.values()}
    for name in sorted(pointed_at - found.keys()):
        found[name] = Resource(name, (), {}, listed=False, numeric_id=False)
    return found


@frozen
class _Reader:
    """Reads the little language of the table for one version."""

    major: int
    statuses: bool

    def exists(self, suffix: str) -> bool:
        if suffix == "status":
            return self.statuses
        if suffix == "5":
            return self.major == 5
        return not suffix or self.major >= int(suffix)

    def words(self, text: str) -> tuple[str, ...]:
        pairs = (word.partition("@") for word in text.split())
        return tuple(name for name, _, suffix in pairs if self.exists(suffix))

    def relation(self, word: str, unlimited: frozenset[str]) -> Relation:
        name, _, target = word.partition(":")
        limit = 100 if self.major == 5 else None if name in unlimited else 1000
        return Relation(name, target.rstrip("*!"), "*" in target, "!" not in target, limit)

    def resource(self, name: str, spec: _Spec) -> Resource:
        relations = [self.relation(word, spec.unlimited) for word in self.words(spec.relations)]
        return Resource(
            name,
            self.words(spec.attributes),
            {relation.name: relation for relation in relations},
            filters=frozenset(self.words(spec.filters)),
            sorts=frozenset(self.words(spec.sorts)),
            ignores_case=frozenset(spec.ignores_case.split()),
            methods=tuple(spec.methods.split()),
            numeric_id=spec.numeric_id,
        )
