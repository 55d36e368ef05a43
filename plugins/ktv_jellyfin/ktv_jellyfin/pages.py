"""Reading a long listing page by page from a server that may be slow, busy or changing meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

from ktv_host.hooks import ProviderUnavailable
from ktv_jellyfin.answers import Overburdened
from ktv_jellyfin.client import NORMAL, Client
from ktv_jellyfin.dto import Dto
from ktv_jellyfin.ids import item_key
from ktv_jellyfin.place import Place, after
from ktv_jellyfin.queries import page
from ktv_jellyfin.wire import Params, Patience

_ATTEMPTS = 6
_MOST_FRESH_STARTS = 3
_MOST_MOVES = 30


SLOW = Patience(read=900)


@dataclass(frozen=True, slots=True)
class Pacing:
    """Sizes of pages; ``batch`` is that of those the host gets, made of several.

    Time and chance are handed in so that tests need neither to wait nor to hope.
    """

    described: int = 500
    batch: int = 4000
    sweep: int = 1000
    series: int = 200
    least: int = 25
    patience: Patience = NORMAL
    series_patience: Patience = SLOW
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    rng: Random = field(default_factory=Random)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page. Items of the page before may come again when the list moved. ``next`` None ends the listing."""

    items: list[Dto]
    next: Place | None


class Pages:
    """Reads listings of one pass, and notices when a list moved between two pages.

    A list that never holds still is read as it comes in the end: the host asks for all keys before it takes anything
    for gone.
    """

    def __init__(self, client: Client, pacing: Pacing) -> None:
        self._client = client
        self._pacing = pacing
        self._moves = 0
        self._fresh_starts = 0

    async def count(self, params: Params, patience: Patience | None = None) -> int:
        """How many items a listing has now. Counting is dear: it is done once, not on every page."""
        _, total = await self._patiently(
            lambda: self._client.items(page(params, 0, 1, count=True), patience=self._for(patience))
        )
        return total

    async def read(self, params: Params, place: Place, total: int, patience: Patience | None = None) -> Leaf:
        """The page at ``place``. ``total`` only helps to see the end; it may be out of date.

        Raises ProviderUnavailable when it cannot be read.
        """
        leaf = await self._at(params, place, total, patience)
        if leaf is None and self._moves < _MOST_MOVES:
            self._moves += 1
            leaf = await self._met_again(params, place, total, patience)
            if leaf is None and self._fresh_starts < _MOST_FRESH_STARTS:
                self._fresh_starts += 1
                place = Place(size=place.size)
        if leaf is None:
            leaf = await self._at(params, Place(place.start, None, place.size), total, patience)
        assert leaf is not None, "without an anchor every page is accepted"
        return leaf

    async def all(self, params: Params, size: int, patience: Patience | None = None) -> AsyncIterator[list[Dto]]:
        total = await self.count(params, patience)
        place: Place | None = Place(size=size)
        while place is not None:
            leaf = await self.read(params, place, total, patience)
            yield leaf.items
            place = leaf.next

    async def _at(self, params: Params, place: Place, total: int, patience: Patience | None) -> Leaf | None:
        """None when the item that should stand before this page does not."""
        items, place = await self._window(params, place, patience)
        items = items[: place.window[1]]
        behind = after((item_key(item.id) for item in items), place.anchor)
        if behind is None:
            return None
        fresh = items[1:] if behind == 1 else items
        start, limit = place.window
        end = start + len(items)
        if not items or (len(items) < limit and end >= total):
            return Leaf(fresh, None)
        if not fresh:  # only the anchor: the end, or a server that sends one item at a time
            return await self._at(params, Place(end, None, place.size), total, patience)
        return Leaf(fresh, Place(end, item_key(fresh[-1].id), place.size))

    async def _met_again(self, params: Params, place: Place, total: int, patience: Patience | None) -> Leaf | None:
        """Something before us went: the anchor stands up to a page further back."""
        items, back = await self._window(params, place.back(), patience)
        behind = after((item_key(item.id) for item in items), place.anchor)
        if behind is None:
            return None
        return await self._at(params, Place(back.start + behind, place.anchor, place.size), total, patience)

    async def _window(self, params: Params, place: Place, patience: Patience | None) -> tuple[list[Dto], Place]:
        """The items, and the place with the size of page the server could bear."""
        now = place

        async def once() -> tuple[list[Dto], int]:
            nonlocal now
            start, limit = now.window
            try:
                return await self._client.items(page(params, start, limit, count=False), patience=self._for(patience))
            except Overburdened:
                now = Place(now.start, now.anchor, max(min(self._pacing.least, now.size), now.size // 2))
                raise

        items, _ = await self._patiently(once)
        return items, now

    async def _patiently(self, ask: Callable[[], Awaitable[tuple[list[Dto], int]]]) -> tuple[list[Dto], int]:
        for attempt in range(_ATTEMPTS):
            try:
                return await ask()
            except ProviderUnavailable as error:
                if attempt + 1 == _ATTEMPTS:
                    raise
                pause = max(float(2**attempt), float(error.retry_after) if attempt else 0)
                await self._pacing.sleep(pause * self._pacing.rng.uniform(0.75, 1.25))
        raise AssertionError("unreachable")

    def _for(self, patience: Patience | None) -> Patience:
        return patience or self._pacing.patience
