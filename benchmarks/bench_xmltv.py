"""The guide of 1,000 channels for 48 hours: rows to XMLTV, beside the plainest code that writes the same bytes.

Every run is a process of its own, so that its memory can be told.
"""

import asyncio
import hashlib
import json
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from xml.sax.saxutils import escape

from ktv_iptv import xmltv
from ktv_iptv.ids import tvg_id

from benchmarks.figure import Figure
from ktv_host.db.channels import ChannelRepository
from ktv_host.db.engine.database import Database, open_database
from ktv_host.db.engine.migrate import migrate_host
from ktv_host.db.schedules import ScheduleRepository
from ktv_host.db.users import UserRepository
from ktv_host.domain.channel import Channel
from ktv_host.domain.media import ContentType, LibraryItem, MediaId, MediaItem
from ktv_host.domain.schedule import Schedule, Slot
from ktv_host.domain.user import Role, User
from ktv_host.hooks import GuideChannel
from ktv_host.services.guide import ChannelGuide
from ktv_host.testing.guide import FakeLinks

CHANNELS = 1_000
SLOTS = 96
ITEMS = 3_000
HALF_HOUR = timedelta(minutes=30)
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ROUNDS = 5
WORDS = "The keeper of the lighthouse & his sister find a letter that was never sent, and <nobody> believes them. "


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ktv.db"
        asyncio.run(_fill(path))
        runs = [(_apart("ours", path), _apart("plain", path)) for _ in range(ROUNDS)]
    if len({each.digest for pair in runs for each in pair}) != 1:
        raise AssertionError("the two do not write the same bytes")
    ours, plain = median(our.secs for our, _ in runs), median(plain.secs for _, plain in runs)
    size = runs[0][0].size
    grown = max(our.grown for our, _ in runs)
    return [
        Figure(
            name=f"XMLTV of {CHANNELS * SLOTS:,} programmes from SQLite",
            ours=ours,
            yardstick=plain,
            unit="s",
            ratio=ours / plain,
            expect="<= 3",
            note=f"{size / 1e6:.0f} MB, {CHANNELS * SLOTS / ours:,.0f} a second; beside stdlib sqlite3 and f-strings",
        ),
        Figure(
            name="memory that rendering it takes",
            ours=grown,
            yardstick=50,
            unit="MB",
            ratio=grown / 50,
            expect="<= 1",
            note="growth of the peak RSS of a fresh process",
        ),
    ]


@dataclass(frozen=True)
class Run:
    secs: float
    grown: float
    size: int
    digest: str


def _apart(how: str, path: Path) -> Run:
    command = [sys.executable, "-m", "benchmarks.bench_xmltv", how, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Run(**json.loads(done.stdout))


async def _fill(path: Path) -> None:
    url = f"sqlite://{path}"
    await migrate_host(url)
    items = [_item(number) for number in range(ITEMS)]
    async with open_database(url) as database:
        await UserRepository(database).add(User(id="u", email="a@example.org", role=Role.ADMIN, created_at=NOW))
        schedules = ScheduleRepository(database)
        for channel in _channels():
            await ChannelRepository(database).add(channel)
            await schedules.add_generation(_schedule(channel, items), drop_from=None)


def _channels() -> list[Channel]:
    return [
        Channel(
            id=f"0192f0c2-7a10-7c4e-9a5b-{number:012x}",
            owner_id="u",
            number=number,
            name=f"Channel & {number}",
            created_at=NOW,
            updated_at=NOW,
        )
        for number in range(1, CHANNELS + 1)
    ]


def _schedule(channel: Channel, items: list[LibraryItem]) -> Schedule:
    slots = [
        Slot(
            id=f"{channel.id}-{index}",
            channel_id=channel.id,
            generation=1,
            block_id="block",
            start_at=NOW + index * HALF_HOUR,
            end_at=NOW + (index + 1) * HALF_HOUR,
            item=items[(channel.number * 37 + index) % ITEMS],
        )
        for index in range(SLOTS)
    ]
    return Schedule(
        id=channel.id,
        channel_id=channel.id,
        generation=1,
        parent=None,
        valid_from=NOW,
        valid_until=slots[-1].end_at,
        slots=tuple(slots),
    )


def _item(number: int) -> LibraryItem:
    key = f"item-{number}"
    if number % 4 == 0:
        media = MediaItem(
            key=key,
            title=f"The film {number}",
            content_type=ContentType.MOVIE,
            duration_ms=1_800_000,
            year=1970 + number % 50,
            genres=("Drama", "Crime"),
            description=WORDS * 2,
            rating="PG-13",
            artwork=True,
        )
    else:
        media = MediaItem(
            key=key,
            title=f"Episode & {number}",
            content_type=ContentType.EPISODE,
            duration_ms=1_800_000,
            series_name=f"Series {number // 60}",
            season_number=1 + number // 12,
            episode_number=1 + number % 12,
            genres=("Comedy",),
            description=WORDS * 2,
            rating="TV-PG",
            air_date=date(2000 + number % 20, 1 + number % 12, 1 + number % 28),
            artwork=True,
        )
    return LibraryItem(MediaId("jellyfin", key), media)


async def _ours(database: Database) -> AsyncIterator[bytes]:
    guide = ChannelGuide(_channels(), ScheduleRepository(database), NOW)
    async for chunk in xmltv.render(guide, FakeLinks()):
        yield chunk


def _plain(path: Path) -> Iterator[bytes]:
    """What somebody writes who wants nothing but these bytes out of these rows."""
    channels = [
        GuideChannel(id=c.id, number=c.number, name=c.name, description=None, timezone="UTC", logo=False)
        for c in _channels()
    ]
    ids = {channel.id: tvg_id(channel) for channel in channels}
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<tv generator-info-name="K-TV">\n'
    for channel in channels:
        yield (
            f'<channel id="{ids[channel.id]}">\n'
            f"<display-name>{channel.number} {escape(channel.name)}</display-name>\n"
            f"<display-name>{channel.number}</display-name>\n"
            f"<display-name>{escape(channel.name)}</display-name>\n"
            "</channel>\n"
        ).encode()
    rows = sqlite3.connect(path).execute(
        "SELECT channel_id, start_at, end_at, item_id, item FROM slots WHERE end_at > ? ORDER BY channel_id, end_at",
        (int(NOW.timestamp() * 1000),),
    )
    for row in rows:
        yield _plain_programme(ids[row[0]], *row[1:]).encode()
    yield b"</tv>\n"


def _plain_programme(channel: str, start_at: int, end_at: int, item_id: str, item: str) -> str:
    media = json.loads(item)
    start, stop = (datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y%m%d%H%M%S %z") for ms in (start_at, end_at))
    series = media.get("series_name")
    lines = [f'<programme start="{start}" stop="{stop}" channel="{channel}">']
    lines.append(f"<title>{escape(series or media['title'])}</title>")
    if series:
        lines.append(f"<sub-title>{escape(media['title'])}</sub-title>")
    lines.append(f"<desc>{escape(media['description'].strip())}</desc>")
    lines.append(f"<date>{media['air_date'].replace('-', '') if series else media['year']}</date>")
    lines.append(f"<category>{'Series' if series else 'Movie'}</category>")
    lines += [f"<category>{escape(genre)}</category>" for genre in media["genres"]]
    lines.append(f'<length units="seconds">{media["duration_ms"] // 1000}</length>')
    url = f"http://ktv.example/api/v1/media/{item_id}/artwork?token=a-b&x=1"
    lines.append(f'<icon src="{escape(url)}"/>')
    if series:
        season, episode = media["season_number"], media["episode_number"]
        lines.append(f'<episode-num system="onscreen">S{season:02d}E{episode:02d}</episode-num>')
        lines.append(f'<episode-num system="xmltv_ns">{season - 1}.{episode - 1}.0/1</episode-num>')
    lines.append("<previously-shown/>")
    lines.append(f'<rating system="{"VCHIP" if series else "MPAA"}"><value>{media["rating"]}</value></rating>')
    lines.append("</programme>\n")
    return "\n".join(lines)


async def _measured(how: str, path: Path) -> Run:
    digest = hashlib.sha256()
    size = 0
    async with open_database(f"sqlite://{path}") as database:
        before = _peak()
        started = perf_counter()
        if how == "plain":
            for chunk in _plain(path):
                digest.update(chunk)
                size += len(chunk)
        else:
            async for chunk in _ours(database):
                digest.update(chunk)
                size += len(chunk)
        secs = perf_counter() - started
        grown = _peak() - before
    return Run(secs, grown, size, digest.hexdigest())


def _peak() -> float:
    """MB this process ever had in memory; getrusage would start with what its parent had."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


if __name__ == "__main__":
    print(json.dumps(vars(asyncio.run(_measured(sys.argv[1], Path(sys.argv[2]))))))
