"""A Secret shows its value to `reveal()` and to nobody else."""

from __future__ import annotations

import copy
import dataclasses
import json
import logging
import pickle

import attrs
import pytest

from orogxo.secret import Secret, as_secret

CANARY = "canary-5f1e"


@attrs.frozen
class Settings:
    key: Secret


@dataclasses.dataclass
class HostSettings:
    key: Secret


@pytest.mark.parametrize(
    "shown",
    [
        repr(Secret(CANARY)),
        str(Secret(CANARY)),
        f"{Secret(CANARY):>12}",
        "%s %r" % (Secret(CANARY), Secret(CANARY)),  # noqa: UP031 - logging formats this way
        repr(Settings(Secret(CANARY))),
        repr(attrs.asdict(Settings(Secret(CANARY)))),
        repr(dataclasses.asdict(HostSettings(Secret(CANARY)))),
        json.dumps({"key": Secret(CANARY)}, default=str),
    ],
)
def test_value_is_never_shown(shown: str) -> None:
    assert CANARY not in shown
    assert "***" in shown


def test_value_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("host").warning("settings %s %r", Secret(CANARY), {"key": Secret(CANARY)})
    assert CANARY not in caplog.text


def test_pickle_and_plain_json_are_refused() -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Secret(CANARY))
    with pytest.raises(TypeError):
        json.dumps(Secret(CANARY))


def test_copies_are_the_secret_itself() -> None:
    secret = Secret(CANARY)
    assert copy.copy(secret) is secret
    assert copy.deepcopy({"key": secret})["key"] is secret
    assert as_secret(secret) is secret


def test_equality_is_by_value_and_only_among_secrets() -> None:
    assert as_secret(CANARY) == Secret(CANARY)
    assert hash(Secret(CANARY)) == hash(Secret(CANARY))
    assert Secret("schlüssel") != Secret(CANARY)
    assert Secret(CANARY) != CANARY


def test_reveal_and_truth() -> None:
    assert Secret(CANARY).reveal() == CANARY
    assert Secret(CANARY)
    assert not Secret("")
