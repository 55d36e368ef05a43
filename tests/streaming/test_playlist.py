"""Playlists: pure functions of the ledger and the clock."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import m3u8
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.domain.airtime import LedgerRow
from ktv_host.domain.schedule import Slot
from ktv_host.streaming.ledger import JUMP, SEEN_MS, Listed, cut_after, materialise, milliseconds, moment_of, pinned
from ktv_host.streaming.plans import Plan
from ktv_host.streaming.playlist import TARGET_DURATION, master_playlist, media_playlist
from ktv_host.streaming.steady import SteadyClock
from ktv_host.streaming.ticks import PER_MS
from tests.streaming.timeline import NOW, T0, make_plan, make_slot, no_signal


def url(segment: Listed) -> str:
    """With when it airs, which is what a real one says of its row."""
    name = f"{segment.k}" if segment.cut_ms is None else f"{segment.k}-{segment.cut_ms}"
    return f"/seg/{segment.plan}/{segment.start // PER_MS - NOW}/{name}.ts"


class Channel:
    """A channel that is watched: rows are made when a playlist is asked for."""

    def __init__(self, slots: list[Slot], plans: dict[str, Plan]) -> None:
        self.slots, self.plans = slots, plans
        self.rows: list[LedgerRow] = []

    def playlist(self, at_ms: int) -> str:
        last = self.rows[-1] if self.rows else None
        slots = [slot for slot in self.slots if milliseconds(slot.end_at) > at_ms - 60_000]
        self.rows += materialise("c", last, slots, self.plans, no_signal, now_ms=at_ms)
        return media_playlist(self.rows, self._by_id, at_ms, url)

    def cut(self, at_ms: int, slot: Slot, plan: Plan) -> None:
        """Another slot takes over where no playlist has been yet, as after a new schedule or "play now"."""
        rows = list(pinned(self.rows, at_ms))
        on_air = next((row for row in rows if row.end_ms > at_ms + SEEN_MS), None)
        if on_air is None:
            return
        kept = cut_after(on_air, self._by_id.get(on_air.plan or ""), at_ms + SEEN_MS)
        self.rows = [row for row in self.rows if row.j < kept.j] + [kept]
        free, length = moment_of(kept.end_ms), slot.end_at - slot.start_at
        before = [replace(old, end_at=min(old.end_at, free)) for old in self.slots if old.start_at < free]
        self.slots = [*before, replace(slot, start_at=free, end_at=free + length)]
        self.plans[slot.id] = plan

    @property
    def _by_id(self) -> dict[str, Plan]:
        return {plan.id: plan for plan in self.plans.values()}


_LENGTH = st.floats(0.05, 10.49)
_ITEM = st.tuples(st.lists(_LENGTH, min_size=1, max_size=12), st.floats(0, 25), st.floats(1, 70))


@given(
    items=st.lists(_ITEM, max_size=8),
    steps=st.lists(st.integers(1, 9), min_size=1, max_size=40),
    begin=st.integers(0, 50),
)
def test_a_playlist_keeps_every_promise_at_every_time(
    items: list[tuple[list[float], float, float]], steps: list[int], begin: int
) -> None:
    slots, plans, at = [], {}, 0.0
    for number, (lengths, gap, length) in enumerate(items):
        at += gap
        slots.append(make_slot(str(number), at, at + length))
        plans[str(number)] = make_plan(f"p{number}", lengths)
        at += length
    channel = Channel(slots, plans)
    second, seen = begin, _Seen()
    for step in steps:
        seen.look(channel.playlist(NOW + second * 1000), NOW + second * 1000)
        second += step


@given(
    lengths=st.lists(st.lists(_LENGTH, min_size=1, max_size=12), min_size=1, max_size=6),
    stretch=st.floats(0.5, 1.5),
    steps=st.lists(st.tuples(st.integers(1, 20), st.none() | st.integers(1, 70)), min_size=1, max_size=30),
)
def test_a_cut_takes_back_nothing_that_was_listed(
    lengths: list[list[float]], stretch: float, steps: list[tuple[int, int | None]]
) -> None:
    slots, plans, at = [], {}, 0.0
    for number, parts in enumerate(lengths):
        length = max(1.0, sum(parts) * stretch)
        slots.append(make_slot(str(number), at, at + length))
        plans[str(number)] = make_plan(f"p{number}", parts)
        at += length
    channel = Channel(slots, plans)
    second, seen = 0, _Seen()
    for number, (step, cut) in enumerate(steps):
        seen.look(channel.playlist(NOW + second * 1000), NOW + second * 1000)
        if cut is not None:
            name = f"cut{number}"
            channel.cut(NOW + second * 1000, make_slot(name, 0, cut), make_plan(name, lengths[number % len(lengths)]))
            seen.look(channel.playlist(NOW + second * 1000), NOW + second * 1000)
        second += step


class _Seen:
    """What a viewer has been told, to hold the playlist to it."""

    def __init__(self) -> None:
        self.first = self.run = -1
        self.listed: dict[int, tuple[str, datetime, float, int]] = {}

    def look(self, text: str, at_ms: int) -> None:
        playlist = m3u8.loads(text)
        assert playlist.target_duration == TARGET_DURATION
        assert not playlist.is_endlist
        assert playlist.media_sequence >= self.first
        assert playlist.discontinuity_sequence >= self.run
        self.first, self.run = playlist.media_sequence, playlist.discontinuity_sequence
        number, run, moment = self.first, self.run, None
        for segment in playlist.segments:
            run += 1 if segment.discontinuity else 0
            moment = segment.program_date_time or moment
            told = (segment.uri, segment.current_program_date_time, segment.duration, run)
            assert round(segment.duration) <= TARGET_DURATION
            assert _same(self.listed.setdefault(number, told), told)
            number += 1
        end = playlist.segments[-1].current_program_date_time + timedelta(seconds=playlist.segments[-1].duration)
        assert end <= T0 + timedelta(milliseconds=at_ms - NOW + 30_010)
        assert end >= T0 + timedelta(milliseconds=at_ms - NOW + 30_000 - 10_500 - 1_000)


def _same(before: tuple[str, datetime, float, int], after: tuple[str, datetime, float, int]) -> bool:
    """Times are shown in milliseconds and added up by the reader."""
    return (before[0], before[2:]) == (after[0], after[2:]) and abs(before[1] - after[1]) < timedelta(milliseconds=5)


@pytest.fixture
def channel() -> Channel:
    slots = [make_slot(str(n), n * 57, n * 57 + 57) for n in range(20)]
    return Channel(slots, {str(n): make_plan(f"p{n % 3}", [5.0] * 12) for n in range(20)})


def test_the_whole_text(channel: Channel) -> None:
    channel.playlist(NOW)
    text = channel.playlist(NOW + 61_000)
    begin = channel.rows[0].msn0
    lines = text.splitlines()
    assert lines[:9] == [
        "#EXTM3U",
        "#EXT-X-VERSION:6",
        "#EXT-X-TARGETDURATION:10",
        f"#EXT-X-MEDIA-SEQUENCE:{begin}",
        "#EXT-X-DISCONTINUITY-SEQUENCE:0",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z",
        "#EXTINF:5.00000,",
        "/seg/p0/0/0.ts",
    ]
    assert lines[lines.index("/seg/p0/55000/11-2000.ts") + 1 :][:3] == [
        "#EXT-X-DISCONTINUITY",
        "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:57.000Z",
        "#EXTINF:5.00000,",
    ]
    assert lines[-1] == "/seg/p1/82000/5.ts"


def test_everybody_who_asks_within_a_second_gets_the_same(channel: Channel) -> None:
    assert len({channel.playlist(NOW + 100_000 + ms) for ms in (0, 1, 500, 999)}) == 1


def test_an_hour_of_playlists_is_consecutive(channel: Channel) -> None:
    seen = _Seen()
    for second in range(0, 900, 3):
        seen.look(channel.playlist(NOW + second * 1000), NOW + second * 1000)
    assert sorted(seen.listed) == list(range(min(seen.listed), max(seen.listed) + 1))


def test_after_a_pause_only_what_follows_it_is_listed(channel: Channel) -> None:
    channel.playlist(NOW)
    before = channel.rows[-1]
    playlist = m3u8.loads(channel.playlist(NOW + 700_000))
    assert playlist.media_sequence >= before.msn0 + before.count + JUMP
    assert len({line for line in channel.playlist(NOW + 700_000).splitlines() if line.startswith("/seg")}) > 5


def test_a_clock_set_back_never_lowers_the_sequence(channel: Channel) -> None:
    seen, wall, monotonic = _Seen(), NOW / 1000 + 200, 0.0
    clock = SteadyClock(lambda: wall, lambda: monotonic)
    for step in [3.0] * 20 + [-45.0] + [3.0] * 40 + [-2.0] + [3.0] * 20:
        wall += step
        monotonic += 3.0
        at_ms = clock()
        seen.look(channel.playlist(at_ms), at_ms)


def test_a_row_that_was_shortened_keeps_what_was_listed(channel: Channel) -> None:
    before = m3u8.loads(channel.playlist(NOW + 70_000))
    row = channel.rows[1]
    channel.rows[1:] = [replace(row, end_ms=row.start_ms + 45_000, nmedia=9)]
    after = m3u8.loads(channel.playlist(NOW + 70_000))
    assert [segment.uri for segment in after.segments] == [segment.uri for segment in before.segments]


def _attributes(text: str) -> Iterator[str]:
    yield from text.splitlines()[3].removeprefix("#EXT-X-STREAM-INF:").split(",")


def test_the_master_playlist_covers_all_that_is_on_soon() -> None:
    small, large = make_plan("small", [4.0]), make_plan("large", [4.0])
    large = replace(large, codecs="avc1.640028,mp4a.40.2", bandwidth=9_000_000, width=1920, height=1080)
    playlist = m3u8.loads(master_playlist("media.m3u8?token=1", [small, large]))
    (variant,) = playlist.playlists
    assert variant.uri == "media.m3u8?token=1"
    assert variant.stream_info.bandwidth == 9_000_000
    assert variant.stream_info.codecs == "avc1.640028,mp4a.40.2"
    assert variant.stream_info.resolution == (1280, 720)


def test_a_master_playlist_of_nothing_known_is_still_one() -> None:
    assert m3u8.loads(master_playlist("media.m3u8", [])).playlists[0].stream_info.bandwidth > 0
