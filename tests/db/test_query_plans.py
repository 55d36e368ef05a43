"""What is asked while people watch is answered from an index, however long the history is."""

import pytest

from ktv_host.db.engine.database import open_database
from ktv_host.db.schedules import OVERLAPPING

PERSONAL = (
    "SELECT users.id FROM personal_tokens JOIN users ON users.id = personal_tokens.user_id"
    " WHERE token_hash = :channel_id AND NOT disabled AND (expires_at IS NULL OR expires_at > :since)"
)
HOT = {
    "now": ("SELECT id FROM slots WHERE channel_id = :channel_id AND end_at > :since ORDER BY end_at LIMIT 2", 1),
    "window": (f"SELECT id FROM slots WHERE {OVERLAPPING} ORDER BY start_at", 2),
    "identify": (
        "SELECT id FROM users WHERE id = :since AND NOT EXISTS (SELECT 1 FROM revoked_tokens WHERE jti = :until)",
        2,
    ),
    "identify a personal token": (PERSONAL, 2),
    "forget attempts": ("SELECT 1 FROM rate_limits WHERE full_at <= :since", 1),
    "purge": ("SELECT 1 FROM slots WHERE item_id = :channel_id", 1),
}


@pytest.mark.parametrize("name", HOT)
async def test_sqlite_searches_an_index_and_sorts_nothing(sqlite_url: str, name: str) -> None:
    sql, searches = HOT[name]
    async with open_database(sqlite_url) as database:
        values = {"channel_id": "c", "since": 1, "until": 2}
        plan = [row["detail"] for row in await database.fetch_all(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert sum(step.startswith("SEARCH") for step in plan) == searches, plan
    assert not [step for step in plan if step.startswith("SCAN") or "TEMP B-TREE" in step], plan


async def test_a_window_is_bounded_on_both_sides(sqlite_url: str) -> None:
    async with open_database(sqlite_url) as database:
        plan = await database.fetch_all(
            f"EXPLAIN QUERY PLAN {HOT['window'][0]}", {"channel_id": "c", "since": 1, "until": 2}
        )
    assert "ix_slots_channel_start (channel_id=? AND start_at>? AND start_at<?)" in plan[0]["detail"]
