"""Carries an operation flow through credentials, throttling, retries and error classes, without I/O.

What it yields is all that a shell must know: `Request` (send it), `Wait` (sleep), `Exclusive` (run a flow
under the lock). Both colours of shell drive the same conversation, so they decide alike.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any, TypeVar, cast

from orogxo.errors import ApiError
from orogxo.http.exchange import Exchange, Terms
from orogxo.messages import Flow, Request

T = TypeVar("T")


def converse(flow: Flow[T], terms: Terms) -> Flow[T]:
    """`flow` on those `terms`: a Request it yields gets a Reply below 400, or an ApiError thrown in.

    A Wait of the flow goes on to the shell as it is.
    """
    with closing(flow):
        resume: Callable[[], Any] = partial(next, flow)
        while True:
            try:
                step = resume()
            except StopIteration as done:
                return cast("T", done.value)
            if not isinstance(step, Request):
                resume = partial(flow.send, (yield step))
                continue
            try:
                reply = yield from Exchange(terms, step).run()
            except ApiError as error:
                resume = partial(flow.throw, error)
            else:
                resume = partial(flow.send, reply)
