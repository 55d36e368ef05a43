"""The search index is built over a library that was there before it."""

import re
from pathlib import Path

from ktv_host.db.engine.database import open_database
from ktv_host.db.engine.migrate import HOST, migrate_host, migrate_host_to
from ktv_host.db.library.reading import LibrarySearch
from ktv_host.db.library.writing import LibraryRepository
from ktv_host.domain.filter import MediaFilter

ROW = (
    "INSERT INTO library_items (instance_id, key, title, content_type, genres, tags, collections, artwork, sort_key,"
    " sort_title, search_text, digest, added_at, updated_at, gone_at) VALUES ('one', :key, :title, 'movie',"
    " '[\"Drama\"]', '[]', '[]', FALSE, :key, :key, '', '', 0, 0, :gone_at)"
)


def revision_before(name: str) -> str:
    (script,) = Path(HOST.versions).glob(f"m*_{name}.py")
    (found,) = re.findall(r'^down_revision = "(\d+)"', script.read_text(encoding="utf-8"), re.MULTILINE)
    return str(found)


async def test_what_was_there_is_found_and_what_was_gone_is_not(empty_database_url: str) -> None:
    await migrate_host_to(empty_database_url, revision_before("search_index"))
    async with open_database(empty_database_url) as database:
        rows = [{"key": f"k{n}", "title": f"Élan {n}", "gone_at": None if n else 1} for n in range(3_000)]
        await database.execute_many(ROW, rows)
    await migrate_host(empty_database_url)
    async with open_database(empty_database_url) as database:
        found, total = await LibrarySearch(database).find(MediaFilter(search_term="dra elan"), limit=1)
        assert total == 2_999
        assert found[0].media.title == "Élan 1"


OLD = (
    "INSERT INTO library_items (instance_id, key, title, content_type, series_name, genres, tags, collections, artwork,"
    " sort_key, sort_title, digest, added_at, updated_at, gone_at) VALUES (:instance_id, :key, :title, 'episode',"
    " 'Élan vital', '[\"Drama\"]', '[]', '[]', FALSE, :key, :key, '', 0, 0, :gone_at)"
)


async def test_words_of_what_was_there_are_counted(empty_database_url: str) -> None:
    await migrate_host_to(empty_database_url, revision_before("word_counts"))
    async with open_database(empty_database_url) as database:
        rows = [
            {"instance_id": "one" if n % 2 else "two", "key": f"k{n}", "title": f"Elbow {n}", "gone_at": n % 10 or None}
            for n in range(5_000)
        ]
        await database.execute_many(OLD, rows)
    await migrate_host(empty_database_url)
    async with open_database(empty_database_url) as database:
        search = LibrarySearch(database)
        for text, instances, total in (
            ("el", None, 500),
            ("el", ["two"], 500),
            ("el", ["one"], 0),
            ("elb dra", None, 500),
        ):
            assert (await search.find(MediaFilter(search_term=text), instances, limit=1))[1] == total
        await LibraryRepository(database).revive("one", [f"k{n}" for n in range(5_000)])
        assert (await search.find(MediaFilter(search_term="el"), limit=1))[1] == 3_000
