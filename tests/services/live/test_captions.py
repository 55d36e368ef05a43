"""What the slate says."""

from datetime import UTC, datetime, timedelta

from ktv_host.domain.channel import Channel
from ktv_host.domain.media import ContentType, LibraryItem, MediaId, MediaItem
from ktv_host.domain.schedule import Slot
from ktv_host.services.live.captions import captions

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHANNEL = Channel(id="c", owner_id="u", number=1, name="Retro", created_at=NOON, updated_at=NOON, timezone="Asia/Tokyo")


def slot(title: str, series: str | None = None) -> Slot:
    item = MediaItem(key="k", title=title, content_type=ContentType.MOVIE, series_name=series)
    return Slot(
        id="s",
        channel_id="c",
        generation=1,
        block_id="b",
        start_at=NOON,
        end_at=NOON + timedelta(hours=1),
        item=LibraryItem(MediaId("i", "k"), item),
    )


def test_no_signal_names_the_next_start_on_the_channels_clock() -> None:
    assert captions(CHANNEL, None, slot("Pilot", "The Show")) == ("Retro", "21:00 The Show")


def test_nothing_ahead_is_no_signal() -> None:
    assert captions(CHANNEL, None, None) == ("Retro", "No signal")


def test_an_item_that_cannot_be_shown_is_named() -> None:
    assert captions(CHANNEL, slot("Film"), None) == ("Retro", "Film")
