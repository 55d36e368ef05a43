"""MediaFilter: which items of the library a block, a search or filler may use."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace

from ktv_host.domain.media import ContentType, MediaItem
from ktv_host.domain.words import finds, searched, spellings


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFilter:
    """OR inside a list, AND between fields, case-insensitive, bounds inclusive, decade d … d+9."""

    content_type: ContentType | None = None
    genres: tuple[str, ...] = ()
    decade: int | None = None
    tags: tuple[str, ...] = ()
    min_duration_secs: int | None = None
    max_duration_secs: int | None = None
    collections: tuple[str, ...] = ()
    series_names: tuple[str, ...] = ()
    search_term: str | None = None


@dataclass(frozen=True, slots=True)
class ClauseEffect:
    """What one field of a filter does: how many items fail it, and how many fail nothing else."""

    field: str
    removes: int
    removes_alone: int


def matches(chosen: MediaFilter, item: MediaItem) -> bool:
    """Whether the filter lets the item through: the reference for what the library index answers.

    A duration bound removes items of unknown length. Every word of the search term has to begin a word of title,
    series, genres, tags or year, whatever its accents. Elsewhere neither case nor the way an accent is encoded counts.
    """
    return all(passes(item) for _, passes in _clauses(chosen))


def clause_effects(chosen: MediaFilter, items: Iterable[MediaItem]) -> list[ClauseEffect]:
    """For each field that is set, in the filter's order, what it takes away; for "why does this match nothing?"."""
    clauses = list(_clauses(chosen))
    removes = [0] * len(clauses)
    alone = [0] * len(clauses)
    for item in items:
        failed = [number for number, (_, passes) in enumerate(clauses) if not passes(item)]
        for number in failed:
            removes[number] += 1
        if len(failed) == 1:
            alone[failed[0]] += 1
    return [ClauseEffect(name, removes[number], alone[number]) for number, (name, _) in enumerate(clauses)]


_Clause = tuple[str, Callable[[MediaItem], bool]]


def _clauses(chosen: MediaFilter) -> Iterator[_Clause]:
    if chosen.content_type is not None:
        yield "content_type", lambda item: item.content_type is chosen.content_type
    if chosen.genres:
        yield "genres", _any_of(chosen.genres, lambda item: item.genres)
    if (decade := chosen.decade) is not None:
        yield "decade", lambda item: item.year is not None and decade <= item.year <= decade + 9
    if chosen.tags:
        yield "tags", _any_of(chosen.tags, lambda item: item.tags)
    if (least := chosen.min_duration_secs) is not None:
        yield "min_duration_secs", lambda item: bool(item.duration_ms) and item.duration_secs >= least
    if (most := chosen.max_duration_secs) is not None:
        yield "max_duration_secs", lambda item: bool(item.duration_ms) and item.duration_secs <= most
    if chosen.collections:
        yield "collections", _any_of(chosen.collections, lambda item: item.collections)
    if chosen.series_names:
        yield "series_names", _any_of(chosen.series_names, lambda item: (item.series_name or "",))
    if (chosen.search_term or "").strip():
        search = searched(chosen.search_term or "")
        yield "search_term", lambda item: bool(search) and finds(search, _words(item))


def _any_of(wanted: Sequence[str], values: Callable[[MediaItem], Sequence[str]]) -> Callable[[MediaItem], bool]:
    folded = {_fold(value) for value in wanted}
    return lambda item: any(_fold(value) in folded for value in values(item))


def _words(item: MediaItem) -> Iterator[str]:
    year = "" if item.year is None else str(item.year)
    for text in (item.title, item.series_name or "", *item.genres, *item.tags, year):
        yield from spellings(text)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def relaxed(wanted: MediaFilter) -> dict[str, MediaFilter]:
    """The filter without one of its clauses, for every clause that is set."""
    plain = MediaFilter()
    return {
        field.name: replace(wanted, **{field.name: getattr(plain, field.name)})
        for field in fields(MediaFilter)
        if getattr(wanted, field.name) != getattr(plain, field.name)
    }
