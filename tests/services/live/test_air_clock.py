"""The clock of the streams over restarts, and while the database cannot be written to."""

import structlog

from ktv_host.db.air_time import AirTimeRepository
from ktv_host.db.engine.database import Database
from ktv_host.errors import Unavailable
from ktv_host.services.live.air_clock import AirClock
from ktv_host.streaming.steady import SteadyClock


class Times:
    wall, monotonic = 100_000.0, 5.0


def clock_of(times: Times, repository: AirTimeRepository) -> AirClock:
    return AirClock(SteadyClock(lambda: times.wall, lambda: times.monotonic), repository, structlog.get_logger())


async def test_a_host_that_starts_does_not_fall_behind_what_was_shown(database: Database) -> None:
    times, repository = Times(), AirTimeRepository(database)
    assert await clock_of(times, repository).now_ms() == 100_000_000
    times.wall -= 45
    started = clock_of(times, repository)
    assert await started.now_ms() == 100_000_000
    times.wall, times.monotonic = times.wall + 100, times.monotonic + 100
    assert await started.now_ms() == 100_090_000  # a tenth slower until they agree


async def test_after_an_ordinary_restart_it_is_the_wall_clock(database: Database) -> None:
    times, repository = Times(), AirTimeRepository(database)
    await clock_of(times, repository).now_ms()
    times.wall += 3
    assert await clock_of(times, repository).now_ms() == 100_003_000


async def test_a_clock_that_was_hours_ahead_is_followed_back(database: Database) -> None:
    times, repository = Times(), AirTimeRepository(database)
    await clock_of(times, repository).now_ms()
    times.wall -= 7_200
    assert await clock_of(times, repository).now_ms() == 92_800_000
    assert await repository.latest() == 92_800_000


async def test_a_database_that_cannot_be_written_to_does_not_stop_it(database: Database) -> None:
    class Full(AirTimeRepository):
        async def advance(self, now_ms: int) -> None:
            raise Unavailable("the disk of the database is full")

    times = Times()
    clock = clock_of(times, Full(database))
    assert await clock.now_ms() == 100_000_000
