"""Reading the name of one file (no folder, no extension), without looking at its folders. Pure."""

from collections.abc import Callable
from dataclasses import replace

from ktv_localfiles.naming.anime import read_anime
from ktv_localfiles.naming.days import read_dated
from ktv_localfiles.naming.films import read_film
from ktv_localfiles.naming.name import Name
from ktv_localfiles.naming.numbers import read_bare_number, read_episode_only, read_numbered
from ktv_localfiles.naming.release import clean, cut_release, normal


def parse_name(stem: str) -> Name:
    """An episode if it is marked as one, else a single title."""
    text = normal(stem)
    readers: tuple[Callable[[str], Name | None], ...] = (read_numbered, read_dated, read_anime, read_episode_only)
    for read in readers:
        name = read(text)
        if name is not None:
            return name
    return read_film(text)


def parse_in_season(stem: str, season: int | None) -> Name:
    """The name of a file that lies in a season's or series' folder: here a bare number is the episode."""
    text = normal(stem)
    name = read_numbered(text) or read_dated(text) or read_anime(text) or read_episode_only(text, in_season=True)
    if name is None:
        name = read_bare_number(text, season)
    if name is None:
        return Name(title=clean(cut_release(text)) or clean(text), season=season)
    return replace(name, season=name.season if name.season is not None else season)
