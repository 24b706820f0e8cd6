"""Deliveries as a real OroCommerce sent them: verified over the raw bytes, read, seen when repeated."""

import json
from base64 import b64decode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.errors import MalformedDelivery, SignatureMismatch, SignatureMissing, WebhookError
from orogxo.http import Secret
from orogxo.oro import OroOrder
from orogxo.oro.webhooks import MAX_BYTES, parse, verify
from support.exchanges import RECORDINGS

SECRET = "whsec-local-7f3c9e"
FOLDER = RECORDINGS / "oro-7.0.3" / "webhooks"


def deliveries(name):
    told = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return [
        (b64decode(one["request"]["body_base64"]), dict(one["request"]["headers"]))
        for one in told["deliveries"]
    ]


def body(**changes):
    told = {
        "topic": "order.updated",
        "eventData": {"data": {"type": "orders", "id": "15"}},
        "timestamp": 1_770_000_000,
        "messageId": "0b7f",
    }
    return json.dumps({**told, **changes}).encode()


def test_every_recorded_signature_is_good():
    names = [one.stem for one in FOLDER.glob("*.json") if one.stem != "retry_no_secret_no_signature"]
    checked = 0
    for name in names:
        for raw, headers in deliveries(name):
            verify(raw, headers, "schlüssel-ß" if name == "retry_utf8_secret" else Secret(SECRET))
            checked += 1
    assert checked > 100


def test_one_changed_byte_another_secret_or_no_signature_is_refused():
    raw, headers = deliveries("order_created")[0]
    with pytest.raises(SignatureMismatch):
        verify(raw.replace(b'"', b"'", 1), headers, SECRET)
    with pytest.raises(SignatureMismatch):
        verify(raw, headers, SECRET + " ")
    # The same document, written again: slashes and non-ASCII come out otherwise.
    with pytest.raises(SignatureMismatch):
        verify(json.dumps(json.loads(raw)).encode(), headers, SECRET)
    with pytest.raises(SignatureMissing):
        verify(*deliveries("retry_no_secret_no_signature")[0], SECRET)


@pytest.mark.parametrize("signature", ["", " "])
def test_an_empty_signature_is_a_missing_one(signature):
    with pytest.raises(SignatureMissing):
        verify(b"{}", {"webhook-signature": signature}, SECRET)


@pytest.mark.parametrize("signature", ["0" * 63, "G" * 64, "é" * 64, "A" * 64])
def test_what_is_no_signature_does_not_match(signature):
    with pytest.raises(SignatureMismatch):
        verify(b"{}", {"Webhook-Signature": signature}, SECRET)


def test_another_algorithm_is_refused_and_names_are_case_insensitive():
    raw, headers = deliveries("order_created")[0]
    verify(raw, {name.lower(): value for name, value in headers.items()}, SECRET)
    with pytest.raises(SignatureMismatch):
        verify(raw, {**headers, "Webhook-Signature-Algorithm": "none"}, SECRET)


def test_misuse_is_told_at_once():
    with pytest.raises(TypeError, match="raw bytes"):
        verify("{}", {}, SECRET)
    with pytest.raises(ValueError, match="empty secret"):
        verify(b"{}", {}, "")


def test_a_whole_and_a_thin_payload():
    """Recording order_created: three topics of one POST, in no fixed order."""
    events = [parse(*one) for one in deliveries("order_created")]
    assert {event.topic for event in events} == {"order.created", "orderlineitem.created"}
    whole = next(one for one in events if one.topic == "order.created" and one.resource)
    assert isinstance(whole.resource, OroOrder)
    assert whole.resource.identifier == "WH-0001"
    assert (whole.record_type, whole.record_id, whole.fallback) == ("orders", "33", False)
    assert whole.timestamp.isoformat() == "2026-11-23T09:35:45+00:00"
    thin = next(one for one in events if one.topic == "order.created" and not one.resource)
    assert (thin.record_id, thin.fallback) == ("33", False)


def test_included_records_come_along():
    event = parse(*deliveries("order_updated_with_relations_includes")[0])
    assert event.resource.customer.name
    assert event.resource.line_items[0].product.sku == "WIDGET-001"


def test_a_repetition_has_the_key_of_the_first_and_another_hook_has_not():
    """Recordings duplicate_after_consumer_crash; the id is the same for all hooks of an event."""
    keys = [parse(*one, hook="orders").key for one in deliveries("duplicate_after_consumer_crash")]
    assert len(keys) > len(set(keys))
    one = deliveries("order_created")[0]
    assert parse(*one, hook="a").key != parse(*one, hook="b").key
    tries = {parse(*one).key for one in deliveries("retry_503_times8")}
    assert len(tries) == 1


def test_the_fallback_of_a_record_that_could_not_be_built():
    """Contract, section 9.3: type is a PHP class name, the id an integer."""
    told = {"data": {"type": "Oro\\Bundle\\OrderBundle\\Entity\\Order", "id": 15}}
    event = parse(body(eventData=told), {})
    assert (event.fallback, event.record_id, event.resource) == (True, "15", None)
    assert event.record_type.endswith("\\Order")


def test_a_payment_event_has_an_integer_id_and_its_own_attributes():
    """Contract, section 9.4: order.payment_status_updated."""
    told = {"data": {"type": "orders", "id": 15, "attributes": {"paymentStatus": "full", "amountPaid": 1.5}}}
    event = parse(body(topic="order.payment_status_updated", eventData=told), {})
    assert (event.record_id, event.resource.attribute("paymentStatus")) == ("15", "full")
    assert str(event.resource.attribute("amountPaid")) == "1.5"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        body(topic=None),
        body(topic="a b"),
        body(messageId=""),
        body(messageId="x" * 101),
        body(timestamp="1770000000"),
        body(timestamp=-1),
        body(timestamp=10**18),
        body(timestamp=True),
        body(eventData=None),
        body(eventData={"data": []}),
        body(eventData={"data": {"type": "orders"}}),
        body(eventData={"data": {"type": "orders", "id": True}}),
        body(eventData={"data": {"type": "orders", "id": "1", "attributes": "x"}}),
        b'{"a":' * 70 + b"1" + b"}" * 70,
        b" " * (MAX_BYTES + 1),
    ],
)
def test_what_is_not_a_delivery_is_refused(raw):
    with pytest.raises(MalformedDelivery):
        parse(raw, {})


@pytest.mark.parametrize("name", ["Webhook-Topic", "webhook-id"])
def test_headers_that_contradict_the_signed_body_are_refused(name):
    with pytest.raises(MalformedDelivery):
        parse(body(), {name: "order.deleted"})


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=80).map(str.encode))
def test_nothing_from_outside_gets_through_as_another_error(raw):
    for call in (lambda: parse(raw, {}), lambda: verify(raw, {"Webhook-Signature": "0" * 64}, SECRET)):
        with pytest.raises(WebhookError):
            call()


def test_no_error_shows_the_secret():
    with pytest.raises(SignatureMismatch) as caught:
        verify(b"{}", {"Webhook-Signature": "0" * 64}, SECRET)
    assert SECRET not in repr(caught.value) + str(caught.value)
