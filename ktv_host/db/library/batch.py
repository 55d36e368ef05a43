"""What a sync writes of some items: rows of four tables, made ready before anything is locked, and their SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ktv_host.db.engine.json_text import Kind, among, records, to_json
from ktv_host.db.engine.row_batch import ROWS, RowBatch, row_batch
from ktv_host.db.engine.url import Dialect
from ktv_host.db.library.item_row import digest, item_values
from ktv_host.db.library.search_row import search_values
from ktv_host.db.library.term_set import term_set
from ktv_host.db.library.word_counts import WordCounts, count_words
from ktv_host.domain.media import MediaItem

ITEM: Mapping[str, Kind] = {
    "key": "text",
    "title": "text",
    "content_type": "text",
    "duration_ms": "bigint",
    "series_name": "text",
    "season_number": "bigint",
    "episode_number": "bigint",
    "episode_number_end": "bigint",
    "year": "bigint",
    "genres": "text",
    "tags": "text",
    "collections": "text",
    "description": "text",
    "rating": "text",
    "air_date": "text",
    "artwork": "boolean",
    "duration_secs": "bigint",
    "sort_key": "text",
    "sort_title": "text",
    "term_set": "text",
    "digest": "text",
}
TERM: Mapping[str, Kind] = {"kind": "text", "term": "text", "set_id": "text", "label": "text"}
SEARCH: Mapping[str, Kind] = {"key": "text", "title": "text", "series": "text", "words": "text"}
COUNT: Mapping[str, Kind] = {"word": "text", "items": "bigint", "titles": "bigint"}

COLUMNS = ", ".join(ITEM)
INSERT_ITEMS = (
    f"INSERT INTO library_items (instance_id, {COLUMNS}, added_at, updated_at, gone_at)"
    f" SELECT :instance_id, {COLUMNS}, :now, :now, NULL FROM {ROWS} WHERE TRUE ON CONFLICT (instance_id, key)"
)
# what is there already stays as it is
ADD_ITEMS = f"{INSERT_ITEMS} DO NOTHING"
# what is there already is overwritten, except when it was added; what was gone is back
OVERWRITE_ITEMS = f"{INSERT_ITEMS} DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in (*ITEM, "updated_at", "gone_at") if name != "key"
)


@dataclass(frozen=True, slots=True)
class Batch:
    """``terms`` and ``search`` are rows as JSON lists of lists, in the order of the columns above."""

    items: RowBatch
    terms: str
    search: "SearchRows"


@dataclass(frozen=True, slots=True)
class SearchRows:
    """``rows`` as JSON, and the words in them."""

    rows: str
    words: WordCounts


def make_batch(dialect: Dialect, instance_id: str, items: Sequence[MediaItem], digests: Mapping[str, str]) -> Batch:
    rows, sets = [], {}
    for item in items:
        found = term_set(item)
        if found is not None:
            sets[found.id] = found
        rows.append((*item_values(instance_id, item).values(), found and found.id, digests[item.key]))
    # in one order: two writers may meet at the same sets
    terms = sorted((term.kind, term.term, each.id, term.label) for each in sets.values() for term in each.terms)
    return Batch(row_batch(dialect, ITEM, rows), to_json(terms), search_rows(instance_id, items))


def search_rows(instance_id: str, items: Sequence[MediaItem]) -> SearchRows:
    rows = [search_values(instance_id, item) for item in items]
    return SearchRows(to_json([list(row.values()) for row in rows]), count_words([row["words"] for row in rows]))


def digests_of(items: Sequence[MediaItem]) -> dict[str, str]:
    """By key; of two items with one key the last holds."""
    return {item.key: digest(item) for item in items}


def write_terms(dialect: Dialect) -> str:
    columns = ", ".join(TERM)
    return (
        f"INSERT INTO library_terms ({columns})"
        f" SELECT {columns} FROM {records(dialect, 'rows', TERM)} WHERE TRUE ON CONFLICT DO NOTHING"
    )


def write_search(dialect: Dialect) -> str:
    words = "words" if dialect == "sqlite" else "array_to_tsvector(string_to_array(ltrim(words), ' '))"
    return (
        "INSERT INTO library_search (instance_id, key, title, series, words)"
        f" SELECT :instance_id, key, title, series, {words} FROM {records(dialect, 'rows', SEARCH)} WHERE TRUE"
    )


def forget_search(dialect: Dialect) -> str:
    """Answers the words of what it forgets."""
    words = "words" if dialect == "sqlite" else "array_to_string(tsvector_to_array(words), ' ')"
    return (
        f"DELETE FROM library_search WHERE instance_id = :instance_id AND {among(dialect, 'key', 'keys')}"
        f" RETURNING {words}"
    )


def write_word_counts(dialect: Dialect) -> str:
    """They are added to what is counted already."""
    return (
        "INSERT INTO library_words (word, instance_id, items, titles)"
        f" SELECT word, :instance_id, items, titles FROM {records(dialect, 'rows', COUNT)} WHERE TRUE"
        " ON CONFLICT (word, instance_id) DO UPDATE SET"
        " items = library_words.items + excluded.items, titles = library_words.titles + excluded.titles"
    )
