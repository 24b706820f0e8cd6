"""The simulated OroCommerce delivers webhooks to the receiver, as a real one would."""

import pytest

from orogxo.messages import Reply
from orogxo.oro.receiver import Receiver
from orogxo.sandbox import Twin
from support.shop import client

SECRET = "schlüssel-ß"


def subscribed(twin, oro, style="default"):
    twin.allow_webhooks()
    return oro.webhooks.create(
        attributes={"notificationUrl": "https://me.example.com/oro", "secret": SECRET},
        relationships={"topic": ("webhooktopics", "order.updated"), "format": ("webhookformats", style)},
    )


@pytest.mark.parametrize("style", ["default", "thin"])
def test_a_change_arrives_signed_and_names_its_order(style):
    twin = Twin(seed=7, oro_version="7.0")
    oro = client(twin.oro, clock=twin.clock, capabilities=None)
    assert oro.capabilities().webhooks
    kept = []
    receiver = Receiver(SECRET, kept.append, hook=subscribed(twin, oro, style).id)
    answers = [503, None]

    def answer(request):
        status = receiver.receive(request.method, request.headers, request.body)
        return Reply(answers.pop(0) or status if answers else status)

    twin.webhook_receiver = answer
    order_id = twin.place_order(lines=[("WIDGET-001", 1, "case")])
    oro.orders.update(order_id, attributes={"customerNotes": "dock 9"})
    twin.clock.sleep(60)
    assert len(twin.webhook_deliveries) >= 2, "503 makes it come again"
    assert {event.record_id for event in kept} == {order_id}
    assert len({event.key for event in kept}) < len(kept), "and the receiver sees that it is the same"
    assert all((event.resource is None) == (style == "thin") for event in kept)


def test_before_70_there_are_none():
    twin = Twin(seed=7, oro_version="6.1")
    assert not client(twin.oro, clock=twin.clock, capabilities=None).capabilities().webhooks
