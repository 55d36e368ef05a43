"""Pictures: what an item is shown by."""

import asyncio
import os
from pathlib import PurePath

from ktv_host.hooks import Artwork, LocalFile, MediaGone
from ktv_localfiles.artwork.thumbnails import MEDIA_TYPE, Thumbnails
from ktv_localfiles.index import File
from ktv_localfiles.scanning.roots import Roots
from ktv_localfiles.sidecars.beside import PICTURES


class Pictures:
    """``thumbnails`` is None when none are wanted."""

    def __init__(self, roots: Roots, thumbnails: Thumbnails | None) -> None:
        self._roots = roots
        self._thumbnails = thumbnails

    async def of(self, key: str, file: File) -> Artwork | None:
        """The picture beside a file, else a frame of it; never of a file that cannot be aired."""
        if file.artwork is not None:
            found = await asyncio.to_thread(self._beside, file.path, file.artwork)
            if found is not None:
                return found
        if file.problem is not None or self._thumbnails is None:
            return None
        await asyncio.to_thread(self._roots.open_file, file.path)
        thumbnail = await self._thumbnails.of(key, file)
        return None if thumbnail is None else Artwork(LocalFile(str(thumbnail)), MEDIA_TYPE)

    def _beside(self, path: str, picture: str) -> Artwork | None:
        target = os.path.normpath(PurePath(path).parent / picture)
        media_type = PICTURES.get(picture.rpartition(".")[2].lower())
        if media_type is None or self._roots.of(target) is None:
            return None
        try:
            self._roots.open_file(target)
        except MediaGone:
            return None
        return Artwork(LocalFile(target), media_type)
