"""The quarantine must outlast any request: three defaults in three rooms have to agree (corrections 12)."""

from __future__ import annotations

import inspect

from orogxo import Config
from orogxo.http import HttpxSender, RetryPolicy


def test_no_request_outlives_the_quarantine() -> None:
    sender = inspect.signature(HttpxSender.__init__).parameters
    defaults = {name: parameter.default for name, parameter in sender.items()}
    life = RetryPolicy().budget + defaults["connect_timeout"] + defaults["total_timeout"]
    policy = Config().policy()
    assert life < policy.quarantine.total_seconds()
    assert policy.lease >= 2 * policy.quarantine
