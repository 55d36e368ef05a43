"""What browsers are told: security headers, CORS, and bodies that are too large."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from quart import Quart

from ktv_host.api.watch import PAGES
from ktv_host.app import BODY_MOST, create_app
from ktv_host.settings import Settings

ORIGIN = "http://localhost:5173"


async def test_every_answer_is_what_its_type_says_and_tells_nobody_where_it_was(
    channel: Callable[..., Any], anonymous: Any
) -> None:
    made = await channel(logo="<svg><rect/></svg>")
    one = f"/api/v1/channels/{made['id']}"
    for path in ("/api/v1/config", "/api/v1/nothing", "/nothing", "/watch/", "/watch/watch.js", f"{one}/logo",
                 f"{one}/live.m3u8", "/api/v1/iptv/playlist.m3u"):  # fmt: skip
        headers = (await anonymous.get(path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert "default-src 'none'" in headers["Content-Security-Policy"], path


@pytest.mark.parametrize("path", ["/watch/", "/watch/some-channel"])
async def test_a_page_runs_nothing_inline_and_sits_in_no_frame(anonymous: Any, path: str) -> None:
    answer = await anonymous.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert {"frame-ancestors 'none'", "base-uri 'none'", "script-src 'self'"} <= set(policy.split("; "))
    page = await answer.get_data(as_text=True)
    for inline in ("<style", "style=", "<script>", "onclick", "onload", "javascript:"):
        assert inline not in page


def test_what_a_page_loads_is_there() -> None:
    page = (PAGES / "watch.html").read_text()
    assert "watch.css" in page
    assert (PAGES / "watch.css").is_file()


async def test_answers_of_the_api_are_kept_by_nobody_unless_they_say_so(
    channel: Callable[..., Any], admin: Any
) -> None:
    assert (await admin.get("/auth/me")).headers["Cache-Control"] == "no-store"
    assert "no-store" not in (await admin.get("/iptv/epg.xml")).headers["Cache-Control"]


@pytest.fixture
async def production(settings: Settings, shelf_catalog: Any, clock: Any) -> AsyncIterator[Quart]:
    strict = settings.model_copy(update={"production": True, "trusted_proxies": ("10.0.0.1",)})
    app = create_app(strict, {}, loaded=(shelf_catalog, ()), clock=clock, background=False)
    async with app.test_app():
        yield app


async def test_in_production_a_browser_that_came_by_https_stays_with_it(production: Quart) -> None:
    client = production.test_client()
    by_proxy: dict[str, Any] = {
        "headers": {"X-Forwarded-Proto": "https"}, "scope_base": {"client": ("10.0.0.1", 1)},
    }  # fmt: skip
    assert "Strict-Transport-Security" in (await client.get("/api/v1/config", **by_proxy)).headers
    by_proxy["scope_base"] = {"client": ("10.0.0.2", 1)}
    assert "Strict-Transport-Security" not in (await client.get("/api/v1/config", **by_proxy)).headers


async def test_an_origin_of_the_list_may_read_answers(anonymous: Any) -> None:
    headers = (await anonymous.get("/api/v1/config", headers={"Origin": ORIGIN})).headers
    assert headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Origin" in headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in headers
    assert "Link" in headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    "origin", ["http://evil.test", "null", "http://localhost:5173.evil.test", "https://localhost:5173"]
)
async def test_no_other_origin_may(anonymous: Any, origin: str) -> None:
    for method in ("GET", "OPTIONS"):
        headers = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
        answer = await anonymous.open("/api/v1/config", method=method, headers=headers)
        assert "Access-Control-Allow-Origin" not in answer.headers


async def test_a_preflight_says_which_methods_and_headers_may_be_sent(anonymous: Any) -> None:
    answer = await anonymous.options(
        "/api/v1/channels/some",
        headers={
            "Origin": ORIGIN,
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "authorization, x-channel-grant, x-evil",
        },
    )
    assert answer.status_code == 200
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    assert "authorization" in allowed
    assert "x-channel-grant" in allowed
    assert "x-evil" not in allowed
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Max-Age"] == "600"


async def test_a_refusal_may_be_read_across_origins_too(anonymous: Any) -> None:
    answer = await anonymous.get("/api/v1/auth/me", headers={"Origin": ORIGIN})
    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


@pytest.fixture
async def open_to_all(settings: Settings, shelf_catalog: Any, clock: Any) -> AsyncIterator[Quart]:
    app = create_app(
        settings.model_copy(update={"cors_allowed_origins": ("*",)}), {}, loaded=(shelf_catalog, ()), clock=clock,
        background=False,
    )  # fmt: skip
    async with app.test_app():
        yield app


async def test_a_star_stands_for_every_origin(open_to_all: Quart) -> None:
    answer = await open_to_all.test_client().get("/api/v1/config", headers={"Origin": "https://any.test"})
    assert answer.headers["Access-Control-Allow-Origin"] in ("*", "https://any.test")


async def test_a_body_that_is_too_large_is_refused_in_words(anonymous: Any) -> None:
    body = b'{"email": "' + b"a" * BODY_MOST + b'"}'
    answer = await anonymous.post("/api/v1/auth/login", data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    problem = await answer.get_json()
    assert (problem["error"], str(BODY_MOST) in problem["message"]) == ("too_large", True)


async def test_a_body_without_a_length_is_cut_off_as_well(anonymous: Any) -> None:
    async with anonymous.request("/api/v1/auth/login", method="POST") as connection:
        for _ in range(BODY_MOST // (1 << 20) + 1):
            await connection.send(b"a" * (1 << 20))
        await connection.send_complete()
    assert (await connection.as_response()).status_code == 413
