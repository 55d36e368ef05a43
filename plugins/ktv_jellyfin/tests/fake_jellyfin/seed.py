"""Libraries to begin with: a small one with one of everything, or a large one for measurements."""

from collections.abc import Iterator
from typing import Any

from fake_jellyfin.clips import LENGTHS
from fake_jellyfin.library import Library, Shelf
from fake_jellyfin.records import Record, later, make_id, ticks

FILMS, SERIES, MUSIC_VIDEOS, HOME_VIDEOS, MUSIC = "Films", "Series", "Music videos", "Family", "Songs"
_SHELVES = (
    (FILMS, "movies"),
    (SERIES, "tvshows"),
    (MUSIC_VIDEOS, "musicvideos"),
    (HOME_VIDEOS, "homevideos"),
    (MUSIC, "music"),
)

_FILMS: tuple[tuple[str, int, tuple[str, ...], str], ...] = (
    ("The Long Harbour", 1994, ("Drama",), "PG-13"),
    ("Two Left Feet", 1996, ("Comedy",), "PG"),
    ("Night Over Basalt", 1998, ("Thriller", "Science Fiction"), "R"),
    ("Night Over Basalt II", 2001, ("Thriller", "Science Fiction"), "R"),
    ("Größer als der Mond", 2012, ("Family", "Animation"), "FSK-6"),
)
_SHOWS: tuple[tuple[str, int, tuple[str, ...], int], ...] = (
    ("Corner Shop", 1993, ("Comedy",), 4),
    ("Signal, Lost & Found", 2005, ("Science Fiction", "Drama"), 3),
)


def small(server: str) -> Library:
    """A library of each kind: films, two series with specials and a double episode, videos, a box set."""
    library = Library(server, [Shelf(make_id(server, name), name, kind, f"/media/{name}") for name, kind in _SHELVES])
    films = [library.add(film) for film in _films(server)]
    for show in _shows(server):
        library.add(show)
    library.add(_video(server, MUSIC_VIDEOS, "MusicVideo", "Three Chords", 1985, 30))
    library.add(_video(server, HOME_VIDEOS, "Video", "Summer at the Lake", 2019, 31))
    box_set = Record(make_id(server, "box"), "BoxSet", "Night Over Basalt Collection", None, created=later(40))
    box_set.linked = [films[2].id, films[3].id, make_id(server, "Corner Shop")]
    library.add(box_set)
    return library


def large(server: str, episodes: int) -> Library:
    """Series of a hundred episodes each, with all the pictures of a well-kept library: much of an answer."""
    library = Library(server, [Shelf(make_id(server, SERIES), SERIES, "tvshows", "/media/Series")])
    for number in range((episodes + 99) // 100):
        title = f"Series {number:04}"
        show = _show(server, title, 1980 + number % 40, ("Comedy", "Drama"))
        library.add(show)
        for episode in range(min(100, episodes - 100 * number)):
            record = _episode(server, show, title, 1 + episode // 25, 1 + episode % 25, number + episode / 1000)
            record.fields |= _pictures(record, show)
            library.add(record)
    return library


def odd(server: str) -> list[Record]:
    """What cannot be aired from one file, and what has no duration."""
    shelf = make_id(server, FILMS)

    def film(name: str, hours: float, clip: str | None = None, **fields: Any) -> Record:
        path = f"/media/{FILMS}/{name}"
        record = Record(make_id(server, name), "Movie", name, shelf, (shelf,), created=later(hours), clip=clip)
        record.fields = {"ProductionYear": 2000, "RunTimeTicks": ticks(5400), "VideoType": "VideoFile", **fields}
        record.extra = {"Path": path, "Genres": []}
        return record

    return [
        film("A Disc", 50, VideoType="Dvd"),
        film("An Image", 51, VideoType="Iso", IsoType="Dvd"),
        film("A Placeholder", 52, IsPlaceHolder=True),
        film("Not Probed", 53, clip="film", RunTimeTicks=None),
        film("No Length", 54, clip="film", RunTimeTicks=0),
        film("Far Away.strm", 55),
    ]


def _films(server: str) -> Iterator[Record]:
    shelf = make_id(server, FILMS)
    for number, (name, year, genres, rating) in enumerate(_FILMS):
        record = Record(make_id(server, name), "Movie", name, shelf, (shelf,), created=later(number), clip="film")
        record.fields = {
            "ProductionYear": year,
            "PremiereDate": f"{year}-03-0{number + 1}T00:00:00.0000000Z",
            "OfficialRating": rating,
            "CommunityRating": 6.5,
            "RunTimeTicks": ticks(LENGTHS["film"]),
            "VideoType": "VideoFile",
            "ImageTags": {"Primary": f"tag{number}"},
            "BackdropImageTags": [],
        }
        record.extra = {
            "Path": f"/media/{FILMS}/{name} ({year})/{name} ({year}).mp4",
            "Genres": list(genres),
            "Tags": ["Cult"] if number == 1 else [],
            "Overview": f"What happened in {year}.",
            "Chapters": [_chapter(0, "Opening"), _chapter(400, "The End")],
        }
        yield record


def _shows(server: str) -> Iterator[Record]:
    for place, (title, year, genres, count) in enumerate(_SHOWS):
        show = _show(server, title, year, genres)
        yield show
        for season in (1, 2):
            for episode in range(1, count + 1):
                yield _episode(server, show, title, season, episode, 10 + place + episode / 100 + season / 10)
        special = _episode(server, show, title, 0, 1, 15 + place)
        special.fields |= {"AirsBeforeSeasonNumber": 2}
        yield special
        double = _episode(server, show, title, 2, count + 1, 16 + place)
        double.fields |= {"IndexNumberEnd": count + 2}
        yield double
        missing = _episode(server, show, title, 2, count + 3, 17 + place)
        missing.virtual, missing.clip = True, None
        yield missing


def _show(server: str, title: str, year: int, genres: tuple[str, ...]) -> Record:
    shelf = make_id(server, SERIES)
    show = Record(make_id(server, title), "Series", title, shelf, (shelf,), created=later(5))
    show.fields = {
        "ProductionYear": year,
        "OfficialRating": "TV-14",
        "Status": "Ended",
        "ImageTags": {"Primary": "poster"},
        "BackdropImageTags": [],
    }
    show.extra = {"Genres": list(genres), "Tags": ["Rerun"], "Overview": f"{title}, from {year} on."}
    return show


def _episode(server: str, show: Record, title: str, season: int, number: int, hours: float) -> Record:
    season_id = make_id(server, f"{title}/{season}")
    name = f"{title} {season}x{number:02}"
    record = Record(
        make_id(server, name), "Episode", f"Part {number}", show.library, (show.library or "", show.id, season_id)
    )
    record.created, record.clip = later(hours), "episode"
    record.fields = {
        "SeriesName": title,
        "SeriesId": show.id,
        "SeasonId": season_id,
        "SeasonName": f"Season {season}" if season else "Specials",
        "ParentIndexNumber": season,
        "IndexNumber": number,
        "ProductionYear": show.fields["ProductionYear"] + season,
        "PremiereDate": f"{show.fields['ProductionYear'] + season}-09-{number % 28 + 1:02}T00:00:00.0000000Z",
        "CommunityRating": 7.5,
        "RunTimeTicks": ticks(LENGTHS["episode"]),
        "VideoType": "VideoFile",
        "ImageTags": {},
        "BackdropImageTags": [],
        "SeriesPrimaryImageTag": "poster",
    }
    record.extra = {
        "Path": f"/media/{SERIES}/{title}/Season {season:02}/{name}.mp4",
        "Genres": [],
        "Tags": [],
        "Overview": f"In part {number} of season {season} of {title} much happens that takes a sentence or two.",
        "Chapters": [],
    }
    record.segments = [("Intro", 2, 8), ("Outro", LENGTHS["episode"] - 6, LENGTHS["episode"])]
    return record


def _pictures(record: Record, show: Record) -> dict[str, Any]:
    own, poster, backdrop, logo = (f"{kind}{record.id[:28]}" for kind in "pqbl")
    return {
        "HasSubtitles": True,
        "ImageTags": {"Primary": own},
        "SeriesPrimaryImageTag": poster,
        "ParentLogoItemId": show.id,
        "ParentLogoImageTag": logo,
        "ParentBackdropItemId": show.id,
        "ParentBackdropImageTags": [backdrop],
        "ParentThumbItemId": show.id,
        "ParentThumbImageTag": poster,
        "ImageBlurHashes": {
            "Primary": {
                own: "WQF}P7~qRjM{M{t7RjWBM{ofWBt7%Mt7Rjj[ofay",
                poster: "dGF5?xYk^6#M@-5c,1J5@[or[Q6.~q%2s:oft7Rjayj[",
            },
            "Backdrop": {backdrop: "WE9@*2xuD%M{t7WB_3WBIUofofay~qRjM{oft7of"},
            "Logo": {logo: "OGF5?xYk^6#M9wofWBj[ay"},
        },
    }


def _chapter(seconds: float, name: str) -> dict[str, Any]:
    nowhen = "0001-01-01T00:00:00.0000000Z"
    return {"StartPositionTicks": ticks(seconds), "Name": name, "ImageDateModified": nowhen}


def _video(server: str, shelf_name: str, kind: str, name: str, year: int, hours: float) -> Record:
    shelf = make_id(server, shelf_name)
    record = Record(make_id(server, name), kind, name, shelf, (shelf,), created=later(hours), clip="short")
    record.fields = {
        "ProductionYear": year,
        "RunTimeTicks": ticks(LENGTHS["short"]),
        "VideoType": "VideoFile",
        "ImageTags": {},
        "BackdropImageTags": [],
    }
    record.extra = {"Path": f"/media/{shelf_name}/{name}.mp4", "Genres": [], "Tags": []}
    return record
