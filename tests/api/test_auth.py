"""/auth as a client sees it."""

import re
from collections.abc import Callable
from typing import Any

from ktv_host.app import all_routes
from ktv_host.registry.catalog import Catalog

LOGIN = {"email": "admin@test.example", "password": "correct horse"}


async def test_the_first_account_is_the_admin_and_the_second_is_not(admin: Any, user: Any) -> None:
    assert (await (await admin.get("/auth/me")).get_json())["role"] == "admin"
    assert (await (await user.get("/auth/me")).get_json())["role"] == "user"


async def test_a_token_has_the_shape_of_the_contract(admin: Any, anonymous: Any) -> None:
    answer = await anonymous.post("/api/v1/auth/login", json=LOGIN)
    body = await answer.get_json()
    assert answer.status_code == 200
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 24 * 3600
    assert set(body) == {"access_token", "token_type", "expires_in"}


async def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(admin: Any, anonymous: Any) -> None:
    wrong = await anonymous.post("/api/v1/auth/login", json={**LOGIN, "password": "not it at all"})
    unknown = await anonymous.post("/api/v1/auth/login", json={**LOGIN, "email": "nobody@test.example"})
    assert wrong.status_code == unknown.status_code == 401
    assert await wrong.get_json() == await unknown.get_json()


async def test_logout_revokes_the_token(admin: Any) -> None:
    assert (await admin.post("/auth/logout")).status_code == 200
    assert (await admin.get("/auth/me")).status_code == 401


async def test_logout_without_a_token_is_fine(anonymous: Any) -> None:
    assert (await anonymous.post("/api/v1/auth/logout")).status_code == 200


async def test_a_fresh_token_works_beside_the_old_one(admin: Any) -> None:
    fresh = (await (await admin.post("/auth/token")).get_json())["access_token"]
    answer = await admin.client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {fresh}"})
    assert answer.status_code == 200
    assert (await admin.get("/auth/me")).status_code == 200


async def test_a_token_ends_when_its_time_is_over(admin: Any, clock: Any) -> None:
    clock.advance(hours=25)
    assert (await admin.get("/auth/me")).status_code == 401


async def test_the_same_address_cannot_register_twice_in_any_case(admin: Any, anonymous: Any) -> None:
    answer = await anonymous.post("/api/v1/auth/register", json={**LOGIN, "email": "ADMIN@test.example"})
    assert answer.status_code == 409
    assert (await answer.get_json())["error"] == "conflict"


async def test_a_short_password_and_a_bad_address_name_their_field(anonymous: Any) -> None:
    short = await anonymous.post("/api/v1/auth/register", json={"email": "a@b.c", "password": "short"})
    bad = await anonymous.post("/api/v1/auth/register", json={"email": "nobody", "password": "long enough"})
    assert (await short.get_json())["details"]["fields"][0]["path"] == "password"
    assert (await bad.get_json())["details"]["fields"][0]["path"] == "email"
    assert short.status_code == bad.status_code == 422


async def test_a_body_that_is_no_json_is_malformed(anonymous: Any) -> None:
    answer = await anonymous.post("/api/v1/auth/login", data=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert (await answer.get_json())["error"] == "malformed"


async def test_an_unknown_field_is_named(anonymous: Any) -> None:
    answer = await anonymous.post("/api/v1/auth/login", json={**LOGIN, "remember": True})
    assert answer.status_code == 422
    assert (await answer.get_json())["details"]["fields"] == [
        {"path": "remember", "message": "Extra inputs are not permitted"}
    ]


async def test_a_forged_token_is_refused_everywhere(admin: Any, register: Callable[[str], Any]) -> None:
    forged = {"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."}
    for path in ("/auth/me", "/channels", "/admin/providers"):
        answer = await admin.client.get(f"/api/v1{path}", headers=forged)
        assert answer.status_code == 401, path


async def test_a_changed_password_ends_every_other_session(admin: Any, anonymous: Any) -> None:
    other = (await (await anonymous.post("/api/v1/auth/login", json=LOGIN)).get_json())["access_token"]
    change = {"old_password": "correct horse", "new_password": "battery staple"}
    answer = await admin.put("/auth/password", change)
    fresh = (await answer.get_json())["access_token"]
    states = []
    for token in (other, admin.token, fresh):
        me = await anonymous.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})
        states.append(me.status_code)
    assert states == [401, 401, 200]
    assert (await anonymous.post("/api/v1/auth/login", json=LOGIN)).status_code == 401
    new = {**LOGIN, "password": "battery staple"}
    assert (await anonymous.post("/api/v1/auth/login", json=new)).status_code == 200


async def test_a_wrong_old_and_a_short_new_password_name_their_field(admin: Any) -> None:
    wrong = await admin.put("/auth/password", {"old_password": "not it", "new_password": "battery staple"})
    short = await admin.put("/auth/password", {"old_password": "correct horse", "new_password": "short"})
    assert wrong.status_code == short.status_code == 422
    assert (await wrong.get_json())["details"]["fields"][0]["path"] == "old_password"
    assert (await short.get_json())["details"]["fields"][0]["path"] == "new_password"


async def test_signing_out_everywhere_ends_sessions_and_grants_but_no_personal_token(
    admin: Any, anonymous: Any
) -> None:
    made = await (await admin.post("/auth/tokens", {"name": "tv", "scopes": ["api"]})).get_json()
    playlist = await (await admin.get("/iptv/playlist.m3u")).get_data(as_text=True)
    assert (await admin.delete("/auth/sessions")).status_code == 204
    assert (await admin.get("/auth/me")).status_code == 401
    grant = playlist.partition("token=")[2].split()[0].strip('"')
    assert (await anonymous.get(f"/api/v1/iptv/playlist.m3u?token={grant}")).status_code == 401
    bearer = {"Authorization": f"Bearer {made['token']}"}
    assert (await anonymous.get("/api/v1/auth/me", headers=bearer)).status_code == 200


async def test_signing_out_everywhere_can_take_the_personal_tokens_along(admin: Any, anonymous: Any) -> None:
    made = await (await admin.post("/auth/tokens", {"name": "tv", "scopes": ["api"]})).get_json()
    assert (await admin.delete("/auth/sessions?tokens=true")).status_code == 204
    bearer = {"Authorization": f"Bearer {made['token']}"}
    assert (await anonymous.get("/api/v1/auth/me", headers=bearer)).status_code == 401


async def test_a_revoked_token_is_refused_on_every_route_that_looks_at_one(admin: Any, shelf_catalog: Catalog) -> None:
    await admin.post("/auth/logout")
    looking = [route for route in all_routes(shelf_catalog) if 401 in route.rule.refusals]
    assert len(looking) > 50
    for route in looking:
        path = re.sub(r"<[^>]+>", "x", route.path)
        answer = await admin.call(route.method, path, {} if route.body else None)
        assert answer.status_code == 401, (route.method, path)


async def test_too_many_wrong_passwords_are_told_when_to_come_back(admin: Any, anonymous: Any) -> None:
    wrong = {**LOGIN, "password": "not it at all"}
    statuses = [(await anonymous.post("/api/v1/auth/login", json=wrong)).status_code for _ in range(10)]
    limited = await anonymous.post("/api/v1/auth/login", json=LOGIN)
    assert statuses == [401] * 10
    assert limited.status_code == 429
    assert limited.headers["Retry-After"] == "30"
    assert (await limited.get_json())["error"] == "rate_limited"
