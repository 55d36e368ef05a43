"""Where bytes and pictures are."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from fake_jellyfin.records import make_id
from fake_jellyfin.seed import odd
from fake_jellyfin.server import FakeJellyfin

from ktv_host.hooks import CapabilityMissing, HlsUrl, HttpFile, LocalFile, MediaGone, Unavailable

pytest_plugins = ["ktv_host.testing.fixtures"]

FILM = make_id("Fake", "Two Left Feet")


@pytest.fixture
async def playing(start: Callable[..., Awaitable[FakeJellyfin]], clips: dict[str, Path]) -> FakeJellyfin:
    fake = await start("12.0.0", clips=clips, prefix="/jf")
    for record in odd("Fake"):
        fake.world.library.add(record)
    return fake


async def fetched(source: HttpFile | HlsUrl, **headers: str) -> tuple[int, bytes]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(source.url, headers={**source.headers, **headers}) as response,
    ):
        return response.status, await response.read()


async def test_a_film_is_its_original_bytes(playing: FakeJellyfin, open_provider: Any, clips: dict[str, Path]) -> None:
    source = await (await open_provider(playing)).source(FILM)
    assert isinstance(source, HttpFile)
    assert source.url.startswith(f"{playing.url}/Videos/")
    assert source.size == clips["film"].stat().st_size
    assert source.public_url is None
    assert playing.api_key not in source.url
    assert await fetched(source, Range="bytes=4-7") == (206, b"ftyp")


async def test_direct_delivery_names_the_servers_own_address(playing: FakeJellyfin, open_provider: Any) -> None:
    source = await (await open_provider(playing, delivery="direct")).source(FILM)
    assert isinstance(source, HttpFile)
    assert source.public_url is not None
    parts = urlsplit(source.public_url)
    assert parts.path.startswith("/jf/Videos/")
    assert parse_qs(parts.query) == {"static": ["true"], "mediaSourceId": [FILM], "ApiKey": [playing.api_key]}
    assert await fetched(HttpFile(source.public_url), Range="bytes=4-7") == (206, b"ftyp")


async def test_a_file_both_machines_have_is_read_from_the_disk(
    playing: FakeJellyfin, open_provider: Any, clips: dict[str, Path], tmp_path: Path
) -> None:
    provider = await open_provider(playing, path_mappings=[{"server": "/media/Films", "local": str(tmp_path)}])
    here = tmp_path / "Two Left Feet (1996)" / "Two Left Feet (1996).mp4"
    assert isinstance(await provider.source(FILM), HttpFile), "the file is not there"
    here.parent.mkdir()
    here.write_bytes(b"another file")
    assert isinstance(await provider.source(FILM), HttpFile), "the file has another size"
    here.write_bytes(clips["film"].read_bytes())
    assert await provider.source(FILM) == LocalFile(str(here))


async def test_what_is_no_plain_file_is_a_stream_of_the_servers_that_is_ended(
    playing: FakeJellyfin, open_provider: Any
) -> None:
    provider = await open_provider(playing)
    source = await provider.source(make_id("Fake", "Far Away.strm"))
    assert isinstance(source, HlsUrl)
    assert source.url.startswith(f"{playing.url}/videos/")
    assert (await fetched(source))[1].startswith(b"#EXTM3U")
    segment = replace(source, url=source.url.partition("master.m3u8")[0] + "hls1/main/0.ts")
    assert (await fetched(segment))[1][:1] == b"G", "what the playlist lists is fetched with the same credentials"
    assert len(playing.world.encodings) == 1
    await provider.close()
    assert playing.world.encodings == {}


@pytest.mark.parametrize("name", ["A Disc", "An Image", "A Placeholder"])
async def test_what_cannot_be_played_is_gone_with_a_reason(
    playing: FakeJellyfin, open_provider: Any, name: str
) -> None:
    with pytest.raises(MediaGone, match="cannot be played"):
        await (await open_provider(playing)).source(make_id("Fake", name))


async def test_a_stream_the_server_refuses_is_no_reason_to_doubt_the_server(
    playing: FakeJellyfin, open_provider: Any
) -> None:
    playing.world.faults.no_stream = "RateLimitExceeded"
    with pytest.raises(Unavailable, match="no more streams"):
        await (await open_provider(playing)).source(make_id("Fake", "Far Away.strm"))


async def test_a_picture_is_asked_for_in_a_size_that_fits(playing: FakeJellyfin, open_provider: Any) -> None:
    picture = await (await open_provider(playing)).artwork(FILM)
    assert isinstance(picture.source, HttpFile)
    query = parse_qs(urlsplit(picture.source.url).query)
    assert query == {"tag": ["tag1"], "maxWidth": ["800"], "quality": ["90"], "format": ["Jpg"]}
    status, body = await fetched(picture.source)
    assert (status, body[:2], picture.media_type) == (200, b"\xff\xd8", "image/jpeg")


@pytest.mark.parametrize("version", ["10.8.13", "12.0.0"])
async def test_an_episode_shows_its_series(start: Any, open_provider: Any, version: str) -> None:
    picture = await (await open_provider(await start(version))).artwork(make_id("Fake", "Corner Shop 1x01"))
    series = make_id("Fake", "Corner Shop")
    assert series in picture.source.url.replace("-", "")


async def test_without_a_picture_there_is_none(playing: FakeJellyfin, open_provider: Any) -> None:
    assert await (await open_provider(playing)).artwork(make_id("Fake", "Three Chords")) is None


async def test_a_rescan_is_for_those_who_may(playing: FakeJellyfin, open_provider: Any) -> None:
    await (await open_provider(playing)).rescan()
    await (await open_provider(playing, "admin", username="admin", password="secret-admin")).rescan()
    assert playing.world.refreshes == 2
    with pytest.raises(CapabilityMissing):
        await (await open_provider(playing, "user", username="viewer", password="secret-viewer")).rescan()
    assert playing.world.refreshes == 2
