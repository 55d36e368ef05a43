"""Terms of a library that was there before are found in sets afterwards."""

from ktv_host.db.engine.database import open_database
from ktv_host.db.engine.migrate import migrate_host, migrate_host_to
from ktv_host.db.library.reading import LibrarySearch
from ktv_host.domain.filter import MediaFilter

ROW = (
    "INSERT INTO library_items (instance_id, key, title, content_type, series_name, genres, tags, collections, artwork,"
    " sort_key, sort_title, digest, added_at, updated_at) VALUES ('one', :key, :key, 'episode', :series,"
    " :genres, '[]', '[]', FALSE, :key, :key, '', 0, 0)"
)


async def test_what_was_there_is_found_by_its_terms(empty_database_url: str) -> None:
    await migrate_host_to(empty_database_url, "0014")
    async with open_database(empty_database_url) as database:
        rows = [
            {"key": f"k{n:04}", "series": f"Série {n % 10}", "genres": '["Drama"]' if n % 2 else "[]"}
            for n in range(3_000)
        ]
        rows.append({"key": "bare", "series": None, "genres": "[]"})
        await database.execute_many(ROW, rows)
    await migrate_host(empty_database_url)
    async with open_database(empty_database_url) as database:
        search = LibrarySearch(database)
        assert await search.count(MediaFilter(genres=("DRAMA",))) == 1_500
        assert await search.count(MediaFilter(series_names=("série 3",))) == 300
        assert await search.genres() == ["Drama"]
        assert await database.fetch_val("SELECT COUNT(DISTINCT set_id) FROM library_terms") == 10
