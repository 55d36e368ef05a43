"""Plan inputs: what the planner needs to know, read from the library and from what aired."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from ktv_host.db.library.reading import LibrarySearch
from ktv_host.db.schedules import ScheduleRepository
from ktv_host.domain.block import AlgorithmicContent, FillStrategy, ManualContent, ProgrammingBlock, ScheduleConfig
from ktv_host.domain.channel import Channel
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.media import LibraryItem, MediaId
from ktv_host.domain.plan import Kept, PlanRequest
from ktv_host.domain.pool import PoolItem
from ktv_host.domain.recycle import Airing, airings_since
from ktv_host.domain.schedule import Slot


class PlanInputs:
    def __init__(self, schedules: ScheduleRepository, search: LibrarySearch) -> None:
        self._schedules = schedules
        self._search = search

    async def any_items(self, instances: Sequence[str]) -> bool:
        return await self._search.any_items(instances)

    async def items(self, ids: Iterable[str]) -> Mapping[str, LibraryItem]:
        return await self._search.get([MediaId.parse(item) for item in ids])

    async def schedulable(self, media_id: str) -> bool:
        """Whether the library has the item, it is there, and its length is known."""
        return bool(await self._search.pool_by_ids([MediaId.parse(media_id)]))

    async def request(
        self,
        channel: Channel,
        generation: int,
        parent: int | None,
        *,
        start: datetime,
        until: datetime,
        keep: Sequence[Slot],
        instances: Sequence[str],
    ) -> PlanRequest:
        """Everything the planner needs, read from the database."""
        pools, fillers = await self._pools(channel.schedule_config, instances)
        sequential = {block.id for block in channel.schedule_config.blocks if _remembers_position(block)}
        line = await self._line(channel.id, parent) if sequential else []
        return PlanRequest(
            channel_id=channel.id,
            timezone=channel.timezone,
            config=channel.schedule_config,
            policy=channel.recycle_policy,
            generation=generation,
            start=start,
            until=until,
            keep=tuple(
                Kept(
                    slot.start_at,
                    slot.end_at,
                    str(slot.item.id),
                    slot.block_id,
                    slot.filler,
                    in_line=slot.block_id not in sequential or slot.generation in line,
                )
                for slot in keep
            ),
            pools=pools,
            fillers=fillers,
            airings=await self._airings(channel, generation, start),
            positions=await self._schedules.last_of_blocks(channel.id, sorted(sequential), start, line) if line else {},
        )

    async def _pools(
        self, config: ScheduleConfig, instances: Sequence[str]
    ) -> tuple[dict[str, Sequence[PoolItem]], dict[str, Sequence[PoolItem]]]:
        pools: dict[str, Sequence[PoolItem]] = {}
        fillers: dict[str, Sequence[PoolItem]] = {}
        known: dict[MediaFilter, Sequence[PoolItem]] = {}  # blocks often share a filter, filler nearly always

        async def pool(wanted: MediaFilter) -> Sequence[PoolItem]:
            if wanted not in known:
                known[wanted] = await self._search.pool(wanted, instances)
            return known[wanted]

        for block in config.blocks:
            if isinstance(block.content, AlgorithmicContent):
                pools[block.id] = await pool(block.content.filter)
            else:
                pools[block.id] = list((await self._manual(block.content)).values())
            if block.filler is not None:
                fillers[block.id] = await pool(block.filler)
        return pools, fillers

    async def _manual(self, content: ManualContent) -> Mapping[str, PoolItem]:
        return await self._search.pool_by_ids([MediaId.parse(item) for item in dict.fromkeys(content.items)])

    async def _airings(self, channel: Channel, generation: int, start: datetime) -> Sequence[Airing]:
        policy = channel.recycle_policy
        since = airings_since(policy, channel.timezone, start)
        found = {(a.item_id, a.start_at): a for a in await self._schedules.airings(channel.id, since, start)}
        if policy.cooldown_generations:
            oldest = generation - policy.cooldown_generations
            for airing in await self._schedules.airings_of_generations(channel.id, oldest, start):
                found[airing.item_id, airing.start_at] = airing
        return sorted(found.values(), key=lambda airing: airing.start_at)

    async def _line(self, channel_id: str, parent: int | None) -> Sequence[int]:
        """The generations a plan goes on from: the parent, its parent …"""
        return [] if parent is None else await self._schedules.ancestors(channel_id, parent)


def _remembers_position(block: ProgrammingBlock) -> bool:
    return isinstance(block.content, AlgorithmicContent) and block.content.strategy is FillStrategy.SEQUENTIAL
