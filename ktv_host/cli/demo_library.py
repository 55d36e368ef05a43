"""The demo library's catalogue: what there is to watch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

EDITION = "1"  # of the catalogue: a half-made library of another edition is started over

Codec = Literal["h264", "mpeg4"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoTitle:
    """One file to make: ``caption`` and ``hue`` (degrees) are its look, ``metadata`` its container's tags."""

    path: PurePosixPath
    caption: str
    hue: int
    seconds: int
    codec: Codec = "h264"
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Series:
    name: str
    year: int
    genre: str
    hue: int
    seasons: tuple[tuple[tuple[str, int, str], ...], ...]  # (title, minutes, description)


_SERIES = (
    _Series(
        name="Parkview Terrace",
        year=1993,
        genre="Comedy",
        hue=35,
        seasons=(
            (
                ("Pilot", 23, "Five strangers, four flats, one working lift: Nora takes the rooms nobody could let."),
                ("The Borrowed Piano", 22, "A piano arrives for the wrong floor and refuses to leave."),
                ("Half a Cake", 21, "Somebody ate the half that was promised, and the stairwell holds a hearing."),
                ("Mr Okafor's Quiet Week", 24, "He asked for five days without a knock. It is Tuesday."),
                ("The Lift, Again", 22, "Between the second and third floor there is time for the truth."),
                ("A Visit from Accounts", 23, "Gus tidies up three years of receipts in one evening."),
                ("Roof Garden", 25, "Everybody waters the tomatoes. That is the problem."),
            ),
            (
                ("New Locks", 22, "The building gets new keys; nobody gets the right ones."),
                ("Understudies", 21, "The drama group is two actors short and the curtain is up."),
                ("The Long Weekend", 24, "Four plans, one car, and a caravan that was never booked."),
                ("Lost and Found", 23, "The box in the hall turns out to know everyone's secrets."),
                ("Dinner for Eleven", 25, "Nora owns six plates."),
                ("The Antenna", 22, "To watch the final they must all stand exactly where they are."),
                ("Moving Day", 24, "Somebody is leaving Parkview Terrace. Somebody has not been told."),
            ),
        ),
    ),
    _Series(
        name="Lantern Bay",
        year=1998,
        genre="Mystery",
        hue=200,
        seasons=(
            (
                ("The Keeper", 28, "The light goes out for eleven minutes, and in the morning a boat is missing."),
                ("Salt Letters", 27, "A postbag lost for thirty years is delivered, to the wrong people."),
                ("Low Water", 29, "The ebb uncovers a door in the sea wall."),
                ("The Bell Buoy", 26, "It rings on windless nights. Inspector Vale has begun to write down the hours."),
                ("Fog Signal", 28, "Two witnesses swear to two different ships."),
                ("What the Harbour Kept", 29, "Everything the bay took comes back on one tide."),
            ),
            (
                ("Winter Lights", 27, "A stranger rents the cottage that does not appear on the map."),
                ("The Cartographer", 28, "Vale follows a coastline that somebody drew from memory."),
                ("Dead Reckoning", 26, "A regatta, a stopped watch, and a course nobody would set."),
                ("The Second Keeper", 29, "The log book has two handwritings. The lighthouse had one keeper."),
                ("Undertow", 28, "The case is closed. The sea disagrees."),
                ("Lights Out", 29, "Eleven minutes, once more, and this time everybody is watching."),
            ),
        ),
    ),
)

# Films and shorts: name, year, genre, minutes, hue and description.
_MOVIES = (
    ("Bakery at the End of the Line", 1991, "Comedy", 84, 20, "The last stop has one shop, and it opens at four."),
    ("The Understudy's Umbrella", 1994, "Comedy", 88, 300, "A forgotten umbrella makes an understudy famous."),
    ("Two Left Tickets", 1997, "Comedy", 92, 55, "Sold the same seat twice, two rivals share an opera season."),
    ("A Winter in Harrow Quay", 1988, "Drama", 104, 215, "A ferry pilot spends one season ashore."),
    ("The Tide House", 1986, "Horror", 96, 170, "The rooms below the water line are let by the night."),
    ("Thirteen Lanterns", 1992, "Horror", 90, 270, "Each evening the villagers light twelve."),
    ("Signal from Halcyon", 2003, "Science Fiction", 108, 240, "A probe answers a question nobody has asked yet."),
    ("North of the Salt Road", 1979, "Adventure", 110, 95, "Four surveyors, one mule, and a mountain not on file."),
)

_SHORTS = (
    ("A Minute of Rain", 2010, "Documentary", 1, 205, "One minute, one window."),
    ("Goodnight, Transmitter", 1999, "Documentary", 6, 250, "The last shift of a relay station on a hill."),
    ("Kettle Song", 2008, "Animation", 2, 15, "A kitchen tunes up."),
    ("Moth and Lamp", 2012, "Animation", 2, 50, "It goes as it always goes, but kindly."),
    ("Paper Boats", 2005, "Animation", 3, 185, "A gutter, a storm, a fleet."),
    ("Seven Ways to Fold a Map", 2001, "Documentary", 7, 75, "None of them right."),
    ("The Clockmaker's Cat", 2015, "Animation", 5, 320, "She is never late."),
    ("Tram 9", 1996, "Documentary", 4, 125, "End to end in four minutes, as the driver sees it."),
    ("Tuning Fork", 2011, "Animation", 1, 285, "A, and what came of it."),
)

# The one file no player takes as it is: it shows that K-TV transcodes what it must, and only that.
_OLD_TAPE = DemoTitle(
    path=PurePosixPath("Shorts/The Long Way to the Post Box.avi"),
    caption="The Long Way to the Post Box",
    hue=0,
    seconds=8 * 60,
    codec="mpeg4",
    metadata={
        "title": "The Long Way to the Post Box",
        "genre": "Documentary",
        "date": "1983",
        "comment": "A letter, a street, and everybody one meets on the way.",
    },
)


def demo_titles() -> tuple[DemoTitle, ...]:
    """Every file of the library, in order of path."""
    titles = [*_episodes(), *_movies(), *_shorts(), _OLD_TAPE]
    return tuple(sorted(titles, key=lambda title: title.path))


def _episodes() -> list[DemoTitle]:
    titles = []
    for series in _SERIES:
        for season, episodes in enumerate(series.seasons, 1):
            for number, (name, minutes, description) in enumerate(episodes, 1):
                code = f"S{season:02}E{number:02}"
                folder = f"Series/{series.name} ({series.year})/Season {season:02}"
                metadata = _tags(name, series.genre, series.year + season - 1, description) | {
                    "show": series.name,
                    "season_number": str(season),
                    "episode_sort": str(number),
                }
                titles.append(
                    DemoTitle(
                        path=PurePosixPath(f"{folder}/{series.name} - {code} - {name}.mp4"),
                        caption=f"{series.name} {code} {name}",
                        hue=(series.hue + 40 * (season - 1) + 5 * number) % 360,
                        seconds=minutes * 60,
                        metadata=metadata,
                    )
                )
    return titles


def _movies() -> list[DemoTitle]:
    return [
        DemoTitle(
            path=PurePosixPath(f"Movies/{genre}/{name} ({year}).mp4"),
            caption=f"{name} {year}",
            hue=hue,
            seconds=minutes * 60,
            metadata=_tags(name, genre, year, description),
        )
        for name, year, genre, minutes, hue, description in _MOVIES
    ]


def _shorts() -> list[DemoTitle]:
    return [
        DemoTitle(
            path=PurePosixPath(f"Shorts/{name}.mp4"),
            caption=name,
            hue=hue,
            seconds=minutes * 60,
            metadata=_tags(name, genre, year, description),
        )
        for name, year, genre, minutes, hue, description in _SHORTS
    ]


def _tags(title: str, genre: str, year: int, description: str) -> dict[str, str]:
    return {"title": title, "genre": genre, "date": str(year), "description": description}
