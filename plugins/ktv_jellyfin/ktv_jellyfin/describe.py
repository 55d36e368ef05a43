"""Jellyfin's items as media items. Pure: values in, values out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ktv_host.hooks import ContentType, MediaItem
from ktv_jellyfin.dto import Dto
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


def describe(dto: Dto, *, series: Mapping[str, Inherited], collections: Sequence[str] = ()) -> MediaItem | None:
    """The item, or None for what is not a video with an id we can use. Unknown kinds of a later server are none."""
    key, kind = item_key(dto.id), _KINDS.get(text(dto.type) or "")
    if key is None or kind is None:
        return None
    content_type, tag = kind
    if dto.type == "Video":
        tag = _EXTRAS.get(text(dto.extra_type) or "", tag)
    duration_ms = None if unplayable(dto) else milliseconds(dto.run_time_ticks)
    if content_type is ContentType.MOVIE and duration_ms is not None and duration_ms < _SHORT_FILM_MS:
        content_type, tag = ContentType.SHORT, "Short film"
    episode = content_type is ContentType.EPISODE
    shown = series.get(item_key(dto.series_id) or "", NOTHING)
    aired = day(dto.premiere_date)
    return MediaItem(
        key=key,
        title=_title(dto),
        content_type=content_type,
        duration_ms=duration_ms,
        series_name=text(dto.series_name) if episode else None,
        season_number=number(dto.parent_index_number) if episode else None,
        episode_number=number(dto.index_number) if episode else None,
        episode_number_end=_last_episode(dto) if episode else None,
        year=number(dto.production_year) or (aired.year if aired else None),
        genres=labels(dto.genres) or shown.genres,
        tags=_distinct([*([tag] if tag else []), *labels(dto.tags), *shown.tags]),
        collections=tuple(collections),
        description=text(dto.overview),
        rating=rating(dto) or shown.rating,
        air_date=aired,
        artwork=picture(dto) is not None,
    )


def inherited(dto: Dto) -> Inherited:
    return Inherited(labels(dto.genres), labels(dto.tags), rating(dto))


def unplayable(dto: Dto) -> str | None:
    """Why an item cannot be aired from one file; None when it can, as far as the item tells."""
    if dto.is_place_holder:
        return "it stands for a disc that is not in the library"
    if dto.location_type in ("Virtual", "Offline"):
        return "it has no file at the moment"
    found = _NO_SINGLE_FILE.get(text(dto.video_type) or "")
    return f"it is {found}; only single video files can be aired" if found else None


def problem(dto: Dto) -> str | None:
    """Why an item is listed but never scheduled, for a person."""
    reason = unplayable(dto)
    if reason is None and milliseconds(dto.run_time_ticks) is None:
        return "its duration is unknown; Jellyfin has not looked into the file yet"
    return reason


def picture(dto: Dto) -> tuple[str, str, str] | None:
    """(item, type, tag) of the picture to show: its own, else its series'."""
    own = dto.image_tags if isinstance(dto.image_tags, dict) else {}
    backdrops = dto.backdrop_image_tags
    candidates = (
        (dto.id, "Primary", own.get("Primary")),
        (dto.id, "Thumb", own.get("Thumb")),
        (dto.id, "Backdrop", backdrops[0] if isinstance(backdrops, list) and backdrops else None),
        (dto.series_id, "Primary", dto.series_primary_image_tag),
        (dto.parent_thumb_item_id, "Thumb", dto.parent_thumb_image_tag),
    )
    for owner, kind, tag in candidates:
        if isinstance(tag, str) and tag and (key := item_key(owner)) is not None:
            return key, kind, tag
    return None


def shown_name(dto: Dto) -> str:
    """How a list of problems names an item."""
    series = text(dto.series_name)
    season, episode = number(dto.parent_index_number), number(dto.index_number)
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


def rating(dto: Dto) -> str | None:
    """Free text, as scraped; the household's own one counts more."""
    return text(dto.custom_rating) or text(dto.official_rating)


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
    if len(values) < 2:
        return tuple(values)
    found: dict[str, str] = {}
    for value in values:
        found.setdefault(value.casefold(), value)
    return tuple(found.values())


def _title(dto: Dto) -> str:
    title = text(dto.name)
    if title is not None:
        return title
    first, last = number(dto.index_number), _last_episode(dto)
    if dto.type == "Episode" and first is not None:
        return f"Episode {first}" if last is None else f"Episodes {first}–{last}"
    return "Untitled"


def _last_episode(dto: Dto) -> int | None:
    """Of a file with several episodes; servers also name the only one of a file."""
    first, last = number(dto.index_number), number(dto.index_number_end)
    return last if first is not None and last is not None and last > first else None
