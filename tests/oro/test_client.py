"""The client: where it talks to, as whom, and what it never shows."""

import gc
import json
import pickle

import pytest

from orogxo.errors import AuthenticationError, ConfigError
from orogxo.http import RetryPolicy
from orogxo.oro import AsyncOroClient, OroClient
from support.exchanges import ManualClock
from support.shop import SHOP, VERSIONS, Shop, client, entry, path, recorded, reply

ONE = reply({"data": entry("orders", "7")})
ENVIRON = {"OROGXO_ORO_URL": SHOP, "OROGXO_ORO_CLIENT_ID": "id-1", "OROGXO_ORO_CLIENT_SECRET": "geheim-7"}


class TokenOnly(Shop):
    """Answers the token endpoint with a recording."""

    def __init__(self, answer, *answers):
        super().__init__(*answers)
        self.answer = answer

    def send(self, request, /):
        if path(request) == "/oauth2-token":
            self.tokens.append(request)
            return self.answer
        return super().send(request)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ["oauth_token_ok", "oauth_token_ok_form"])
def test_the_token_comes_from_the_root_and_serves_all_calls(version, name):
    shop = TokenOnly(recorded(version, name), ONE, ONE)
    oro = client(shop)
    oro.orders.get("7")
    oro.with_options(timeout=3.0).orders.get("7")
    (token,) = shop.tokens
    assert token.url == f"{SHOP}/oauth2-token", "not below /admin: recording oauth_token_admin_prefix"
    assert b"client_credentials" in token.body
    assert [request.headers["Authorization"] for request in shop.sent] == ["Bearer TOKEN"] * 2


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "name", ["oauth_token_bad_secret", "oauth_token_bad_client", "oauth_token_admin_prefix"]
)
def test_refused_credentials_name_what_to_check(version, name):
    shop = TokenOnly(recorded(version, name))
    with pytest.raises(AuthenticationError) as caught:
        client(shop).orders.get("7")
    assert "secret-1" not in str(caught.value) + repr(vars(caught.value))
    assert "web API" in caught.value.message or "token URL" in caught.value.message


@pytest.mark.parametrize(
    ("base_url", "prefix", "root"),
    [
        (SHOP, "/admin", f"{SHOP}/admin/api"),
        (f"{SHOP}/", "admin/", f"{SHOP}/admin/api"),
        (SHOP, "/back/office", f"{SHOP}/back/office/api"),
        (SHOP, "", f"{SHOP}/api"),
        ("http://127.0.0.1:8601", "/admin", "http://127.0.0.1:8601/admin/api"),
    ],
)
def test_where_the_api_is(base_url, prefix, root):
    shop = Shop(ONE)
    OroClient(base_url, "id", "secret", sender=shop, prefix=prefix).orders.get("7")
    assert shop.sent[0].url.startswith(f"{root}/orders/7")
    assert shop.tokens[0].url == f"{base_url.rstrip('/')}/oauth2-token"


@pytest.mark.parametrize("cls", [OroClient, AsyncOroClient])
def test_settings_from_the_environment(cls):
    assert repr(cls.from_env(ENVIRON)) == f"{cls.__name__}('{SHOP}/admin/api')"
    with pytest.raises(ConfigError) as caught:
        cls.from_env({"OROGXO_ORO_URL": SHOP, "OROGXO_ORO_CLIENT_SECRET": ""})
    assert "OROGXO_ORO_CLIENT_ID, OROGXO_ORO_CLIENT_SECRET" in str(caught.value)
    with pytest.raises(ConfigError, match="SHOP_URL, SHOP_CLIENT_ID, SHOP_CLIENT_SECRET"):
        cls.from_env({}, prefix="SHOP_")


def test_the_secret_is_nowhere_to_be_seen():
    oro = OroClient(SHOP, "id-1", "geheim-7", sender=Shop(ONE))
    oro.orders.get("7")
    reachable = [
        repr(found) for found in [oro, vars(oro), *gc.get_referents(oro), oro.orders, vars(oro.orders)]
    ]
    assert not [shown for shown in reachable if "geheim-7" in shown]
    with pytest.raises(TypeError):
        pickle.dumps(oro)


@pytest.mark.parametrize(("client_id", "secret"), [("", "s"), ("i", "")])
def test_credentials_must_be_there(client_id, secret):
    with pytest.raises(ConfigError):
        OroClient(SHOP, client_id, secret, sender=Shop())


def test_options_make_a_copy_and_leave_the_original():
    shop = Shop(ONE, ONE)
    oro = client(shop, timeout=9.0)
    quick = oro.with_options(timeout=1.0, retry=RetryPolicy(attempts=1))
    quick.orders.get("7")
    oro.orders.get("7")
    assert [request.timeout for request in shop.sent] == [1.0, 9.0]


class Closable(Shop):
    closed = False

    def close(self):
        self.closed = True


def test_a_given_sender_stays_the_callers_to_close():
    shop = Closable()
    with client(shop):
        pass
    assert not shop.closed


def test_its_own_connections_are_closed_once_by_their_owner():
    oro = OroClient(SHOP, "id", "secret", clock=ManualClock())
    twin = oro.with_options(timeout=1.0)
    twin.close()
    assert not oro._own_sender._client.is_closed
    oro.close()
    assert oro._own_sender._client.is_closed


def test_observer_and_limiter_are_told_without_bodies():
    seen = []

    class Watch:
        def exchanged(self, operation, status, seconds, error):
            seen.append((operation, status, error))

        def delay(self, backend):
            seen.append(backend)
            return 0.0

    client(Shop(ONE), observer=Watch(), limiter=Watch()).orders.get("7")
    assert ("GET /admin/api/orders/7", 200, "") in seen
    assert "oro" in seen
    assert json.dumps(seen).count("secret-1") == 0
