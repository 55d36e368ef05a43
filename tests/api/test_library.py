"""/library and /files/rescan as a client sees them."""

from typing import Any

import pytest

from ktv_host.hooks import ContentType, MediaItem


async def test_facets(stocked: Any) -> None:
    assert await (await stocked.get("/library/genres")).get_json() == ["Comedy", "Drama"]
    assert await (await stocked.get("/library/genres?type=episode")).get_json() == ["Comedy"]
    series = await (await stocked.get("/library/series")).get_json()
    assert [(one["name"], one["episode_count"], one["season_count"]) for one in series] == [("The Show", 12, 2)]
    collections = await (await stocked.get("/library/collections")).get_json()
    assert collections == [{"id": "films", "name": "Films", "collection_type": "movies", "provider_id": "shelf"}]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("type=movie", 6),
        ("type=episode", 12),
        ("q=film", 6),
        ("series[]=the%20show", 12),
        ("series=The%20Show&series=Other", 12),
        ("collection=films", 6),
        ("genre=drama", 3),
        ("decade=1990&type=movie", 6),
        ("type=movie&min_duration_secs=5000", 3),
        ("type=short", 0),
    ],
)
async def test_items_are_filtered(stocked: Any, query: str, count: int) -> None:
    answer = await stocked.get(f"/library/items?{query}")
    assert answer.status_code == 200
    assert len(await answer.get_json()) == count
    assert answer.headers["X-Total-Count"] == str(count)


async def test_pages_are_linked(stocked: Any) -> None:
    seen, path = [], "/library/items?limit=5"
    while path:
        answer = await stocked.get(path)
        seen += [item["id"] for item in await answer.get_json()]
        link = answer.headers.get("Link", "")
        path = link.partition(">")[0].removeprefix("<http://tv.test/api/v1") if link else ""
    assert len(seen) == len(set(seen)) == 18


async def test_a_strategy_orders_as_it_would_pick(stocked: Any) -> None:
    longest = await (await stocked.get("/library/items?type=movie&strategy=best_fit")).get_json()
    assert [item["title"] for item in longest] == [f"Film {n}" for n in (6, 5, 4, 3, 2, 1)]
    in_order = await (await stocked.get("/library/items?type=episode&strategy=sequential&limit=2")).get_json()
    assert [item["episode_number"] for item in in_order] == [1, 2]
    one = await (await stocked.get("/library/items?strategy=random&seed=1")).get_json()
    two = await (await stocked.get("/library/items?strategy=random&seed=2")).get_json()
    assert [i["id"] for i in one] != [i["id"] for i in two]
    assert {i["id"] for i in one} == {i["id"] for i in two}


async def test_what_no_provider_can_do_is_501(stocked: Any) -> None:
    answer = await stocked.get("/library/items?tag=classic")
    assert answer.status_code == 501
    assert (await answer.get_json())["error"] == "capability_missing"


async def test_an_unknown_provider_is_404(stocked: Any) -> None:
    assert (await stocked.get("/library/items?provider=nobody")).status_code == 404


async def test_an_item_by_its_id(stocked: Any) -> None:
    item = await (await stocked.get("/library/items/shelf::film-1")).get_json()
    assert item["duration_secs"] == 81 * 60
    assert item["provider_id"] == "shelf"
    assert (item["markers"], item["chapters"]) == ([], [])
    assert (await stocked.get("/library/items/shelf::nothing")).status_code == 404


async def test_rescan_counts_what_is_there(stocked: Any, shelf: Any) -> None:
    shelf.items.append(MediaItem(key="new", title="New", content_type=ContentType.SHORT, duration_ms=60_000))
    answer = await stocked.post("/files/rescan?provider=shelf")
    assert await answer.get_json() == {"items_found": 19}


async def test_a_failed_sync_changes_nothing_and_says_why(stocked: Any, shelf: Any) -> None:
    shelf.down = True
    report = (await (await stocked.post("/library/sync")).get_json())[0]
    assert report["error"] == "the shelf fell over"
    assert len(await (await stocked.get("/library/items")).get_json()) == 18
    status = (await (await stocked.get("/library/sync/status")).get_json())[0]
    assert (status["last_status"], status["last_error"]) == ("failed", "the shelf fell over")


async def test_many_vanished_items_wait_for_a_second_pass(stocked: Any, shelf: Any, clock: Any) -> None:
    shelf.items += [
        MediaItem(key=f"x{n}", title=f"X{n}", content_type=ContentType.SHORT, duration_ms=60_000) for n in range(100)
    ]
    await stocked.post("/library/sync")
    del shelf.items[18:]
    shelf.certain = False
    first = (await (await stocked.post("/library/sync")).get_json())[0]
    assert (first["gone"], first["held_back"]) == (0, 100)
    clock.advance(minutes=11)
    second = (await (await stocked.post("/library/sync")).get_json())[0]
    assert (second["gone"], second["held_back"]) == (100, 0)


async def test_an_admin_may_accept_removals_at_once(stocked: Any, shelf: Any) -> None:
    shelf.items += [
        MediaItem(key=f"x{n}", title=f"X{n}", content_type=ContentType.SHORT, duration_ms=60_000) for n in range(100)
    ]
    await stocked.post("/library/sync")
    del shelf.items[18:]
    shelf.certain = False
    report = (await (await stocked.post("/library/sync?accept_removals=1")).get_json())[0]
    assert report["gone"] == 100


async def test_browsing_needs_an_account_and_syncing_an_admin(stocked: Any, user: Any, anonymous: Any) -> None:
    assert (await anonymous.get("/api/v1/library/items")).status_code == 401
    assert (await user.get("/library/items")).status_code == 200
    assert (await user.post("/library/sync")).status_code == 403
    assert (await user.post("/files/rescan")).status_code == 403
