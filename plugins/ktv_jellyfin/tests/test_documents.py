"""Every request the plugin makes, and every answer of the fake, held against Jellyfin's own API documents."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fake_jellyfin.seed import odd
from fake_jellyfin.server import FakeJellyfin
from fake_jellyfin.world import Exchange
from openapi_document import VARIABLE, Document, folder

from ktv_host.hooks import MediaGone
from ktv_host.testing import FakeClock

pytest_plugins = ["ktv_host.testing.fixtures"]

VERSIONS = ("10.8.13", "10.10.7", "10.11.11", "12.0.0")


@pytest.fixture(scope="session")
def documents() -> dict[str, Document]:
    found = folder()
    if found is None:
        pytest.skip(f"NOBODY CHECKS THE FAKE: set {VARIABLE} to the folder of Jellyfin's API documents")
    paths = {version: found / f"jellyfin-openapi-{version}.json" for version in VERSIONS}
    missing = [str(path) for path in paths.values() if not path.is_file()]
    assert not missing, f"{VARIABLE} names a folder without {missing}"
    return {version: Document(path) for version, path in paths.items()}


async def everything(fake: FakeJellyfin, open_provider: Any, scan: Any, **config: Any) -> None:
    """All a provider can ask for."""
    provider = await open_provider(fake, instance_id=config.get("username", "key"), **config)
    items = await scan(provider)
    await provider.changes(datetime(2025, 5, 1, tzinfo=UTC))
    await provider.changes(datetime(2026, 1, 1, tzinfo=UTC))
    sweep = provider.keys()
    assert {key async for batch in sweep for key in batch} == {item.key for item in items}
    await provider.collections()
    await provider.details([item.key for item in items])
    for item in items:
        try:
            await provider.source(item.key)
        except MediaGone:
            assert item.duration_ms is None
        await provider.artwork(item.key)
    await provider.rescan()
    hints = provider.hints()
    await hints.aclose()
    await provider.close()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("way_in", ["key", "key and user", "user"])
async def test_requests_and_answers_are_as_documented(
    documents: dict[str, Document],
    version: str,
    way_in: str,
    start: Callable[..., Awaitable[FakeJellyfin]],
    open_provider: Any,
    scan: Any,
    clips: dict[str, Path],
    fake_clock: FakeClock,
) -> None:
    fake = await start(version, clips=clips, prefix="/media/jellyfin")
    for record in odd("Fake"):
        fake.world.library.add(record)
    config: dict[str, Any] = {
        "key": {},
        "key and user": {"user_id": "viewer"},
        "user": {"username": "admin", "password": "secret-admin"},
    }[way_in]
    await everything(fake, open_provider, scan, **config)
    document = documents[version]
    complaints = [text for each in fake.world.exchanges for text in document.complaints(each, "/media/jellyfin")]
    assert len(fake.world.exchanges) > 50
    assert sorted(set(complaints)) == []


def asked(method: str, path: str, query: list[tuple[str, str]] | None = None, answered: bytes = b"") -> Exchange:
    return Exchange(method, path, query or [], {}, b"", 200, "application/json", answered)


@pytest.mark.parametrize(
    ("exchange", "complaint"),
    [
        (asked("GET", "/NoSuchThing"), "no such operation"),
        (asked("GET", "/Items", [("libraryId", "1")]), "no such parameter"),
        (asked("GET", "/Items", [("includeItemTypes", "Movie,Film")]), "Film"),
        (asked("GET", "/Items", [("startIndex", "first")]), "first"),
        (asked("GET", "/Items", answered=b'{"Items": [{"Title": "x"}]}'), "Title"),
        (asked("GET", "/Items", answered=b'{"Items": [{"RunTimeTicks": "1"}]}'), "RunTimeTicks"),
    ],
)
def test_the_judge_sees_what_is_wrong(documents: dict[str, Document], exchange: Exchange, complaint: str) -> None:
    for document in documents.values():
        assert complaint in " ".join(document.complaints(exchange))
