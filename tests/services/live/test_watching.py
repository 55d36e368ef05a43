"""Who watches what."""

from datetime import UTC, datetime, timedelta

from ktv_host.services.live.watching import Totals, Watching
from ktv_host.streaming.modes import Mode


class Clock:
    now = datetime(2026, 11, 23, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def test_a_channel_is_watched_for_half_a_minute_after_its_last_playlist() -> None:
    clock = Clock()
    watching = Watching(clock)
    watching.playlist("one")
    watching.playlist("one")
    assert {key: audience.playlists for key, audience in watching.audiences().items()} == {"one": 2}
    clock.advance(31)
    assert watching.audiences() == {}


def test_viewers_are_counted_once_and_forgotten_after_half_a_minute() -> None:
    clock = Clock()
    watching = Watching(clock)
    here, there = watching.reader("192.0.2.1", "player"), watching.reader("192.0.2.2", "player")
    for reader in (here, there, here):
        watching.playlist("one", reader)
    assert len(watching.audiences()["one"].readers) == 2
    clock.advance(20)
    watching.playlist("one", here)
    clock.advance(20)
    assert list(watching.audiences()["one"].readers) == [here]


def test_a_reader_does_not_show_its_address_and_differs_between_processes() -> None:
    first, second = Watching(Clock()).reader("192.0.2.1", "x"), Watching(Clock()).reader("192.0.2.1", "x")
    assert first != second
    assert b"192.0.2.1" not in first


def test_segments_count_for_the_channel_that_lists_their_plan() -> None:
    watching = Watching(Clock())
    watching.playlist("one")
    watching.playlist("two")
    watching.listed("one", ["film"])
    watching.segment("film", hit=False, slate=False)
    watching.segment("film", hit=True, slate=False)
    watching.segment("film", hit=False, slate=True)
    watching.segment("unknown", hit=True, slate=False)
    one, two = watching.audiences()["one"], watching.audiences()["two"]
    assert (one.segments, one.hits, one.slates, two.segments) == (3, 1, 1, 0)
    assert watching.totals == Totals(segments=4, hits=2, slates=1)


def test_an_item_on_two_channels_counts_where_its_reader_is() -> None:
    watching = Watching(Clock())
    reader = watching.reader("192.0.2.1", "x")
    watching.playlist("one", reader)
    watching.playlist("two")
    for channel in ("one", "two"):
        watching.listed(channel, ["film"])
    watching.segment("film", reader, hit=True, slate=False)
    assert {key: audience.segments for key, audience in watching.audiences().items()} == {"one": 1, "two": 0}


def test_the_way_the_picture_is_made_is_told() -> None:
    watching = Watching(Clock())
    watching.playlist("one")
    watching.on_air("one", Mode.COPY)
    assert watching.audiences()["one"].mode is Mode.COPY


def test_the_last_fifty_troubles_are_kept_with_their_channels() -> None:
    clock = Clock()
    watching = Watching(clock)
    watching.listed("one", ["film"])
    for number in range(60):
        clock.advance(1)
        watching.trouble(f"reason {number}", plan_id="film", item_id="files::x")
    newest, *older = watching.troubles()
    assert (newest.reason, newest.item_id, newest.channel_ids) == ("reason 59", "files::x", ("one",))
    assert (len(older), older[-1].reason) == (49, "reason 10")
