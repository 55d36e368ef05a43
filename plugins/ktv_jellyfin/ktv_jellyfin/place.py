"""Where a pass is: a cursor that survives restarts, and finding the way when the list moved meanwhile. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

import orjson

_FORM = 1


@dataclass(frozen=True, slots=True)
class Place:
    """The next item of a listing is number ``start``; the one before it was ``anchor``."""

    start: int = 0
    anchor: str | None = None
    size: int = 500

    @property
    def window(self) -> tuple[int, int]:
        """(startIndex, limit) of the next request: the anchor is asked for again, to see whether the list moved."""
        return (self.start - 1, self.size + 1) if self.anchor is not None else (self.start, self.size)

    def back(self) -> "Place":
        """A page further back, where nobody has to be met."""
        return Place(max(0, self.start - self.size), None, self.size)


@dataclass(frozen=True, slots=True)
class Cursor:
    """``pass_id`` names the pass, ``page`` counts its pages, ``section`` is the one being read."""

    pass_id: str
    page: int
    section: str
    place: Place

    def __str__(self) -> str:
        place = self.place
        return orjson.dumps(
            [_FORM, self.pass_id, self.page, self.section, place.start, place.anchor, place.size]
        ).decode()


def read_cursor(text: str | None) -> Cursor | None:
    """None for what is no cursor of this version: the pass begins again."""
    try:
        values = orjson.loads(text or "")
    except orjson.JSONDecodeError:
        return None
    match values:
        case [form, str(pass_id), int(page), str(section), int(start), str() | None as anchor, int(size)] if (
            form == _FORM and page >= 0 and start >= (0 if anchor is None else 1) and 1 <= size <= 10_000
        ):
            return Cursor(pass_id, page, section, Place(start, anchor, size))
    return None


def after(ids: Iterable[str | None], anchor: str | None) -> int | None:
    """How many of a page's items are behind us; None when the anchor is not there: the list moved."""
    if anchor is None:
        return 0
    return next((number for number, key in enumerate(ids, 1) if key == anchor), None)
