"""Activity: what happened, for people, notifiers and the other processes."""

from collections.abc import Mapping
from typing import Any

from ktv_host.db.activity import ActivityRepository
from ktv_host.domain.events import Event, EventKind
from ktv_host.hooks import Clock

RECENT = 50


class Activity:
    def __init__(self, events: ActivityRepository, clock: Clock) -> None:
        self._events = events
        self._clock = clock

    async def record(
        self,
        kind: EventKind,
        message: str,
        *,
        channel_id: str | None = None,
        actor_id: str | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> Event:
        """Inside a transaction the event is stored with it or not at all."""
        return await self._events.add(
            Event(
                kind=kind,
                at=self._clock(),
                message=message,
                channel_id=channel_id,
                actor_id=actor_id,
                data=data or {},
            )
        )

    async def recent(self) -> list[Event]:
        """The last fifty events, newest first."""
        return await self._events.recent(RECENT)
