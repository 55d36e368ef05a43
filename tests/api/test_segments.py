"""Segments over HTTP: the short way says what the usual one says, and takes only what is plain."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import m3u8
import pytest
from quart import Quart

from ktv_host.app import create_app
from ktv_host.settings import Settings

Channel = Callable[..., Any]
USUAL = {"If-None-Match": '"another"'}  # a validator is not plain; this one does not hold
ORIGINS = [None, "http://localhost:5173", "https://elsewhere.test"]


@pytest.fixture
async def url(channel: Channel, stocked: Any, aired: Path) -> str:
    """Of a segment that lies in the cache."""
    made = await channel()
    assert (await stocked.post(f"/channels/{made['id']}/schedule")).status_code == 201
    listed = await (await stocked.get(f"/channels/{made['id']}/media.m3u8")).get_data(as_text=True)
    address: str = m3u8.loads(listed).segments[0].uri
    assert (await stocked.client.get(address)).status_code == 200
    return address


@pytest.fixture
async def production(settings: Settings, shelf_catalog: Any, clock: Any, app: Quart) -> AsyncIterator[Quart]:
    """Another host on the same cache, behind a proxy that speaks HTTPS."""
    strict = settings.model_copy(update={"production": True, "trusted_proxies": ("10.0.0.1",)})
    other = create_app(strict, {}, loaded=(shelf_catalog, ()), clock=clock, background=False)
    async with other.test_app():
        yield other


def headers_of(answer: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items() if name.lower() != "date"}


@pytest.mark.parametrize("origin", ORIGINS)
async def test_both_ways_say_the_same_to_everybody(url: str, anonymous: Any, origin: str | None) -> None:
    said = {"Origin": origin} if origin else {}
    short, usual = await anonymous.get(url, headers=said), await anonymous.get(url, headers={**said, **USUAL})
    assert await short.get_data() == await usual.get_data()
    assert headers_of(short) == headers_of(usual)
    assert headers_of(short) == headers_of(await anonymous.get(url))
    assert short.headers["Access-Control-Allow-Origin"] == "*"
    assert short.headers["X-Content-Type-Options"] == "nosniff"
    assert "Vary" not in short.headers  # or a cache would keep one for each


@pytest.mark.parametrize("peer", ["10.0.0.1", "10.0.0.2"])
async def test_both_ways_tell_browsers_to_stay_with_https(url: str, production: Quart, peer: str) -> None:
    client = production.test_client()
    base: dict[str, Any] = {"scope_base": {"client": (peer, 1)}}
    said = {"X-Forwarded-Proto": "https"}
    short = await client.get(url, headers=said, **base)
    usual = await client.get(url, headers={**said, **USUAL}, **base)
    assert headers_of(short) == headers_of(usual)
    assert ("strict-transport-security" in headers_of(short)) == (peer == "10.0.0.1")


async def test_an_address_is_judged_the_same_when_the_segment_is_in_memory(
    url: str, anonymous: Any, clock: Any
) -> None:
    for _ in range(2):
        assert (await anonymous.get(url)).status_code == 200
    head, grant, name = url.rsplit("/", 2)
    expires, _, signature = grant.partition("-")
    for wrong in (
        f"{head}/{expires}-/{name}",
        f"{head}/{expires}-{signature[:-1]}/{name}",
        f"{head}/{int(expires) + 3600}-{signature}/{name}",
        f"{head}/0{expires}-{signature}/{name}",
        f"{head}/{grant}/0{name}",
        f"{head}/{grant}/%D9%A0.ts",
        f"{head}/../../../../data.db/{grant}/{name}",
        f"{head}%2F..%2F/{grant}/{name}",
    ):
        assert (await anonymous.get(wrong)).status_code == 404, wrong
    clock.advance(hours=8)
    assert (await anonymous.get(url)).status_code == 404


async def test_methods_ranges_and_validators_are_answered_as_ever(url: str, anonymous: Any) -> None:
    whole = await anonymous.get(url)
    head = await anonymous.head(url)
    assert (head.status_code, await head.get_data()) == (200, b"")
    # of a body that is empty the test client says the length itself
    assert {**headers_of(head), "content-length": whole.headers["Content-Length"]} == headers_of(whole)
    assert (await anonymous.post(url)).status_code == 405
    assert (await anonymous.get(url, headers={"Range": "bytes=188-375"})).status_code == 206
    assert (await anonymous.get(url, headers={"If-Match": '"another"'})).status_code == 412
    known = await anonymous.get(url, headers={"If-None-Match": whole.headers["ETag"]})
    assert known.status_code == 304
    assert known.headers["Access-Control-Allow-Origin"] == "*"


async def test_a_query_changes_nothing(url: str, anonymous: Any) -> None:
    plain, asked = await anonymous.get(url), await anonymous.get(f"{url}?token=x")
    assert await plain.get_data() == await asked.get_data()


async def test_nginx_is_told_where_the_file_lies_though_it_is_in_memory(
    url: str, settings: Settings, shelf_catalog: Any, clock: Any
) -> None:
    behind = settings.model_copy(update={"accel_redirect": "/cached"})
    app = create_app(behind, {}, loaded=(shelf_catalog, ()), clock=clock, background=False)
    async with app.test_app():
        answer = await app.test_client().get(url)
    assert answer.headers["X-Accel-Redirect"].startswith("/cached/")
    assert await answer.get_data() == b""


async def test_a_segment_sent_from_memory_is_kept_in_the_cache(url: str, anonymous: Any, settings: Settings) -> None:
    (file,) = settings.cache_dir.rglob(url.rsplit("/", 1)[1])
    first = await anonymous.get(url)
    file.unlink()
    assert await (await anonymous.get(url)).get_data() == await first.get_data()
