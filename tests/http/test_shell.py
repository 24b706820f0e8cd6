"""Both shells: send, sleep and lock, in the same way, for many callers at once."""

from __future__ import annotations

import asyncio
import datetime as dt
import inspect
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import pytest
from attrs import evolve

from orogxo.errors import AuthenticationError, NotFound, NotSent, ReplyLost
from orogxo.http import (
    AsyncHttpxSender,
    AsyncShell,
    AsyncSystemClock,
    ClientCredentials,
    Flow,
    HttpxSender,
    Reply,
    Request,
    RetryPolicy,
    Secret,
    Shell,
    SystemClock,
    TokenCache,
    Wait,
)
from support.exchanges import (
    STEADY,
    AsyncManualClock,
    AsyncScriptedSender,
    ManualClock,
    ScriptedSender,
    a_token,
    one,
)

GET = Request("GET", "https://shop.example/admin/api/orders")
POST = Request("POST", GET.url)
CALLERS = 10


def run_sync(flow: Flow[Any], *answers: Any, clock: ManualClock | None = None, **settings: Any) -> Any:
    sender = ScriptedSender(*answers)
    return Shell(sender, system="oro", clock=clock or ManualClock(), retry=STEADY, **settings).run(flow)


def run_async(flow: Flow[Any], *answers: Any, clock: ManualClock | None = None, **settings: Any) -> Any:
    async def main() -> Any:
        ticking = AsyncManualClock(slept=clock.slept if clock else [])
        sender = AsyncScriptedSender(*answers)
        return await AsyncShell(sender, system="oro", clock=ticking, retry=STEADY, **settings).run(flow)

    return asyncio.run(main())


colours = pytest.mark.parametrize("run", [run_sync, run_async])
Run = Callable[..., Any]


@colours
def test_a_flow_is_driven_to_its_value(run: Run) -> None:
    def two() -> Flow[int]:
        first = yield GET
        yield Wait(4)
        second = yield GET
        return first.status + second.status

    clock = ManualClock()
    assert run(two(), Reply(500), Reply(200), NotSent(), Reply(201), clock=clock) == 401
    assert clock.slept == [0.5, 4, 0.5]


@colours
def test_errors_are_thrown_into_the_flow(run: Run) -> None:
    def look_up_when_lost() -> Flow[str]:
        try:
            yield POST
        except ReplyLost:
            try:
                yield GET
            except NotFound as error:
                return error.operation
        return "?"

    assert run(look_up_when_lost(), ReplyLost("x"), Reply(404)) == "GET /admin/api/orders"


@colours
def test_a_token_is_fetched_through_the_same_sender(run: Run) -> None:
    auth = ClientCredentials("https://shop.example/oauth2-token", "id", "secret")
    assert run(one(GET), a_token("t1"), lambda r: Reply(200, r.headers), auth=auth).header("authorization")


@colours
def test_refused_credentials_reach_the_caller(run: Run) -> None:
    auth = ClientCredentials("https://shop.example/oauth2-token", "id", "secret")
    with pytest.raises(AuthenticationError, match="wrong client id or secret"):
        run(one(GET), Reply(401), auth=auth)


@colours
@pytest.mark.parametrize("bug", [ZeroDivisionError("bug"), KeyboardInterrupt()])
def test_what_no_sender_should_raise_comes_out_unchanged_and_the_flow_is_closed(
    run: Run, bug: BaseException
) -> None:
    closed = []

    def tidy() -> Flow[None]:
        try:
            yield POST
        finally:
            closed.append(True)

    with pytest.raises(type(bug)) as caught:
        run(tidy(), bug)
    assert caught.value is bug
    assert closed == [True]


@colours
def test_a_flow_that_yields_something_else_is_told_so(run: Run) -> None:
    def odd() -> Flow[None]:
        yield "GET /"

    with pytest.raises(TypeError, match="may yield Request and Wait, not str"):
        run(odd())


# One token for all ----------------------------------------------------------------------------------------


class TokenEnd:
    """Counts tokens; API calls succeed only with the newest one."""

    def __init__(self) -> None:
        self.granted = 0
        self.seen: list[str | None] = []

    def send(self, request: Request, /) -> Reply:
        if request.url.endswith("oauth2-token"):
            self.granted += 1
            return a_token(f"t{self.granted}")
        self.seen.append(request.header("Authorization"))
        return Reply(200 if self.seen[-1] == f"Bearer t{self.granted}" else 401)


def an_auth() -> ClientCredentials:
    return ClientCredentials("https://shop.example/oauth2-token", "id", "secret")


def test_ten_threads_fetch_one_token() -> None:
    all_have_none = threading.Event()

    class Watched(TokenCache):
        """Says when every thread has looked for the token in vain."""

        seekers: ClassVar[set[int]] = set()

        def get(self, key: object, *, now: float) -> Secret | None:
            found = super().get(key, now=now)
            self.seekers.add(threading.get_ident())
            if len(self.seekers) == CALLERS:
                all_have_none.set()
            return found

    class Slow(TokenEnd):
        def send(self, request: Request, /) -> Reply:
            all_have_none.wait()
            return super().send(request)

    end = Slow()
    shell = Shell(end, system="oro", auth=evolve(an_auth(), cache=Watched()), clock=ManualClock())
    with ThreadPoolExecutor(CALLERS) as pool:
        calls = [pool.submit(shell.run, one(GET)) for _ in range(CALLERS)]
        assert [call.result().status for call in calls] == [200] * CALLERS
    assert end.granted == 1


def test_ten_threads_with_a_revoked_token_renew_it_once() -> None:
    together = threading.Barrier(CALLERS)

    class Revoking(TokenEnd):
        def send(self, request: Request, /) -> Reply:
            if request.header("Authorization") == "Bearer t1":
                together.wait()  # all have sent the old token before anyone hears of the 401
                return Reply(401)
            return super().send(request)

    end = Revoking()
    shell = Shell(end, system="oro", auth=an_auth(), clock=ManualClock())
    with ThreadPoolExecutor(CALLERS) as pool:
        calls = [pool.submit(shell.run, one(GET)) for _ in range(CALLERS)]
        assert [call.result().status for call in calls] == [200] * CALLERS
    assert end.granted == 2


def test_ten_tasks_fetch_one_token() -> None:
    end = TokenEnd()

    class Yielding:
        async def send(self, request: Request, /) -> Reply:
            for _ in range(CALLERS):
                await asyncio.sleep(0)  # lets every other task come as far
            return end.send(request)

    async def main() -> list[Reply]:
        shell = AsyncShell(Yielding(), system="oro", auth=an_auth(), clock=AsyncManualClock())
        return list(await asyncio.gather(*(shell.run(one(GET)) for _ in range(CALLERS))))

    assert [reply.status for reply in asyncio.run(main())] == [200] * CALLERS
    assert end.granted == 1


def test_a_cancelled_task_closes_its_flow_and_frees_the_lock() -> None:
    closed = []

    def tidy() -> Flow[None]:
        try:
            yield GET
        finally:
            closed.append(True)

    async def main() -> int:
        asked = asyncio.Event()
        end = TokenEnd()

        class FirstHangs:
            async def send(self, request: Request, /) -> Reply:
                if not asked.is_set():
                    asked.set()
                    await asyncio.Event().wait()
                return end.send(request)

        shell = AsyncShell(FirstHangs(), system="oro", auth=an_auth(), clock=AsyncManualClock())
        hanging = asyncio.create_task(shell.run(tidy()))
        await asked.wait()
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging
        return (await shell.run(one(GET))).status

    assert asyncio.run(main()) == 200
    assert closed == [True]


# Options, colours, clocks ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Shell, AsyncShell])
def test_with_options_is_a_cheap_copy_that_shares_the_rest(kind: type[Any]) -> None:
    shell = kind(ScriptedSender(), system="oro", auth=an_auth())
    patient = shell.with_options(timeout=90)
    persistent = patient.with_options(retry=RetryPolicy(attempts=9))
    assert (shell._terms.timeout, patient._terms.timeout, persistent._terms.timeout) == (None, 90, 90)
    assert (patient._terms.retry.attempts, persistent._terms.retry.attempts) == (4, 9)
    for copied in (patient, persistent):
        assert copied._sender is shell._sender
        assert copied._lock is shell._lock
        assert copied._terms.auth is shell._terms.auth


def test_options_take_effect_and_the_token_is_shared() -> None:
    sender = ScriptedSender(a_token(), Reply(200), Reply(500))
    shell = Shell(sender, system="oro", auth=an_auth(), clock=ManualClock())
    shell.run(one(GET))
    with pytest.raises(Exception, match="500"):
        shell.with_options(timeout=3, retry=RetryPolicy(attempts=1)).run(one(GET))
    assert [request.timeout for request in sender.sent] == [None, None, 3]


def _shape(function: Callable[..., object]) -> list[tuple[str, object, object]]:
    return [(p.name, p.kind, p.default) for p in inspect.signature(function).parameters.values()]


@pytest.mark.parametrize(
    ("plain", "coloured", "renamed"),
    [
        (Shell, AsyncShell, {}),
        (SystemClock, AsyncSystemClock, {}),
        (
            HttpxSender,
            AsyncHttpxSender,
            {"close": "aclose", "__enter__": "__aenter__", "__exit__": "__aexit__"},
        ),
    ],
)
def test_both_colours_have_the_same_signatures(
    plain: type[Any], coloured: type[Any], renamed: dict[str, str]
) -> None:
    def public(kind: type[Any]) -> set[str]:
        return {name for name in dir(kind) if not name.startswith("_")}

    assert {renamed.get(name, name) for name in public(plain)} == public(coloured)
    for name in [*public(plain), "__init__", *renamed]:
        twin = renamed.get(name, name)
        assert _shape(getattr(plain, name)) == _shape(getattr(coloured, twin)), name


def test_system_clocks_tell_aware_time_and_wait() -> None:
    async def nap(sleep: Callable[[float], Awaitable[None]]) -> None:
        await sleep(0)

    for clock in (SystemClock(), AsyncSystemClock()):
        assert clock.now().tzinfo is dt.UTC
        assert clock.monotonic() <= clock.monotonic()
    SystemClock().sleep(0)
    asyncio.run(nap(AsyncSystemClock().sleep))
