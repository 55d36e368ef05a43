"""The weekly grid: which block owns which time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from ktv_host.domain.block import WEEK, ProgrammingBlock, ScheduleConfig
from ktv_host.domain.wall_clock import instant, zone

DAY = timedelta(days=1)
DAY_SECS = 24 * 3600
WEEK_SECS = 7 * DAY_SECS


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One window of a block, [start_at, end_at) in UTC."""

    block: ProgrammingBlock
    start_at: datetime
    end_at: datetime


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two blocks, or one block twice, that own the same time of the week.

    ``first`` and ``second`` are their places in the config; ``message`` has both names and the local times.
    """

    first: int
    second: int
    message: str


def occurrences(config: ScheduleConfig, timezone: str, start: datetime, until: datetime) -> list[Occurrence]:
    """Every window that meets [start, until), whole and in order of time.

    A window ends at its local start plus the block's duration as the clock on the wall counts it; start and end
    become instants separately (wall_clock.instant), so on a day clocks change a window is so much shorter or longer.
    A window that lies wholly in local time that does not exist does not occur.
    """
    tz = zone(timezone)
    last = until.astimezone(tz).date() + DAY
    found: list[Occurrence] = []
    for block in config.blocks:
        duration = timedelta(minutes=block.duration_mins)
        # two days more than the window lasts: a zone has skipped a whole day before
        day = (start.astimezone(tz) - duration).date() - 2 * DAY
        while day <= last:
            if WEEK[day.weekday()] in block.days:
                local = datetime.combine(day, block.start_time)
                window = Occurrence(block, instant(local, tz), instant(local + duration, tz))
                if window.start_at < window.end_at and window.start_at < until and window.end_at > start:
                    found.append(window)
            day += DAY
    return sorted(found, key=lambda window: window.start_at)


class _Window(NamedTuple):
    start: int  # seconds since Monday 00:00
    end: int  # beyond the week when it wraps
    place: int


def overlaps(config: ScheduleConfig, timezone: str) -> list[Overlap]:
    """Pairs of blocks that overlap somewhere in the week, each pair once, with the first time they do.

    It compares local times: windows apart on the clock on the wall are apart on every day clocks change too.
    """
    week = sorted(
        _Window(start, start + block.duration_mins * 60, index)
        for index, block in enumerate(config.blocks)
        for start in _starts(block)
    )
    two_weeks = week + [_Window(w.start + WEEK_SECS, w.end + WEEK_SECS, w.place) for w in week]
    found: dict[tuple[int, int], Overlap] = {}
    for number, window in enumerate(week):
        for other in two_weeks[number + 1 :]:
            if other.start >= window.end:
                break
            first, second = sorted((window.place, other.place))
            if (first, second) not in found:
                found[first, second] = Overlap(first, second, _message(config, timezone, window, other))
    return list(found.values())


def _starts(block: ProgrammingBlock) -> list[int]:
    at = block.start_time
    seconds = at.hour * 3600 + at.minute * 60 + at.second
    return [number * DAY_SECS + seconds for number, day in enumerate(WEEK) if day in block.days]


def _message(config: ScheduleConfig, timezone: str, window: _Window, other: _Window) -> str:
    one, two = config.blocks[window.place], config.blocks[other.place]
    times = f"{_span(window)} and {_span(other)}, {timezone} time"
    if window.place == other.place:
        return f"“{one.name}” overlaps itself: {times}"
    return f"“{one.name}” and “{two.name}” overlap: {times}"


def _span(window: _Window) -> str:
    begin = f"{_day(window.start)} {_clock(window.start)}"
    if window.end - window.start >= WEEK_SECS:
        return f"{begin} to the same time a week later"
    end = f"{_day(window.end)} {_clock(window.end)}" if _day(window.end) != _day(window.start) else _clock(window.end)
    return f"{begin} to {end}"


def _day(seconds: int) -> str:
    return WEEK[seconds % WEEK_SECS // DAY_SECS]


def _clock(seconds: int) -> str:
    minutes, second = divmod(seconds % DAY_SECS, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{second:02}" if second else "")
