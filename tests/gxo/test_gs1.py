"""SSCC check digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orogxo.gxo.gs1 import is_sscc
from support.gateway import SSCC


@pytest.mark.parametrize("good", [SSCC, "376130321109103420", "000000000000000000"])
def test_real_labels_pass(good: str) -> None:
    assert is_sscc(good)


@pytest.mark.parametrize("bad", ["", SSCC[:-1], SSCC + "0", " " + SSCC[1:], "٣" * 18, "(00)" + SSCC])
def test_only_18_plain_digits_are_an_sscc(bad: str) -> None:
    assert not is_sscc(bad)


@given(st.integers(0, 17), st.integers(1, 9))
def test_one_misread_digit_is_always_seen(place: int, shift: int) -> None:
    digit = (int(SSCC[place]) + shift) % 10
    assert not is_sscc(f"{SSCC[:place]}{digit}{SSCC[place + 1 :]}")
