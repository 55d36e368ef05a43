"""Series, put together from groups of their episodes."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from ktv_host.db.library.item_row import fold
from ktv_host.domain.series import SeriesSummary


class _Tally:
    def __init__(self) -> None:
        self.names: set[str] = set()
        self.seasons: set[int] = set()
        self.genres: set[str] = set()  # JSON lists
        self.years: set[int] = set()
        self.episodes = 0


def summaries(groups: Iterable[Sequence[Any]]) -> list[SeriesSummary]:
    """From (instance, name, season, genres as JSON, episodes, earliest year), in order of name and instance."""
    folded: dict[str, str] = {}
    tallies: dict[tuple[str, str], _Tally] = {}
    for instance_id, name, season, genres, episodes, year in groups:
        term = folded.get(name)
        if term is None:
            term = folded[name] = fold(name)
        tally = tallies.get((term, instance_id))
        if tally is None:
            tally = tallies[term, instance_id] = _Tally()
        tally.names.add(name)
        tally.genres.add(genres)
        tally.episodes += episodes
        if season is not None:
            tally.seasons.add(season)
        if year is not None:
            tally.years.add(year)
    return [_summary(instance_id, tallies[term, instance_id]) for term, instance_id in sorted(tallies)]


def _summary(instance_id: str, tally: _Tally) -> SeriesSummary:
    genres = {fold(label): label for text in sorted(tally.genres, reverse=True) for label in orjson.loads(text)}
    return SeriesSummary(
        name=min(tally.names),
        instance_id=instance_id,
        episode_count=tally.episodes,
        season_count=len(tally.seasons),
        genres=tuple(genres[term] for term in sorted(genres)),
        year=min(tally.years, default=None),
    )
