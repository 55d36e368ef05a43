"""Exports: documents of exporter plugins, rendered for one caller."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from ktv_host.db.activity import ActivityRepository
from ktv_host.db.schedules import ScheduleRepository
from ktv_host.domain.user import Caller
from ktv_host.errors import NotFound, Unavailable
from ktv_host.hooks import Clock, Document, Exporter, Logger
from ktv_host.services.channels.channels import Channels
from ktv_host.services.guide import ChannelGuide
from ktv_host.services.links import ExportLinks, MediaLinks


@dataclass(frozen=True, slots=True)
class Edition:
    """One document for one caller as of now. The same ``revision`` for the same caller is the same bytes."""

    document: Document
    revision: str
    guide: ChannelGuide
    links: ExportLinks
    logger: Logger

    async def render(self) -> AsyncIterator[bytes]:
        """Raises Unavailable when the plugin fails."""
        try:
            async for chunk in self.document.render(self.guide, self.links):
                yield chunk
        except Exception as error:  # a plugin's bug is a 503, never a crash
            self.logger.error("exporter failed", document=self.document.path, error=repr(error))
            raise Unavailable(f"{self.document.path} cannot be made; the log says why") from error


class Exports:
    def __init__(
        self,
        *,
        exporters: Mapping[str, Exporter],
        channels: Channels,
        schedules: ScheduleRepository,
        events: ActivityRepository,
        media: MediaLinks,
        clock: Clock,
        logger: Logger,
    ) -> None:
        self._exporters = exporters
        self._channels = channels
        self._schedules = schedules
        self._events = events
        self._media = media
        self._clock = clock
        self._logger = logger

    async def edition(self, exporter: str, path: str, caller: Caller, token: str | None) -> Edition:
        """Raises NotFound."""
        document = self._document(exporter, path)
        newest = await self._events.recent(1)
        guide = ChannelGuide(await self._channels.watchable(caller), self._schedules, self._clock())
        links = ExportLinks(media=self._media, exporter=exporter, now=guide.now, token=token)
        revision = f"{guide.now.timestamp():.0f}-{newest[0].id if newest else 0}"
        return Edition(document, revision, guide, links, self._logger)

    def _document(self, exporter: str, path: str) -> Document:
        for document in self._exporters[exporter].documents if exporter in self._exporters else ():
            if document.path == path:
                return document
        raise NotFound(f"no exporter has a document {exporter}/{path}")
