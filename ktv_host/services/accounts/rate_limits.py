"""Rate limits: attempts are counted before the work they ask for is done."""

from ktv_host.db.rate_limits import RateLimitRepository
from ktv_host.domain.limits import Bucket
from ktv_host.errors import RateLimited
from ktv_host.hooks import Clock


class RateLimits:
    """The counts are rows: they hold across processes, nodes and restarts."""

    def __init__(self, limits: RateLimitRepository, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock

    async def attempt(self, *buckets: Bucket) -> None:
        """Count an attempt against each bucket. Raises RateLimited when one of them is full."""
        now = self._clock()
        if await self._limits.take(buckets, now):
            return
        seconds = max(1, -(-await self._limits.wait_ms(buckets, now) // 1000))
        raise RateLimited(f"too many attempts; try again in {seconds} s", seconds)

    async def give_back(self, *buckets: Bucket) -> None:
        """The attempt was no guess: a right password costs nothing."""
        await self._limits.give_back(buckets)

    async def purge(self) -> int:
        return await self._limits.purge(self._clock())
