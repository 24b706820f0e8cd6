"""Every error that orogxo raises, in one tree.

    OrogxoError(message, code, disposition, context)
    |- ConfigError                                 FATAL      settings are wrong; nothing was done
    |  `- ReleaseRefused                           FATAL      a fact that releasing needs cannot be read
    |- ApiError(system, operation, attempts)
    |  |- TransportError
    |  |  |- NotSent                               RETRY      nothing left this machine
    |  |  `- ReplyLost                             RECONCILE  it may have happened: look it up first
    |  |- StatusError(status, problems, reply)
    |  |  |- AuthenticationError                   FATAL      credentials are refused
    |  |  |- PermissionDenied                      REVIEW
    |  |  |- NotFound, Conflict, Invalid           REVIEW
    |  |  |- RateLimited(retry_after)              WAIT
    |  |  |- Unavailable(retry_after)              WAIT       maintenance page, 503
    |  |  `- ServerError                           RETRY, or RECONCILE where a write may have happened
    |  `- DecodeError(paths)                       REVIEW     the reply is not what the contract says
    |- WebhookError                                REVIEW     a delivery that must not be believed
    |  |- SignatureMissing, SignatureMismatch      REVIEW
    |  |- Replayed                                 REVIEW     it was signed too long ago
    |  `- MalformedDelivery                        REVIEW     it is not what the contract says
    |- NotLoaded                                   REVIEW     a field that was not asked for was used
    |- MappingError(path, value, hint)             REVIEW
    `- StoreError                                  RETRY
       |- VersionConflict, LeaseLost               RETRY      another worker was faster
       `- SchemaOutdated                           FATAL

An error says what happened to which record, and who can do what about it. All of them survive pickling,
so a job queue may carry them; none holds an object of an HTTP library.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from orogxo.messages import Reply


class Disposition(enum.Enum):
    """What the engine does next with a failed step; hosts may read it too."""

    RETRY = "retry"
    WAIT = "wait"
    RECONCILE = "reconcile"
    REVIEW = "review"
    FATAL = "fatal"


class OrogxoError(Exception):
    """Something in orogxo failed.

    `code` is stable UPPER_SNAKE, `disposition` says what to do next, `context` names the record concerned
    (plain strings only, never secrets).
    """

    default_code: ClassVar[str] = "OROGXO_ERROR"
    default_disposition: ClassVar[Disposition] = Disposition.REVIEW

    def __init__(
        self,
        message: str = "",
        *,
        code: str | None = None,
        disposition: Disposition | None = None,
        context: Mapping[str, str] | None = None,
    ) -> None:
        self.message = message or (type(self).__doc__ or "").splitlines()[0]
        self.code = code or self.default_code
        self.disposition = disposition or self.default_disposition
        self.context = dict(context or {})
        super().__init__(self.message)

    def __str__(self) -> str:
        where = ", ".join(f"{name} {value}" for name, value in self.context.items())
        return f"{self.code}: {self.message}" + (f" ({where})" if where else "")

    def __reduce__(self) -> tuple[Any, ...]:
        # Keyword-only constructors break the default protocol, so the state travels as a dict.
        return _rebuild, (type(self), dict(self.__dict__))


def _rebuild(cls: type[OrogxoError], state: dict[str, Any]) -> OrogxoError:
    error = cls.__new__(cls)
    error.__dict__.update(state)
    error.args = (state["message"],)
    return error


class ConfigError(OrogxoError):
    """The settings are wrong or incomplete."""

    default_code = "CONFIG"
    default_disposition = Disposition.FATAL


class ReleaseRefused(ConfigError):
    """Releasing orders was refused before anything was sent."""

    default_code = "RELEASE_REFUSED"


class ApiError(OrogxoError):
    """A conversation with OroCommerce or the warehouse failed.

    `system` is "oro" or "gxo"; `operation` reads like `GET /admin/api/orders/7`; `attempts` counts sends.
    """

    default_code = "API"

    def __init__(
        self,
        message: str = "",
        *,
        system: str = "",
        operation: str = "",
        attempts: int = 1,
        code: str | None = None,
        disposition: Disposition | None = None,
        context: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, code=code, disposition=disposition, context=context)
        self.system = system
        self.operation = operation
        self.attempts = attempts

    def __str__(self) -> str:
        told = " ".join(part for part in (self.system, self.operation) if part)
        return super().__str__() + (f" [{told}]" if told else "")


class TransportError(ApiError):
    """The network failed."""

    default_code = "TRANSPORT"
    default_disposition = Disposition.RETRY


class NotSent(TransportError):
    """The request never left this machine (connection refused, DNS, TLS)."""

    default_code = "NOT_SENT"


class ReplyLost(TransportError):
    """The request was sent and no usable reply came back: the outcome is unknown."""

    default_code = "REPLY_LOST"
    default_disposition = Disposition.RECONCILE


class StatusError(ApiError):
    """The other side answered with an error status.

    `problems` are the server's own sentences, one each; `reply` is a size-capped copy without secrets.
    """

    default_code = "STATUS"

    def __init__(
        self,
        message: str = "",
        *,
        status: int = 0,
        problems: Sequence[str] = (),
        reply: Reply | None = None,
        retry_after: float | None = None,
        system: str = "",
        operation: str = "",
        attempts: int = 1,
        code: str | None = None,
        disposition: Disposition | None = None,
        context: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(
            message,
            system=system,
            operation=operation,
            attempts=attempts,
            code=code,
            disposition=disposition,
            context=context,
        )
        self.status = status
        self.problems = tuple(problems)
        self.reply = reply
        self.retry_after = retry_after


class AuthenticationError(StatusError):
    """The credentials were refused."""

    default_code = "AUTHENTICATION"
    default_disposition = Disposition.FATAL


class PermissionDenied(StatusError):
    """The API user may not do this."""

    default_code = "PERMISSION_DENIED"


class NotFound(StatusError):
    """The record or resource does not exist."""

    default_code = "NOT_FOUND"


class Conflict(StatusError):
    """The record is in a state that does not allow this."""

    default_code = "CONFLICT"


class Invalid(StatusError):
    """The other side refused the content."""

    default_code = "INVALID"


class RateLimited(StatusError):
    """Too many requests; `retry_after` seconds, when given, is what the server asked for."""

    default_code = "RATE_LIMITED"
    default_disposition = Disposition.WAIT


class Unavailable(StatusError):
    """The other side is down for maintenance or overloaded."""

    default_code = "UNAVAILABLE"
    default_disposition = Disposition.WAIT


class ServerError(StatusError):
    """The other side failed while it worked on the request."""

    default_code = "SERVER_ERROR"
    default_disposition = Disposition.RETRY


class DecodeError(ApiError):
    """A reply could not be read as its contract says; `paths` name what was wrong where."""

    default_code = "DECODE"

    def __init__(
        self,
        message: str = "",
        *,
        paths: Sequence[str] = (),
        system: str = "",
        operation: str = "",
        attempts: int = 1,
        code: str | None = None,
        disposition: Disposition | None = None,
        context: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(
            message,
            system=system,
            operation=operation,
            attempts=attempts,
            code=code,
            disposition=disposition,
            context=context,
        )
        self.paths = tuple(paths)


class WebhookError(OrogxoError):
    """A webhook delivery must not be believed."""

    default_code = "WEBHOOK"


class SignatureMissing(WebhookError):
    """The delivery is not signed: anybody may have sent it."""

    default_code = "SIGNATURE_MISSING"


class SignatureMismatch(WebhookError):
    """The delivery was signed with another secret, or changed on its way."""

    default_code = "SIGNATURE_MISMATCH"


class Replayed(WebhookError):
    """The delivery was signed too long ago, or in the future: somebody may be repeating an old one."""

    default_code = "REPLAYED"


class MalformedDelivery(WebhookError):
    """The delivery is not what its contract says."""

    default_code = "MALFORMED_DELIVERY"


class NotLoaded(OrogxoError):
    """A field was used that this reply does not contain; ask for it with `fields=` or `include=`."""

    default_code = "NOT_LOADED"


class MappingError(OrogxoError):
    """A value has no exact counterpart on the other side.

    `path` says where it stands, `value` what it is, `hint` what would settle it.
    """

    default_code = "MAPPING"

    def __init__(
        self,
        message: str = "",
        *,
        path: str = "",
        value: str = "",
        hint: str = "",
        code: str | None = None,
        disposition: Disposition | None = None,
        context: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, code=code, disposition=disposition, context=context)
        self.path = path
        self.value = value
        self.hint = hint


class StoreError(OrogxoError):
    """The store could not do what was asked."""

    default_code = "STORE"
    default_disposition = Disposition.RETRY


class VersionConflict(StoreError):
    """Another worker changed this fulfilment first; read it again."""

    default_code = "VERSION_CONFLICT"


class LeaseLost(StoreError):
    """The lease on this command ran out and another worker may have it."""

    default_code = "LEASE_LOST"


class SchemaOutdated(StoreError):
    """The database was written by another version of orogxo."""

    default_code = "SCHEMA_OUTDATED"
    default_disposition = Disposition.FATAL
