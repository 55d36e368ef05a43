"""Fill by rounds: best_fit, random and filler, where the engine chooses and the recycle policy holds."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from ktv_host.domain.block_pool import BlockPool
from ktv_host.domain.pool import PoolItem
from ktv_host.domain.reasons import all_longer, count, part_of, spell
from ktv_host.domain.recycle import Cooldown, Selectable
from ktv_host.domain.series_cap import SeriesCap
from ktv_host.domain.stretch import Stretch
from ktv_host.domain.subset import longest_first

NEVER = datetime.min.replace(tzinfo=UTC)


class Rounds:
    """Plays the selectable items as a round, again and again; the round that does not fit whole is the last.

    Every round asks the recycle policy anew, for the local day it begins on. ``best_fit`` plays longest first; its
    last round is, of all selections with the least dead air, the longest-first one. ``random`` plays a shuffle and
    passes over what does not fit; so does a best_fit that is not ``exact`` (aligned starts or a series cap), longest
    first. Of items of equal length the one that has not aired for longest goes first, then pool order. A random round
    does not begin with the item that just aired when there is another. When cooldown alone would leave an occurrence
    empty, the policy is asked again about those items that fit.
    """

    def __init__(
        self,
        name: str,
        pool: BlockPool,
        cooldown: Cooldown,
        *,
        recycles: bool,
        shuffles: bool = False,
        exact: bool = True,
        max_per_series: int | None = None,
    ) -> None:
        self._name = name
        self._pool = pool
        self._cooldown = cooldown
        self._recycles = recycles
        self._shuffles = shuffles
        self._exact = exact
        self._cap = SeriesCap(max_per_series)
        self._by_id = {item.id: item for item in pool.items} if max_per_series else {}
        self._random = random.Random()
        self._last: str | None = None

    def begin(self, seed: str, aired: Sequence[str]) -> None:
        """A new occurrence; ``aired`` are the block's items that already began in it."""
        self._random.seed(seed)
        self._cap.reset()
        self._last = None
        for item_id in aired:
            self.after(item_id)

    def after(self, item_id: str) -> None:
        """A slot that stays airs this item in the running occurrence."""
        self._last = item_id
        if item_id in self._by_id:
            self._cap.note(self._by_id[item_id])

    def fill(self, stretch: Stretch) -> str:
        """Place what fits; the answer is why nothing follows, for the gap if there is one."""
        if self._pool.nothing:
            return f"{self._name}: {self._pool.nothing}"
        while stretch.open:
            if not stretch.left or not self._play(self._choose(stretch), stretch):
                return f"{self._name}: {self._why_stopped(stretch)}"
        return ""

    def _choose(self, stretch: Stretch) -> Selectable:
        if not self._recycles:
            return Selectable(self._pool.items)
        chosen = self._cooldown.selectable(self._pool.items, stretch.next_start)
        if self._last is None and not any(stretch.fits(item) for item in chosen.items):
            fitting = [item for item in self._pool.items if stretch.fits(item)]
            return self._cooldown.selectable(fitting, stretch.next_start)
        return chosen

    def _play(self, chosen: Selectable, stretch: Stretch) -> bool:
        """One round; whether it was whole, so that another may follow."""
        items, how = self._order(chosen.items, stretch)
        seen = placed = 0
        for item in items:
            if not stretch.open:
                return True
            if not stretch.fits(item):
                continue
            seen += 1
            if self._cap.reached(item):
                continue
            placed += 1
            early = "; back early, too few are past their cooldown" if item.id in chosen.early else ""
            self._cooldown.note(item.id, stretch.next_start)
            self._cap.note(item)
            self._last = item.id
            stretch.place(item, f"{self._name}: {how}{early}")
        return placed > 0 and seen == len(chosen.items)

    def _order(self, items: Sequence[PoolItem], stretch: Stretch) -> tuple[Iterable[PoolItem], str]:
        if self._shuffles:
            return self._draw(items, stretch.fits), f"drawn from {count(len(items), 'selectable item')}"
        if not self._exact:
            fitting = [item for item in items if stretch.fits(item)]
            return self._longest_first(fitting), "the longest that fits"
        if sum(item.duration_secs for item in items) <= stretch.left:
            return self._longest_first(items), f"round of {count(len(items), 'selectable item')}, longest first"
        return self._least_dead_air(items, stretch.left), "longest-first selection with the least dead air"

    def _draw(self, items: Sequence[PoolItem], fits: Callable[[PoolItem], bool]) -> Iterator[PoolItem]:
        """A shuffle of the items, drawn one by one; what does not fit when its turn comes never does."""
        rest = list(items)
        avoid = self._last
        while rest:
            place = self._random.randrange(len(rest))
            if rest[place].id == avoid and len(rest) > 1:
                place = (place + 1 + self._random.randrange(len(rest) - 1)) % len(rest)
            item, rest[place] = rest[place], rest[-1]
            rest.pop()
            if fits(item):
                avoid = None
                yield item
            else:
                rest = [other for other in rest if fits(other)]

    def _least_dead_air(self, items: Sequence[PoolItem], left: int) -> Iterator[PoolItem]:
        by_length: defaultdict[int, list[PoolItem]] = defaultdict(list)
        for item in items:
            if item.duration_secs <= left:
                by_length[item.duration_secs].append(item)
        copies = longest_first({length: len(group) for length, group in by_length.items()}, left)
        for length in sorted(copies, reverse=True):
            yield from sorted(by_length[length], key=self._rested)[: copies[length]]

    def _longest_first(self, items: Sequence[PoolItem]) -> list[PoolItem]:
        return sorted(items, key=lambda item: (-item.duration_secs, self._rested(item)))

    def _rested(self, item: PoolItem) -> datetime:
        return self._cooldown.last_aired(item.id) or NEVER

    def _why_stopped(self, stretch: Stretch) -> str:
        left = spell(stretch.left)
        if not stretch.left:
            return "no start is left in the window"
        fitting = [item for item in self._pool.items if stretch.fits(item)]
        if any(self._cap.reached(item) for item in fitting):
            why = f"max_per_series is reached for what would fit the last {left}"
        elif fitting:
            why = f"nothing that may air again now fits the last {left}"
        elif not stretch.slots:
            return all_longer(len(self._pool.items), f"the {left} left")
        else:
            why = f"nothing fits the last {left}"
        filled = sum(int((slot.end_at - slot.start_at).total_seconds()) for slot in stretch.slots)
        return f"{part_of(filled, stretch.length)} filled, {why}"
