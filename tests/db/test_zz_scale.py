import asyncio, time, random
from datetime import UTC, datetime, timedelta
from ktv_host.db.library import LibraryRepository
from ktv_host.db.library_search import LibrarySearch
from ktv_host.db.schedules import ScheduleRepository
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.media import *
from ktv_host.domain.codec import encode_item
import orjson

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def timed(label, coro, n=3):
    best = 9e9
    for _ in range(n):
        t = time.perf_counter()
        r = await coro()
        best = min(best, time.perf_counter() - t)
    print(f"{label:40s} {best * 1000:9.1f} ms", len(r) if hasattr(r, "__len__") else r)
    return r


async def test_scale(database, make_channel):
    lib, s, sch = LibraryRepository(database), LibrarySearch(database), ScheduleRepository(database)
    d = random.Random(1)
    G = ["Comedy", "Drama", "Horror", "Action", "Sci-Fi", "Crime", "News", "Kids"]
    items = [
        MediaItem(
            key=f"k{i:06d}",
            title=f"Episode title number {i} of all",
            content_type=ContentType.EPISODE if i % 5 else ContentType.MOVIE,
            duration_ms=d.randrange(60_000, 7_200_000),
            series_name=f"Series {i // 50}" if i % 5 else None,
            season_number=i // 10 % 5 + 1,
            episode_number=i % 10 + 1,
            year=d.randrange(1950, 2025),
            genres=tuple(d.sample(G, 2)),
            tags=("t%d" % (i % 40),),
            collections=("c%d" % (i % 4),),
            description="Long text " * 20,
        )
        for i in range(100_000)
    ]
    t = time.perf_counter()
    for k in range(0, 100_000, 500):
        c = await lib.upsert("one", items[k : k + 500], NOW)
    print("upsert 100k in 500s", time.perf_counter() - t)
    t = time.perf_counter()
    for k in range(0, 100_000, 500):
        c = await lib.upsert("one", items[k : k + 500], NOW)
    print("upsert 100k unchanged", time.perf_counter() - t, c)
    if database.dialect == "postgresql":
        await database.execute("ANALYZE")
    await timed("pool all", lambda: s.pool(MediaFilter(), ["one"]))
    await timed("pool genre", lambda: s.pool(MediaFilter(genres=("comedy",)), ["one"]))
    await timed(
        "pool 2 genres decade dur",
        lambda: s.pool(
            MediaFilter(
                genres=("comedy", "drama"),
                decade=1990,
                min_duration_secs=600,
                max_duration_secs=1800,
                tags=("t3", "t4"),
            ),
            ["one"],
        ),
    )
    await timed("pool search", lambda: s.pool(MediaFilter(search_term="title 777"), ["one"]))
    await timed("pool series", lambda: s.pool(MediaFilter(series_names=("series 7",)), ["one"]))
    await timed("items page", lambda: s.items(MediaFilter(), instances=["one"], limit=50))
    await timed(
        "items page search", lambda: s.items(MediaFilter(search_term="number 99999"), instances=["one"], limit=50)
    )
    await timed("items added", lambda: s.items(MediaFilter(), instances=["one"], order="added", limit=50))
    await timed("items duration", lambda: s.items(MediaFilter(), instances=["one"], order="duration", limit=50))
    await timed(
        "items collection title",
        lambda: s.items(MediaFilter(collections=("c1",)), instances=["one"], order="title", limit=50),
    )
    await timed("count all", lambda: s.count(MediaFilter(), ["one"]))
    await timed("count genre", lambda: s.count(MediaFilter(genres=("comedy",)), ["one"]))
    await timed("genres", lambda: s.genres(None, ["one"]))
    await timed("genres movie", lambda: s.genres(ContentType.MOVIE, ["one"]))
    await timed("series", lambda: s.series(None, ["one"]))
    await timed("series coll", lambda: s.series("c1", ["one"]))
    await timed("present_keys", lambda: lib.present_keys("one"))
    await timed("counts", lambda: lib.counts())
    await timed("any_items", lambda: s.any_items(["one"]))
    await timed("get 200", lambda: s.get([MediaId("one", f"k{i * 7:06d}") for i in range(200)]))
    await timed("mark gone 20k", lambda: lib.mark_gone("one", [f"k{i:06d}" for i in range(20000)], NOW), 1)
    await timed("revive 20k", lambda: lib.revive("one", [f"k{i:06d}" for i in range(20000)]), 1)
    chans = [(await make_channel(f"ch{i}")).id for i in range(200)]
    t = time.perf_counter()
    snap = [orjson.dumps(encode_item(i)).decode() for i in items[:2000]]
    base = int(NOW.timestamp() * 1000) - 4760 * 1200_000
    for c in chans:
        await database.execute_many(
            "INSERT INTO slots VALUES (:a,:b,:c,:d,:e,:f,:g,:h,:i,:j,:k,:l)",
            [
                dict(
                    a=f"{c}-{n}",
                    b=c,
                    c="s",
                    d=n // 150,
                    e=f"block{n % 6}",
                    f=base + n * 1200_000,
                    g=base + (n + 1) * 1200_000,
                    h=f"one::k{n % 2000:06d}",
                    i="t",
                    j=snap[n % 2000],
                    k="",
                    l=False,
                )
                for n in range(5000)
            ],
        )
    print("1M slots", time.perf_counter() - t)
    if database.dialect == "postgresql":
        await database.execute("ANALYZE")
    c = chans[77]
    await timed("now", lambda: sch.slots_after(c, NOW, 2), 20)
    await timed("epg 4h", lambda: sch.slots(c, NOW, NOW + timedelta(hours=4)), 20)
    await timed(
        "epg 4h past", lambda: sch.slots(c, NOW - timedelta(days=60), NOW - timedelta(days=60) + timedelta(hours=4)), 20
    )
    await timed("slots_after all (240)", lambda: sch.slots_after(c, NOW, None), 20)
    await timed("airings 30d", lambda: sch.airings(c, NOW - timedelta(days=30), NOW), 5)
    await timed("airings gens", lambda: sch.airings_of_generations(c, 29, NOW), 5)
    await timed("last_of_blocks", lambda: sch.last_of_blocks(c, [f"block{i}" for i in range(6)], NOW, None), 20)
    await timed(
        "last_of_blocks gens",
        lambda: sch.last_of_blocks(c, [f"block{i}" for i in range(6)], NOW, list(range(0, 20))),
        20,
    )

    async def guide():
        n = 0
        for c in chans:
            n += len(await sch.slots(c, NOW - timedelta(days=6.68), NOW))
        return n

    await timed("guide 200x481", guide)
    await timed("purge_gone none", lambda: lib.purge_gone(NOW + timedelta(days=1)))
    await lib.mark_gone("one", [f"k{i:06d}" for i in range(20000)], NOW)
    await timed("purge_gone 18k", lambda: lib.purge_gone(NOW + timedelta(days=1)), 1)
    from ktv_host.db.channels import ChannelRepository

    await timed("delete channel", lambda: ChannelRepository(database).delete(c), 1)
    await timed("delete_instance", lambda: lib.delete_instance("one"), 1)
