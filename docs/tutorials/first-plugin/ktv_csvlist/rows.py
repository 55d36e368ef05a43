"""Reads the list: pure functions from text to items."""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO

from ktv_host.hooks import ContentType, MediaItem, Problem, ProviderConfigInvalid

COLUMNS = {"address", "title", "minutes"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list: ``address`` is a URL, or a path as seen from the folder of the list."""

    address: str
    item: MediaItem


def read(text: str) -> tuple[dict[str, Entry], list[Problem]]:
    """Entries by key, and the lines that cannot be used. Raises ProviderConfigInvalid."""
    table = csv.DictReader(StringIO(text))
    if missing := COLUMNS - set(table.fieldnames or ()):
        raise ProviderConfigInvalid(f"the list has no column {', '.join(sorted(missing))}")
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for row in table:
        try:
            entry = parse(row)
        except ValueError as error:
            problems.append(Problem(f"line {table.line_num}", str(error)))
        else:
            entries[entry.item.key] = entry
    return entries, problems


def parse(row: Mapping[str, str | None]) -> Entry:
    """One line. Raises ValueError that says what is wrong with it."""
    cells = {name: (value or "").strip() for name, value in row.items() if isinstance(value, str | None)}
    address, title, series = cells["address"], cells["title"], cells.get("series")
    if not address or not title:
        raise ValueError("it has no address or no title")
    item = MediaItem(
        key=hashlib.sha256(address.encode()).hexdigest()[:16],
        title=title,
        content_type=ContentType.EPISODE if series else ContentType.MOVIE,
        duration_ms=int(float(cells["minutes"] or 0) * 60_000),
        series_name=series or None,
        season_number=number(cells.get("season")),
        episode_number=number(cells.get("episode")),
        year=number(cells.get("year")),
        genres=tuple(genre.strip() for genre in cells.get("genres", "").split(";") if genre.strip()),
    )
    return Entry(address, item)


def number(cell: str | None) -> int | None:
    return int(cell) if cell else None
