"""Who watches what, as far as this process saw: counters for the admin, nothing is decided by them."""

import secrets
from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b

from ktv_host.hooks import Clock
from ktv_host.streaming.modes import Mode

RECENT = timedelta(seconds=30)  # a player asks for the playlist every ten seconds at the latest
PLANS = 1000
TROUBLES = 50


@dataclass(slots=True)
class Audience:
    """What a channel sent. ``readers``: keyed hashes of those seen in the last half minute, longest ago first."""

    last_at: datetime
    playlists: int = 0
    segments: int = 0
    hits: int = 0
    slates: int = 0
    mode: Mode | None = None
    readers: OrderedDict[bytes, datetime] = field(default_factory=OrderedDict)

    def forget(self, before: datetime) -> None:
        while self.readers and next(iter(self.readers.values())) < before:
            self.readers.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something was slate."""

    at: datetime
    reason: str
    item_id: str | None
    channel_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    segments: int
    hits: int
    slates: int


class Watching:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(16)  # gone with the process: a reader cannot be told from its hash
        self._audiences: dict[str, Audience] = {}
        self._channels_of: OrderedDict[str, dict[str, None]] = OrderedDict()
        self._troubles: deque[Trouble] = deque(maxlen=TROUBLES)
        self._segments = self._hits = self._slates = 0

    def reader(self, address: str, agent: str) -> bytes:
        """A name for a player that says nothing about it."""
        return blake2b(f"{address}\n{agent}".encode(), key=self._key, digest_size=8).digest()

    def playlist(self, channel_id: str, reader: bytes | None = None) -> None:
        audience = self._audience(channel_id)
        audience.playlists += 1
        self._read(audience, reader)

    def listed(self, channel_id: str, plan_ids: Iterable[str]) -> None:
        """These plans are in the channel's playlist: who reads their segments watches the channel."""
        for plan_id in plan_ids:
            self._channels_of.setdefault(plan_id, {})[channel_id] = None
            self._channels_of.move_to_end(plan_id)
        while len(self._channels_of) > PLANS:
            self._channels_of.popitem(last=False)

    def on_air(self, channel_id: str, mode: Mode) -> None:
        self._audience(channel_id).mode = mode

    def segment(self, plan_id: str, reader: bytes | None = None, *, hit: bool, slate: bool) -> None:
        """One was sent. ``hit``: it lay in the cache; ``slate``: it stood in for one that could not be made."""
        self._segments += 1
        self._hits += hit
        self._slates += slate
        listing = [audience for key in self._of(plan_id) if (audience := self._audiences.get(key)) is not None]
        for audience in [audience for audience in listing if reader in audience.readers] or listing:
            audience.segments += 1
            audience.hits += hit
            audience.slates += slate
            self._read(audience, reader)

    def trouble(self, reason: str, *, plan_id: str | None = None, item_id: str | None = None) -> None:
        channels = tuple(self._of(plan_id)) if plan_id is not None else ()
        self._troubles.append(Trouble(self._clock(), reason, item_id, channels))

    def audiences(self) -> dict[str, Audience]:
        """The channels that were read in the last half minute."""
        oldest = self._clock() - RECENT
        self._audiences = {key: audience for key, audience in self._audiences.items() if audience.last_at >= oldest}
        for audience in self._audiences.values():
            audience.forget(oldest)
        return self._audiences

    def troubles(self) -> list[Trouble]:
        """The last ones, newest first."""
        return list(reversed(self._troubles))

    @property
    def totals(self) -> Totals:
        """Since this process started."""
        return Totals(self._segments, self._hits, self._slates)

    def _of(self, plan_id: str) -> Iterable[str]:
        return self._channels_of.get(plan_id, {})

    def _audience(self, channel_id: str) -> Audience:
        return self._audiences.setdefault(channel_id, Audience(self._clock()))

    def _read(self, audience: Audience, reader: bytes | None) -> None:
        audience.last_at = self._clock()
        if reader is not None:
            audience.readers[reader] = audience.last_at
            audience.readers.move_to_end(reader)
        audience.forget(audience.last_at - RECENT)
