"""Browsing the library: reads the host's index only, so it works while a media server is down."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from ktv_host.db.library.reading import LibrarySearch, Order
from ktv_host.domain.block import FillStrategy, ManualContent, ProgrammingBlock, ScheduleConfig
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.media import Collection, ContentType, LibraryItem, MediaId
from ktv_host.domain.series import SeriesSummary
from ktv_host.errors import CapabilityMissing, FieldError, Invalid, NotFound
from ktv_host.hooks import Capabilities
from ktv_host.registry.instances import Instances

MOST = 500


@dataclass(frozen=True, slots=True)
class ItemPage:
    items: list[LibraryItem]
    total: int
    next_offset: int | None


@dataclass(frozen=True, slots=True)
class OwnedCollection:
    instance_id: str
    collection: Collection


class Library:
    def __init__(self, search: LibrarySearch, instances: Instances) -> None:
        self._search = search
        self._instances = instances

    def capable(self, capability: str, provider: str | None) -> list[str]:
        """Ids of the addressed instances that have the capability. Raises NotFound, CapabilityMissing.

        Without ``provider`` every active instance is addressed, and one that can is enough.
        """
        addressed = self.active(provider)
        able = [i for i in addressed if getattr(self._capabilities(i), capability)]
        if addressed and not able:
            whom = f"{provider} does not support" if provider else "no active provider supports"
            raise CapabilityMissing(f"{whom} {capability}")
        return able

    def active(self, provider: str | None = None) -> list[str]:
        """Ids of instances whose items count: enabled and with their plugin installed. Raises NotFound."""
        active = [s.id for s in self._instances.statuses() if s.state not in ("DISABLED", "MISSING")]
        if provider is None:
            return active
        if provider not in active:
            raise NotFound(f"there is no active provider instance {provider}")
        return [provider]

    async def collections(self, provider: str | None) -> list[OwnedCollection]:
        able = self.capable("collections", provider)
        return [OwnedCollection(*pair) for pair in await self._search.collections(able)]

    async def series(self, provider: str | None, collection: str | None) -> list[SeriesSummary]:
        return await self._search.series(collection, self.capable("series", provider))

    async def genres(self, provider: str | None, content_type: ContentType | None) -> list[str]:
        return await self._search.genres(content_type, self.capable("genres", provider))

    async def items(
        self,
        wanted: MediaFilter,
        *,
        provider: str | None = None,
        strategy: FillStrategy | None = None,
        limit: int = 50,
        offset: int = 0,
        seed: int = 0,
    ) -> ItemPage:
        """``strategy`` orders as that strategy would pick: longest first, series order, or shuffled by ``seed``.

        Without one a search comes best first, anything else in library order.
        """
        for field, capability in (
            (wanted.search_term, "search"),
            (wanted.genres, "genres"),
            (wanted.tags, "tags"),
            (wanted.decade, "decade"),
            (wanted.series_names, "series"),
            (wanted.collections, "collections"),
        ):
            if field:
                self.capable(capability, provider)
        instances = self.active(provider)
        if strategy is None and (wanted.search_term or "").strip():
            items, total = await self._search.find(wanted, instances, limit=limit, offset=offset)
            return _page(items, total, offset)
        total = await self._search.count(wanted, instances)
        if strategy is FillStrategy.RANDOM:
            items = await self._shuffled(wanted, instances, limit, offset, seed)
        else:
            order: Order = "duration" if strategy is FillStrategy.BEST_FIT else "library"
            items = await self._search.items(wanted, instances=instances, order=order, limit=limit, offset=offset)
        return _page(items, total, offset)

    async def item(self, media_id: str) -> LibraryItem:
        """Also an item that is gone, as long as the library remembers it. Raises NotFound."""
        try:
            parsed = MediaId.parse(media_id)
        except ValueError as error:
            raise NotFound(str(error)) from None
        found = (await self._search.get([parsed])).get(media_id)
        if found is None:
            raise NotFound(f"the library has no item {media_id}")
        return found

    async def resolve(self, text: str, path: str) -> str:
        """A media id in full. One without ``::`` belongs to the one active instance that has it; else Invalid."""
        if "::" in text:
            try:
                return str(MediaId.parse(text))
            except ValueError as error:
                raise Invalid("a media id is not valid", [FieldError(path, str(error))]) from None
        active = set(self.active())
        holders = [holder for holder in await self._search.holders(text) if holder in active]
        if len(holders) != 1:
            why = f"several providers have it: {', '.join(sorted(holders))}" if holders else "no provider has it"
            raise Invalid(f"the item {text} is not clear", [FieldError(path, f"{why}; write instance::key")])
        return f"{holders[0]}::{text}"

    async def resolve_block(self, block: ProgrammingBlock, path: str) -> ProgrammingBlock:
        """With the ids of a manual block in full. Raises Invalid for one that is not clear."""
        if not isinstance(block.content, ManualContent):
            return block
        items = [await self.resolve(item, f"{path}.content.items.{n}") for n, item in enumerate(block.content.items)]
        return replace(block, content=ManualContent(items=tuple(items)))

    async def resolve_config(self, config: ScheduleConfig, path: str) -> ScheduleConfig:
        """Every block with its ids in full. Raises Invalid."""
        blocks = [await self.resolve_block(block, f"{path}.blocks.{n}") for n, block in enumerate(config.blocks)]
        return ScheduleConfig(tuple(blocks))

    async def _shuffled(
        self, wanted: MediaFilter, instances: Sequence[str], limit: int, offset: int, seed: int
    ) -> list[LibraryItem]:
        pool = await self._search.pool(wanted, instances)
        ids = [item.id for item in pool]
        Random(seed).shuffle(ids)
        page = ids[offset : offset + limit]
        found = await self._search.get([MediaId.parse(i) for i in page])
        return [found[i] for i in page if i in found]

    def _capabilities(self, instance_id: str) -> Capabilities:
        return self._instances.type_of(instance_id).capabilities


def _page(items: list[LibraryItem], total: int, offset: int) -> ItemPage:
    end = offset + len(items)
    return ItemPage(items, total, end if items and end < total else None)
