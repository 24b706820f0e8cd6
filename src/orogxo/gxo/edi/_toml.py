"""TOML tables into frozen agreements: every mistake at once, each with the place where it stands."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Literal, TypeVar, get_args, get_origin

from attrs import NOTHING, fields_dict, resolve_types
from cattrs import BaseValidationError, Converter, transform_error

from orogxo.errors import ConfigError

T = TypeVar("T")


def read_table(text: str) -> dict[str, Any]:
    """The TOML in `text`. Raises ConfigError."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"the site's profile is not TOML: {error}") from None


def build(kind: type[T], table: Any, path: str, problems: list[str]) -> T | None:
    """`kind` with the values of `table`, or None and what is wrong with them in `problems`.

    A mapping is laid over the default of its field, so a profile names only what its site does otherwise.
    """
    before = len(problems)
    if not isinstance(table, Mapping):
        problems.append(f"{path}: a table is wanted, not {table!r}")
        return None
    of_attrs: Any = kind
    fields: Mapping[str, Any] = fields_dict(resolve_types(of_attrs))
    values: dict[str, Any] = {}
    for name, raw in table.items():
        if name not in fields:
            problems.append(f"{path}.{name}: there is no such setting; there are {', '.join(sorted(fields))}")
            continue
        try:
            values[name] = _over_default(fields[name], _CONVERTER.structure(raw, fields[name].type))
        except BaseValidationError as error:
            problems += transform_error(error, path=f"{path}.{name}", format_exception=_told)
        except (TypeError, ValueError, ConfigError) as error:
            problems.append(f"{path}.{name}: {error}")
    missing = [name for name, one in fields.items() if one.default is NOTHING and name not in table]
    problems += [f"{path}.{name}: this must be given" for name in missing]
    _check(fields, values, problems)
    return kind(**values) if len(problems) == before else None


def _check(fields: Mapping[str, Any], values: Mapping[str, Any], problems: list[str]) -> None:
    """Each validator alone, for an attrs class tells only the first that refuses."""
    whole = SimpleNamespace(**{name: values.get(name, one.default) for name, one in fields.items()})
    for name, value in values.items():
        if fields[name].validator is None:
            continue
        try:
            fields[name].validator(whole, fields[name], value)
        except ConfigError as error:
            problems.append(error.message)


def _over_default(field: Any, value: Any) -> Any:
    default = field.default
    return {**default, **value} if isinstance(value, Mapping) and isinstance(default, Mapping) else value


def _text(value: Any, _: Any = None) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, got {value!r}")
    return value


def _flag(value: Any, _: Any = None) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"expected true or false, got {value!r}")
    return value


def _whole(value: Any, _: Any = None) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"expected a whole number, got {value!r}")
    return value


def _span(value: Any, _: Any = None) -> dt.timedelta:
    """Spans are whole minutes."""
    minutes = _whole(value)
    if minutes < 0:
        raise TypeError(f"expected minutes, 0 or more, got {minutes}")
    return dt.timedelta(minutes=minutes)


def _texts(value: Any, _: Any = None) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"expected a list of texts, got {value!r}")
    return tuple(_text(word) for word in value)


def _is_words(kind: Any) -> bool:
    origin: Any = get_origin(kind)
    return origin is Literal


def _word(value: Any, kind: Any) -> str:
    if value not in get_args(kind):
        raise TypeError(f"{value!r} is none of {', '.join(get_args(kind))}")
    return _text(value)


def _is_texts(kind: Any) -> bool:
    origin: Any = get_origin(kind)
    return origin is tuple


def _told(error: BaseException, _type: type | None) -> str:
    return f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)


def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True)
    converter.register_structure_hook(str, _text)
    converter.register_structure_hook(bool, _flag)
    converter.register_structure_hook(int, _whole)
    converter.register_structure_hook(dt.timedelta, _span)
    converter.register_structure_hook_func(_is_texts, _texts)
    converter.register_structure_hook_func(_is_words, _word)
    return converter


_CONVERTER = _converter()
