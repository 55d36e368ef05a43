"""A whole evening of short items: ledger, segments and stream together."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import m3u8

from ktv_host.domain.airtime import LedgerRow
from ktv_host.domain.media import ContentType, LibraryItem, LocalFile, MediaId, MediaItem
from ktv_host.domain.schedule import Slot
from ktv_host.streaming.ledger import Listed, listed, materialise, milliseconds
from ktv_host.streaming.modes import Profile
from ktv_host.streaming.plans import Plan, make_plan
from ktv_host.streaming.playlist import media_playlist
from ktv_host.streaming.remux import copy_segment
from ktv_host.streaming.restamp import Restamper
from ktv_host.streaming.segments import copy_job
from ktv_host.streaming.slate import SEGMENT, slate_plan, slate_segment
from ktv_host.streaming.ticks import HZ

T0 = datetime(2026, 1, 1, tzinfo=UTC)
NOISE = slate_plan("No signal")


def _slot(number: int, start: float, end: float) -> Slot:
    item = LibraryItem(MediaId("films", "x"), MediaItem(key="x", title="x", content_type=ContentType.SHORT))
    return Slot(
        id=str(number),
        channel_id="c",
        generation=1,
        block_id="b",
        start_at=T0 + timedelta(seconds=start),
        end_at=T0 + timedelta(seconds=end),
        item=item,
    )


class Evening:
    """Items of a few seconds from every kind of file, cut at odd places, with a gap of no signal now and then."""

    def __init__(self, films: dict[str, Path], items: int) -> None:
        self.sources = [LocalFile(str(path)) for path in films.values()]
        made = [make_plan(source, Profile()) for source in self.sources]
        self.by_id = {plan.id: (plan, source) for plan, source in zip(made, self.sources, strict=True)}
        slots, at = [], 0.0
        for number in range(items):
            length = 1.5 + (number * 37 % 30) / 10
            slots.append(_slot(number, at, at + length))
            at += length + (9 if number % 50 == 49 else 0)
        plans = {slot.id: made[int(slot.id) % len(made)] for slot in slots}
        self.rows: list[LedgerRow] = materialise(
            "c", None, slots, plans, lambda slot, following: NOISE.id, now_ms=milliseconds(T0), lead_ms=round(at * 1000)
        )

    def plan(self, row: LedgerRow) -> Plan | None:
        return self.by_id[row.plan][0] if row.plan else None

    def bytes(self, plan_id: str, k: int, cut_ms: int | None) -> tuple[bytes, int]:
        """A segment and where it begins on its item's time line."""
        if plan_id == NOISE.id:
            length = SEGMENT if cut_ms is None else cut_ms * 90
            return slate_segment(NOISE.caption, k * SEGMENT, length), k * SEGMENT
        plan, source = self.by_id[plan_id]
        return copy_segment(copy_job(plan, k, cut_ms, source)), plan.boundaries[k]


def test_three_hundred_boundaries_decode_as_one_stream(
    films: dict[str, Path], complaints: Callable[[bytes], str], first_stamp: Callable[[bytes], int]
) -> None:
    evening = Evening(films, 300)
    restamper, run, runs = Restamper(), None, 0
    stream = bytearray()
    begin = evening.rows[0].start_ms * 90
    for row in evening.rows:
        for segment in listed(row, evening.plan(row)):
            data, start = evening.bytes(segment.plan, segment.k, segment.cut_ms)
            boundary = segment.run != run
            runs += boundary
            shift = segment.start - begin - start
            sent = restamper.segment(data, shift, boundary=boundary)
            assert 0 <= first_stamp(sent) - first_stamp(data) - shift <= HZ // 10
            stream += sent
            run = segment.run
    assert runs > 300
    assert complaints(bytes(stream)) == ""


def test_a_player_of_the_playlist_has_nothing_to_complain_about(
    films: dict[str, Path], tmp_path: Path, ffmpeg: Callable[..., None]
) -> None:
    evening = Evening(films, 60)

    def write(segment: Listed) -> str:
        name = f"{segment.msn}.ts"
        (tmp_path / name).write_bytes(evening.bytes(segment.plan, segment.k, segment.cut_ms)[0])
        return name

    plans = {plan.id: plan for plan, _ in evening.by_id.values()}
    at = evening.rows[0].start_ms + 60_000
    playlist = media_playlist(evening.rows, plans, at, write, lead_ms=60_000)
    assert len(m3u8.loads(playlist).segments) > 40
    (tmp_path / "all.m3u8").write_text(playlist + "#EXT-X-ENDLIST\n")
    pictures_only = ["-map", "0:v", "-fps_mode", "passthrough", "-enc_time_base", "1:90000", "-f", "framemd5"]
    ffmpeg("-xerror", "-i", tmp_path / "all.m3u8", *pictures_only, tmp_path / "hashes")
    pictures = [line for line in (tmp_path / "hashes").read_text().splitlines() if line.startswith("0,")]
    assert len(pictures) > 100 * 25
