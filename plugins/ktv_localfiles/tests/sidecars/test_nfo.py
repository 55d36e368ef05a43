from datetime import date

from ktv_localfiles.sidecars.nfo import Nfo, governed

SHOW = Nfo(
    kind="tvshow",
    title="The Show",
    rating="TV-14",
    genres=("Drama",),
    tags=("prison",),
    plot="About it all.",
    year=2001,
)


def test_an_episode_inherits_from_its_series_what_it_does_not_say() -> None:
    own = Nfo(kind="episode", title="Pilot", season=1, episode=1, rating="TV-MA", tags=("pilot",))
    found = governed(own, None, SHOW)
    assert found is not None
    assert (found.title, found.series, found.rating, found.genres) == ("Pilot", "The Show", "TV-MA", ("Drama",))
    assert (found.tags, found.plot, found.year) == (("pilot", "prison"), "", None)


def test_a_series_alone_names_the_series() -> None:
    found = governed(None, None, SHOW)
    assert found is not None
    assert (found.kind, found.title, found.series, found.plot) == (None, "", "The Show", "")


def test_a_season_gives_its_number() -> None:
    found = governed(None, Nfo(kind="season", season=3), None)
    assert found is not None
    assert found.season == 3


def test_a_film_below_a_series_stays_a_film() -> None:
    film = Nfo(kind="movie", title="The Movie")
    assert governed(film, None, SHOW) == film
    assert governed(None, None, None) is None


def test_notes_survive_being_stored() -> None:
    nfo = Nfo(kind="movie", title="T", air_date=date(1999, 1, 2), genres=("A", "B"), duration_ms=5, season=0)
    assert Nfo.from_json(nfo.to_json()) == nfo
    assert Nfo.from_json({"title": "T", "of the future": 1}) == Nfo(title="T")
