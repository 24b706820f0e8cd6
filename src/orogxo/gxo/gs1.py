"""GS1 keys: the check digit that tells a misread label from a good one."""

from __future__ import annotations

import re

_SSCC = re.compile(r"[0-9]{18}")


def is_sscc(text: str) -> bool:
    """Whether `text` is an SSCC-18 with the right check digit (GS1 General Specifications, section 7.9.1).

    From the right, before the check digit, digits count three times and once by turns; with the check digit
    the sum is a multiple of ten.
    """
    if not _SSCC.fullmatch(text):
        return False
    digits = [int(digit) for digit in text]
    return (3 * sum(digits[0:17:2]) + sum(digits[1:17:2]) + digits[17]) % 10 == 0
