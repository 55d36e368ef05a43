"""A clock that moves when the test says so."""

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 5, 12, tzinfo=UTC)  # a Monday
_TURNS = 10_000


class FakeClock:
    """Satisfies ``hooks.Clock``; its ``sleep`` stands in for ``asyncio.sleep``."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now
        self._sleepers: dict[asyncio.Future[None], datetime] = {}

    def __call__(self) -> datetime:
        return self._now

    @property
    def waits(self) -> tuple[float, ...]:
        """How many seconds each sleeper still has to sleep, shortest first."""
        return tuple(sorted((due - self._now).total_seconds() for due in self._sleepers.values()))

    def advance(self, seconds: float) -> None:
        """Let time pass, and wake those whose time has come. They go on at the next ``await``."""
        self._now += timedelta(seconds=seconds)
        for sleeper, due in sorted(self._sleepers.items(), key=lambda pair: pair[1]):
            if due <= self._now and not sleeper.done():
                sleeper.set_result(None)

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        sleeper = asyncio.get_running_loop().create_future()
        self._sleepers[sleeper] = self._now + timedelta(seconds=seconds)
        try:
            await sleeper
        finally:
            del self._sleepers[sleeper]

    async def until_asleep(self, seconds: float) -> None:
        """Wait until somebody sleeps for that long, so that ``advance`` finds them. Raises AssertionError if nobody."""
        for _ in range(_TURNS):
            if seconds in self.waits:
                return
            await asyncio.sleep(0)
        raise AssertionError(f"nobody sleeps for {seconds} seconds; the sleepers wait {self.waits}")
