"""An exporter that keeps its promises passes the contract; each broken promise fails one of its tests."""

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from ktv_host.hooks import Document, Exporter, Guide, Links, Render
from ktv_host.testing import ExporterContract


async def good_xml(guide: Guide, links: Links) -> AsyncIterator[bytes]:
    yield b"<guide>"
    for channel in guide.channels:
        name = "".join(letter for letter in channel.name if letter.isprintable())
        yield f"<channel name={quoteattr(name)} url={quoteattr(links.live(channel))}>".encode()
        for slot in await guide.programmes(channel):
            yield f"<programme title={quoteattr(slot.item.media.title)}/>".encode()
        yield b"</channel>"
    yield b"</guide>"


async def good_m3u(guide: Guide, links: Links) -> AsyncIterator[bytes]:
    yield b"#EXTM3U\n"
    for channel in guide.channels:
        name = " ".join(channel.name.split())
        yield f"#EXTINF:-1,{name}\n{links.live(channel)}\n".encode()


class Good(Exporter):
    key = "good"
    name = "Good"
    documents = (
        Document("guide.xml", "application/xml", good_xml),
        Document("list.m3u", "audio/x-mpegurl", good_m3u),
    )


class TestGood(ExporterContract):
    exporter = Good()


def contract(render: Render, media_type: str = "application/xml", path: str = "guide.xml") -> ExporterContract:
    made = type("Made", (Exporter,), {"key": "made", "name": "Made", "documents": [Document(path, media_type, render)]})
    case = type("Case", (ExporterContract,), {"exporter": made()})()
    assert isinstance(case, ExporterContract)
    return case


async def unescaped(guide: Guide, links: Links) -> AsyncIterator[bytes]:
    yield b"<guide>" + "".join(channel.name for channel in guide.channels).encode() + b"</guide>"


async def empty(guide: Guide, links: Links) -> AsyncIterator[bytes]:
    for channel in guide.channels:
        yield channel.name.encode()


async def text(guide: Guide, links: Links) -> AsyncIterator[str]:
    yield "<guide/>"


async def broken_lines(guide: Guide, links: Links) -> AsyncIterator[bytes]:
    for channel in guide.channels:
        yield f"#EXTINF:-1,{channel.name}\n".replace("\n", "\n#EXTINF:").encode()


def counting() -> Render:
    calls = 0

    async def render(guide: Guide, links: Links) -> AsyncIterator[bytes]:
        nonlocal calls
        calls += 1
        yield f"<guide calls='{calls}'/>".encode()

    return render


def remembering() -> Render:
    seen: dict[str, str] = {}

    async def render(guide: Guide, links: Links) -> AsyncIterator[bytes]:
        seen.update({channel.id: channel.name for channel in guide.channels})
        yield f"<guide names={quoteattr(' '.join(seen.values()))}/>".encode()

    return render


Step = Callable[[ExporterContract], Coroutine[Any, Any, None]]


@pytest.mark.parametrize(
    ("render", "media_type", "step"),
    [
        pytest.param(unescaped, "application/xml", ExporterContract.test_odd_names_break_nothing, id="unescaped"),
        pytest.param(empty, "text/plain", ExporterContract.test_an_empty_guide_renders, id="empty"),
        pytest.param(text, "text/plain", ExporterContract.test_an_empty_guide_renders, id="text"),
        pytest.param(broken_lines, "audio/x-mpegurl", ExporterContract.test_odd_names_break_nothing, id="lines"),
        pytest.param(
            counting(), "text/xml", ExporterContract.test_the_same_guide_renders_to_the_same_bytes, id="counting"
        ),
        pytest.param(
            remembering(), "text/xml", ExporterContract.test_nothing_of_one_caller_reaches_another, id="remembering"
        ),
    ],
)
async def test_a_broken_promise_is_found(render: Render, media_type: str, step: Step) -> None:
    with pytest.raises((AssertionError, SyntaxError)):
        await step(contract(render, media_type))


@pytest.mark.parametrize("path", ["/guide.xml", "../guide.xml", "a//b", "", "guide.xml?x=1", ".hidden"])
async def test_an_illegal_path_is_found(path: str) -> None:
    with pytest.raises(AssertionError, match="path"):
        await contract(good_xml, path=path).test_the_exporter_can_be_registered()
