"""Fill in order: sequential and manual blocks, which play a list and stop at the first item that does not fit."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from ktv_host.domain.block_pool import BlockPool
from ktv_host.domain.pool import PoolItem
from ktv_host.domain.position import Position, place_after
from ktv_host.domain.reasons import count, label, spell
from ktv_host.domain.recycle import Cooldown
from ktv_host.domain.series_cap import SeriesCap
from ktv_host.domain.stretch import Stretch


class InOrder(ABC):
    """Plays ``items`` from a place in them on, and from the beginning again when the block loops.

    It stops at the first item that does not fit the time left, or that ``max_per_series`` holds back, so nothing is
    ever played out of turn. An item longer than the block's whole window would stop it for ever: it is passed over,
    and the next slot says so. On a day clocks change and the window is short, such an item only waits.
    """

    name: str

    def __init__(self, pool: BlockPool, cooldown: Cooldown, *, loops: bool, max_per_series: int | None) -> None:
        self._pool = pool
        self._items: Sequence[PoolItem] = pool.known
        self._cooldown = cooldown
        self._loops = loops
        self._cap = SeriesCap(max_per_series)
        self._place = 0  # of the next item
        self._previous: PoolItem | Position | None = None

    def begin(self, seed: str, aired: Sequence[str]) -> None:  # noqa: ARG002  chance has no part in it
        """A new occurrence; ``aired`` are the block's items that already began in it."""
        self._cap.reset()
        by_id = {item.id: item for item in self._items} if aired else {}
        for item_id in aired:
            if item_id in by_id:
                self._cap.note(by_id[item_id])

    def after(self, item_id: str) -> None:
        """A slot that stays airs this item in the running occurrence: go on after it."""
        place = self._find(item_id)
        if place is not None:
            self._cap.note(self._items[place])
            self._go_on(place)

    def fill(self, stretch: Stretch) -> str:
        """Place what fits; the answer is why nothing follows, for the gap if there is one."""
        if self._pool.nothing:
            return f"{self.name}: {self._pool.nothing}"
        while stretch.open:
            place = self._next()
            if place is None:
                return f"{self.name}: the last item has aired and the block does not loop"
            item = self._items[place]
            if self._cap.reached(item):
                return f"{self.name}: next is {label(item)}, but max_per_series is reached"
            if not stretch.fits(item):
                left = (
                    f"the {spell(stretch.left)} left" if stretch.left else "what is left after the last aligned start"
                )
                return f"{self.name}: next is {label(item)} ({spell(item.duration_secs)}), longer than {left}"
            self._cooldown.note(item.id, stretch.next_start)
            self._cap.note(item)
            stretch.place(item, f"{self.name}: {self._why(place)}{self._passed_over(place)}")
            self._go_on(place)
        return ""

    def _next(self) -> int | None:
        """The place of the item whose turn it is; None after the last one of a block that does not loop."""
        size = len(self._items)
        for place in range(self._place, self._place + size if self._loops else size):
            if self._items[place % size].duration_secs <= self._pool.window_secs:
                return place % size
        return None

    def _find(self, item_id: str) -> int | None:
        """The item's place, the nearest one from the next place on when it is listed more than once."""
        size = len(self._items)
        places = (place % size for place in range(self._place, self._place + size))
        return next((place for place in places if self._items[place].id == item_id), None)

    def _go_on(self, place: int) -> None:
        self._place = place + 1
        self._previous = self._items[place]

    def _passed_over(self, place: int) -> str:
        size = len(self._items)
        passed = [self._items[(self._place + step) % size] for step in range((place - self._place) % size)]
        if not passed:
            return ""
        more = f" and {len(passed) - 1} more" if len(passed) > 1 else ""
        return f"; {label(passed[0])}{more} passed over, longer than the block's {spell(self._pool.window_secs)}"

    @abstractmethod
    def _why(self, place: int) -> str:
        """Why it is this item's turn."""


class Sequential(InOrder):
    """The pool in library order, from after the last aired item of the block, occurrence after occurrence.

    ``pool`` is in library order. A position whose item left the library goes on at the first item ordered after it.
    """

    name = "sequential"

    def __init__(
        self,
        pool: BlockPool,
        cooldown: Cooldown,
        *,
        loops: bool,
        max_per_series: int | None,
        position: Position | None,
    ) -> None:
        super().__init__(pool, cooldown, loops=loops, max_per_series=max_per_series)
        self._previous = position
        if position is not None:
            self._place = place_after(pool.known, position)
            if self._find(position.item_id) is not None:
                self._previous = pool.known[self._place - 1]

    def _why(self, place: int) -> str:
        if self._previous is None:
            return "first in order"
        previous = label(self._previous)
        if place < self._place:
            return f"starts over after {previous}"
        if isinstance(self._previous, Position):
            return f"next in order after {previous}, which left the library"
        return f"next after {previous}"


class Manual(InOrder):
    """The block's own list, from its beginning in every occurrence. What the library lacks is passed over.

    ``pool.known`` is the list without what is missing; ``numbers`` are the places its items have in the block.
    """

    name = "manual"

    def __init__(
        self,
        pool: BlockPool,
        cooldown: Cooldown,
        *,
        loops: bool,
        max_per_series: int | None,
        numbers: Sequence[int],
        listed: int,
    ) -> None:
        super().__init__(pool, cooldown, loops=loops, max_per_series=max_per_series)
        self._numbers = numbers
        self._listed = listed

    def begin(self, seed: str, aired: Sequence[str]) -> None:
        super().begin(seed, ())
        self._place = 0
        for item_id in aired:
            self.after(item_id)

    def _why(self, place: int) -> str:
        words = f"item {self._numbers[place]} of {self._listed}"
        if place < self._place:
            words += ", from the beginning again"
        before = self._numbers[place - 1] if place else 0
        missing = self._numbers[place] - before - 1
        if not missing:
            return words
        return f"{words}; {count(missing, 'item')} before it {'is' if missing == 1 else 'are'} not in the library"
