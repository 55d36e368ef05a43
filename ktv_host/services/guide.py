"""The guide exporters render: only channels the caller may watch."""

from collections.abc import Sequence
from datetime import datetime

from ktv_host.db.schedules import ScheduleRepository
from ktv_host.domain.channel import Channel
from ktv_host.domain.schedule import Slot
from ktv_host.hooks import GuideChannel


class ChannelGuide:
    """hooks.Guide over the schedule rows; programmes are read channel by channel."""

    def __init__(self, channels: Sequence[Channel], schedules: ScheduleRepository, now: datetime) -> None:
        self._schedules = schedules
        # one guide for everybody who asks within the same minute, so that ETags agree
        self._now = now.replace(second=0, microsecond=0)
        self._channels = tuple(
            GuideChannel(
                id=channel.id,
                number=channel.number,
                name=channel.name,
                description=channel.description,
                timezone=channel.timezone,
                logo=channel.logo is not None,
            )
            for channel in sorted(channels, key=lambda c: c.number)
        )

    @property
    def channels(self) -> Sequence[GuideChannel]:
        return self._channels

    @property
    def now(self) -> datetime:
        return self._now

    async def programmes(self, channel: GuideChannel) -> Sequence[Slot]:
        return await self._schedules.slots_after(channel.id, self._now, None)
