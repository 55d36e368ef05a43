"""Chapters of a file, and what their titles give away: where the opening and the credits are. Pure."""

import re
from collections.abc import Sequence

from ktv_host.hooks import Chapter, ItemDetails, Marker, MarkerKind, MediaProbe
from ktv_localfiles.naming.release import readable

_TITLE = 200  # characters
_KINDS = {
    MarkerKind.RECAP: r"recap|previously(?: on)?|avant",
    MarkerKind.INTRO: r"intro(?:duction)?|opening(?: credits| titles| theme)?|op|title sequence|main titles?|vorspann",
    MarkerKind.OUTRO: r"outro|ending(?: theme)?|ed|(?:end |closing )?credits|end titles|abspann",
    MarkerKind.PREVIEW: r"preview|next(?: episode| time)?",
}
_PATTERNS = {kind: re.compile(words, re.IGNORECASE) for kind, words in _KINDS.items()}
_LONGEST_SHARE = 3  # a marker that takes more than a third of the file is no marker


def details_of(probe: MediaProbe) -> ItemDetails:
    chapters = [Chapter(each.start_ms, readable(each.title or "")[:_TITLE] or None) for each in probe.chapters]
    chapters.sort(key=lambda chapter: chapter.start_ms)
    return ItemDetails(tuple(_markers(chapters, probe.duration_ms or 0)), tuple(chapters))


def _markers(chapters: Sequence[Chapter], duration_ms: int) -> list[Marker]:
    ends = [chapter.start_ms for chapter in chapters[1:]] + [duration_ms]
    markers = []
    for chapter, end in zip(chapters, ends, strict=False):
        kind = next((kind for kind, words in _PATTERNS.items() if words.fullmatch(chapter.title or "")), None)
        if kind is not None and 0 < (end - chapter.start_ms) * _LONGEST_SHARE < duration_ms:
            markers.append(Marker(kind, chapter.start_ms, end))
    return markers
