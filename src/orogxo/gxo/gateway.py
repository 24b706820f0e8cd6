"""Where a gateway is, who we are there, and how we prove it: checked once, all mistakes told together."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

from attrs import field, frozen

from orogxo.errors import ConfigError
from orogxo.gxo.site import SiteProfile
from orogxo.http import ApiKey, Auth, ClientCertificate, ClientCredentials, NoAuth, Secret

PREFIX = "OROGXO_GXO_"
_PREFIX = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")

ENVIRONMENT = {
    "base_url": "URL",
    "client_id": "CLIENT_ID",
    "client_secret": "CLIENT_SECRET",
    "depositor": "DEPOSITOR",
    "site": "SITE",
}
"""The settings that `from_env` reads, and the variable of each without its prefix."""


def _bare(prefix: str) -> str:
    return prefix.strip("/")


def _trimmed(url: str) -> str:
    return url.rstrip("/")


@frozen
class Gateway:
    """A gateway at `base_url`; the warehouse keeps our stock for `depositor` and ships it from `site`."""

    base_url: str = field(converter=_trimmed)
    depositor: str
    site: str
    prefix: str = field(default="v1", converter=_bare, repr=False)

    def url(self, *path: str, **query: str) -> str:
        """The absolute URL of /`prefix`/`path`; each part and value is percent-encoded, slashes too."""
        parts = "/".join(quote(part, safe="") for part in path)
        return f"{self.base_url}/{self.prefix}/{parts}" + (
            f"?{urlencode(query, quote_via=quote)}" if query else ""
        )


def gateway_at(
    base_url: str, depositor: str, site: str, prefix: str | None, profile: SiteProfile | None
) -> Gateway:
    """The gateway at these places; an empty address and a prefix of None are the `profile`'s, else v1's."""
    agreed_url, agreed_prefix = (profile.base_url, profile.prefix) if profile else ("", "v1")
    return Gateway(base_url or agreed_url, depositor, site, agreed_prefix if prefix is None else prefix)


def authentication(
    gateway: Gateway,
    *,
    client_id: str,
    client_secret: str | Secret,
    api_key: str | Secret | None,
    token_url: str | None,
    auth: Auth | None = None,
    certificate: ClientCertificate | None = None,
    own_sender: bool,
) -> Auth:
    """OAuth2 client credentials (default token URL: base_url + "/oauth/token"), an API key, or `auth`.

    A client `certificate` may be the only proof of who we are; it is the built-in sender's to show. Raises
    ConfigError that lists every mistake in all settings. With the built-in sender (`own_sender`), plain http
    is for this machine only: anybody on the way could read the secret.
    """
    token_url = token_url or f"{gateway.base_url}/oauth/token"
    problems = [f"{name} is empty" for name in ("depositor", "site") if not getattr(gateway, name).strip()]
    if not _PREFIX.fullmatch(gateway.prefix):
        problems.append("prefix is a path such as v1, of letters, digits, dot, underscore and hyphen")
    for name, url in (("base_url", gateway.base_url), ("token_url", token_url)):
        if problem := _url_problem(url, own_sender=own_sender):
            problems.append(f"{name} {problem}")
    problems += _credential_problems(client_id, client_secret, api_key, auth, certificate)
    if certificate is not None and not own_sender:
        problems.append("certificate is for the built-in sender; give it to the sender that is handed in")
    if problems:
        raise ConfigError("a warehouse gateway cannot be used with these settings: " + "; ".join(problems))
    if auth is not None:
        return auth
    if api_key is not None:
        return ApiKey(api_key)
    if certificate is not None and not client_id:
        return NoAuth()
    return ClientCredentials(token_url, client_id, client_secret)


def _credential_problems(
    client_id: str,
    client_secret: str | Secret,
    api_key: str | Secret | None,
    auth: Auth | None,
    certificate: ClientCertificate | None,
) -> list[str]:
    if auth is not None and api_key is not None:
        return ["api_key and auth exclude each other"]
    if auth is not None or api_key is not None:
        other = "an api_key" if auth is None else "an auth"
        excess = bool(client_id or client_secret)
        problems = [f"client_id and client_secret must be empty where {other} is given"] if excess else []
        return problems if api_key is None or api_key else [*problems, "api_key is empty"]
    if certificate is not None and not client_id and not client_secret:
        return []
    required = {"client_id": client_id, "client_secret": client_secret}
    return [f"{name} is empty" for name, value in required.items() if not value]


def from_environment(environ: Mapping[str, str], prefix: str) -> Mapping[str, str]:
    """The settings in `environ`, by name. Raises ConfigError that lists every variable that is missing."""
    missing = [prefix + variable for variable in ENVIRONMENT.values() if not environ.get(prefix + variable)]
    if missing:
        raise ConfigError("these environment variables are missing or empty: " + ", ".join(missing))
    return {setting: environ[prefix + variable] for setting, variable in ENVIRONMENT.items()}


def _url_problem(url: str, *, own_sender: bool) -> str:
    # The URL itself is not quoted: user:password@ may stand in it.
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no URL"
    if parts.scheme not in ("http", "https") or not host:
        return "must begin with https:// and a host"
    if parts.query or parts.fragment or "@" in parts.netloc:
        return "must have no user, query or fragment"
    if parts.scheme == "http" and own_sender and not _is_loopback(host):
        return "must be https: plain http would show the secret to the network"
    return ""


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
