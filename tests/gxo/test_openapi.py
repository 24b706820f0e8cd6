"""The OpenAPI document is drawn from the code; what we write, what we read and the twin keep to it."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from orogxo.gxo import GxoClient
from orogxo.gxo.wire import encode_order
from orogxo.model import InboundAdvice, InboundLine, Quantity
from orogxo.sandbox import Twin, serve
from support import gateway, gateway_goods
from support.gateway_goods import ADVICE, DAY, ITEM, RMA
from support.twins import Talk, faithful

GENERATOR = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "generate_openapi.py"))
DOCUMENT: dict[str, Any] = GENERATOR["document"]()
REGISTRY: Any = Registry().with_resource(
    "urn:gateway",
    Resource.from_contents({"$schema": "https://json-schema.org/draft/2020-12/schema", **DOCUMENT}),
)
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)


def problems(name: str, value: object) -> list[str]:
    schema = {"$ref": f"urn:gateway#/components/schemas/{name}"}
    found = Draft202012Validator(schema, registry=REGISTRY, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in found.iter_errors(value)]


def test_the_committed_document_is_up_to_date() -> None:
    assert GENERATOR["FILE"].read_text("utf-8") == GENERATOR["text"](), "run: python docs/generate_openapi.py"


@pytest.mark.parametrize(
    ("method", "value", "answer", "name"),
    [
        ("put_item", ITEM, {"sku": "A/1"}, "ItemBody"),
        ("put_inbound", ADVICE, gateway_goods.inbound(), "InboundBody"),
        ("put_return", RMA, gateway_goods.returned(), "ReturnBody"),
        ("submit", gateway.REQUEST, gateway.order_resource(), "OrderBody"),
        ("cancel", "1042", {"client_order_ref": "1042", "answer": "pending"}, "CancelBody"),
        ("cancel_inbound", "ASN-7", {"client_asn_ref": "ASN-7", "answer": "pending"}, "CancelInboundBody"),
    ],
)
def test_what_we_write_is_in_the_document(method: str, value: object, answer: object, name: str) -> None:
    client, sender = gateway.site(gateway.reply(200, answer))
    getattr(client, method)(value)
    assert problems(name, json.loads(sender.sent[0].body or b"")) == []


def test_a_hold_is_in_the_document_and_a_misspelt_body_is_not() -> None:
    client, sender = gateway.site(gateway.reply(200, gateway_goods.hold()))
    client.hold("1042", "credit")
    told = json.loads(sender.sent[0].body or b"")
    assert problems("HoldBody", told) == []
    assert len(problems("HoldBody", {**told, "kind": "mood", "note": 1, "extra": 1})) == 3
    order = json.loads(encode_order(gateway.REQUEST, depositor="A", site="S"))
    assert problems("OrderBody", {**order, "lines": []})
    assert problems("OrderBody", {**order, "client_order_ref": ".."})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OrderRecord", gateway.order_resource()),
        ("OrdersPage", gateway_goods.feed(gateway.order_resource())),
        ("ShipmentRecord", gateway.shipment()),
        ("ShipmentsPage", gateway.shipments_page(gateway.shipment())),
        ("StockRecord", gateway.stock_page(gateway.stock_row())),
        ("InboundRecord", gateway_goods.inbound()),
        ("ReceiptsPage", gateway_goods.feed(gateway_goods.receipt())),
        ("MovementsPage", gateway_goods.feed(gateway_goods.movement())),
        ("ReturnRecord", gateway_goods.returned(outcome=[gateway_goods.outcome()])),
        ("HoldRecord", gateway_goods.hold()),
        ("EventsPage", gateway_goods.feed(gateway_goods.event())),
        ("Problem", json.loads(gateway.problem(404, "not_found").body)),
    ],
)
def test_what_our_tests_read_is_in_the_document(name: str, value: dict[str, Any]) -> None:
    assert problems(name, value) == []
    assert problems(name, {}) != []


@pytest.fixture(scope="module")
def served() -> Any:
    """A twin with something in every book, over HTTP; its address and a session with a token."""
    twin = Twin()
    order_id = twin.place_order(lines=[("WIDGET-001", 1, "case")])
    assert Talk(twin).put_order(faithful(twin, order_id)).status == 201
    twin.work()
    with serve(twin) as urls, requests.Session() as session:
        grant = {"grant_type": "client_credentials", "client_id": "me", "client_secret": "secret"}
        token = session.post(f"{urls.gxo_url}/oauth/token", data=grant, timeout=5).json()["access_token"]
        session.headers["Authorization"] = f"Bearer {token}"
        client = GxoClient(urls.gxo_url, "me", "secret", depositor="DEPOSITOR", site="SITE-1")
        line = InboundLine("1", "WIDGET-001", Quantity(2, "EA"))
        client.put_inbound(InboundAdvice("ASN-1", DAY, (line,)))
        twin.receive("ASN-1", {"1": 1})
        client.close()
        yield urls.gxo_url, session


@SCHEMA.parametrize()
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_twin_keeps_to_the_document(case: schemathesis.Case, served: Any) -> None:
    url, session = served
    case.call_and_validate(base_url=url, session=session, checks=list(CHECKS), timeout=10)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("orders", "OrdersPage"),
        ("shipments", "ShipmentsPage"),
        ("receipts", "ReceiptsPage"),
        ("inventory/movements", "MovementsPage"),
        ("events", "EventsPage"),
        ("inventory/snapshots/latest", "StockRecord"),
        ("inbounds/ASN-1", "InboundRecord"),
        ("capabilities", "CapabilitiesRecord"),
        ("items/WIDGET-001", "Item"),
    ],
)
def test_what_the_twin_has_is_in_the_document(path: str, name: str, served: Any) -> None:
    url, session = served
    told = session.get(f"{url}/v1/{path}", timeout=5).json()
    assert problems(name, told) == []
    assert told.get("items", told.get("rows", True)), "there is something to check"
