"""Jellyfin's items as media items. Pure: values in, values out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ktv_host.hooks import ContentType, MediaItem
from ktv_jellyfin.ids import item_key

TICKS_PER_MS = 10_000
_SHORT_FILM_MS = 15 * 60_000  # as for local files: a film under a quarter of an hour is a short
_LONGEST_MS = 1 << 40

_KINDS = {
    "Movie": (ContentType.MOVIE, None),
    "Episode": (ContentType.EPISODE, None),
    "MusicVideo": (ContentType.SHORT, "Music video"),
    "Video": (ContentType.SHORT, "Home video"),
}
# Some servers list what belongs to a film as a video of its own.
_EXTRAS = {
    "Trailer": "Trailer",
    "Short": "Short film",
    **dict.fromkeys(
        ("Clip", "BehindTheScenes", "DeletedScene", "Interview", "Scene", "Sample", "Featurette", "ThemeVideo"), "Extra"
    ),
}
_NO_SINGLE_FILE = {"Dvd": "a DVD's folder", "BluRay": "a Blu-ray's folder", "Iso": "a disc image"}


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a series says for its episodes, which seldom say it themselves."""

    genres: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    rating: str | None = None


NOTHING = Inherited()


def describe(
    dto: Mapping[str, Any], *, series: Mapping[str, Inherited], collections: Sequence[str] = ()
) -> MediaItem | None:
    """The item, or None for what is not a video with an id we can use. Unknown kinds of a later server are none."""
    key, kind = item_key(dto.get("Id")), _KINDS.get(text(dto.get("Type")) or "")
    if key is None or kind is None:
        return None
    content_type, tag = kind
    if dto.get("Type") == "Video":
        tag = _EXTRAS.get(text(dto.get("ExtraType")) or "", tag)
    duration_ms = None if unplayable(dto) else milliseconds(dto.get("RunTimeTicks"))
    if content_type is ContentType.MOVIE and duration_ms is not None and duration_ms < _SHORT_FILM_MS:
        content_type, tag = ContentType.SHORT, "Short film"
    shown = series.get(item_key(dto.get("SeriesId")) or "", NOTHING)
    aired = day(dto.get("PremiereDate"))
    return MediaItem(
        key=key,
        title=_title(dto),
        content_type=content_type,
        duration_ms=duration_ms,
        series_name=text(dto.get("SeriesName")) if content_type is ContentType.EPISODE else None,
        season_number=number(dto.get("ParentIndexNumber")) if content_type is ContentType.EPISODE else None,
        episode_number=number(dto.get("IndexNumber")) if content_type is ContentType.EPISODE else None,
        episode_number_end=_last_episode(dto) if content_type is ContentType.EPISODE else None,
        year=number(dto.get("ProductionYear")) or (aired.year if aired else None),
        genres=labels(dto.get("Genres")) or shown.genres,
        tags=_distinct([*([tag] if tag else []), *labels(dto.get("Tags")), *shown.tags]),
        collections=tuple(collections),
        description=text(dto.get("Overview")),
        rating=rating(dto) or shown.rating,
        air_date=aired,
        artwork=picture(dto) is not None,
    )


def inherited(dto: Mapping[str, Any]) -> Inherited:
    return Inherited(labels(dto.get("Genres")), labels(dto.get("Tags")), rating(dto))


def unplayable(dto: Mapping[str, Any]) -> str | None:
    """Why an item cannot be aired from one file; None when it can, as far as the item tells."""
    if dto.get("IsPlaceHolder"):
        return "it stands for a disc that is not in the library"
    if dto.get("LocationType") in ("Virtual", "Offline"):
        return "it has no file at the moment"
    found = _NO_SINGLE_FILE.get(text(dto.get("VideoType")) or "")
    return f"it is {found}; only single video files can be aired" if found else None


def problem(dto: Mapping[str, Any]) -> str | None:
    """Why an item is listed but never scheduled, for a person."""
    reason = unplayable(dto)
    if reason is None and milliseconds(dto.get("RunTimeTicks")) is None:
        return "its duration is unknown; Jellyfin has not looked into the file yet"
    return reason


def picture(dto: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """(item, type, tag) of the picture to show: its own, else its series'."""
    own = dto.get("ImageTags")
    own = own if isinstance(own, dict) else {}
    backdrops = dto.get("BackdropImageTags")
    candidates = (
        ("Id", "Primary", own.get("Primary")),
        ("Id", "Thumb", own.get("Thumb")),
        ("Id", "Backdrop", backdrops[0] if isinstance(backdrops, list) and backdrops else None),
        ("SeriesId", "Primary", dto.get("SeriesPrimaryImageTag")),
        ("ParentThumbItemId", "Thumb", dto.get("ParentThumbImageTag")),
    )
    for owner, kind, tag in candidates:
        if isinstance(tag, str) and tag and (key := item_key(dto.get(owner))) is not None:
            return key, kind, tag
    return None


def shown_name(dto: Mapping[str, Any]) -> str:
    """How a list of problems names an item."""
    series = text(dto.get("SeriesName"))
    season, episode = number(dto.get("ParentIndexNumber")), number(dto.get("IndexNumber"))
    last = _last_episode(dto)
    place = f" S{season:02}E{episode:02}" if season is not None and episode is not None else ""
    place += f"-E{last:02}" if place and last is not None else ""
    return f"{series}{place}: {_title(dto)}" if series else _title(dto)


def milliseconds(ticks: object) -> int | None:
    """Ticks are 100 ns. None for a duration that is missing, zero or absurd."""
    if not isinstance(ticks, int) or isinstance(ticks, bool) or ticks < TICKS_PER_MS:
        return None
    found = ticks // TICKS_PER_MS
    return found if found < _LONGEST_MS else None


def rating(dto: Mapping[str, Any]) -> str | None:
    """Free text, as scraped; the household's own one counts more."""
    return text(dto.get("CustomRating")) or text(dto.get("OfficialRating"))


def text(value: object) -> str | None:
    return value.replace("\0", "").strip() or None if isinstance(value, str) else None


def number(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 31:
        return None
    return value


def day(value: object) -> date | None:
    """The date in front of a time. .NET's earliest date means that none is known."""
    if not isinstance(value, str):
        return None
    try:
        found = date.fromisoformat(value[:10])
    except ValueError:
        return None
    return found if found.year > 1 else None


def labels(values: object) -> tuple[str, ...]:
    return _distinct([found for value in values if (found := text(value))]) if isinstance(values, list) else ()


def _distinct(values: Sequence[str]) -> tuple[str, ...]:
    """The first spelling of each, whatever the case."""
    found: dict[str, str] = {}
    for value in values:
        found.setdefault(value.casefold(), value)
    return tuple(found.values())


def _title(dto: Mapping[str, Any]) -> str:
    title = text(dto.get("Name"))
    if title is not None:
        return title
    first, last = number(dto.get("IndexNumber")), _last_episode(dto)
    if dto.get("Type") == "Episode" and first is not None:
        return f"Episode {first}" if last is None else f"Episodes {first}–{last}"
    return "Untitled"


def _last_episode(dto: Mapping[str, Any]) -> int | None:
    """Of a file with several episodes; servers also name the only one of a file."""
    first, last = number(dto.get("IndexNumber")), number(dto.get("IndexNumberEnd"))
    return last if first is not None and last is not None and last > first else None
