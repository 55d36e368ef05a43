"""Local times of an IANA zone as instants, so that windows which adjoin on the clock adjoin in time.

The rule: a local time that exists twice (clocks go back) is its first pass; one that does not exist (clocks go
forward, Samoa's skipped day) is the instant of the jump. So a later local time is never an earlier instant, and a
window between two local times is exactly the time in which the clock on the wall shows it, once, without holes.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ktv_host.errors import FieldError, Invalid

SECOND = timedelta(seconds=1)


def zone(name: str, *, path: str = "timezone") -> ZoneInfo:
    """Raises Invalid for what is no IANA zone."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise Invalid(
            "Unknown time zone", [FieldError(path, f"{name!r} is no IANA time zone, e.g. Europe/Berlin")]
        ) from error


@lru_cache(maxsize=4096)
def instant(local: datetime, tz: ZoneInfo) -> datetime:
    """The UTC instant of a naive local time."""
    first = local.replace(tzinfo=tz, fold=0).astimezone(UTC)
    second = local.replace(tzinfo=tz, fold=1).astimezone(UTC)
    if second >= first:
        return first
    return _jump(second, first, tz)


def _jump(before: datetime, after: datetime, tz: ZoneInfo) -> datetime:
    """The first instant at which the zone has the offset it has at ``after``; exact to the second."""
    offset = after.astimezone(tz).utcoffset()
    while after - before > SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(tz).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


def aligned(at: datetime, minutes: int, tz: ZoneInfo) -> datetime:
    """The first instant from ``at`` on whose local time is a whole multiple of ``minutes`` past the hour."""
    step = minutes * 60
    while True:
        local = at.astimezone(tz)
        over = timedelta(seconds=(local.minute * 60 + local.second) % step, microseconds=local.microsecond)
        if not over:
            return at
        at += timedelta(seconds=step) - over
