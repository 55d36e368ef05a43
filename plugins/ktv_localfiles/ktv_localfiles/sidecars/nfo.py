"""Nfo: what the .nfo files that govern a video say together."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any, Literal

Kind = Literal["movie", "episode", "tvshow", "season", "musicvideo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nfo:
    """Empty texts, None and () mean that nothing is said. ``sets`` are the box sets a film belongs to."""

    kind: Kind | None = None
    title: str = ""
    series: str = ""
    season: int | None = None
    episode: int | None = None
    last_episode: int | None = None
    year: int | None = None
    air_date: date | None = None
    plot: str = ""
    rating: str = ""
    genres: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    duration_ms: int | None = None

    def to_json(self) -> dict[str, Any]:
        said = {key: value for key, value in asdict(self).items() if value not in (None, "", ())}
        return said | ({"air_date": self.air_date.isoformat()} if self.air_date else {})

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Nfo":
        known = {field.name for field in fields(cls)}
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in stored.items()
        }
        if day := values.get("air_date"):
            values["air_date"] = date.fromisoformat(day)
        return cls(**{key: value for key, value in values.items() if key in known})


def joined(parts: list[Nfo]) -> Nfo:
    """One video with several episodes: numbers from the first to the last of its season, titles of all."""
    first = parts[0]
    numbers = [
        number
        for part in parts
        if part.season == first.season
        for number in (part.episode, part.last_episode)
        if number is not None and number > (first.episode or 0)
    ]
    titles = list(dict.fromkeys(part.title for part in parts if part.title))
    plots = list(dict.fromkeys(part.plot for part in parts if part.plot))
    last = max(numbers, default=None) if first.episode is not None else None
    return replace(first, last_episode=last, title=" / ".join(titles), plot="\n\n".join(plots))


def governed(own: Nfo | None, season: Nfo | None, show: Nfo | None) -> Nfo | None:
    """What holds for one video: its own file first, then its season's and its series'."""
    if own is not None and own.kind in ("movie", "musicvideo"):
        return own
    if own is None and season is None and show is None:
        return None
    base = own or Nfo()
    above_season, above_show = season or Nfo(), show or Nfo()
    return replace(
        base,
        series=base.series or above_show.title or above_season.series,
        season=base.season if base.season is not None else above_season.season,
        rating=base.rating or above_show.rating,
        genres=base.genres or above_show.genres,
        tags=tuple(dict.fromkeys((*base.tags, *above_show.tags))),
    )
