"""Opening media with libav: local and remote files alike, with errors a person can read."""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from ktv_host.domain.media import HttpFile, LocalFile, MediaSource
from ktv_host.errors import InvalidMedia
from ktv_host.streaming.http_ranges import HttpRanges
from ktv_host.streaming.reader import RangeReader

# Files only: a playlist or a concat script in disguise must not make libav open other files or addresses.
_FORMATS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,mpegvideo,m4v,flv,asf,ogg,rm,nut,mxf,dv,h264,hevc,wtv,ivf"
_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": _FORMATS}
_REMOTE_BUFFER = 1 << 18


def open_media(source: MediaSource) -> InputContainer:
    """An open container; the caller closes it. Raises InvalidMedia, MediaGone or ProviderUnavailable."""
    with readable_errors(source):
        if isinstance(source, LocalFile):
            _require_file(source.path)
            return av.open("file:" + source.path, "r", options=dict(_OPTIONS), metadata_errors="replace")
        if isinstance(source, HttpFile):
            return _open_remote(RangeReader(HttpRanges(source)))
        raise InvalidMedia("a playlist of a media server has no fixed segments, so it cannot be read here")


def _open_remote(reader: RangeReader) -> InputContainer:
    options = {"format_whitelist": _FORMATS}
    try:
        return av.open(reader, "r", options=options, metadata_errors="replace", buffer_size=_REMOTE_BUFFER)
    except BaseException:
        reader.close()
        raise


def _require_file(path: str) -> None:
    """Opening a pipe would wait for ever. What cannot be looked at, opening it tells."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116  a scan does this for every file
    except (OSError, ValueError):
        return
    if not stat.S_ISREG(mode):
        raise InvalidMedia(f"{Path(path).name}: it is not a regular file")


def close_media(container: InputContainer) -> None:
    """Close the container and the reader under it."""
    wrapped = container.file
    container.close()
    if wrapped is not None:
        wrapped.file.close()


@contextmanager
def opened(source: MediaSource) -> Iterator[InputContainer]:
    """``open_media`` for a block; errors while reading are readable too."""
    container = open_media(source)
    try:
        with readable_errors(source):
            yield container
    finally:
        close_media(container)


@contextmanager
def readable_errors(source: MediaSource) -> Iterator[None]:
    """libav's errors as InvalidMedia with a reason for a person."""
    try:
        yield
    except av.error.FFmpegError as error:
        name = Path(source.path).name if isinstance(source, LocalFile) else urlsplit(source.url).path
        raise InvalidMedia(f"{name}: {_reason(error, source)}") from error


def _reason(error: av.error.FFmpegError, source: MediaSource) -> str:
    if isinstance(error, FileNotFoundError):
        return "the file does not exist"
    if isinstance(error, PermissionError):
        return "the file may not be read (permissions)"
    if isinstance(source, LocalFile) and _is_empty(source.path):
        return "the file is empty"
    if isinstance(error, av.error.InvalidDataError):
        return "it is not readable media, or it is incomplete"
    return f"it cannot be read ({error.strerror})"


def _is_empty(path: str) -> bool:
    try:
        return Path(path).stat().st_size == 0
    except OSError:
        return False


def main_video(container: InputContainer) -> VideoStream | None:
    """The stream to show; a cover picture is none."""
    moving = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    best = container.streams.best("video")
    if best in moving:
        return best
    return moving[0] if moving else None


def main_audio(container: InputContainer) -> AudioStream | None:
    """The track to hear: libav's choice, which honours the default flag."""
    return cast(AudioStream | None, container.streams.best("audio"))


def choose_audio(container: InputContainer, languages: Sequence[str]) -> AudioStream | None:
    """The first track in the most wanted language (three letters, as files name them), else the main one."""
    for language in languages:
        for stream in container.streams.audio:
            if stream.language == language:
                return stream
    return main_audio(container)
