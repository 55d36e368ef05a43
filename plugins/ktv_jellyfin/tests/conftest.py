"""A fake Jellyfin on this machine, and instances that are open on it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from typing import Any

import pytest
import pytest_asyncio
from fake_jellyfin.clips import make_clips
from fake_jellyfin.seed import small
from fake_jellyfin.server import FakeJellyfin
from ktv_jellyfin.pages import Pacing
from ktv_jellyfin.plugin import Jellyfin
from ktv_jellyfin.provider import JellyfinProvider
from ktv_jellyfin.wire import Patience

from ktv_host.hooks import MediaItem
from ktv_host.testing import Contexts

VERSIONS = ("10.8.13", "10.10.7", "10.11.11", "12.0.0")


class Slept:
    """Stands in for ``asyncio.sleep``, and remembers for how long."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


Start = Callable[..., Awaitable[FakeJellyfin]]
Open = Callable[..., Awaitable[JellyfinProvider]]


@pytest.fixture
def slept() -> Slept:
    return Slept()


@pytest.fixture
def read_seconds() -> float:
    """How long an answer may take; a test of slow servers says less."""
    return 10


@pytest.fixture
def pacing(slept: Slept, read_seconds: float) -> Pacing:
    """Small pages, so that there are several, and no waiting."""
    patience = Patience(connect=5, read=read_seconds)
    return Pacing(
        described=4,
        batch=1,
        sweep=5,
        series=2,
        least=1,
        patience=patience,
        series_patience=patience,
        sleep=slept,
        rng=Random(1),
    )


@pytest.fixture
def kind(pacing: Pacing) -> Jellyfin:
    return Jellyfin(pacing)


@pytest_asyncio.fixture
async def start() -> AsyncIterator[Start]:
    """Starts a fake of a version; all of them end with the test."""
    async with AsyncExitStack() as stack:

        async def start_one(version: str = "10.11.11", **options: Any) -> FakeJellyfin:
            options.setdefault("library", small(options.get("name", "Fake")))
            return await stack.enter_async_context(FakeJellyfin(version=version, **options))

        yield start_one


@pytest_asyncio.fixture
async def fake(start: Start) -> FakeJellyfin:
    return await start()


@pytest_asyncio.fixture
async def open_provider(contexts: Contexts, kind: Jellyfin) -> AsyncIterator[Open]:
    """Opens an instance by API key, or with what the test gives instead."""
    opened: list[JellyfinProvider] = []

    async def open_one(fake: FakeJellyfin, instance_id: str = "first", **config: Any) -> JellyfinProvider:
        if "username" not in config:
            config.setdefault("api_key", fake.api_key)
        values = kind.config_model.model_validate({"base_url": fake.url, **config})
        provider = await kind.open(await contexts.make(kind, instance_id), values)
        opened.append(provider)
        return provider

    yield open_one
    for provider in opened:
        await provider.close()


async def whole_pass(provider: JellyfinProvider) -> list[MediaItem]:
    items: list[MediaItem] = []
    cursor: str | None = None
    while True:
        page = await provider.scan(cursor)
        items += page.items
        if page.next is None:
            return items
        cursor = page.next


@pytest.fixture
def scan() -> Callable[[JellyfinProvider], Awaitable[list[MediaItem]]]:
    return whole_pass


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_clips(tmp_path_factory.mktemp("clips"))
