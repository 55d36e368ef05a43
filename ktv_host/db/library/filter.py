"""MediaFilter as a WHERE clause over ``library_items AS i``. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ktv_host.db.engine.json_text import among, to_json
from ktv_host.db.engine.url import Dialect
from ktv_host.db.library.item_row import fold_term
from ktv_host.db.library.search_row import Search, search_for
from ktv_host.domain.filter import MediaFilter

PRESENT = "i.gone_at IS NULL"


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL and the values of its parameters."""

    sql: str
    values: dict[str, Any] = field(default_factory=dict)


def condition(wanted: MediaFilter, instances: Sequence[str] | None, dialect: Dialect) -> Condition:
    """Present items that match; ``instances`` None means all of them."""
    parts = [PRESENT]
    values: dict[str, Any] = {}

    def need(sql: str, **given: Any) -> None:
        parts.append(sql)
        values.update(given)

    if instances is not None:
        # "+" keeps SQLite from walking the primary key, which would mean to sort everything afterwards
        column = "+i.instance_id" if dialect == "sqlite" else "i.instance_id"
        need(among(dialect, column, "instances"), instances=to_json(list(instances)))
    if wanted.content_type is not None:
        need("i.content_type = :content_type", content_type=wanted.content_type.value)
    if wanted.decade is not None:
        need("i.year BETWEEN :first_year AND :last_year", first_year=wanted.decade, last_year=wanted.decade + 9)
    if wanted.min_duration_secs is not None:
        need("i.duration_secs >= :min_duration", min_duration=wanted.min_duration_secs)
    if wanted.max_duration_secs is not None:
        need("i.duration_secs <= :max_duration", max_duration=wanted.max_duration_secs)
    for kind, labels in (
        ("genre", wanted.genres),
        ("tag", wanted.tags),
        ("collection", wanted.collections),
        ("series", wanted.series_names),
    ):
        if labels:
            need(_has_term(kind, dialect), **{f"{kind}_terms": to_json([fold_term(label) for label in labels])})
    search = search_for(wanted.search_term, dialect)
    if search is not None:
        need(_found(search), search_words=search.anywhere)
    return Condition(" AND ".join(parts), values)


def _found(search: Search) -> str:
    if not search.words:
        return "FALSE"  # without a single letter nothing is found
    rows = "SELECT s.instance_id, s.key FROM library_search AS s WHERE"
    if search.dialect == "sqlite":
        return (
            f"(i.instance_id, i.key) IN ({rows} s.id IN"
            " (SELECT rowid FROM library_fts WHERE library_fts MATCH :search_words))"
        )
    return f"(i.instance_id, i.key) IN ({rows} s.words @@ CAST(:search_words AS tsquery))"


def _has_term(kind: str, dialect: Dialect) -> str:
    return (
        "i.term_set IN (SELECT t.set_id FROM library_terms AS t"
        f" WHERE t.kind = '{kind}' AND {among(dialect, 't.term', f'{kind}_terms')})"
    )
