"""Details of items: markers and chapters, asked for bit by bit so that a sync need not wait for them."""

import asyncio
from datetime import timedelta

from ktv_host.db.library.details import DetailsRepository
from ktv_host.domain.details import ItemDetails, tidy
from ktv_host.domain.media import MediaId
from ktv_host.errors import CapabilityMissing
from ktv_host.hooks import Clock, Logger
from ktv_host.registry.instances import Instances

STALE = timedelta(days=7)  # an intro may be found long after the item was
BATCH = 100
BATCHES = 20  # a turn: the whole of a large library takes hours, and its server hardly notices


class LibraryDetails:
    def __init__(self, details: DetailsRepository, instances: Instances, clock: Clock, logger: Logger) -> None:
        self._details = details
        self._instances = instances
        self._clock = clock
        self._logger = logger

    async def of(self, media_id: MediaId) -> ItemDetails:
        """What is known now; asks nobody."""
        return await self._details.get(media_id)

    async def ask(self) -> None:
        """One turn: every instance that can tell is asked about items that are new, changed or long unasked."""
        ready = self._instances.ready()
        outcomes = await asyncio.gather(*(self._ask(instance_id) for instance_id in ready), return_exceptions=True)
        for instance_id, outcome in zip(ready, outcomes, strict=True):
            if isinstance(outcome, Exception) and not isinstance(outcome, CapabilityMissing):
                self._logger.warning("details of items not told", instance=instance_id, error=repr(outcome))

    async def _ask(self, instance_id: str) -> None:
        for _ in range(BATCHES):
            if await self._batch(instance_id) < BATCH:
                return

    async def _batch(self, instance_id: str) -> int:
        now = self._clock()
        keys = await self._details.due(instance_id, stale=now - STALE, now=now, limit=BATCH)
        if keys:
            with self._instances.using(instance_id) as provider:
                told = await provider.details(keys)
            await self._details.save(instance_id, {key: tidy(told.get(key, ItemDetails())) for key in keys}, now)
        return len(keys)
