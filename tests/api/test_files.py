"""/files, /media and /artwork over a real media server on this machine."""

import asyncio
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from hypercorn.asyncio import serve
from hypercorn.config import Config
from PIL import Image
from quart import Quart

from ktv_host.errors import KtvError, ProviderAuthFailed, ProviderConfigInvalid
from ktv_host.hooks import Artwork, HlsUrl, HttpFile, LocalFile
from tests.media_server import FILM, MediaServer, serving

MASTER = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nmain.m3u8?ApiKey=secret\n"
MAIN = "#EXTM3U\n#EXTINF:3,\nseg.ts?ApiKey=secret\n#EXT-X-ENDLIST\n"


def jpeg(width: int, height: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "JPEG")
    return out.getvalue()


ANSWERS = {
    "/master.m3u8": lambda: web.Response(text=MASTER, content_type="application/x-mpegurl"),
    "/main.m3u8": lambda: web.Response(text=MAIN, content_type="application/x-mpegurl"),
    "/seg.ts": lambda: web.Response(body=b"G" * 188, content_type="video/mp2t"),
    "/poster": lambda: web.Response(body=jpeg(1000, 1500), content_type="image/jpeg"),
    "/huge": lambda: web.Response(body=b"\xff\xd8\xff" + b"x" * (13 << 20), content_type="image/jpeg"),
    "/svg": lambda: web.Response(text="<svg onload='x()'/>", content_type="image/svg+xml"),
}


@pytest.fixture
async def upstream() -> AsyncIterator[MediaServer]:
    async with serving(MediaServer(ANSWERS)) as made:
        yield made


@pytest.fixture
def film(shelf: Any, upstream: MediaServer) -> Callable[[str], str]:
    """The address of an item whose bytes are at a path of the media server."""

    def at(path: str) -> str:
        shelf.sources["film-1"] = HttpFile(f"{upstream.url}{path}", {"X-Key": "secret"})
        return "/files/stream/shelf::film-1"

    return at


async def test_bytes_come_through_whole_and_in_parts(stocked: Any, film: Callable[[str], str]) -> None:
    whole = await stocked.get(film("/film"))
    assert (whole.status_code, whole.headers["Content-Type"]) == (200, "video/mp4")
    assert await whole.get_data() == FILM
    part = await stocked.get(film("/film"), headers={"Range": "bytes=10-19"})
    assert (part.status_code, await part.get_data()) == (206, FILM[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(FILM)}"


async def test_head_tells_the_length(served: str, stocked: Any, film: Callable[[str], str]) -> None:
    async with ClientSession(headers={"Authorization": f"Bearer {stocked.token}"}) as session:
        answer = await session.head(f"{served}{film('/film')}")
        assert answer.headers["Content-Length"] == str(len(FILM))


async def test_a_range_behind_the_end_says_how_long_the_file_is(stocked: Any, film: Callable[[str], str]) -> None:
    answer = await stocked.get(film("/film"), headers={"Range": "bytes=9999999-"})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{len(FILM)}")
    assert (await answer.get_json())["error"] == "range_not_satisfiable"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [("/404", 404, "media_gone"), ("/401", 503, "provider_unavailable"), ("/500", 503, "provider_unavailable")],
)
async def test_troubles_of_the_media_server_are_ours_in_words(
    stocked: Any, film: Callable[[str], str], path: str, status: int, code: str
) -> None:
    answer = await stocked.get(film(path))
    assert (answer.status_code, (await answer.get_json())["error"]) == (status, code)
    assert ("Retry-After" in answer.headers) == (status == 503)


@pytest.mark.parametrize("trouble", [ProviderAuthFailed("the key is refused"), ProviderConfigInvalid("a login page")])
async def test_what_an_admin_has_to_mend_is_for_a_player_a_server_that_does_not_answer(
    stocked: Any, shelf: Any, trouble: KtvError
) -> None:
    shelf.trouble = trouble
    answer = await stocked.get("/files/stream/shelf::film-1")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert (await answer.get_json())["message"] == trouble.message


@pytest.mark.parametrize("path", ["/endless", "/long"])
async def test_a_client_that_leaves_ends_the_reading_upstream(
    served: str, stocked: Any, film: Callable[[str], str], upstream: MediaServer, path: str
) -> None:
    async with ClientSession(headers={"Authorization": f"Bearer {stocked.token}"}) as session:
        response = await session.get(f"{served}{film(path)}")
        assert len(await response.content.readexactly(1 << 20)) == 1 << 20
        response.close()
        await asyncio.wait_for(upstream.ended.wait(), 5)


@pytest.fixture
async def served(app: Quart) -> AsyncIterator[str]:
    """The same application behind a real server."""
    config, stop = Config(), asyncio.Event()
    config.bind, config.errorlog, config.graceful_timeout = ["127.0.0.1:0"], None, 0.1
    sockets = config.create_sockets()
    sockets.insecure_sockets[0].listen()
    config.create_sockets = lambda: sockets  # type: ignore[method-assign]
    serving = asyncio.create_task(serve(_without_lifespan(app), config, shutdown_trigger=stop.wait))  # type: ignore[arg-type]
    yield f"http://127.0.0.1:{sockets.insecure_sockets[0].getsockname()[1]}/api/v1"
    stop.set()
    await serving


def _without_lifespan(app: Quart) -> Any:
    """The fixture started the application already."""

    async def served(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for step in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{step}.complete"})
        else:
            await app(scope, receive, send)

    return served


class TestHls:
    @pytest.fixture
    def address(self, shelf: Any, upstream: MediaServer) -> str:
        shelf.sources["film-1"] = HlsUrl(f"{upstream.url}/master.m3u8?ApiKey=secret", {"X-Key": "secret"})
        return "/files/stream/shelf::film-1"

    async def follow(self, stocked: Any, address: str) -> Any:
        return await stocked.client.get(address.removeprefix("http://tv.test"))

    async def test_a_playlist_is_relayed_down_to_its_segments(
        self, stocked: Any, address: str, upstream: MediaServer
    ) -> None:
        moved = await stocked.get(address)
        assert moved.status_code == 307
        seen = [moved.headers["Location"]]
        for _ in range(2):
            playlist = await self.follow(stocked, seen[-1])
            assert playlist.headers["Content-Type"] == "application/vnd.apple.mpegurl"
            lines = (await playlist.get_data()).decode().splitlines()
            seen += [line for line in lines if line.startswith("http")]
        segment = await self.follow(stocked, seen[-1])
        assert await segment.get_data() == b"G" * 188
        assert upstream.asked == [f"/{name}?ApiKey=secret" for name in ("master.m3u8", "main.m3u8", "seg.ts")]
        assert not [url for url in seen if "secret" in url or str(upstream.url) in url]
        names = [url.partition("?")[0].rpartition("/")[2] for url in seen]
        assert names == ["stream.m3u8", "stream.m3u8", "stream.ts"], "ffmpeg plays no segment that ends in nothing"

    async def test_an_address_of_another_item_or_of_nobody_is_refused(self, stocked: Any, address: str) -> None:
        location = (await stocked.get(address)).headers["Location"]
        sealed = location.partition("/files/hls/shelf::film-1/")[2].partition("/")[0]
        assert (await stocked.get(f"/files/hls/shelf::film-2/{sealed}/stream.ts")).status_code == 404
        assert (await stocked.get(f"/files/hls/shelf::film-1/{sealed[:-4]}AAAA/stream.ts")).status_code == 404
        assert (await stocked.client.get(f"/api/v1/files/hls/shelf::film-1/{sealed}/stream.ts")).status_code == 401


class TestArtwork:
    @pytest.fixture
    def poster(self, shelf: Any, upstream: MediaServer) -> Callable[[str], str]:
        def at(path: str) -> str:
            shelf.pictures["film-1"] = Artwork(HttpFile(f"{upstream.url}{path}"), "image/jpeg")
            return "/artwork/shelf::film-1"

        return at

    async def test_a_picture_is_fetched_once(
        self, stocked: Any, poster: Callable[[str], str], upstream: MediaServer
    ) -> None:
        answers = await asyncio.gather(*(stocked.get(poster("/poster")) for _ in range(5)))
        assert {answer.status_code for answer in answers} == {200}
        assert {await answer.get_data() for answer in answers} == {jpeg(1000, 1500)}
        assert upstream.asked == ["/poster"]

    async def test_a_known_picture_is_not_sent_again(self, stocked: Any, poster: Callable[[str], str]) -> None:
        etag = (await stocked.get(poster("/poster"))).headers["ETag"]
        again = await stocked.get(poster("/poster"), headers={"If-None-Match": etag})
        assert again.status_code == 304

    async def test_a_width_makes_it_smaller(self, stocked: Any, poster: Callable[[str], str]) -> None:
        answer = await stocked.get(f"{poster('/poster')}?width=300")
        with Image.open(BytesIO(await answer.get_data())) as small:
            assert small.size == (320, 480)

    @pytest.mark.parametrize("path", ["/huge", "/svg", "/404"])
    async def test_what_cannot_be_shown_is_not_there(
        self, stocked: Any, poster: Callable[[str], str], path: str
    ) -> None:
        assert (await stocked.get(poster(path))).status_code == 404

    async def test_a_server_that_is_down_is_503_and_asked_again(
        self, stocked: Any, poster: Callable[[str], str]
    ) -> None:
        assert (await stocked.get(poster("/500"))).status_code == 503

    async def test_pictures_of_this_machine_work_too(self, stocked: Any, shelf: Any, tmp_path: Path) -> None:
        path = tmp_path / "poster.jpg"
        path.write_bytes(jpeg(900, 600))
        shelf.pictures["film-2"] = Artwork(LocalFile(str(path)), "image/jpeg")
        assert await (await stocked.get("/artwork/shelf::film-2")).get_data() == path.read_bytes()
        small = await stocked.get("/artwork/shelf::film-2?width=160")
        with Image.open(BytesIO(await small.get_data())) as picture:
            assert picture.size == (160, 107)

    async def test_an_item_without_a_picture_has_none(self, stocked: Any) -> None:
        assert (await stocked.get("/artwork/shelf::film-3")).status_code == 404
