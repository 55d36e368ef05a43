"""The password of a channel, the viewing grant it is exchanged for, and the item bytes of what one may watch."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

PASSWORD = "open sesame"


@pytest.fixture
async def locked(channel: Callable[..., Any], stocked: Any) -> Any:
    made = await channel(access_mode="password_protected", access_password=PASSWORD)
    await stocked.post(f"/channels/{made['id']}/schedule")
    return made


async def unlock(client: Any, channel: Any, password: str = PASSWORD) -> Any:
    return await client.post(f"/api/v1/channels/{channel['id']}/unlock", json={"password": password})


@pytest.fixture
async def grant(locked: Any, anonymous: Any) -> str:
    answer = await unlock(anonymous, locked)
    assert answer.status_code == 200
    body = await answer.get_json()
    assert set(body) == {"grant", "expires_at", "expires_in"}
    text: str = body["grant"]
    return text


async def now(client: Any, channel: Any, query: str = "", **headers: str) -> int:
    answer = await client.get(f"/api/v1/channels/{channel['id']}/now{query}", headers=headers)
    status: int = answer.status_code
    return status


async def test_a_grant_opens_the_channel_as_header_and_in_the_address(grant: str, locked: Any, anonymous: Any) -> None:
    assert await now(anonymous, locked, **{"X-Channel-Grant": grant}) == 200
    assert await now(anonymous, locked, f"?grant={grant}") == 200
    assert await now(anonymous, locked) == 401


async def test_a_grant_does_not_open_another_channel(
    grant: str, locked: Any, channel: Callable[..., Any], anonymous: Any
) -> None:
    other = await channel(name="Two", access_mode="password_protected", access_password=PASSWORD)
    assert await now(anonymous, other, f"?grant={grant}") == 401


async def test_a_grant_lets_nobody_edit(grant: str, locked: Any, user: Any) -> None:
    for suffix in ("", "/export", "/schedule/history"):
        method = "PUT" if not suffix else "GET"
        answer = await user.call(
            method, f"/channels/{locked['id']}{suffix}", {"name": "x"} if not suffix else None,
            headers={"X-Channel-Grant": grant, "X-Channel-Password": PASSWORD},
        )  # fmt: skip
        assert answer.status_code == 403


async def test_a_new_password_ends_every_grant_also_when_it_is_the_same(
    grant: str, locked: Any, stocked: Any, anonymous: Any
) -> None:
    await stocked.put(f"/channels/{locked['id']}", {"access_password": PASSWORD})
    assert await now(anonymous, locked, f"?grant={grant}") == 401


async def test_other_changes_of_the_channel_leave_grants_alone(
    grant: str, locked: Any, stocked: Any, anonymous: Any
) -> None:
    await stocked.put(f"/channels/{locked['id']}", {"name": "Another"})
    assert await now(anonymous, locked, f"?grant={grant}") == 200


async def test_a_grant_ends(grant: str, locked: Any, anonymous: Any, clock: Any) -> None:
    clock.advance(days=29)
    assert await now(anonymous, locked, f"?grant={grant}") == 204
    clock.advance(days=3)
    assert await now(anonymous, locked, f"?grant={grant}") == 401


async def test_a_changed_grant_is_none(grant: str, locked: Any, anonymous: Any) -> None:
    expires, _, signature = grant.partition("-")
    for forged in (
        f"{int(expires) + 3600}-{signature}",
        f"{expires}-{signature[:-1]}",
        expires,
        "-",
        "9" * 5000,
        "²-x",
    ):
        assert await now(anonymous, locked, **{"X-Channel-Grant": forged.encode("ascii", "ignore").decode()}) == 401


async def test_a_wrong_password_unlocks_nothing(locked: Any, anonymous: Any) -> None:
    answer = await unlock(anonymous, locked, "wrong")
    assert answer.status_code == 401
    assert (await answer.get_json())["error"] == "password_required"


async def test_a_channel_without_a_password_has_nothing_to_unlock(channel: Callable[..., Any], anonymous: Any) -> None:
    assert (await unlock(anonymous, await channel())).status_code == 409


async def test_one_cannot_unlock_what_one_may_not_know_of(channel: Callable[..., Any], user: Any) -> None:
    hidden = await channel(access_mode="owner_only", access_password=PASSWORD)
    members = await channel(name="Two", access_mode="account_required", access_password=PASSWORD)
    assert (await unlock(user.client, hidden)).status_code == 404
    assert (await unlock(user.client, members)).status_code == 401


async def test_the_playlist_carries_the_grant_to_what_it_leads_to(grant: str, locked: Any, anonymous: Any) -> None:
    path = f"/api/v1/channels/{locked['id']}/live.m3u8"
    by_grant = await (await anonymous.get(f"{path}?grant={grant}")).get_data(as_text=True)
    assert f"media.m3u8?grant={grant}" in by_grant
    by_password = await (await anonymous.get(path, headers={"X-Channel-Password": PASSWORD})).get_data(as_text=True)
    variant = next(line for line in by_password.splitlines() if line.startswith("media.m3u8"))
    assert await anonymous.get(f"/api/v1/channels/{locked['id']}/{variant}")
    assert PASSWORD not in by_password
    assert await now(anonymous, locked, f"?grant={parse_qs(urlsplit(variant).query)['grant'][0]}") == 200


async def test_whoever_needs_no_grant_gets_none_into_the_playlist(locked: Any, stocked: Any) -> None:
    text = await (await stocked.get(f"/channels/{locked['id']}/live.m3u8?grant=1-x")).get_data(as_text=True)
    assert "grant" not in text


@pytest.fixture
async def airing(channel: Callable[..., Any], stocked: Any, shelf: Any, tmp_path: Path, make_block: Any) -> Any:
    """Makes a channel that shows one film, and answers it with the film's id."""
    shelf.files["film-1"] = tmp_path / "film.mp4"
    shelf.files["film-1"].write_bytes(b"a film")

    async def make(**fields: Any) -> Any:
        content = {"type": "manual", "items": ["shelf::film-1"]}
        made = await channel(schedule_config={"blocks": [make_block(content=content)]}, **fields)
        await stocked.post(f"/channels/{made['id']}/schedule")
        return made

    return make


MEDIA = "/files/stream/shelf::film-1"


async def test_an_account_gets_the_bytes_of_what_a_channel_it_may_watch_shows(airing: Any, user: Any) -> None:
    assert (await user.get(MEDIA)).status_code == 403
    await airing(access_mode="account_required")
    assert await (await user.get(MEDIA)).get_data() == b"a film"
    assert await (await user.client.get(f"/api/v1{MEDIA}?token={user.token}")).get_data() == b"a film"


@pytest.mark.parametrize("mode", ["owner_only", "password_protected"])
async def test_the_bytes_of_a_channel_one_may_not_watch_stay_closed(airing: Any, user: Any, mode: str) -> None:
    await airing(access_mode=mode, access_password=PASSWORD)
    for path in (MEDIA, "/media/shelf::film-1", "/artwork/shelf::film-1"):
        assert (await user.get(path)).status_code == 403


async def test_an_admin_gets_the_bytes_of_every_item(airing: Any, stocked: Any) -> None:
    film = await stocked.get(MEDIA)
    assert await film.get_data() == b"a film"
    assert "private" in film.headers["Cache-Control"]


async def test_a_stranger_cannot_tell_an_item_that_exists_from_one_that_does_not(airing: Any, user: Any) -> None:
    assert (await user.get("/media/shelf::nothing")).status_code == (await user.get(MEDIA)).status_code == 403


async def test_the_stream_leads_to_bytes_that_need_no_account(airing: Any, anonymous: Any, clock: Any) -> None:
    made = await airing()
    answer = await anonymous.get(f"/api/v1/channels/{made['id']}/stream")
    address = urlsplit(answer.headers["Location"])
    signed = f"{address.path}?{address.query}"
    film = await anonymous.get(signed)
    assert (await film.get_data(), film.headers["Cache-Control"]) == (b"a film", "public, max-age=3600")
    assert (await anonymous.get(signed.replace("film-1", "film-2"))).status_code == 401
    assert (await anonymous.get(f"{address.path}?exp={'9' * 5000}&sig=x")).status_code == 401
    clock.advance(hours=14)
    assert (await anonymous.get(signed)).status_code == 401


async def test_attempts_are_limited_and_say_when_to_try_again(locked: Any, anonymous: Any, clock: Any) -> None:
    answers = [await unlock(anonymous, locked, f"wrong {n}") for n in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    header = {"X-Channel-Password": "wrong"}
    assert (await anonymous.get(f"/api/v1/channels/{locked['id']}/now", headers=header)).status_code == 429
    clock.advance(minutes=1)
    assert (await unlock(anonymous, locked)).status_code == 200


async def test_the_right_password_is_no_attempt_however_often_it_is_shown(locked: Any, anonymous: Any) -> None:
    for _ in range(15):
        assert await now(anonymous, locked, **{"X-Channel-Password": PASSWORD}) == 200
