"""Who watches what."""

from datetime import UTC, datetime, timedelta

from ktv_host.services.watching import Watching
from ktv_host.streaming.slate import slate_plan


class Clock:
    now = datetime(2026, 11, 23, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_channel_is_watched_for_half_a_minute_after_its_last_playlist() -> None:
    clock = Clock()
    watching = Watching(clock)
    watching.playlist("one")
    watching.playlist("one")
    assert watching.channels()["one"].playlists == 2
    clock.now += timedelta(seconds=31)
    assert watching.channels() == {}


def test_segments_and_their_fallbacks_are_counted() -> None:
    watching = Watching(Clock())
    watching.segment(slate_plan("a"), fallback=False)
    watching.segment(slate_plan("b"), fallback=True)
    assert watching.totals == (2, 1)
