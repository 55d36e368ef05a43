"""An app over a real SQLite file and one provider type that lists what the test says."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from ktv_iptv.plugin import register_exporters
from pydantic import BaseModel, SecretStr
from quart import Quart
from quart.testing.app import TestApp
from quart.typing import TestClientProtocol

from ktv_host.app import create_app
from ktv_host.errors import KtvError
from ktv_host.hooks import (
    Artwork,
    Capabilities,
    CheckReport,
    Collection,
    ContentType,
    LocalFile,
    MediaGone,
    MediaItem,
    MediaSource,
    Page,
    PluginContext,
    Problem,
    Provider,
    ProviderType,
    ProviderUnavailable,
)
from ktv_host.registry.catalog import Catalog
from ktv_host.settings import Settings
from ktv_host.streaming.demo_media import loop_clip, make_clip


class PatientTestApp(TestApp):
    """Six seconds are not enough for a start on a busy machine."""

    __test__ = False

    def __init__(self, app: Quart) -> None:
        super().__init__(app, startup_timeout=60, shutdown_timeout=60)


Quart.test_app_class = PatientTestApp


class ShelfConfig(BaseModel):
    shelf: str = "main"
    key: SecretStr | None = None


class ShelfProvider(Provider):
    def __init__(self, shelf: "Shelf") -> None:
        self._shelf = shelf

    async def scan(self, cursor: str | None = None, since: str | None = None) -> Page:
        if self._shelf.down:
            raise ProviderUnavailable("the shelf fell over")
        return Page(items=list(self._shelf.items), certain=self._shelf.certain)

    async def source(self, key: str) -> MediaSource:
        if self._shelf.trouble is not None:
            raise self._shelf.trouble
        if key in self._shelf.sources:
            return self._shelf.sources[key]
        if key not in self._shelf.files:
            raise MediaGone(f"no {key}")
        return LocalFile(str(self._shelf.files[key]))

    async def collections(self) -> Sequence[Collection]:
        return [Collection("films", "Films", "movies")]

    async def artwork(self, key: str) -> Artwork | None:
        return self._shelf.pictures.get(key)

    async def problems(self) -> Sequence[Problem]:
        return self._shelf.problems

    async def rescan(self) -> None:
        return None

    async def close(self) -> None:
        return None


@dataclass
class Shelf:
    """What the provider lists; tests put things on it."""

    items: list[MediaItem] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)
    sources: dict[str, MediaSource] = field(default_factory=dict)
    pictures: dict[str, Artwork] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    down: bool = False
    trouble: KtvError | None = None
    certain: bool = True


class ShelfType(ProviderType[ShelfConfig]):
    key = "shelf"
    name = "Shelf"
    config_model = ShelfConfig
    capabilities: ClassVar = Capabilities(
        collections=True, series=True, genres=True, tags=False, decade=True, search=True, rescan=True
    )

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def open(self, ctx: PluginContext, config: ShelfConfig) -> Provider:
        return ShelfProvider(self._shelf)

    async def check(self, ctx: PluginContext, config: ShelfConfig) -> CheckReport:
        return CheckReport(True, f"shelf {config.shelf}", {"items": str(len(self._shelf.items))})


class Clock:
    """Stands at a Monday noon until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    client: TestClientProtocol
    token: str

    async def call(self, method: str, path: str, json: Any = None, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        if json is not None:
            options["json"] = json
        return await self.client.open(f"/api/v1{path}", method=method, headers=headers, **options)

    async def get(self, path: str, **options: Any) -> Any:
        return await self.call("GET", path, **options)

    async def post(self, path: str, json: Any = None, **options: Any) -> Any:
        return await self.call("POST", path, json, **options)

    async def put(self, path: str, json: Any = None, **options: Any) -> Any:
        return await self.call("PUT", path, json, **options)

    async def delete(self, path: str, **options: Any) -> Any:
        return await self.call("DELETE", path, **options)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(items=[*films(), *episodes()])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None,
        database_url=f"sqlite:{tmp_path / 'ktv.db'}?mode=rwc",
        data_dir=tmp_path / "data",
        base_url="http://tv.test",
        jwt_secret="a secret that is long enough for tests",
    )


@pytest.fixture
def shelf_catalog(shelf: Shelf) -> Catalog:
    return Catalog(
        provider_types={"shelf": ShelfType(shelf)},
        auth_backends={},
        exporters={exporter.key: exporter for exporter in register_exporters()},
        notifiers={},
    )


@pytest.fixture
async def app(settings: Settings, shelf_catalog: Catalog, clock: Clock) -> AsyncIterator[Quart]:
    application = create_app(settings, {}, loaded=(shelf_catalog, ()), clock=clock, background=False)
    async with application.test_app():
        yield application


@pytest.fixture
def anonymous(app: Quart) -> TestClientProtocol:
    return app.test_client()


@pytest.fixture
def register(app: Quart) -> Callable[[str], Any]:
    async def sign_up(name: str) -> Person:
        client = app.test_client()
        answer = await client.post(
            "/api/v1/auth/register", json={"email": f"{name}@test.example", "password": "correct horse"}
        )
        assert answer.status_code == 201, await answer.get_data()
        return Person(client, (await answer.get_json())["access_token"])

    return sign_up


@pytest.fixture
async def admin(register: Callable[[str], Any]) -> Person:
    person: Person = await register("admin")
    return person


@pytest.fixture
async def user(admin: Person, register: Callable[[str], Any]) -> Person:
    person: Person = await register("user")
    return person


@pytest.fixture
async def stocked(admin: Person) -> Person:
    """The admin, with a provider instance whose items are in the library."""
    answer = await admin.post("/admin/providers", {"provider_type": "shelf", "config": {}})
    assert answer.status_code == 201, await answer.get_data()
    answer = await admin.post("/library/sync")
    assert (await answer.get_json())[0]["error"] is None
    return admin


def films() -> list[MediaItem]:
    return [
        MediaItem(
            key=f"film-{number}",
            title=f"Film {number}",
            content_type=ContentType.MOVIE,
            duration_ms=(80 + number) * 60_000,
            year=1990 + number,
            genres=("Comedy",) if number % 2 else ("Drama",),
            collections=("films",),
        )
        for number in range(1, 7)
    ]


def episodes() -> list[MediaItem]:
    return [
        MediaItem(
            key=f"ep-{season}-{number}",
            title=f"Part {number}",
            content_type=ContentType.EPISODE,
            duration_ms=(22 * 60 + number) * 1000,
            series_name="The Show",
            season_number=season,
            episode_number=number,
            year=1994,
            genres=("Comedy",),
        )
        for season in (1, 2)
        for number in range(1, 7)
    ]


def block(**changes: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "name": "All day",
        "start_time": "00:00",
        "duration_mins": 1440,
        "content": {"type": "algorithmic", "filter": {"content_type": "episode"}, "strategy": "sequential"},
        **changes,
    }


@pytest.fixture
def channel(stocked: Person) -> Callable[..., Any]:
    """Makes a channel of the admin's and answers its JSON."""

    async def make(**fields: Any) -> Any:
        body = {"name": "One", "schedule_config": {"blocks": [block()]}, **fields}
        answer = await stocked.post("/channels", body)
        assert answer.status_code == 201, await answer.get_data()
        return await answer.get_json()

    return make


@pytest.fixture
def make_block() -> Callable[..., dict[str, Any]]:
    return block


@pytest.fixture
def settle() -> Callable[[], Any]:
    """Lets tasks that are ready run."""

    async def turn() -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    return turn


@pytest.fixture(scope="session")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An hour and a half of H.264 and AAC."""
    folder = tmp_path_factory.mktemp("clips")
    make_clip(folder / "clip.mp4", seconds=4, hue=120, title="Clip", codec="h264")
    loop_clip(folder / "clip.mp4", folder / "long.mp4", seconds=5400, metadata={})
    return folder / "long.mp4"


@pytest.fixture
def aired(shelf: Shelf, long_clip: Path) -> Path:
    """The file all items of the shelf are played from."""
    shelf.files.update({item.key: long_clip for item in shelf.items})
    return long_clip
