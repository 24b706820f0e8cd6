"""Faults, the clock, and the promise that the same seed gives the same bytes."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import tomllib

import pytest

from orogxo.errors import NotSent, ReplyLost
from orogxo.messages import Request
from orogxo.sandbox import Fault, Faults, Twin
from orogxo.sandbox.faults import ACTIONS
from support.twins import Talk, faithful


def world(*rules, **options):
    twin = Twin(faults=Faults(rules), **options)
    return Talk(twin), twin.place_order(lines=[("WIDGET-001", 1, "case")])


def put(talk, order_id):
    return talk.put_order(faithful(talk.twin, order_id))


PUT = {"system": "gxo", "method": "PUT", "path": r"/v1/orders/.*"}


@pytest.mark.parametrize(
    ("action", "there"), [("refuse", False), ("lose_request", False), ("lose_reply", True)]
)
def test_no_answer_with_and_without_effect(action, there):
    talk, order_id = world(Fault(action=action, nth=1, **PUT))
    with pytest.raises(NotSent if action == "refuse" else ReplyLost) as caught:
        put(talk, order_id)
    assert (caught.value.system, caught.value.operation) == ("gxo", "PUT /v1/orders/1")
    assert (order_id in talk.twin.gxo_orders()) is there
    last = talk.twin.calls[-1]
    assert (last.system, last.method, last.path) == ("gxo", "PUT", "/v1/orders/1")
    assert (last.status, last.effect, last.fault) == (None, there, action)
    assert put(talk, order_id).status == (200 if there else 201)


@pytest.mark.parametrize(
    ("action", "status", "there"),
    [
        ("status_500_before", 500, False),
        ("status_500_after", 500, True),
        ("status_401", 401, False),
        ("empty_401", 401, False),
        ("html_502", 502, False),
        ("maintenance_415", 415, False),
        ("maintenance_503", 503, False),
        ("status_429", 429, False),
        ("truncate", 201, True),
    ],
)
def test_bad_answers_with_and_without_effect(action, status, there):
    talk, order_id = world(Fault(action=action, **PUT))
    reply = put(talk, order_id)
    assert reply.status == status
    assert (order_id in talk.twin.gxo_orders()) is there
    if action == "truncate":
        with pytest.raises(ValueError, match=r"Unterminated|Expecting|delimiter"):
            json.loads(reply.body)


def test_pages_of_a_proxy_are_html():
    talk, _ = world(Fault(action="maintenance_503", system="oro", path="/admin/api/orders"))
    reply = talk.oro("GET", "/orders")
    assert reply.header("Content-Type").startswith("text/html")
    assert b"Down For Maintenance" in reply.body


@pytest.mark.parametrize("version", ["5.1", "6.1"])
def test_an_application_error_of_oro_is_json_api(version):
    talk, _ = world(
        Fault(action="status_500_before", system="oro", path="/admin/api/orders", times=1),
        Fault(action="status_401", system="oro", path="/admin/api/orders", times=1),
        Fault(action="empty_401", system="oro", path="/admin/api/orders", times=1),
        oro_version=version,
    )
    failed, refused, bare = (talk.oro("GET", "/orders") for _ in range(3))
    assert json.loads(failed.body)["errors"][0]["status"] == "500"
    assert (refused.status, refused.body, bare.status, bare.body) == (401, b"", 401, b"")
    assert (refused.header("WWW-Authenticate") is not None) == (version == "5.1")
    assert talk.oro("GET", "/orders").status == 200


@pytest.mark.parametrize(
    ("retry_after", "header"), [(7, "7"), ("date", "Mon, 02 Nov 2026 08:00:02 GMT"), (None, None)]
)
def test_both_forms_of_retry_after(retry_after, header):
    talk, order_id = world(Fault(action="status_429", retry_after=retry_after, **PUT))
    assert put(talk, order_id).header("Retry-After") == header


def test_a_slow_answer_is_too_late_for_a_short_timeout():
    talk, order_id = world(Fault(action="slow", seconds=40, **PUT))
    began = talk.twin.clock.monotonic()
    assert put(talk, order_id).status == 201
    assert talk.twin.clock.monotonic() - began == 40
    request = Request(
        "PUT", "http://x/v1/orders/1", {"Authorization": "Bearer gxo-token-1"}, b"{}", timeout=30
    )
    with pytest.raises(ReplyLost):
        talk.twin.gxo.send(request)
    assert talk.twin.clock.monotonic() - began == 70


def test_which_requests_a_rule_strikes():
    plan = Faults([Fault(action="refuse", system="oro", every=2, times=2)])
    struck = [plan.next("oro", "GET", "/x") is not None for _ in range(8)]
    assert struck == [False, True, False, True, False, False, False, False]
    assert plan.next("gxo", "GET", "/x") is None
    plan.add(Fault(action="slow", method="PUT", path="/v1/.*"))
    assert plan.next("gxo", "PUT", "/v1/orders/1").action == "slow"
    assert plan.next("gxo", "GET", "/v1/orders/1") is None
    plan.clear()
    assert plan.next("gxo", "PUT", "/v1/orders/1") is None


def test_a_fault_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="no such fault: 'explode'"):
        Fault(action="explode")


def test_chance_is_the_same_for_the_same_seed():
    def draws(seed):
        plan = Faults.random(seed, 0.3)
        return [fault and fault.action for fault in (plan.next("oro", "GET", "/") for _ in range(500))]

    assert draws(1) == draws(1) != draws(2)
    assert 100 < sum(action is not None for action in draws(1)) < 200
    assert set(draws(1)) - {None} == set(ACTIONS)


def story(seed):
    """Some orders, work and reading under faults; every byte that came back."""
    twin = Twin(seed=seed, faults=Faults.random(seed, 0.2, actions=["lose_reply", "html_502", "truncate"]))
    twin.faults.add(Fault(action="slow", path=r"/oauth.*"))
    talk, seen = Talk(twin), []
    for number in range(10):
        twin.place_order(
            lines=[("WIDGET-001", number + 1, "case")], kits=[("KIT-1", 1)], free_form=[("P", 1, "item")]
        )
    for _ in range(3):
        for order_id in map(str, range(1, 11)):
            order = faithful(twin, order_id)
            order["lines"] = order["lines"][:1]
            for ask in (lambda: talk.oro("GET", f"/orders/{order_id}"), lambda: talk.put_order(order)):  # noqa: B023
                try:
                    seen.append(ask())
                except ReplyLost as lost:
                    seen.append(str(lost))
        twin.work(hours=0.2)
    twin.work()
    return seen, twin.gxo_shipments(), twin.calls, twin.books().problems()


def test_the_same_seed_gives_the_same_bytes():
    assert story(5) == story(5)
    assert story(5)[1] != story(6)[1]


def test_the_asynchronous_senders_are_the_same_twin():
    twin = Twin()
    order_id = twin.place_order(lines=[("WIDGET-001", 1, "item")])
    request = Request("GET", f"http://x/admin/api/orders/{order_id}")

    async def ask():
        await twin.async_clock.sleep(2.5)
        return await twin.async_oro.send(request), await twin.async_gxo.send(request)

    replies = asyncio.run(ask())
    assert replies == (twin.oro.send(request), replies[1])
    assert twin.async_clock.monotonic() == twin.clock.monotonic() == 2.5
    assert twin.async_clock.now() == twin.clock.now()


def test_the_clock_moves_only_when_it_is_moved():
    clock = Twin(start=dt.datetime(2026, 1, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=2)))).clock
    assert clock.now() == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    clock.sleep(90)
    clock.sleep(-5)
    clock.advance(dt.timedelta(days=1))
    assert clock.now() == dt.datetime(2026, 1, 2, 0, 1, 30, tzinfo=dt.UTC)
    with pytest.raises(ValueError, match="back"):
        clock.advance(dt.timedelta(seconds=-1))
    with pytest.raises(ValueError, match="aware"):
        Twin(start=dt.datetime(2026, 1, 1))  # noqa: DTZ001


def test_no_credentials_are_kept_in_the_log():
    talk, _ = world()
    talk.oro("GET", "/orders")
    assert talk.twin.calls[0].path == "/oauth2-token"
    assert b"secret" not in b"".join(call.body for call in talk.twin.calls)


def test_tokens_end_and_can_be_revoked():
    talk, _ = world()
    assert talk.oro("GET", "/orders").status == 200
    talk.twin.revoke_tokens()
    assert talk.oro("GET", "/orders").status == 401


def test_credentials_that_cannot_be_read_are_refused():
    twin = Twin()
    for sender, path in ((twin.oro, "/oauth2-token"), (twin.gxo, "/oauth/token")):
        bad_json = sender.send(Request("POST", f"http://x{path}", {"Content-Type": "application/json"}, b"{"))
        bad_basic = sender.send(
            Request("POST", f"http://x{path}", {"Authorization": "Basic %"}, b"grant_type=client_credentials")
        )
        assert (bad_json.status, bad_basic.status) == (400, 401)
    assert twin.oro.send(Request("GET", "http://x/oauth2-token")).status == 405


def test_the_settings_for_this_world_are_toml():
    settings = tomllib.loads(Twin().config_toml())
    assert settings["release"] == {"authorised": ["open"]}
    assert settings["carriers"]["ups_3:03"] == {"carrier": "UPS", "service": "GROUND", "scac": "UPSN"}
    assert settings["carriers"].keys() >= {"flat_rate_1", "fedex_4"}
    assert settings["purchase_orders"]["waived_value"] == "PO-WAIVED"
    assert settings["uoms"] == {"item": "EA", "each": "EA", "piece": "EA", "kg": "KGM"}
