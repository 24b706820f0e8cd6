"""The bodies that we send to a gateway, as plain classes: what is written, and what the OpenAPI page says."""

from __future__ import annotations

from attrs import frozen


@frozen
class AmountBody:
    """An exact quantity: a decimal string and a UN/ECE Rec 20 code."""

    value: str
    uom: str


@frozen
class AddressBody:
    """A postal address; empty text means "not given"."""

    name: str
    company: str
    street: str
    street2: str
    city: str
    postal_code: str
    region: str
    country: str
    phone: str


@frozen
class ItemUnitBody:
    """A unit that an item is handled in, and how many base units it holds."""

    code: str
    qty_in_base: str
    gtin: str | None = None


@frozen
class ItemBody:
    """PUT /v1/items/{sku}."""

    client_id: str
    sku: str
    description: str
    gtin: list[str]
    uoms: list[ItemUnitBody]
    lot_tracked: bool
    serial_tracked: bool
    expiry_tracked: bool


@frozen
class InboundLineBody:
    """Goods that are expected."""

    line_ref: str
    sku: str
    qty: AmountBody
    lot: str | None = None


@frozen
class InboundBody:
    """PUT /v1/inbounds/{ref}."""

    client_id: str
    site_id: str
    client_asn_ref: str
    type: str
    shipped_on: str
    eta: str | None
    supplier: AddressBody | None
    shipment_ref: str
    carrier: str
    container: str
    lines: list[InboundLineBody]


@frozen
class ReturnLineBody:
    """Goods that may come back."""

    line_ref: str
    sku: str
    qty: AmountBody
    reason: str
    requested_disposition: str


@frozen
class ReturnBody:
    """PUT /v1/returns/{rma}."""

    client_id: str
    site_id: str
    rma_ref: str
    order_ref: str
    po_number: str
    authorised_on: str
    lines: list[ReturnLineBody]


@frozen
class HoldBody:
    """POST /v1/orders/{ref}/holds."""

    kind: str
    note: str
    source: str


@frozen
class CancelBody:
    """POST /v1/orders/{ref}/cancel."""

    client_order_ref: str


@frozen
class CancelInboundBody:
    """POST /v1/inbounds/{ref}/cancel."""

    client_asn_ref: str


@frozen
class OrganisationBody:
    """The buyer's company, and its parent."""

    id: str
    name: str
    parent: OrganisationBody | None = None


@frozen
class ExternalIdBody:
    """What another system calls the same thing."""

    scheme: str
    value: str


@frozen
class RequestedShipBody:
    """When the order must have left."""

    not_after: str | None = None


@frozen
class CarrierBody:
    """How it travels, in the words of the site."""

    code: str
    service_code: str
    scac: str


@frozen
class InstructionBody:
    """A sentence for the people of the site, the driver or the label."""

    kind: str
    text: str


@frozen
class OrderLineBody:
    """What is to be shipped."""

    line_ref: str
    sku: str
    qty: AmountBody


@frozen
class OrderBody:
    """PUT /v1/orders/{ref}; `wire.encode_order` writes it."""

    client_id: str
    site_id: str
    client_order_ref: str
    type: str
    po_number: str
    customer_org: OrganisationBody
    ship_to: AddressBody
    carrier: CarrierBody
    lines: list[OrderLineBody]
    external_ids: list[ExternalIdBody]
    instructions: list[InstructionBody]
    requested_ship: RequestedShipBody | None = None
