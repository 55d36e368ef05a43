"""Config history: what a channel's programming was, and going back to it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from ktv_host.db.channels import ChannelRepository
from ktv_host.db.config_history import ConfigHistoryRepository
from ktv_host.domain.channel import Channel
from ktv_host.domain.config_changes import config_changes, policy_changes
from ktv_host.domain.config_version import ConfigVersion
from ktv_host.domain.events import EventKind
from ktv_host.domain.reasons import count
from ktv_host.errors import NotFound
from ktv_host.hooks import Clock
from ktv_host.services.activity import Activity


class ConfigHistory:
    def __init__(
        self,
        *,
        versions: ConfigHistoryRepository,
        channels: ChannelRepository,
        activity: Activity,
        clock: Clock,
        transaction: Callable[[], AbstractAsyncContextManager[object]],
    ) -> None:
        self._versions = versions
        self._channels = channels
        self._activity = activity
        self._clock = clock
        self._transaction = transaction

    async def keep(self, before: Channel | None, after: Channel, actor_id: str | None) -> None:
        """A version for what changed; none when the programming is the same. ``before`` None is a new channel.

        Belongs into the transaction that writes the channel.
        """
        if before is None:
            changes: tuple[str, ...] = (f"created with {count(len(after.schedule_config.blocks), 'block')}",)
        elif (before.schedule_config, before.recycle_policy) == (after.schedule_config, after.recycle_policy):
            return
        else:
            changes = _changes(before, after)
        await self._versions.add(self._version(after, actor_id, changes))

    async def page(self, channel_id: str, limit: int, before: int | None = None) -> list[ConfigVersion]:
        """Newest first."""
        return await self._versions.page(channel_id, limit, before)

    async def version(self, channel_id: str, version: int) -> ConfigVersion:
        """Raises NotFound."""
        found = await self._versions.get(channel_id, version)
        if found is None:
            raise NotFound(f"this channel has no config version {version}")
        return found

    async def label(self, channel_id: str, version: int, label: str | None) -> ConfigVersion:
        """Give a version a name to find it by; None takes it away. Raises NotFound."""
        found = await self.version(channel_id, version)
        await self._versions.set_label(channel_id, version, label)
        return replace(found, label=label)

    async def restore(self, channel_id: str, version: int, actor_id: str | None) -> Channel:
        """The channel with the programming of that version, exactly as it was, kept as a new version.

        Like any change of the programming it airs from the next generation on. Raises NotFound.
        """
        wanted = await self.version(channel_id, version)
        async with self._transaction():
            before = await self._channels.locked(channel_id)
            if before is None:
                raise NotFound(f"there is no channel {channel_id}")
            after = replace(
                before, schedule_config=wanted.config, recycle_policy=wanted.policy, updated_at=self._clock()
            )
            await self._channels.update(after)
            kept = self._version(after, actor_id, _changes(before, after))
            await self._versions.add(replace(kept, restored_from=version))
            await self._activity.record(
                EventKind.CHANNEL_UPDATED,
                f"channel {after.name} was put back to config version {version}",
                channel_id=channel_id,
                actor_id=actor_id,
                data={"fields": ["recycle_policy", "schedule_config"]},
            )
        return after

    def _version(self, channel: Channel, actor_id: str | None, changes: tuple[str, ...]) -> ConfigVersion:
        return ConfigVersion(
            channel_id=channel.id,
            version=0,
            config=channel.schedule_config,
            policy=channel.recycle_policy,
            created_at=self._clock(),
            actor_id=actor_id,
            changes=changes,
        )


def _changes(before: Channel, after: Channel) -> tuple[str, ...]:
    return (
        *config_changes(before.schedule_config, after.schedule_config),
        *policy_changes(before.recycle_policy, after.recycle_policy),
    )
