"""Chapters, and the markers their titles give away."""

import asyncio
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ktv_localfiles.chapters import details_of

from ktv_host.hooks import Chapter, Marker, MarkerKind, MediaProbe

pytest_plugins = ["ktv_host.testing.fixtures"]

METADATA = """;FFMETADATA1
[CHAPTER]
TIMEBASE=1/1000
START=0
END=400
title=Opening
[CHAPTER]
TIMEBASE=1/1000
START=400
END=2000
title=The Café
"""


def probed(*chapters: Chapter, duration_ms: int = 1_440_000) -> MediaProbe:
    return MediaProbe(duration_ms, "matroska,webm", "h264", None, 64, 48, chapters=chapters)


def test_titles_tell_where_the_opening_and_the_credits_are() -> None:
    named = {60_000: "Intro", 0: "Recap", 150_000: "Part A", 1_350_000: "End Credits"}
    found = details_of(probed(*(Chapter(start, title) for start, title in named.items())))
    assert found.markers == (
        Marker(MarkerKind.RECAP, 0, 60_000),
        Marker(MarkerKind.INTRO, 60_000, 150_000),
        Marker(MarkerKind.OUTRO, 1_350_000, 1_440_000),
    )
    assert [chapter.start_ms for chapter in found.chapters] == [0, 60_000, 150_000, 1_350_000]


@pytest.mark.parametrize("title", ["Chapter 1", "The Intro of Doom", "", None])
def test_other_titles_tell_nothing(title: str | None) -> None:
    assert details_of(probed(Chapter(0, title), Chapter(60_000, "B"))).markers == ()


def test_what_takes_most_of_the_film_is_no_marker() -> None:
    assert details_of(probed(Chapter(0, "Opening"))).markers == ()


async def test_the_chapters_of_a_real_file_are_told(library: Any, open_provider: Any, scan: Any, clip: Path) -> None:
    metadata = library.root / "chapters.txt"
    metadata.write_text(METADATA)
    target = library.root / "film.mkv"
    command = ["ffmpeg", "-loglevel", "error", "-i", str(clip), "-i", str(metadata)]
    command += ["-map_chapters", "1", "-c", "copy", str(target)]
    await asyncio.to_thread(subprocess.run, command, check=True)
    provider = await open_provider(real=True)
    (item,) = (await scan(provider)).items
    details = await provider.details([item.key, "nothing"])
    assert list(details) == [item.key]
    assert details[item.key].chapters == (Chapter(0, "Opening"), Chapter(400, "The Café"))
    assert details[item.key].markers == (Marker(MarkerKind.INTRO, 0, 400),)
