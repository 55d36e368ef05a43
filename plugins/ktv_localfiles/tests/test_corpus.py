"""corpus/names.txt: whole paths as people have them, each with what a person would say it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from ktv_localfiles.describe import Known, describe
from ktv_localfiles.naming.guesses import guess_names
from ktv_localfiles.naming.reading import read_path

from ktv_host.hooks import MediaItem, MediaProbe

TABLE = Path(__file__).parent / "corpus" / "names.txt"
COLUMNS = 9


@dataclass(frozen=True)
class Row:
    minutes: int
    path: str
    kind: str
    title: str
    series: str
    number: str
    year: str
    air_date: str
    tags: str


def rows() -> Iterator[Row]:
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            cells = [cell.strip() for cell in line.split("|")]
            yield Row(int(cells[0]), *cells[1:], *[""] * (COLUMNS - len(cells)))


ROWS = list(rows())


def described(row: Row) -> MediaItem:
    duration_ms = row.minutes * 60_000
    probe = MediaProbe(duration_ms, "matroska,webm", "h264", "aac", 1280, 720)
    reading = read_path("Attic", row.path, duration_ms)
    guess = guess_names([row.path])[0] if reading.open else None
    return describe(Known(key="k", reading=reading, probe=probe, guess=guess))


@pytest.mark.parametrize("row", ROWS, ids=[row.path for row in ROWS])
def test_a_name_is_what_a_person_would_say(row: Row) -> None:
    item = described(row)
    number = item.season_number, item.episode_number, item.episode_number_end
    assert (item.content_type.value, item.title, item.series_name or "") == (row.kind, row.title, row.series)
    assert number == numbers(row.number)
    assert item.year == (int(row.year) if row.year else None)
    assert item.air_date == (date.fromisoformat(row.air_date) if row.air_date else None)
    if row.tags:
        assert set(item.tags) == {tag.strip() for tag in row.tags.split(",")}


def numbers(text: str) -> tuple[int | None, int | None, int | None]:
    season, _, episodes = text.partition("x")
    first, _, last = episodes.partition("-")
    return int(season) if season else None, int(first) if first else None, int(last) if last else None


def test_the_corpus_is_large_and_without_repetition() -> None:
    assert len(ROWS) >= 200
    assert len({row.path for row in ROWS}) == len(ROWS)
