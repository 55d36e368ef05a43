"""What is known of the inside of an item: markers and chapters."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class MarkerKind(StrEnum):
    INTRO = "intro"
    OUTRO = "outro"
    RECAP = "recap"
    PREVIEW = "preview"
    COMMERCIAL = "commercial"


@dataclass(frozen=True, slots=True)
class Marker:
    """A stretch [start_ms, end_ms) of an item that is of one kind."""

    kind: MarkerKind
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter begins here. ``title`` is None when nobody named it."""

    start_ms: int
    title: str | None = None


@dataclass(frozen=True, slots=True)
class ItemDetails:
    """What takes its provider more than a line of a list to find out."""

    markers: tuple[Marker, ...] = ()
    chapters: tuple[Chapter, ...] = ()


def tidy(details: ItemDetails) -> ItemDetails:
    """In order of time, each once, without what cannot be: stretches of no length or before the beginning."""
    return ItemDetails(tuple(_markers(details.markers)), tuple(_chapters(details.chapters)))


def _markers(given: Iterable[Marker]) -> list[Marker]:
    return sorted({m for m in given if 0 <= m.start_ms < m.end_ms}, key=lambda m: (m.start_ms, m.end_ms, m.kind.value))


def _chapters(given: Iterable[Chapter]) -> list[Chapter]:
    by_start = {chapter.start_ms: chapter for chapter in given if chapter.start_ms >= 0}
    return [by_start[start] for start in sorted(by_start)]
