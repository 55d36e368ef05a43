"""Exporters: the guide and the channel list in somebody else's format."""

from abc import ABC
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from ktv_host.domain.media import LibraryItem
from ktv_host.domain.schedule import Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideChannel:
    """A channel the caller may watch. ``logo`` says whether ``Links.logo`` gives a picture."""

    id: str
    number: int
    name: str
    description: str | None
    timezone: str
    logo: bool


class Guide(Protocol):
    """What the caller may watch: only such channels are in it."""

    @property
    def channels(self) -> Sequence[GuideChannel]:
        """In order of number."""
        ...

    @property
    def now(self) -> datetime: ...

    async def programmes(self, channel: GuideChannel) -> Sequence[Slot]:
        """The slots of a channel that end after now, oldest first. Time between them is no signal."""
        ...


class Links(Protocol):
    """Makes every URL, absolute, below BASE_URL, with the caller's credential where one is needed."""

    def live(self, channel: GuideChannel) -> str: ...
    def logo(self, channel: GuideChannel) -> str: ...
    def artwork(self, item: LibraryItem) -> str: ...
    def document(self, path: str) -> str:
        """URL of another document of the same exporter."""
        ...


Render = Callable[[Guide, Links], AsyncIterator[bytes]]


@dataclass(frozen=True, slots=True)
class Document:
    """One file of an exporter, at ``/api/v1/{exporter key}/{path}``; ``render`` yields it in chunks."""

    path: str
    media_type: str
    render: Render


class Exporter(ABC):
    """``key`` matches ``[a-z0-9_]{1,40}``. The host does guard, ``?token=``, ETag/304, gzip and HEAD."""

    key: ClassVar[str]
    name: ClassVar[str]
    documents: Sequence[Document]
