"""A provider without an upstream, for tests of what uses providers."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from pydantic import BaseModel, SecretStr

from ktv_host.hooks import (
    Capabilities,
    CapabilityMissing,
    CheckReport,
    Collection,
    ContentType,
    Hint,
    HttpFile,
    ItemDetails,
    MediaGone,
    MediaItem,
    MediaSource,
    Page,
    PluginContext,
    Provider,
    ProviderConfigInvalid,
    ProviderType,
)
from ktv_host.testing.clock import START

MINUTE_MS = 60_000


def sample_items() -> tuple[MediaItem, ...]:
    """Two films, a series of four episodes, a short, and one item of unknown length."""
    film = MediaItem(
        key="film-1",
        title="The Long Night",
        content_type=ContentType.MOVIE,
        duration_ms=96 * MINUTE_MS,
        year=1994,
        genres=("Drama",),
        tags=("classic",),
        collections=("films",),
        description="A night that does not end.",
        rating="PG",
        air_date=date(1994, 3, 1),
    )
    episode = MediaItem(
        key="show-s1e1",
        title="Pilot",
        content_type=ContentType.EPISODE,
        duration_ms=22 * MINUTE_MS + 480,
        series_name="The Show",
        season_number=1,
        episode_number=1,
        year=1991,
        genres=("Comedy",),
        collections=("shows",),
    )
    return (
        film,
        replace(film, key="film-2", title="Short & Sweet", duration_ms=61 * MINUTE_MS, year=2003, genres=("Comedy",)),
        episode,
        replace(episode, key="show-s1e2", title="The Second", episode_number=2),
        replace(episode, key="show-s1e3", title="The Third", episode_number=3),
        replace(episode, key="show-s2e1", title="Back Again", season_number=2),
        MediaItem(key="short-1", title="Interlude", content_type=ContentType.SHORT, duration_ms=95_000),
        MediaItem(key="unknown-1", title="No Clock", content_type=ContentType.MOVIE),
    )


class FakeConfig(BaseModel):
    """``library`` names what the instance lists; one the type does not have cannot work."""

    library: str = "videos"
    password: SecretStr | None = None


class FakeProvider(Provider):
    """Lists its items in pages; records what it was asked."""

    def __init__(self, kind: "FakeProviderType", ctx: PluginContext, items: Sequence[MediaItem]) -> None:
        self._kind = kind
        self.ctx = ctx
        self.items = tuple(items)
        self.rescans = 0
        self.closed = False

    async def scan(self, cursor: str | None = None, since: str | None = None) -> Page:
        self._use()
        start = int(cursor or 0)
        stop = start + self._kind.page_size
        batch, total = self.items[start:stop], len(self.items)
        token = hashlib.sha256(repr(self.items).encode()).hexdigest()
        shown: Sequence[MediaItem] = () if since == token else batch
        unchanged = [item.key for item in batch] if since == token else ()
        if stop < total:
            return Page(items=shown, unchanged=unchanged, next=str(stop), total=total)
        return Page(items=shown, unchanged=unchanged, token=token, certain=self._kind.certain, total=total)

    async def keys(self) -> AsyncIterator[Sequence[str]]:
        self._use()
        yield [item.key for item in self.items]

    async def changes(self, since: datetime, cursor: str | None = None) -> Page:
        self._use()
        if not self._kind.tells_changes:
            raise CapabilityMissing("this library does not tell changes")
        changed = [item for item in self.items if self._kind.changed_at.get(item.key, START) >= since]
        start = int(cursor or 0)
        stop = start + self._kind.page_size
        return Page(items=changed[start:stop], next=str(stop) if stop < len(changed) else None, total=len(changed))

    async def hints(self) -> AsyncIterator[Hint]:
        while True:
            hint = await self._kind.hints.get()
            if isinstance(hint, Exception):
                raise hint
            yield hint

    async def source(self, key: str) -> MediaSource:
        self._use()
        if all(item.key != key for item in self.items):
            raise MediaGone(f"there is no item {key}")
        return self._kind.sources.get(key, HttpFile(f"http://media.invalid/{key}"))

    async def collections(self) -> Sequence[Collection]:
        self._use()
        return [Collection("films", "Films"), Collection("shows", "Shows", "tvshows")]

    async def rescan(self) -> None:
        self._use()
        self.rescans += 1

    async def details(self, keys: Sequence[str]) -> Mapping[str, ItemDetails]:
        self._use()
        return {
            item.key: self._kind.details[item.key]
            for item in self.items
            if item.key in keys and item.key in self._kind.details
        }

    async def close(self) -> None:
        self.closed = True

    def _use(self) -> None:
        if self.closed:
            raise RuntimeError("the provider is used after it was closed")
        if self._kind.trouble is not None:
            raise self._kind.trouble


class FakeProviderType(ProviderType[FakeConfig]):
    """Change its attributes to play the upstream: ``trouble`` is raised by everything while it is set, ``gate``
    holds ``open`` until it is set, ``opened`` lists the providers that were handed out. With ``tells_changes`` items
    changed at ``changed_at`` (or at the beginning); what is put into ``hints`` is hinted,
    or raised.
    """

    key = "fake"
    name = "Fake library"
    config_model = FakeConfig
    capabilities = Capabilities(
        collections=True, series=True, genres=True, tags=True, decade=True, search=True, rescan=True
    )

    def __init__(self, libraries: Mapping[str, Sequence[MediaItem]] | None = None, *, page_size: int = 3) -> None:
        self.libraries = dict(libraries) if libraries is not None else {"videos": sample_items()}
        self.page_size = page_size
        self.sources: dict[str, MediaSource] = {}
        self.details: dict[str, ItemDetails] = {}
        self.certain = False
        self.tells_changes = False
        self.changed_at: dict[str, datetime] = {}
        self.hints: asyncio.Queue[Hint | Exception] = asyncio.Queue()
        self.trouble: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.opened: list[FakeProvider] = []

    async def open(self, ctx: PluginContext, config: FakeConfig) -> Provider:
        if self.gate is not None:
            await self.gate.wait()
        if self.trouble is not None:
            raise self.trouble
        if config.library not in self.libraries:
            raise ProviderConfigInvalid(f"there is no library {config.library}")
        provider = FakeProvider(self, ctx, self.libraries[config.library])
        self.opened.append(provider)
        return provider

    async def check(self, ctx: PluginContext, config: FakeConfig) -> CheckReport:
        ctx.logger.debug("checking", library=config.library)
        if self.trouble is not None:
            return CheckReport(False, str(self.trouble))
        if config.library not in self.libraries:
            return CheckReport(False, f"there is no library {config.library}")
        return CheckReport(True, "found it", {"items": str(len(self.libraries[config.library]))})
