"""Rows of slots, and the two ways the tests look at a document."""

import os
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from ktv_iptv.exporter import Iptv
from lxml import etree

from ktv_host.hooks import ContentType, Document, GuideChannel, LibraryItem, MediaId, MediaItem, Slot
from ktv_host.testing import FakeGuide, rendered

HERE = Path(__file__).parent
# Debian: libxmltv-perl and xmltv-util.
OFFICIAL_DTDS = (Path("/usr/share/sgml/xmltv/dtd/0.5/xmltv.dtd"), Path("/usr/share/xmltv/xmltv.dtd"))
FILM = MediaItem(key="film", title="A film", content_type=ContentType.MOVIE, duration_ms=5_400_000)


@pytest.fixture(scope="session")
def playlist() -> Document:
    return Iptv.documents[0]


@pytest.fixture(scope="session")
def epg() -> Document:
    return Iptv.documents[1]


@pytest.fixture(scope="session")
def row_of() -> Callable[..., list[Slot]]:
    """One slot per (seconds without signal before it, seconds it lasts, its item)."""

    def row(
        channel: GuideChannel, parts: Sequence[tuple[float, float, MediaItem | None]], start: datetime
    ) -> list[Slot]:
        slots: list[Slot] = []
        for pause, length, media in parts:
            item = media or FILM
            begin = start + timedelta(seconds=pause)
            start = begin + timedelta(seconds=length)
            slots.append(
                Slot(
                    id=f"slot-{len(slots)}",
                    channel_id=channel.id,
                    generation=1,
                    block_id="block",
                    start_at=begin,
                    end_at=start,
                    item=LibraryItem(MediaId("jellyfin", item.key), item),
                )
            )
        return slots

    return row


@pytest.fixture(scope="session")
def valid_xmltv(epg: Document) -> Callable[[FakeGuide], Awaitable[etree._Element]]:
    """The root element of a guide's XMLTV, after every DTD there is has accepted it."""
    paths = [HERE / "xmltv_emitted.dtd", *(path for path in OFFICIAL_DTDS if path.exists())]
    dtds = [etree.DTD(str(path)) for path in paths]

    async def check(guide: FakeGuide) -> etree._Element:
        root = etree.fromstring(await rendered(epg, guide))
        for dtd in dtds:
            assert dtd.validate(root), str(dtd.error_log)
        return root

    return check


@pytest.fixture(scope="session")
def golden() -> Callable[[str, bytes], None]:
    """Compares with a file of golden/, or writes it when KTV_UPDATE_GOLDEN=1."""

    def compare(name: str, content: bytes) -> None:
        path = HERE / "golden" / name
        if os.environ.get("KTV_UPDATE_GOLDEN") == "1":
            path.write_bytes(content)
        assert content.decode() == path.read_text(encoding="utf-8")

    return compare
