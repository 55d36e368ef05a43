"""A guide and links without a host, and the two ways the tests look at a document."""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ktv_iptv import xmltv
from lxml import etree

from ktv_host.hooks import (
    ContentType,
    Guide,
    GuideChannel,
    LibraryItem,
    MediaId,
    MediaItem,
    Render,
    Slot,
)

HERE = Path(__file__).parent
# Debian: libxmltv-perl and xmltv-util.
OFFICIAL_DTDS = (Path("/usr/share/sgml/xmltv/dtd/0.5/xmltv.dtd"), Path("/usr/share/xmltv/xmltv.dtd"))
NOW = datetime(2026, 11, 23, 9, 30, 17, tzinfo=UTC)


class PlainLinks:
    def live(self, channel: GuideChannel) -> str:
        return f"https://tv.example/api/v1/channels/{channel.number}/live.m3u8?token=a&x=1"

    def logo(self, channel: GuideChannel) -> str:
        return f"https://tv.example/api/v1/channels/{channel.number}/logo?token=a&x=1"

    def artwork(self, item: LibraryItem) -> str:
        return f"https://tv.example/api/v1/artwork/{item.id}?exp=1&sig=2"

    def document(self, path: str) -> str:
        return f"https://tv.example/api/v1/iptv/{path}?token=a"


@dataclass(frozen=True)
class PlainGuide:
    channels: Sequence[GuideChannel]
    slots: Mapping[str, Sequence[Slot]] = field(default_factory=dict)
    now: datetime = NOW

    async def programmes(self, channel: GuideChannel) -> Sequence[Slot]:
        return self.slots.get(channel.id, ())


def a_channel(number: int, name: str = "Retro", *, channel_id: str | None = None, logo: bool = False) -> GuideChannel:
    return GuideChannel(
        id=channel_id or f"0192f0c2-7a10-7c4e-9a5b-{number:012x}",
        number=number,
        name=name,
        description=None,
        timezone="UTC",
        logo=logo,
    )


def an_item(media: MediaItem | None = None) -> LibraryItem:
    media = media or MediaItem(key="film", title="A film", content_type=ContentType.MOVIE, duration_ms=5_400_000)
    return LibraryItem(MediaId("jellyfin", media.key), media)


def slots_in_a_row(
    channel: GuideChannel, parts: Sequence[tuple[float, float, MediaItem | None]], start: datetime = NOW
) -> list[Slot]:
    """One slot per (seconds without signal before it, seconds it lasts, its item)."""
    slots: list[Slot] = []
    for index, (pause, length, media) in enumerate(parts):
        begin = start + timedelta(seconds=pause)
        start = begin + timedelta(seconds=length)
        slots.append(
            Slot(
                id=f"slot-{index}",
                channel_id=channel.id,
                generation=1,
                block_id="block",
                start_at=begin,
                end_at=start,
                item=an_item(media),
            )
        )
    return slots


@pytest.fixture(scope="session")
def links() -> PlainLinks:
    return PlainLinks()


@pytest.fixture(scope="session")
def guide_of() -> Callable[..., Guide]:
    return PlainGuide


@pytest.fixture(scope="session")
def channel_of() -> Callable[..., GuideChannel]:
    return a_channel


@pytest.fixture(scope="session")
def row_of() -> Callable[..., list[Slot]]:
    return slots_in_a_row


@pytest.fixture(scope="session")
def document(links: PlainLinks) -> Callable[[Render, Guide], bytes]:
    """A whole document."""

    async def whole(render: Render, guide: Guide) -> bytes:
        return b"".join([chunk async for chunk in render(guide, links)])

    return lambda render, guide: asyncio.run(whole(render, guide))


@pytest.fixture(scope="session")
def valid_xmltv(document: Callable[[Render, Guide], bytes]) -> Callable[[Guide], etree._Element]:
    """The root element of a guide's XMLTV, after every DTD there is has accepted it."""
    paths = [HERE / "xmltv_emitted.dtd", *(path for path in OFFICIAL_DTDS if path.exists())]
    dtds = [etree.DTD(str(path)) for path in paths]

    def check(guide: Guide) -> etree._Element:
        root = etree.fromstring(document(xmltv.render, guide))
        for dtd in dtds:
            assert dtd.validate(root), str(dtd.error_log)
        return root

    return check


@pytest.fixture(scope="session")
def golden(document: Callable[[Render, Guide], bytes]) -> Callable[[str, Render, Guide], None]:
    """Compares with a file of golden/, or writes it when KTV_UPDATE_GOLDEN=1."""

    def compare(name: str, render: Render, guide: Guide) -> None:
        content = document(render, guide)
        path = HERE / "golden" / name
        if os.environ.get("KTV_UPDATE_GOLDEN") == "1":
            path.write_bytes(content)
        assert content.decode() == path.read_text(encoding="utf-8")

    return compare
