"""The query string of ``GET /Items``: names count in any case, unknown enum values are passed over in silence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web

from fake_jellyfin.library import Query


@dataclass(frozen=True)
class Asked:
    """A query and the window and fields of the answer."""

    query: Query
    start: int
    limit: int | None
    count: bool
    fields: frozenset[str]
    pictures: bool
    user_id: str | None


def read(request: web.Request) -> Asked:
    values = {name.lower(): value for name, value in request.query.items()}
    saved = values.get("mindatelastsaved")
    query = Query(
        kinds=frozenset(_list(values, "includeitemtypes")),
        parent=_bare(values.get("parentid")),
        recursive=values.get("recursive") == "true",
        ids=tuple(_bare(each) or "" for each in _list(values, "ids")),
        without_virtual="Virtual" in _list(values, "excludelocationtypes"),
        saved_since=datetime.fromisoformat(saved).astimezone(UTC) if saved else None,
        search=values.get("searchterm", ""),
    )
    limit = values.get("limit")
    return Asked(
        query,
        int(values.get("startindex", "0")),
        int(limit) if limit else None,
        values.get("enabletotalrecordcount", "true") == "true",
        frozenset(_list(values, "fields")),
        values.get("enableimages", "true") == "true",
        _bare(values.get("userid")),
    )


def _list(values: Mapping[str, str], name: str) -> list[str]:
    return [part for part in values.get(name, "").split(",") if part]


def _bare(text: str | None) -> str | None:
    return text.replace("-", "").lower() if text else None
