"""What the guard costs per request, and what a rush of logins costs those who watch.

Yardsticks: the guard against the same route whose rule looks at nothing (on a channel: reads the channel, as the route
has to), asked in turns at the ASGI interface, in CPU time of all threads; ``/now`` during the logins against ``/now``
of the same server when it is idle.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from quart import Quart

from benchmarks.bench_server import LOGIN, PORT, SERVE, served
from benchmarks.figure import Figure
from ktv_host.api.guard import Admission, Credentials, OnChannel, Open, Rule, SignedIn
from ktv_host.api.reply import Reply
from ktv_host.api.route import PREFIX, Call, Route, mount
from ktv_host.app import create_app
from ktv_host.db.channels import ChannelRepository
from ktv_host.db.engine.database import open_database
from ktv_host.domain.access import Action
from ktv_host.domain.user import ANONYMOUS
from ktv_host.host import Host
from ktv_host.registry.catalog import Catalog
from ktv_host.settings import Settings

ROUNDS, REQUESTS = 80, 25
LOGINS, IDLE_REQUESTS = 200, 1500
BASE = f"http://127.0.0.1:{PORT}/api/v1"
OPEN, OPEN_CHANNEL = "nothing", "nothing on a channel"
Ask = Callable[[str, str], Awaitable[None]]


@dataclass(frozen=True)
class JustReads:
    """The rule of a route that needs its channel and asks nobody who they are."""

    channels: ChannelRepository
    refusals: tuple[int, ...] = ()

    async def admit(self, host: Host, shown: Credentials, path: Mapping[str, str]) -> Admission:  # noqa: ARG002  a rule's shape
        return Admission(ANONYMOUS, await self.channels.get(path["channel_id"]))


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        guarded = asyncio.run(_guard(Path(folder)))
    with (
        tempfile.TemporaryDirectory() as folder,
        served(SERVE, Path(folder), TRUSTED_PROXIES="127.0.0.1", DEMO="false"),
    ):
        idle, busy, seconds = asyncio.run(_rush())
    return [
        *(
            Figure(f"guard: {name}", took * 1e6, bare * 1e6, "µs", took / bare, "<= 2", "CPU, whole request")
            for name, bare, took in (
                (name, guarded[OPEN_CHANNEL if "channel" in name else OPEN], took) for name, took in guarded.items()
            )
            if name not in (OPEN, OPEN_CHANNEL)
        ),
        Figure(
            f"GET now, p95, during {LOGINS} logins", busy * 1e3, idle * 1e3, "ms", busy / idle, "<= 2",
            f"{LOGINS / seconds:.1f} logins/s; yardstick: the same when idle",
        ),
    ]  # fmt: skip


async def _guard(home: Path) -> dict[str, float]:
    """CPU seconds per request by what the route's rule looks at."""
    async with _small_app(home) as (app, ask):
        token = (await _call(app, "POST", "/auth/register", LOGIN))["access_token"]
        made = await _call(app, "POST", "/auth/tokens", {"name": "bench", "scopes": ["api"]}, token)
        channel = (await _call(app, "POST", "/channels", {"name": "One"}, token))["id"]
        kinds = {
            OPEN: ("/bench/open", ""),
            OPEN_CHANNEL: (f"/bench/open-channel/{channel}", ""),
            "a sign-in": ("/bench/signed-in", token),
            "a personal token": ("/bench/signed-in", made["token"]),
            "a channel, anonymous": (f"/bench/channel/{channel}", ""),
            "a channel, with a sign-in": (f"/bench/channel/{channel}", token),
        }
        taken: dict[str, list[float]] = {name: [] for name in kinds}
        for _ in range(ROUNDS):
            for name, (path, credential) in kinds.items():
                began = time.process_time()
                for _ in range(REQUESTS):
                    await ask(path, credential)
                taken[name].append((time.process_time() - began) / REQUESTS)
        return {name: statistics.median(times) for name, times in taken.items()}


@asynccontextmanager
async def _small_app(home: Path) -> AsyncIterator[tuple[Quart, Ask]]:
    settings = Settings(_env_file=None, database_url=f"sqlite:{home / 'ktv.db'}", data_dir=home / "data")
    app = create_app(settings, {}, loaded=(Catalog(), ()), background=False)
    mount(app, [_route("/bench/open", Open()), _route("/bench/signed-in", SignedIn()),
                _route("/bench/channel/<channel_id>", OnChannel(Action.READ))])  # fmt: skip
    async with app.test_app(), open_database(settings.database_url) as database:
        mount(app, [_route("/bench/open-channel/<channel_id>", JustReads(ChannelRepository(database)))])

        async def ask(path: str, token: str) -> None:
            await _request(app, path, token)

        yield app, ask


def _route(path: str, rule: Rule) -> Route:
    return Route("GET", path, _answer, "Measured", rule, {200: None})


async def _answer(call: Call[None, None]) -> Reply:  # noqa: ARG001  every view takes a call
    return Reply({"answer": 42})


async def _request(app: Quart, path: str, token: str) -> None:
    """One request at the ASGI interface: no client's work is measured with it."""
    headers = [(b"host", b"tv.test"), (b"authorization", f"Bearer {token}".encode())][: 2 if token else 1]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": PREFIX + path, "raw_path": (PREFIX + path).encode(), "query_string": b"", "root_path": "",
        "headers": headers, "client": ("127.0.0.1", 1), "server": ("tv.test", 80), "extensions": {},
    }  # fmt: skip
    waiting = asyncio.get_running_loop().create_future()
    sent: list[Any] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Any:
        return sent.pop() if sent else await waiting

    async def send(message: Any) -> None:
        assert message.get("status", 200) == 200, message

    await app(scope, receive, send)  # type: ignore[arg-type]
    waiting.cancel()


async def _call(app: Quart, method: str, path: str, body: Any, token: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = await app.test_client().open(PREFIX + path, method=method, json=body, headers=headers)
    assert answer.status_code < 300, await answer.get_data()
    return await answer.get_json()


async def _rush() -> tuple[float, float, float]:
    """The p95 of ``/now`` when idle and while everybody signs in, in seconds, and how long that took."""
    async with aiohttp.ClientSession() as session:
        token = await _registered(session)
        async with session.post(f"{BASE}/channels", json={"name": "One"}, headers=bearer(token)) as answer:
            now = f"{BASE}/channels/{(await answer.json())['id']}/now"
        await _times(session, now, asyncio.Event(), 200)
        idle = await _times(session, now, asyncio.Event(), IDLE_REQUESTS)
        done = asyncio.Event()
        watching = asyncio.create_task(_times(session, now, done))
        began = time.perf_counter()
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=LOGINS)) as people:
            await asyncio.gather(*(_sign_in(people, f"10.0.0.{number}") for number in range(LOGINS)))
        seconds = time.perf_counter() - began
        done.set()
        return p95(idle), p95(await watching), seconds


async def _registered(session: aiohttp.ClientSession) -> str:
    while True:
        try:
            async with session.post(f"{BASE}/auth/register", json=LOGIN) as answer:
                token: str = (await answer.json())["access_token"]
                return token
        except aiohttp.ClientError:
            await asyncio.sleep(0.05)


async def _sign_in(session: aiohttp.ClientSession, address: str) -> None:
    async with session.post(f"{BASE}/auth/login", json=LOGIN, headers={"X-Forwarded-For": address}) as answer:
        assert answer.status == 200, await answer.text()


async def _times(session: aiohttp.ClientSession, url: str, done: asyncio.Event, most: int = 1_000_000) -> list[float]:
    taken: list[float] = []
    while not done.is_set() and len(taken) < most:
        began = time.perf_counter()
        async with session.get(url) as answer:
            await answer.read()
        taken.append(time.perf_counter() - began)
    return taken


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
