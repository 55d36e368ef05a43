"""Name: what the name of one file says."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """An empty ``title`` or ``series`` means that the name says nothing about it.

    ``last_episode`` is set when a file holds several: the numbers from ``episode`` to it.
    ``part`` is the number of one of several files of a film, ``edition`` what tells cuts of a film apart.
    """

    title: str
    series: str = ""
    season: int | None = None
    episode: int | None = None
    last_episode: int | None = None
    year: int | None = None
    air_date: date | None = None
    part: int | None = None
    edition: str = ""

    @property
    def numbered(self) -> bool:
        return self.episode is not None or self.season is not None
