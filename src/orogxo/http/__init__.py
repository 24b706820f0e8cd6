"""One conversation at a time: flows without I/O, and the two shells that drive them.

An operation is a generator: it yields `Request`, receives `Reply`, returns a value. `Shell` and `AsyncShell`
add credentials, throttling, retries and typed errors. Importing this package does not import an HTTP library.
"""

from orogxo.http._httpx import AsyncHttpxSender, HttpxSender
from orogxo.http.auth import ApiKey, Auth, ClientCredentials, NoAuth, TokenCache
from orogxo.http.classify import is_page, status_error
from orogxo.http.clock import AsyncSystemClock, SystemClock
from orogxo.http.decode import Census, decode_json
from orogxo.http.redact import operation
from orogxo.http.retry import RetryPolicy
from orogxo.http.shell import AsyncShell, Shell
from orogxo.http.signing import SignedRequests
from orogxo.http.tls import ClientCertificate
from orogxo.messages import Flow, Reply, Request, Wait
from orogxo.secret import Secret

__all__ = [
    # the exchange as values
    "Request",
    "Reply",
    "Wait",
    "Flow",
    # driving flows
    "Shell",
    "AsyncShell",
    "RetryPolicy",
    "SystemClock",
    "AsyncSystemClock",
    # credentials
    "Auth",
    "NoAuth",
    "ApiKey",
    "ClientCredentials",
    "SignedRequests",
    "ClientCertificate",
    "TokenCache",
    "Secret",
    # reading replies
    "Census",
    "decode_json",
    "status_error",
    "is_page",
    "operation",
    # the default senders
    "HttpxSender",
    "AsyncHttpxSender",
]
