"""Reads how long a server asks to be left alone (RFC 9110, section 10.2.3)."""

from __future__ import annotations

import datetime as dt
import re
from email.utils import parsedate_to_datetime

from orogxo.messages import Reply

LONGEST_ASKED = 86_400.0
"""A server may ask for a day at most; more is read as a day, so that no date arithmetic overflows."""

_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


def retry_after(reply: Reply, *, now: dt.datetime | None = None) -> float | None:
    """Seconds from now that `reply` asks to wait, 0 to `LONGEST_ASKED`; None when it does not readably say.

    A date is compared with the reply's own Date header, so that a wrong clock on either side cancels out;
    without one with `now`, and with neither it cannot be read.
    """
    told = (reply.header("Retry-After") or "").strip()
    if _SECONDS.fullmatch(told):
        return min(float(told), LONGEST_ASKED)
    until, sent = _instant(told), _instant(reply.header("Date") or "") or now
    if until is None or sent is None:
        return None
    return min(max((until - sent).total_seconds(), 0.0), LONGEST_ASKED)


def _instant(text: str) -> dt.datetime | None:
    try:
        instant = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    # RFC 5322 writes "-0000" for a time in UTC of unknown origin, which Python reads as naive.
    return instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)
