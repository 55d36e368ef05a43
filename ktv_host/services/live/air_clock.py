"""The time playlists go by: it does not go back, neither under a clock that is set nor over a restart."""

import asyncio
from contextlib import suppress

from ktv_host.db.air_time import AirTimeRepository
from ktv_host.errors import Unavailable
from ktv_host.hooks import Logger
from ktv_host.streaming.ledger import BACK_MS, JUMP
from ktv_host.streaming.steady import HELD_MS, SteadyClock


class AirClock:
    """The database is told once a second, while somebody watches."""

    def __init__(self, steady: SteadyClock, times: AirTimeRepository, logger: Logger) -> None:
        self._steady = steady
        self._times = times
        self._logger = logger
        self._latest: int | None = None
        self._turn = asyncio.Lock()

    async def now_ms(self) -> int:
        """Milliseconds since the epoch. When it does fall back, by more than ten minutes, the ledgers begin anew."""
        async with self._turn:
            now = self._steady()
            if self._latest is not None and now // 1000 == self._latest // 1000:
                return now
            latest = self._latest if self._latest is not None else await self._times.latest()
            behind = max(0, latest - now) if latest is not None else 0
            if latest is not None and behind > HELD_MS:
                self._logger.warning("the clock was set back: streams begin anew", seconds=behind // 1000)
                await self._times.set_back(await self._times.latest() or latest, now, back_ms=BACK_MS, jump=JUMP)
            elif behind:
                now = self._steady.hold(behind)
            with suppress(Unavailable):  # a database that cannot be written to now does not end the stream
                await self._times.advance(now)
            self._latest = now
        return now
