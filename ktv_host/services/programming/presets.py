"""Presets: channels proposed for the library that is there, and made in one go."""

from typing import Any

from ktv_host.db.library.census import LibraryCensus
from ktv_host.domain.channel import Channel
from ktv_host.domain.codec import encode_config
from ktv_host.domain.facets import LibraryFacets
from ktv_host.domain.presets import Preset, presets
from ktv_host.domain.user import Caller
from ktv_host.errors import FieldError, Invalid, KtvError
from ktv_host.services.channels.channels import ChannelDraft, Channels, new_id
from ktv_host.services.library.browsing import Library
from ktv_host.services.programming.scheduling import Scheduling


class Presets:
    def __init__(self, census: LibraryCensus, library: Library, channels: Channels, scheduling: Scheduling) -> None:
        self._census = census
        self._library = library
        self._channels = channels
        self._scheduling = scheduling
        self._counted: tuple[tuple[Any, ...], LibraryFacets] | None = None

    async def propose(self, most: int | None) -> list[Preset]:
        """At most so many of each kind, those with the most material first; nothing while the library is empty."""
        return presets(await self._facets(), new_id, most=most)

    async def create(self, caller: Caller, preset_id: str, name: str | None, timezone: str) -> Channel:
        """A channel of the caller's with that line-up, scheduled from now on and renewed by itself.

        Raises Invalid when the library has no such preset. When it cannot be scheduled there is no channel.
        """
        wanted = next((preset for preset in await self.propose(None) if preset.id == preset_id), None)
        if wanted is None:
            problem = f"the library has nothing for {preset_id!r}; GET /presets lists what there is"
            raise Invalid("unknown preset", [FieldError("preset", problem)])
        draft = ChannelDraft(
            {
                "name": name or wanted.name,
                "description": wanted.description,
                "timezone": timezone,
                "schedule_config": encode_config(wanted.config),
                "auto_schedule": True,
            }
        )
        channel = await self._channels.create(caller, draft)
        try:
            await self._scheduling.generate(channel, caller.user_id)
        except KtvError:
            await self._channels.delete(caller, channel)
            raise
        return channel

    async def _facets(self) -> LibraryFacets:
        """Counted once, until the library changes: who takes a preset has just looked at the list."""
        instances = self._library.active()
        mark = await self._census.mark(instances)
        if self._counted is None or self._counted[0] != mark:
            self._counted = mark, await self._census.take(instances)
        return self._counted[1]
