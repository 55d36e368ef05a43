"""Documents of exporters over HTTP."""

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest
from quart import Response
from werkzeug.datastructures import Headers

from ktv_host.api.documents import Documents, Rendering

TEXT = b"#EXTM3U\n" * 1000


class Source:
    """Counts how often it renders; ``gate`` holds rendering up."""

    def __init__(self, text: bytes = TEXT) -> None:
        self.text = text
        self.rendered = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.begun = asyncio.Event()
        self.error: Exception | None = None

    async def render(self) -> AsyncIterator[bytes]:
        self.rendered += 1
        self.begun.set()
        await self.gate.wait()
        if self.error:
            raise self.error
        yield self.text[:10]
        yield self.text[10:]

    def of(self, revision: str | None = None, viewer: str = "anna", name: str = "playlist.m3u") -> Rendering:
        return Rendering(
            name=name, viewer=viewer, revision=revision, media_type="audio/x-mpegurl; charset=utf-8", render=self.render
        )


@pytest.fixture
def source() -> Source:
    return Source()


async def answer(source: Source, method: str = "GET", **headers: str) -> Response:
    named = Headers({name.replace("_", "-"): value for name, value in headers.items()})
    return await Documents().serve(source.of(), method, named)


async def body(response: Response) -> bytes:
    return b"".join([part async for part in response.iter_encode()])


async def test_a_document_is_sent_as_it_is(source: Source) -> None:
    response = await answer(source)
    assert (response.status_code, await body(response)) == (200, TEXT)
    assert response.headers["Content-Type"] == "audio/x-mpegurl; charset=utf-8"
    assert response.headers["Content-Length"] == str(len(TEXT))
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert "Content-Encoding" not in response.headers
    assert response.timeout is None


async def test_a_document_is_compressed_for_whoever_accepts_it(source: Source) -> None:
    response = await answer(source, Accept_Encoding="gzip, br")
    sent = await body(response)
    assert gzip.decompress(sent) == TEXT
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Content-Length"] == str(len(sent))


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_the_etag_is_strong_and_spares_the_body(source: Source, encoding: str) -> None:
    first = await answer(source, Accept_Encoding=encoding)
    assert first.headers["ETag"].startswith('"')
    again = await answer(source, Accept_Encoding=encoding, If_None_Match=first.headers["ETag"])
    assert (again.status_code, await body(again)) == (304, b"")
    assert dict(again.headers) == {
        "ETag": first.headers["ETag"],
        "Vary": "Accept-Encoding",
        "Cache-Control": "private, no-cache",
    }


async def test_each_form_has_an_etag_of_its_own(source: Source) -> None:
    plain, packed = await answer(source), await answer(source, Accept_Encoding="gzip")
    assert plain.headers["ETag"] != packed.headers["ETag"]


async def test_another_text_has_another_etag(source: Source) -> None:
    first = await answer(source)
    source.text += b"more"
    again = await answer(source, If_None_Match=first.headers["ETag"])
    assert again.status_code == 200
    assert again.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_head_tells_what_get_would_send(source: Source, encoding: str) -> None:
    get = await answer(source, Accept_Encoding=encoding)
    head = await answer(source, "HEAD", Accept_Encoding=encoding)
    assert await body(head) == b""
    assert dict(head.headers) == dict(get.headers)


async def test_an_empty_document_can_be_sent(source: Source) -> None:
    source.text = b""
    response = await answer(source)
    assert (response.status_code, await body(response)) == (200, b"")
    assert response.headers["Content-Length"] == "0"


class Asked:
    """Reads the plain body of renderings, all through the same Documents."""

    def __init__(self, capacity: int = 1 << 20) -> None:
        self.documents = Documents(capacity)

    async def __call__(self, rendering: Rendering) -> bytes:
        return await body(await self.documents.serve(rendering, "GET", Headers()))


async def test_the_same_revision_is_rendered_once(source: Source) -> None:
    ask = Asked()
    assert await ask(source.of("1")) == await ask(source.of("1")) == TEXT
    assert source.rendered == 1


async def test_a_new_revision_is_rendered_anew(source: Source) -> None:
    ask = Asked()
    await ask(source.of("1"))
    source.text = b"new"
    assert await ask(source.of("2")) == b"new"


async def test_no_revision_is_rendered_every_time(source: Source) -> None:
    ask = Asked()
    await ask(source.of(None))
    await ask(source.of(None))
    assert source.rendered == 2


async def test_viewers_and_documents_never_share() -> None:
    ask = Asked()
    anna, bert, guide = Source(b"anna's"), Source(b"bert's"), Source(b"guide")
    for _ in range(2):
        assert await ask(anna.of("1", "anna")) == b"anna's"
        assert await ask(bert.of("1", "bert")) == b"bert's"
        assert await ask(guide.of("1", "anna", "epg.xml")) == b"guide"


async def test_those_who_ask_at_once_share_one_rendering(source: Source) -> None:
    ask = Asked()
    source.gate.clear()
    asking = [asyncio.create_task(ask(source.of("1"))) for _ in range(5)]
    await source.begun.wait()
    source.gate.set()
    assert await asyncio.gather(*asking) == [TEXT] * 5
    assert source.rendered == 1


async def test_one_who_hangs_up_does_not_fail_the_others(source: Source) -> None:
    ask = Asked()
    source.gate.clear()
    first, second = (asyncio.create_task(ask(source.of("1"))) for _ in range(2))
    await source.begun.wait()
    first.cancel()
    source.gate.set()
    assert await second == TEXT
    assert source.rendered == 1


async def test_a_failed_rendering_is_not_kept(source: Source) -> None:
    ask = Asked()
    source.error = RuntimeError("the database is away")
    with pytest.raises(RuntimeError, match="away"):
        await ask(source.of("1"))
    source.error = None
    assert await ask(source.of("1")) == TEXT


async def test_the_longest_unused_goes_when_there_is_no_room() -> None:
    sources = {viewer: Source(viewer.encode() * 50) for viewer in ("anna", "bert", "cleo")}
    ask = Asked(capacity=70)  # two of them, compressed
    for viewer in ("anna", "bert", "anna", "cleo", "anna", "bert"):
        await ask(sources[viewer].of("1", viewer))
    assert {viewer: source.rendered for viewer, source in sources.items()} == {"anna": 1, "bert": 2, "cleo": 1}


async def test_what_is_larger_than_all_room_is_served_but_not_kept(source: Source) -> None:
    ask = Asked(capacity=1)
    assert await ask(source.of("1")) == await ask(source.of("1")) == TEXT
    assert source.rendered == 2
