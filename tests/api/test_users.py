"""/admin/users: accounts as an admin manages them."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

LOGIN = {"email": "user@test.example", "password": "correct horse"}


@pytest.fixture
def user_id(user: Any) -> Callable[[], Awaitable[str]]:
    async def ask() -> str:
        found: str = (await (await user.get("/auth/me")).get_json())["id"]
        return found

    return ask


async def test_an_admin_makes_an_account_that_can_sign_in(admin: Any, anonymous: Any) -> None:
    answer = await admin.post("/admin/users", {"email": "New@Test.example", "password": "correct horse"})
    made = await answer.get_json()
    assert answer.status_code == 201
    assert (made["email"], made["role"], made["disabled"]) == ("new@test.example", "user", False)
    assert "password" not in str(made).replace("has_password", "")
    assert await (await admin.get(f"/admin/users/{made['id']}")).get_json() == made
    login = {"email": "new@test.example", "password": "correct horse"}
    assert (await anonymous.post("/api/v1/auth/login", json=login)).status_code == 200


async def test_only_admins_manage_accounts(user: Any, anonymous: Any) -> None:
    assert (await user.get("/admin/users")).status_code == 403
    assert (await user.post("/admin/users", {"email": "a@b.c", "password": "correct horse"})).status_code == 403
    assert (await anonymous.get("/api/v1/admin/users")).status_code == 401


async def test_accounts_are_listed_page_by_page(admin: Any) -> None:
    for n in range(4):
        await admin.post("/admin/users", {"email": f"u{n}@test.example", "password": "correct horse"})
    first = await admin.get("/admin/users?limit=3&q=test.example")
    assert first.headers["X-Total-Count"] == "5"
    assert len(await first.get_json()) == 3
    following = first.headers["Link"].partition(">")[0].removeprefix("<http://tv.test/api/v1")
    last = await admin.get(following)
    assert len(await last.get_json()) == 2
    assert "Link" not in last.headers
    assert [u["email"] for u in await (await admin.get("/admin/users?q=U2")).get_json()] == ["u2@test.example"]


async def test_a_disabled_account_is_out_at_once_and_stays_signed_out(
    admin: Any, user: Any, anonymous: Any, user_id: Callable[[], Awaitable[str]]
) -> None:
    one = f"/admin/users/{await user_id()}"
    token = await (await user.post("/auth/tokens", {"name": "tv", "scopes": ["api"]})).get_json()
    playlist = await (await user.get("/iptv/playlist.m3u")).get_data(as_text=True)
    grant = playlist.partition("token=")[2].split()[0].strip('"')
    shown = [user.token, token["token"]]
    assert (await admin.put(one, {"disabled": True})).status_code == 200
    for credential in shown:
        answer = await user.client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {credential}"})
        assert answer.status_code == 401
    assert (await anonymous.get(f"/api/v1/iptv/playlist.m3u?token={grant}")).status_code == 401
    assert (await anonymous.post("/api/v1/auth/login", json=LOGIN)).status_code == 401
    assert (await admin.put(one, {"disabled": False})).status_code == 200
    assert (await user.get("/auth/me")).status_code == 401
    assert (await anonymous.post("/api/v1/auth/login", json=LOGIN)).status_code == 200


async def test_a_role_counts_from_the_next_request_on(
    admin: Any, user: Any, user_id: Callable[[], Awaitable[str]]
) -> None:
    one = f"/admin/users/{await user_id()}"
    assert (await (await admin.put(one, {"role": "admin"})).get_json())["role"] == "admin"
    assert (await user.get("/admin/users")).status_code == 200
    assert (await admin.put(one, {"role": "user"})).status_code == 200
    assert (await user.get("/admin/users")).status_code == 403


async def test_a_reset_password_ends_every_session(
    admin: Any, user: Any, anonymous: Any, user_id: Callable[[], Awaitable[str]]
) -> None:
    path = f"/admin/users/{await user_id()}/password"
    short = await admin.put(path, {"password": "short"})
    assert (await short.get_json())["details"]["fields"][0]["path"] == "password"
    assert (await admin.put(path, {"password": "battery staple"})).status_code == 204
    assert (await user.get("/auth/me")).status_code == 401
    assert (await anonymous.post("/api/v1/auth/login", json=LOGIN)).status_code == 401
    new = {**LOGIN, "password": "battery staple"}
    assert (await anonymous.post("/api/v1/auth/login", json=new)).status_code == 200


async def test_an_admin_signs_somebody_out_everywhere(
    admin: Any, user: Any, user_id: Callable[[], Awaitable[str]]
) -> None:
    assert (await admin.delete(f"/admin/users/{await user_id()}/sessions")).status_code == 204
    assert (await user.get("/auth/me")).status_code == 401
    assert (await admin.get("/auth/me")).status_code == 200


async def test_the_last_admin_cannot_leave(admin: Any) -> None:
    me = (await (await admin.get("/auth/me")).get_json())["id"]
    for answer in (
        await admin.put(f"/admin/users/{me}", {"role": "user"}),
        await admin.put(f"/admin/users/{me}", {"disabled": True}),
        await admin.delete(f"/admin/users/{me}"),
    ):
        assert answer.status_code == 409
        assert "last admin" in (await answer.get_json())["message"]
    assert (await admin.get("/admin/users")).status_code == 200


async def test_channels_need_somebody_when_their_owner_is_deleted(
    admin: Any, user: Any, user_id: Callable[[], Awaitable[str]]
) -> None:
    made = await (await user.post("/channels", {"name": "Mine"})).get_json()
    one, me = f"/admin/users/{await user_id()}", (await (await admin.get("/auth/me")).get_json())["id"]
    refused = await admin.delete(one)
    assert refused.status_code == 409
    assert (await refused.get_json())["details"] == {"channels": [{"id": made["id"], "name": "Mine"}]}
    assert (await admin.delete(f"{one}?channels_to=nobody")).status_code == 404
    assert (await user.get("/auth/me")).status_code == 200
    assert (await admin.delete(f"{one}?channels_to={me}")).status_code == 204
    assert (await user.get("/auth/me")).status_code == 401
    assert (await admin.get(one)).status_code == 404
    assert [channel["id"] for channel in await (await admin.get("/channels")).get_json()] == [made["id"]]


async def test_an_account_that_is_not_there_is_not_found(admin: Any) -> None:
    for method, path, body in (
        ("GET", "", None),
        ("PUT", "", {"disabled": True}),
        ("PUT", "/password", {"password": "battery staple"}),
        ("DELETE", "/sessions", None),
        ("DELETE", "", None),
    ):
        assert (await admin.call(method, f"/admin/users/nobody{path}", body)).status_code == 404, (method, path)


async def test_what_was_done_is_told_with_who_did_it(
    admin: Any, user: Any, user_id: Callable[[], Awaitable[str]]
) -> None:
    victim, me = await user_id(), (await (await admin.get("/auth/me")).get_json())["id"]
    await admin.put(f"/admin/users/{victim}", {"role": "admin", "disabled": True})
    events = await (await admin.get("/admin/activity")).get_json()
    told = [(event["kind"], event["actor_id"], event["data"]) for event in events[:2]]
    assert told == [("user_disabled", me, {"user": victim}), ("role_changed", me, {"user": victim})]
