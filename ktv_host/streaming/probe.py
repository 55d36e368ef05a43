"""What opening a file tells about it, found in a worker process."""

import os
from pathlib import Path

from av.container import InputContainer
from av.stream import Stream

from ktv_host.domain.details import Chapter
from ktv_host.domain.media import LocalFile, MediaProbe, MediaSource
from ktv_host.errors import InvalidMedia
from ktv_host.streaming.completeness import HEAD, declared_size
from ktv_host.streaming.containers import main_audio, main_video, opened

_MOST_CHAPTERS = 1000
_SCAN_BYTES = 64 << 20  # a file without a declared duration is read through up to this size


def probe_file(source: MediaSource) -> MediaProbe:
    """Raises InvalidMedia when it cannot be shown: unreadable, cut off, or without moving pictures."""
    with opened(source) as container:
        video, audio = main_video(container), main_audio(container)
        if video is None:
            raise InvalidMedia("it has no video stream")
        if isinstance(source, LocalFile):
            _refuse_truncated(source.path, video)
        return MediaProbe(
            duration_ms=_duration_ms(container, source),
            container=container.format.name,
            video_codec=video.codec_context.name,
            audio_codec=audio.codec_context.name if audio is not None else None,
            width=video.codec_context.width or None,
            height=video.codec_context.height or None,
            tags={key.lower(): value for key, value in container.metadata.items()},
            chapters=_chapters(container),
        )


def _chapters(container: InputContainer) -> tuple[Chapter, ...]:
    """Where chapters begin, at most a thousand of them, in the order of the file."""
    return tuple(
        Chapter(int(each["start"] * each["time_base"] * 1000), each["metadata"].get("title") or None)
        for each in container.chapters()[:_MOST_CHAPTERS]
        if each["time_base"] and each["start"] >= 0
    )


def _duration_ms(container: InputContainer, source: MediaSource) -> int | None:
    if container.duration:
        return container.duration // 1000
    known = [_ms(stream, stream.duration) for stream in container.streams if stream.duration]
    if known:
        return max(known)
    if isinstance(source, LocalFile) and container.size <= _SCAN_BYTES:
        return _scanned_ms(container)
    return None


def _scanned_ms(container: InputContainer) -> int | None:
    """The span of the packets' times; a raw stream has none."""
    first: int | None = None
    last = 0
    for packet in container.demux():
        if packet.pts is not None and packet.stream.type in {"video", "audio"}:
            start = _ms(packet.stream, packet.pts)
            first = start if first is None else min(first, start)
            last = max(last, start + _ms(packet.stream, packet.duration or 0))
    return last - first if first is not None and last > first else None


def _ms(stream: Stream, ticks: int) -> int:
    return int(ticks * stream.time_base * 1000) if stream.time_base else 0


def _refuse_truncated(path: str, video: Stream) -> None:
    """A download in progress looks like a film of full length; its last frames tell."""
    with Path(path).open("rb", buffering=0) as file:
        head = file.read(HEAD)
        size = os.fstat(file.fileno()).st_size
    entries = video.index_entries
    last = entries[len(entries) - 1] if len(entries) else None
    indexed = last.pos + last.size if last is not None else 0
    wanted = max(indexed, declared_size(head) or 0)
    if wanted > size:
        raise InvalidMedia(f"the file is cut off: {size} of {wanted} bytes are there")
