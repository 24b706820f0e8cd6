"""The twin over real HTTP on loopback: keep-alive, and faults that happen to the connection."""

from __future__ import annotations

import asyncio
import datetime as dt
import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from orogxo.sandbox import Fault, Twin, serve
from support.twins import FORM, GRANT, faithful


class Client:
    """One kept connection to one end."""

    def __init__(self, url, token_path):
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
        self.token = json.loads(self.ask("POST", token_path, GRANT, FORM)[1])["access_token"]

    def ask(self, method, path, body=None, headers=None):
        self.connection.request(method, path, body, headers or {"Authorization": f"Bearer {self.token}"})
        reply = self.connection.getresponse()
        return reply.status, reply.read()

    def close(self):
        self.connection.close()


def put(client, twin, order_id):
    return client.ask("PUT", f"/v1/orders/{order_id}", json.dumps(faithful(twin, order_id)))


@pytest.fixture
def twin():
    twin = Twin()
    twin.place_order(lines=[("WIDGET-001", 1, "case")])
    return twin


def test_both_ends_answer_over_one_kept_connection(twin):
    with (
        serve(twin) as ends,
        closing(Client(ends.oro_url, "/oauth2-token")) as oro,
        closing(Client(ends.gxo_url, "/oauth/token")) as gxo,
    ):
        socket = oro.connection.sock
        json_api = {"Accept": "application/vnd.api+json", "Authorization": f"Bearer {oro.token}"}
        status, body = oro.ask("GET", "/admin/api/orders/1", None, json_api)
        assert (status, json.loads(body)["links"]["self"]) == (200, f"{ends.oro_url}/admin/api/orders")
        assert oro.ask("GET", "/admin/api/orders/2")[0] == 404
        assert oro.ask("PUT", "/admin/api/orders/1") == (405, b"")
        assert oro.connection.sock is socket
        assert put(gxo, twin, "1")[0] == 201
    assert twin.books().problems() == []


def test_a_lost_reply_is_a_closed_connection_after_the_effect(twin):
    twin.faults.add(Fault(action="lose_reply", method="PUT", nth=1))
    with serve(twin) as ends, closing(Client(ends.gxo_url, "/oauth/token")) as gxo:
        with pytest.raises(http.client.RemoteDisconnected):
            put(gxo, twin, "1")
        assert "1" in twin.gxo_orders()
        assert put(gxo, twin, "1")[0] == 200


@pytest.mark.parametrize("action", ["refuse", "lose_request"])
def test_a_request_that_never_arrives_has_no_effect(twin, action):
    twin.faults.add(Fault(action=action, method="PUT"))
    with (
        serve(twin) as ends,
        closing(Client(ends.gxo_url, "/oauth/token")) as gxo,
        pytest.raises(http.client.RemoteDisconnected),
    ):
        put(gxo, twin, "1")
    assert twin.gxo_orders() == {}


def test_a_truncated_answer_is_shorter_than_it_says(twin):
    twin.faults.add(Fault(action="truncate", method="PUT"))
    with serve(twin) as ends, closing(Client(ends.gxo_url, "/oauth/token")) as gxo:
        with pytest.raises(http.client.IncompleteRead) as caught:
            put(gxo, twin, "1")
        assert caught.value.expected > 0
    assert "1" in twin.gxo_orders()


def test_the_hook_sees_every_request_before_it_is_answered(twin):
    seen = []
    with serve(twin, hook=seen.append) as ends, closing(Client(ends.oro_url, "/oauth2-token")) as oro:
        oro.ask("GET", "/admin/api/orders?page[size]=1")
        assert [(call.method, call.path, call.status) for call in seen] == [
            ("POST", "/oauth2-token", 200),
            ("GET", "/admin/api/orders?page[size]=1", 200),
        ]


def test_many_clients_at_once_are_served_one_at_a_time(twin):
    ids = [twin.place_order(lines=[("WIDGET-001", 1, "case")]) for _ in range(20)]

    def send(order_id):
        with closing(Client(ends.gxo_url, "/oauth/token")) as gxo:
            return [put(gxo, twin, order_id)[0] for _ in range(2)]

    with serve(twin) as ends, ThreadPoolExecutor(8) as pool:
        assert list(pool.map(send, ids)) == [[201, 200]] * 20
    assert twin.books(held=["1"]).problems() == []


def test_a_body_beyond_the_limit_is_refused_unread(twin):
    with serve(twin) as ends, closing(Client(ends.oro_url, "/oauth2-token")) as oro:
        headers = {"Content-Length": "99999999"}
        assert oro.ask("POST", "/oauth2-token", None, headers)[0] == 413


def test_in_real_time_the_clock_follows_the_wall(twin):
    with serve(twin, real_time=True):
        behind = dt.datetime.now(dt.UTC) - twin.clock.now()
        assert abs(behind) < dt.timedelta(minutes=1)
        twin.clock.sleep(0)
        asyncio.run(twin.async_clock.sleep(0))
        twin.clock.advance(dt.timedelta(hours=5))
        assert twin.clock.now() - dt.datetime.now(dt.UTC) > dt.timedelta(hours=4)
