"""The linear stream over HTTP: playlists, segments, and what the admin sees of them."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import m3u8
import pytest
from quart import Quart

from ktv_host.app import create_app
from ktv_host.registry.catalog import Catalog
from ktv_host.settings import Settings

Channel = Callable[..., Any]


@pytest.fixture
async def on_air(channel: Channel, stocked: Any, aired: Path) -> str:
    made = await channel()
    assert (await stocked.post(f"/channels/{made['id']}/schedule")).status_code == 201
    identity: str = made["id"]
    return identity


@pytest.fixture
async def second_host(app: Quart, settings: Settings, shelf_catalog: Catalog, clock: Any) -> AsyncIterator[Any]:
    """Another host on the same database and the same cache."""
    other = create_app(settings, {}, loaded=(shelf_catalog, ()), clock=clock, background=False)
    async with other.test_app():
        yield other.test_client()


async def media(person: Any, channel: str) -> Any:
    answer = await person.get(f"/channels/{channel}/media.m3u8")
    assert answer.status_code == 200, await answer.get_data()
    return m3u8.loads(await answer.get_data(as_text=True))


async def in_time(client: Any, url: str) -> bytes:
    """The segment: a busy machine may have it ready after the eight seconds in which a request is answered."""
    answer = await client.get(url)
    for _ in range(5):
        if answer.headers["Cache-Control"] != "no-store":
            break
        answer = await client.get(url)
    data: bytes = await answer.get_data()
    return data


async def test_head_tells_what_get_would_send(on_air: str, anonymous: Any) -> None:
    for path in (f"/api/v1/channels/{on_air}/live.m3u8", f"/api/v1/channels/{on_air}/media.m3u8"):
        head, got = await anonymous.head(path), await anonymous.get(path)
        assert head.status_code == 200
        assert head.headers["Content-Type"] == got.headers["Content-Type"] == "application/vnd.apple.mpegurl"
        assert head.headers["Content-Length"] == str(len(await got.get_data()))


async def test_a_playlist_that_did_not_change_is_not_sent_again(on_air: str, anonymous: Any, clock: Any) -> None:
    path = f"/api/v1/channels/{on_air}/media.m3u8"
    tag = (await anonymous.get(path)).headers["ETag"]
    again = await anonymous.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, await again.get_data()) == (304, b"")
    clock.advance(seconds=20)
    assert (await anonymous.get(path, headers={"If-None-Match": tag})).status_code == 200


async def test_shared_caches_keep_public_playlists_only(on_air: str, stocked: Any) -> None:
    path = f"/channels/{on_air}/media.m3u8"
    assert (await stocked.get(path)).headers["Cache-Control"] == "public, max-age=1"
    await stocked.put(f"/channels/{on_air}", {"access_mode": "account_required"})
    assert (await stocked.get(path)).headers["Cache-Control"] == "private, max-age=1"


async def test_the_media_address_carries_a_grant_and_never_the_sign_in(on_air: str, stocked: Any) -> None:
    master = await (await stocked.get(f"/channels/{on_air}/live.m3u8")).get_data(as_text=True)
    address = m3u8.loads(master).playlists[0].uri
    assert stocked.token not in master
    answer = await stocked.client.get(f"/api/v1/channels/{on_air}/{address}")
    assert answer.status_code == 200


async def test_addresses_begin_with_the_path_and_name_no_host(on_air: str, stocked: Any) -> None:
    assert {segment.uri[:12] for segment in (await media(stocked, on_air)).segments} == {"/api/v1/seg/"}


async def test_the_master_names_the_codecs_of_what_is_on(on_air: str, stocked: Any) -> None:
    (variant,) = m3u8.loads(await (await stocked.get(f"/channels/{on_air}/live.m3u8")).get_data(as_text=True)).playlists
    assert variant.stream_info.codecs.startswith("avc1.64")
    assert variant.stream_info.codecs.endswith(",mp4a.40.2")
    assert (variant.stream_info.resolution, variant.stream_info.frame_rate) == ((640, 360), 24.0)


async def test_a_segment_has_a_tag_that_stays(on_air: str, stocked: Any, anonymous: Any, clock: Any) -> None:
    url = (await media(stocked, on_air)).segments[-1].uri
    first = await anonymous.get(url)
    assert first.headers["ETag"] == f'"{url.split("/")[4]}-{url.split("/")[-1].removesuffix(".ts")}"'
    assert "Last-Modified" not in first.headers
    part = await anonymous.get(url, headers={"Range": "bytes=0-187", "If-Range": first.headers["ETag"]})
    assert (part.status_code, len(await part.get_data())) == (206, 188)
    assert (await anonymous.get(url, headers={"If-None-Match": first.headers["ETag"]})).status_code == 304


async def test_an_address_that_was_changed_or_has_expired_is_not_found(
    on_air: str, stocked: Any, anonymous: Any, clock: Any
) -> None:
    url = (await media(stocked, on_air)).segments[0].uri
    assert (await anonymous.get(url)).status_code == 200
    head, grant, name = url.rsplit("/", 2)
    for wrong in (
        f"{head}/{int(grant[:10]) + 3600}{grant[10:]}/{name}",
        f"{head}/{grant}/99999.ts",
        f"{head}/{grant}/{name}x",
        f"{head}/{grant}/-1.ts",
        f"{head}/{grant}/0-x.ts",
        f"{head[:-1]}/{grant}/{name}",
        f"{head}/{grant}/more/{name}",
    ):
        assert (await anonymous.get(wrong)).status_code == 404, wrong
    clock.advance(hours=8)
    assert (await anonymous.get(url)).status_code == 404


async def test_two_hosts_give_the_same_playlist_and_share_the_work(on_air: str, stocked: Any, second_host: Any) -> None:
    first = await stocked.get(f"/channels/{on_air}/media.m3u8")
    second = await second_host.get(f"/api/v1/channels/{on_air}/media.m3u8")
    assert await first.get_data() == await second.get_data()
    for segment in m3u8.loads(await first.get_data(as_text=True)).segments[:4]:
        here, there = await in_time(stocked.client, segment.uri), await second_host.get(segment.uri)
        assert here == await there.get_data()
    login = await second_host.post(
        "/api/v1/auth/login", json={"email": "admin@test.example", "password": "correct horse"}
    )
    headers = {"Authorization": f"Bearer {(await login.get_json())['access_token']}"}
    seen = await (await second_host.get("/api/v1/admin/streams", headers=headers)).get_json()
    assert (seen["segments"], seen["hits"], seen["hit_rate"]) == (4, 4, 1.0)


async def test_the_admin_sees_viewers_mode_hits_and_errors(
    on_air: str, stocked: Any, anonymous: Any, shelf: Any, clock: Any
) -> None:
    listed = await media(stocked, on_air)
    for agent in ("one", "two"):
        await anonymous.get(f"/api/v1/channels/{on_air}/media.m3u8", headers={"User-Agent": agent})
    for _ in range(2):
        await anonymous.get(listed.segments[0].uri, headers={"User-Agent": "one"})
    shelf.files.clear()
    assert (await anonymous.get(listed.segments[2].uri)).headers["Cache-Control"] == "no-store"
    seen = await (await stocked.get("/admin/streams")).get_json()
    (row,) = seen["channels"]
    assert (row["channel_id"], row["name"], row["viewers"], row["mode"]) == (on_air, "One", 3, "copy")
    assert (row["segments"], row["hits"], row["slates"]) == (3, 1, 1)
    assert row["hit_rate"] == pytest.approx(1 / 3, abs=0.001)
    (error,) = seen["errors"]
    assert (error["channel_ids"], "ep-1-1" in error["reason"]) == ([on_air], True)


async def test_only_admins_see_who_watches(user: Any, anonymous: Any) -> None:
    assert (await user.get("/admin/streams")).status_code == 403
    assert (await anonymous.get("/api/v1/admin/streams")).status_code == 401


async def test_a_file_that_is_missing_at_first_is_on_air_when_it_is_there(
    on_air: str, stocked: Any, aired: Path, shelf: Any, clock: Any
) -> None:
    files = dict(shelf.files)
    shelf.files.clear()
    plans = {segment.uri.split("/")[4] for segment in (await media(stocked, on_air)).segments}
    shelf.files.update(files)
    clock.advance(seconds=70)
    later = (await media(stocked, on_air)).segments
    assert len(plans) == 1
    assert later[0].uri.split("/")[4] in plans
    assert later[-1].uri.split("/")[4] not in plans
    assert (await stocked.client.get(later[-1].uri)).headers["Cache-Control"].startswith("public")


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(hours=-1), timedelta(seconds=-20)])
async def test_when_the_clock_steps_the_numbers_only_rise(
    on_air: str, stocked: Any, clock: Any, step: timedelta
) -> None:
    clock.advance(hours=3)
    await media(stocked, on_air)
    clock.advance(seconds=60)
    before = await media(stocked, on_air)
    clock.advance(seconds=step.total_seconds())
    after = await media(stocked, on_air)
    assert after.media_sequence >= before.media_sequence
    assert after.discontinuity_sequence >= before.discontinuity_sequence
    assert len(after.segments) > 5
    known = {before.media_sequence + n: segment.uri for n, segment in enumerate(before.segments)}
    again = {after.media_sequence + n: segment.uri for n, segment in enumerate(after.segments)}
    assert all(known[number] == again[number] for number in known.keys() & again.keys())
    middle = after.segments[len(after.segments) * 2 // 3].current_program_date_time
    assert abs(middle - clock.now) < timedelta(seconds=60)


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("step", [-3, -45, -500, -1800])
async def test_a_clock_set_back_within_one_long_film_never_lowers_the_numbers(
    channel: Channel,
    stocked: Any,
    make_block: Any,
    aired: Path,
    clock: Any,
    settings: Settings,
    shelf_catalog: Catalog,
    step: int,
    *,
    restarted: bool,
) -> None:
    films = {"type": "algorithmic", "filter": {"content_type": "movie"}, "strategy": "sequential"}
    made = await channel(schedule_config={"blocks": [make_block(content=films)]})
    await stocked.post(f"/channels/{made['id']}/schedule")
    await media(stocked, made["id"])
    clock.advance(minutes=70)
    before = await media(stocked, made["id"])
    clock.advance(seconds=step)
    path = f"/api/v1/channels/{made['id']}/media.m3u8"
    if restarted:
        again = create_app(settings, {}, loaded=(shelf_catalog, ()), clock=clock, background=False)
        async with again.test_app():
            after = m3u8.loads(await (await again.test_client().get(path)).get_data(as_text=True))
    else:
        after = await media(stocked, made["id"])
    assert after.media_sequence >= before.media_sequence
    assert after.discontinuity_sequence >= before.discontinuity_sequence
    assert len(after.segments) > 5
    known = {before.media_sequence + n: segment.uri for n, segment in enumerate(before.segments)}
    shown = {after.media_sequence + n: segment.uri for n, segment in enumerate(after.segments)}
    assert all(known[number] == shown[number] for number in known.keys() & shown.keys())


async def test_a_host_started_after_the_clock_was_set_back_is_on_air(
    on_air: str, stocked: Any, clock: Any, second_host: Any, settings: Settings, shelf_catalog: Catalog
) -> None:
    await stocked.post(f"/channels/{on_air}/schedule")
    clock.advance(hours=5)
    before = await media(stocked, on_air)
    clock.advance(hours=-2)
    restarted = create_app(settings, {}, loaded=(shelf_catalog, ()), clock=clock, background=False)
    async with restarted.test_app():
        answer = await restarted.test_client().get(f"/api/v1/channels/{on_air}/media.m3u8")
        after = m3u8.loads(await answer.get_data(as_text=True))
    assert after.media_sequence > before.media_sequence
    assert len(after.segments) > 2
