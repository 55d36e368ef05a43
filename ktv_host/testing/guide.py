"""A guide and links for tests of exporters."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from ktv_host.hooks import Document, GuideChannel, LibraryItem, MediaId, MediaItem, Slot
from ktv_host.testing.clock import START
from ktv_host.testing.provider import sample_items

ODD_NAMES = (
    "Plain",
    "Comma, \"Quote\" & 'Apostrophe'",
    "<Angle> & Sons; 100 %",
    "Smile 😀 é ü 漢字",
    "ערוץ שתיים \u202eقناة",
    "Line\nBreak\tTab",
    "Bell\x07 and \x0b",
    " ",
)


def guide_channel(number: int, name: str, *, logo: bool = False, description: str | None = None) -> GuideChannel:
    return GuideChannel(
        id=f"00000000-0000-0000-0000-{number:012}",
        number=number,
        name=name,
        description=description,
        timezone="Europe/Berlin",
        logo=logo,
    )


def guide_slot(channel: GuideChannel, number: int, start_at: datetime, item: MediaItem) -> Slot:
    """A slot as long as its item."""
    return Slot(
        id=f"{channel.id}-{number}",
        channel_id=channel.id,
        generation=1,
        block_id="block-1",
        start_at=start_at,
        end_at=start_at + timedelta(seconds=item.duration_secs),
        item=LibraryItem(MediaId("first", item.key), item),
    )


def programme(channel: GuideChannel, *, gap: timedelta = timedelta(), now: datetime = START) -> tuple[Slot, ...]:
    """The sample items on a channel, the first on air since ten minutes, with ``gap`` of no signal between them."""
    slots: list[Slot] = []
    start_at = now - timedelta(minutes=10)
    for item in sample_items():
        if item.duration_secs:
            slots.append(guide_slot(channel, len(slots), start_at, item))
            start_at = slots[-1].end_at + gap
    return tuple(slots)


class FakeGuide:
    """A ``hooks.Guide``. A channel without a programme has no signal."""

    def __init__(self, programmes: Mapping[GuideChannel, Sequence[Slot]], now: datetime = START) -> None:
        self._programmes = {channel.id: tuple(slots) for channel, slots in programmes.items()}
        self._channels = tuple(sorted(programmes, key=lambda channel: channel.number))
        self._now = now

    @property
    def channels(self) -> Sequence[GuideChannel]:
        return self._channels

    @property
    def now(self) -> datetime:
        return self._now

    async def programmes(self, channel: GuideChannel) -> Sequence[Slot]:
        """Raises KeyError for a channel the caller may not watch."""
        return self._programmes[channel.id]


class FakeLinks:
    """A ``hooks.Links`` whose URLs hold what has to be escaped in XML."""

    def live(self, channel: GuideChannel) -> str:
        return f"http://ktv.example/api/v1/channels/{channel.id}/live.m3u8?token=a-b&x=1"

    def logo(self, channel: GuideChannel) -> str:
        return f"http://ktv.example/api/v1/channels/{channel.id}/logo?token=a-b&x=1"

    def artwork(self, item: LibraryItem) -> str:
        return f"http://ktv.example/api/v1/media/{item.id}/artwork?token=a-b&x=1"

    def document(self, path: str) -> str:
        return f"http://ktv.example/api/v1/exporter/{path}?token=a-b&x=1"


async def rendered(document: Document, guide: FakeGuide) -> bytes:
    """The whole document. Raises AssertionError for a chunk that is not bytes."""
    chunks = []
    async for chunk in document.render(guide, FakeLinks()):
        assert isinstance(chunk, bytes), f"{document.path}: render yielded {type(chunk).__name__}, not bytes"
        chunks.append(chunk)
    return b"".join(chunks)
