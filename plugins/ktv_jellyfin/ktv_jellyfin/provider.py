"""One open instance: a Jellyfin server as a library."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from secrets import token_hex

from ktv_host.hooks import (
    Artwork,
    CapabilityMissing,
    Collection,
    Hint,
    HttpFile,
    ItemDetails,
    LocalFile,
    MediaGone,
    MediaSource,
    Page,
    PluginContext,
    Problem,
    Provider,
)
from ktv_jellyfin.client import NORMAL
from ktv_jellyfin.config import JellyfinConfig
from ktv_jellyfin.connection import Connection
from ktv_jellyfin.describe import picture
from ktv_jellyfin.details import read_details
from ktv_jellyfin.dto import Dto
from ktv_jellyfin.hints import watch
from ktv_jellyfin.ids import dashed, item_key
from ktv_jellyfin.libraries import Library, choose, list_libraries
from ktv_jellyfin.pages import Pacing, Pages
from ktv_jellyfin.paths import Mapping as PathMapping
from ktv_jellyfin.place import read_cursor
from ktv_jellyfin.playback import Way, static_params, static_path, way
from ktv_jellyfin.queries import PLAYBACK, by_ids
from ktv_jellyfin.sections import changed, inherits, whole
from ktv_jellyfin.server import look, recognise
from ktv_jellyfin.shelf import Shelf, fill
from ktv_jellyfin.sweep import Sweep, all_keys
from ktv_jellyfin.transcodes import Transcodes

_PICTURE_WIDTH = 800
_SWEEPS = 2  # passes that may be under way at once


class JellyfinProvider(Provider):
    def __init__(self, ctx: PluginContext, config: JellyfinConfig, connection: Connection, pacing: Pacing) -> None:
        self._ctx = ctx
        self._config = config
        self._client = connection.client
        self._view = connection.view
        self._pacing = pacing
        self._mappings = [PathMapping(each.server, each.local) for each in config.path_mappings]
        self._transcodes = Transcodes(connection.client, config.base_url, verify_tls=config.verify_tls)
        self._sweeps: dict[str, Sweep] = {}
        self._beginning = asyncio.Lock()
        self._shelf: Shelf | None = None
        self._problems: Mapping[str, str] = {}

    async def scan(self, cursor: str | None = None, since: str | None = None) -> Page:  # noqa: ARG002  see changes
        sweep = await self._sweep(cursor, None)
        page = await sweep.take(read_cursor(cursor))
        if page.next is None:
            self._problems = sweep.problems
            self._sweeps.pop(sweep.id, None)
        return page

    async def changes(self, since: datetime, cursor: str | None = None) -> Page:
        sweep = await self._sweep(cursor, since)
        page = await sweep.take(read_cursor(cursor))
        if page.next is None:
            self._sweeps.pop(sweep.id, None)
        return page

    async def keys(self) -> AsyncIterator[Sequence[str]]:
        libraries = [library.id for library in await self._libraries()]
        async for batch in all_keys(self._client, self._pacing, libraries, self._view):
            yield batch

    async def hints(self) -> AsyncIterator[Hint]:
        as_user = (await self._client.login.signed()).user_id is not None
        async with aclosing(watch(self._client, self._pacing, self._ctx.logger, as_user=as_user)) as hints:
            async for hint in hints:
                yield hint

    async def collections(self) -> Sequence[Collection]:
        """Those of the last pass; before the first one, those it is going to find."""
        if self._shelf is None:
            self._shelf = await fill(self._client, self._pacing, await self._libraries(), self._view)
        return self._shelf.collections()

    async def rescan(self) -> None:
        """Raises CapabilityMissing for a user who may not start one."""
        if not (await self._client.login.signed()).admin:
            raise CapabilityMissing("this user may not start a scan on Jellyfin; an API key or an administrator may")
        await self._client.post("/Library/Refresh")

    async def source(self, key: str) -> MediaSource:
        found = way(await self._item(key, PLAYBACK), self._mappings)
        if found.refused is not None:
            raise MediaGone(f"it cannot be played: {found.refused}")
        if found.local is not None and await asyncio.to_thread(_is_file, found.local, found.size):
            return LocalFile(found.local)
        if found.static:
            return await self._static(key, found)
        return await self._transcodes.start(key, found.source_id, self._view)

    async def artwork(self, key: str) -> Artwork | None:
        found = picture(await self._item(key, pictures=True))
        if found is None:
            return None
        owner, kind, tag = found
        params = [("tag", tag), ("maxWidth", str(_PICTURE_WIDTH)), ("quality", "90"), ("format", "Jpg")]
        url = self._client.wire.url(f"/Items/{dashed(owner)}/Images/{kind}", params)
        headers = {"Authorization": await self._client.header()}
        return Artwork(HttpFile(url, headers, etag=tag, verify_tls=self._config.verify_tls), "image/jpeg")

    async def details(self, keys: Sequence[str]) -> Mapping[str, ItemDetails]:
        return await read_details(self._client, keys, self._view)

    async def problems(self) -> Sequence[Problem]:
        return [Problem(name, reason) for name, reason in sorted(self._problems.items())]

    async def close(self) -> None:
        self._sweeps.clear()
        await self._transcodes.close()
        await self._client.login.close()

    async def _sweep(self, cursor: str | None, since: datetime | None) -> Sweep:
        """The pass a cursor belongs to. One that another process, or another life of this one, began goes on here."""
        place = read_cursor(cursor)
        pass_id = place.pass_id if place is not None else token_hex(4)
        async with self._beginning:
            if pass_id not in self._sweeps:
                while len(self._sweeps) >= _SWEEPS:  # the oldest was left without a word
                    del self._sweeps[next(iter(self._sweeps))]
                self._sweeps[pass_id] = await self._begin(pass_id, since)
            return self._sweeps[pass_id]

    async def _begin(self, pass_id: str, since: datetime | None) -> Sweep:
        libraries = await self._libraries()
        pages = Pages(self._client, self._pacing)
        if since is None:
            sections = whole(libraries, self._view)
        else:
            moment = since + self._client.wire.ahead
            sections = await changed(pages, self._pacing, libraries, moment, self._view)
        if self._shelf is None or self._shelf.libraries != libraries or inherits(sections, libraries, self._view):
            self._shelf = await fill(self._client, self._pacing, libraries, self._view)
        return Sweep(pass_id, pages, self._pacing, self._shelf, sections)

    async def _libraries(self) -> list[Library]:
        """Those to read, from a server that is still the same one. Raises ProviderConfigInvalid when it is not."""
        server = await look(self._client.wire, await self._client.header(), NORMAL)
        await recognise(self._ctx.state, server, self._config.server_id, self._config.base_url)
        self._view = replace(self._view, version=server.version)
        found = await list_libraries(self._client, self._view)
        return choose(found, self._config.libraries)

    async def _item(self, key: str, fields: str = "", *, pictures: bool = False) -> Dto:
        """Raises MediaGone."""
        if item_key(key) != key:
            raise MediaGone("Jellyfin has no such item")
        query = by_ids([key], view=self._view, fields=fields, pictures=pictures)
        items, _ = await self._client.items(query)
        for item in items:
            if item_key(item.id) == key:
                return item
        raise MediaGone("Jellyfin has no such item any more")

    async def _static(self, key: str, found: Way) -> HttpFile:
        params, path = static_params(found), static_path(key)
        public_url = None
        if self._config.delivery == "direct":
            token = (await self._client.login.signed()).token
            public_url = self._client.wire.url(path, [*params, ("ApiKey", token)])
        return HttpFile(
            self._client.wire.url(path, params),
            {"Authorization": await self._client.header()},
            found.size,
            found.etag,
            public_url,
            verify_tls=self._config.verify_tls,
        )


def _is_file(path: str, size: int | None) -> bool:
    """The same file, as far as its size tells."""
    try:
        status = Path(path).stat()
    except OSError:
        return False
    return Path(path).is_file() and (size is None or status.st_size == size)
