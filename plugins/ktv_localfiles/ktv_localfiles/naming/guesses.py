"""Guesses of the guessit library, for names the own rules leave open."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from pathlib import PurePath
from typing import Any

from ktv_localfiles.naming.name import Name
from ktv_localfiles.naming.reading import Reading, may_be_episode
from ktv_localfiles.naming.release import fold, is_release, plausible_year, readable, same_name, split_year

_LONGEST = 300  # characters of a name that are worth minutes of guessing


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What guessit makes of a path; ``air_date`` in ISO form. Empty when it makes nothing of it."""

    title: str = ""
    episode_title: str = ""
    season: int | None = None
    episode: int | None = None
    last_episode: int | None = None
    year: int | None = None
    air_date: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value not in (None, "")}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Guess":
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in stored.items() if key in known})


def guess_names(paths: Sequence[str]) -> list[Guess]:
    """A guess for each path: about 15 ms each, so this runs in a worker process."""
    from guessit import guessit  # noqa: PLC0415  slow import; the host itself never needs it
    from guessit.api import GuessitException  # noqa: PLC0415  slow import too

    guesses = []
    for path in paths:
        tail = "/".join(PurePath(path).parts[-2:])
        try:
            guesses.append(_guess(guessit(tail) if len(tail) <= _LONGEST else {}))
        except GuessitException:
            guesses.append(Guess())
    return guesses


def with_guess(reading: Reading, guess: Guess | None, duration_ms: int | None) -> Name:
    """The name with what the guess adds. Own rules come first: a guess fills in, and never contradicts."""
    name = reading.name
    if guess is None or not reading.open:
        return name
    if _is_episode(reading, guess, duration_ms):
        own = reading.place.season
        return replace(
            name,
            title=guess.episode_title,
            series=guess.title or name.series,
            season=own if own is not None else guess.season,
            episode=guess.episode,
            last_episode=guess.last_episode,
        )
    if guess.air_date is not None:
        day = date.fromisoformat(guess.air_date)
        title = " ".join(filter(None, (guess.air_date, guess.episode_title)))
        return replace(name, title=title, series=guess.title, year=day.year, air_date=day)
    if guess.year is not None and guess.episode is None and split_year(f"{guess.title} {guess.year}")[1]:
        return replace(name, title=guess.title, year=guess.year)
    return replace(name, title=guess.title) if _is_shorter(reading, guess) else name


def _is_episode(reading: Reading, guess: Guess, duration_ms: int | None) -> bool:
    """A number alone proves nothing (Apollo 13): a season's folder, a series' folder or a release has to agree."""
    if guess.episode is None or not may_be_episode(duration_ms):
        return False
    if reading.place.season is not None:
        return True
    if same_name(guess.title, reading.place.parent):
        return True
    return guess.season is not None and bool(guess.title) and is_release(reading.stem)


def _is_shorter(reading: Reading, guess: Guess) -> bool:
    """Whether the guess knows more words for release tags than the own rules do."""
    own, guessed = fold(reading.name.title), fold(guess.title)
    rest = own[len(guessed) :]
    return (
        is_release(reading.stem)
        and bool(guessed)
        and own.startswith(f"{guessed} ")
        and not any(letter.isdigit() for letter in rest)
        and guess.episode is None
    )


def _guess(found: Mapping[str, Any]) -> Guess:
    day = found.get("date")
    year = found.get("year")
    episode, last = _ends(found.get("episode"))
    return Guess(
        title=_text(found.get("title")),
        episode_title=_text(found.get("episode_title")),
        season=_ends(found.get("season"))[0],
        episode=episode,
        last_episode=last,
        year=year if isinstance(year, int) and plausible_year(year) else None,
        air_date=day.isoformat() if isinstance(day, date) else None,
    )


def _text(value: object) -> str:
    return readable(value) if isinstance(value, str) else ""


def _ends(value: object) -> tuple[int | None, int | None]:
    """The first number, and the last when there are several."""
    listed = value if isinstance(value, list) else [value]
    numbers = [number for number in listed if isinstance(number, int) and 0 <= number < 10_000]
    if not numbers:
        return None, None
    return numbers[0], numbers[-1] if numbers[-1] > numbers[0] else None
