"""News from other processes on the same database: provider instances that were changed there."""

from ktv_host.db.activity import ActivityRepository
from ktv_host.domain.events import EventKind
from ktv_host.services.providers.instances import ProviderInstances

BATCH = 200


class News:
    """Polls the events after the last one read. A change made by this process is applied once more, harmlessly."""

    def __init__(self, events: ActivityRepository, providers: ProviderInstances) -> None:
        self._events = events
        self._providers = providers
        self._read = 0

    async def start(self) -> None:
        newest = await self._events.recent(1)
        self._read = newest[0].id if newest else 0

    async def read(self) -> None:
        while events := await self._events.after(self._read, BATCH):
            self._read = events[-1].id
            changed = {e.data.get("instance") for e in events if e.kind is EventKind.PROVIDER_CHANGED}
            for instance_id in changed - {None}:
                await self._providers.refresh(str(instance_id))
