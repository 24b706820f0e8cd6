"""A value that must not be seen: it hides in repr, str, format, logs and asdict, and is never pickled."""

from __future__ import annotations

import hmac
from typing import NoReturn, Self


class Secret:
    """Holds a client secret, token or key; `reveal()` is the one way to read it.

    Two secrets are equal when their values are, compared in constant time.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The value itself. Call it where the bytes for the wire are made, nowhere else."""
        return self.__value

    def __bool__(self) -> bool:
        return bool(self.__value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.__value.encode(), other.__value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self.__value))

    def __repr__(self) -> str:
        return "Secret('***')"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled: let the job read it from its own settings")


def as_secret(value: str | Secret) -> Secret:
    """`value` hidden; a Secret stays the same object. For attrs fields that accept either."""
    return value if isinstance(value, Secret) else Secret(value)
