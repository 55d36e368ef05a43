"""/auth/tokens, and what a personal token or an IPTV grant opens."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from quart import Quart

from ktv_host.api.route import HOST_KEY

Make = Callable[..., Awaitable[Any]]


@pytest.fixture
def make_token(app: Quart) -> Make:
    """Somebody who shows a personal token of ``owner``'s."""

    async def make(owner: Any, *scopes: str, **fields: Any) -> Any:
        answer = await owner.post("/auth/tokens", {"name": "a player", "scopes": list(scopes), **fields})
        assert answer.status_code == 201, await answer.get_data()
        return type(owner)(app.test_client(), (await answer.get_json())["token"])

    return make


async def test_a_token_is_shown_once_and_listed_without_its_secret(admin: Any) -> None:
    answer = await admin.post("/auth/tokens", {"name": " Living room ", "scopes": ["iptv"]})
    made = await answer.get_json()
    assert made["token"].startswith("ktv_")
    assert answer.headers["Cache-Control"] == "no-store"
    listed = await (await admin.get("/auth/tokens")).get_json()
    assert [token["name"] for token in listed] == ["Living room"]
    assert made["token"] not in str(listed)
    assert made["token"].startswith(listed[0]["hint"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "", "scopes": ["iptv"]}, "name"),
        ({"name": "x", "scopes": []}, "scopes"),
        ({"name": "x", "scopes": ["everything"]}, "scopes.0"),
        ({"name": "x", "scopes": ["iptv"], "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
    ],
)
async def test_what_cannot_be_a_token_names_its_field(admin: Any, body: dict[str, Any], field: str) -> None:
    answer = await admin.post("/auth/tokens", body)
    assert answer.status_code == 422
    assert (await answer.get_json())["details"]["fields"][0]["path"] == field


async def test_an_api_token_does_what_its_owner_may(admin: Any, user: Any, make_token: Make) -> None:
    script, users_script = await make_token(admin, "api"), await make_token(user, "api")
    assert (await script.get("/auth/me")).status_code == 200
    assert (await script.post("/channels", {"name": "Made by a script"})).status_code == 201
    assert (await script.get("/admin/providers")).status_code == 200
    assert (await users_script.get("/admin/providers")).status_code == 403


@pytest.mark.parametrize("scope", ["api", "iptv", "logs"])
async def test_no_token_makes_credentials(admin: Any, make_token: Make, scope: str) -> None:
    script = await make_token(admin, scope)
    for method, path, body in (
        ("POST", "/auth/tokens", {"name": "another", "scopes": ["iptv"]}),
        ("GET", "/auth/tokens", None),
        ("DELETE", "/auth/tokens/some", None),
        ("POST", "/auth/token", None),
        ("PUT", "/auth/password", {"old_password": "correct horse", "new_password": "battery staple"}),
        ("DELETE", "/auth/sessions", None),
        ("POST", "/admin/users", {"email": "a@b.c", "password": "battery staple"}),
        ("PUT", "/admin/users/some/password", {"password": "battery staple"}),
    ):
        answer = await script.call(method, path, body)
        assert answer.status_code == 403, path
        assert (await answer.get_json())["error"] == "insufficient_scope"


async def test_an_iptv_token_watches_and_does_nothing_else(channel: Any, admin: Any, make_token: Make) -> None:
    made = await channel(access_mode="owner_only")
    player = await make_token(admin, "iptv")
    one = f"/channels/{made['id']}"
    for path in ("/iptv/playlist.m3u", "/iptv/epg.xml", f"{one}/now", f"{one}/epg", f"{one}/live.m3u8"):
        assert (await player.get(path)).status_code in (200, 204), path
    for method, path in (("GET", one), ("PUT", one), ("GET", "/channels"), ("GET", "/auth/me"), ("GET", "/plugins")):
        assert (await player.call(method, path, {} if method == "PUT" else None)).status_code == 403, path


async def test_a_token_that_does_not_reach_so_far_is_told_what_would(admin: Any, make_token: Make) -> None:
    player = await make_token(admin, "iptv")
    answers = [await player.get("/auth/me"), await player.post("/auth/token")]
    told = [(await answer.get_json())["message"] for answer in answers]
    assert told == ["this needs a token with the scope api", "no token may do this; sign in"]


async def test_a_logs_token_watches_nothing(channel: Any, admin: Any, make_token: Make) -> None:
    made = await channel(access_mode="owner_only")
    collector = await make_token(admin, "logs")
    assert (await collector.get(f"/channels/{made['id']}/now")).status_code == 403
    assert (await collector.get("/iptv/playlist.m3u")).status_code == 403


async def test_a_token_travels_in_the_address_where_players_need_it(
    admin: Any, anonymous: Any, make_token: Make
) -> None:
    player = await make_token(admin, "iptv")
    assert (await anonymous.get(f"/api/v1/iptv/playlist.m3u?token={player.token}")).status_code == 200
    assert (await anonymous.get(f"/api/v1/auth/me?token={player.token}")).status_code == 401


async def test_a_revoked_token_is_refused_at_once(admin: Any, user: Any, make_token: Make) -> None:
    player = await make_token(admin, "iptv")
    (listed,) = await (await admin.get("/auth/tokens")).get_json()
    assert (await user.delete(f"/auth/tokens/{listed['id']}")).status_code == 404
    assert (await player.get("/iptv/playlist.m3u")).status_code == 200
    assert (await admin.delete(f"/auth/tokens/{listed['id']}")).status_code == 204
    assert (await player.get("/iptv/playlist.m3u")).status_code == 401


async def test_a_token_ends_when_it_was_to_end(admin: Any, make_token: Make, clock: Any) -> None:
    script = await make_token(admin, "api", expires_at=(clock.now + timedelta(hours=1)).isoformat())
    assert (await script.get("/auth/me")).status_code == 200
    clock.advance(hours=1)
    assert (await script.get("/auth/me")).status_code == 401


async def test_a_token_outlives_the_sign_in_that_made_it(admin: Any, make_token: Make, clock: Any) -> None:
    script = await make_token(admin, "api")
    clock.advance(days=400)
    assert (await script.get("/auth/me")).status_code == 200


async def test_when_it_was_last_used_is_told(app: Quart, admin: Any, make_token: Make, clock: Any) -> None:
    script = await make_token(admin, "api")
    await script.get("/auth/me")
    clock.advance(seconds=20)
    await script.get("/auth/me")
    await app.extensions[HOST_KEY].tokens.write_use()
    (listed,) = await (await admin.get("/auth/tokens")).get_json()
    assert listed["last_used_at"] == clock.now.isoformat().replace("+00:00", "Z")


async def test_a_playlist_carries_the_personal_token_it_was_asked_with(
    channel: Any, admin: Any, make_token: Make
) -> None:
    await channel(access_mode="owner_only")
    player = await make_token(admin, "iptv")
    assert f"token={player.token}" in await (await player.get("/iptv/playlist.m3u")).get_data(as_text=True)


async def test_a_playlist_asked_with_a_sign_in_carries_a_grant_that_outlives_it(
    channel: Any, admin: Any, anonymous: Any, clock: Any
) -> None:
    made = await channel(access_mode="owner_only")
    playlist = await (await admin.get("/iptv/playlist.m3u")).get_data(as_text=True)
    assert admin.token not in playlist
    address = next(line for line in playlist.splitlines() if line.startswith("http"))
    assert f"/channels/{made['id']}/live.m3u8?token=iptv." in address
    clock.advance(hours=25)
    assert (await admin.get("/auth/me")).status_code == 401
    answer = await anonymous.get(address.removeprefix("http://tv.test"))
    assert answer.status_code == 200
    assert "media.m3u8?token=iptv." in await answer.get_data(as_text=True)


async def test_a_grant_opens_no_more_than_a_players_routes(channel: Any, admin: Any, anonymous: Any) -> None:
    made = await channel()
    playlist = await (await admin.get("/iptv/playlist.m3u")).get_data(as_text=True)
    grant = playlist.partition("token=")[2].split()[0].split('"')[0]
    for path in ("/auth/me", "/channels", f"/channels/{made['id']}", "/auth/tokens"):
        answer = await anonymous.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {grant}"})
        assert answer.status_code == 403, path
