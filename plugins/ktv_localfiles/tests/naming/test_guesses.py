"""What guessit adds to names the own rules leave open, and where it is not believed."""

import pytest
from ktv_localfiles.naming.guesses import Guess, guess_names, with_guess
from ktv_localfiles.naming.name import Name
from ktv_localfiles.naming.reading import read_path

MINUTE = 60_000


def read(path: str, minutes: int = 42) -> Name:
    reading = read_path("root", path, minutes * MINUTE)
    assert reading.open, "nobody would guess"
    (guess,) = guess_names([path])
    return with_guess(reading, guess, minutes * MINUTE)


def test_a_release_with_three_digits_is_an_episode() -> None:
    name = read("show.name.102.hdtv-lol.avi")
    assert (name.series, name.season, name.episode) == ("show name", 1, 2)


def test_the_same_digits_of_a_film_are_none() -> None:
    assert read("Room.237.1080p.BluRay.mkv", minutes=102).episode is None


@pytest.mark.parametrize("path", ["Apollo 13.mkv", "300.mkv", "Blade Runner 2049.mkv"])
def test_numbers_of_titles_stay_where_they_are(path: str) -> None:
    name = read(path, minutes=20)
    assert (name.title, name.episode) == (path.removesuffix(".mkv"), None)


@pytest.mark.parametrize(
    "path",
    [
        "Heat (1995).mkv",
        "Show - S01E02.mkv",
        "Show - 2019-05-04.mkv",
        "A Title in Words.mkv",
        "Film (1995)-trailer.mkv",
    ],
)
def test_a_name_that_is_understood_is_not_guessed(path: str) -> None:
    assert not read_path("root", path, 42 * MINUTE).open


def test_a_guess_never_contradicts() -> None:
    reading = read_path("root", "Heat (1995).mkv", 42 * MINUTE)
    assert with_guess(reading, Guess(title="Other", year=2001, season=1, episode=2), 42 * MINUTE) == reading.name


def test_a_guess_survives_being_stored() -> None:
    guess = Guess(title="T", season=0, episode=5, last_episode=6, air_date="2020-01-02")
    assert Guess.from_json(guess.to_json()) == guess
    assert Guess.from_json(Guess().to_json()) == Guess()


def test_a_monstrous_name_costs_nothing() -> None:
    assert guess_names(["a.1." * 10_000]) == [Guess()]
