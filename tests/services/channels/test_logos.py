"""Logos from elsewhere: fetched by the host, once, and only pictures."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from ktv_host.domain.channel import Channel
from ktv_host.errors import Invalid, NotFound, Unavailable
from ktv_host.outbound.guarded import GuardedHttp
from ktv_host.outbound.policy import AddressPolicy
from ktv_host.outbound.sessions import Sessions
from ktv_host.services.channels.logos import Logos, clean_logo
from ktv_host.testing import FakeClock, RecordedLog

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100


class Elsewhere:
    """A web server that answers with what a test says."""

    def __init__(self) -> None:
        self.body, self.status, self.asked = PNG, 200, 0
        self.location = ""
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/logo"

    async def answer(self, request: web.Request) -> web.Response:
        self.asked += 1
        if self.location:
            raise web.HTTPFound(self.location)
        return web.Response(body=self.body, status=self.status, content_type="text/html")


@pytest.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    made = Elsewhere()
    app = web.Application()
    app.router.add_get("/logo", made.answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.port = runner.addresses[0][1]
    yield made
    await runner.cleanup()


@pytest.fixture
async def make_logos(clock: FakeClock) -> AsyncIterator[Any]:
    made: list[Any] = []

    async def is_admin(user_id: str) -> bool:
        return user_id == "admin"

    def make(*allowed: str) -> Logos:
        guarded, sessions = GuardedHttp(AddressPolicy.parse(allowed)), Sessions()
        logos = Logos(guarded, sessions, is_admin, clock, RecordedLog())
        made.extend([logos, guarded, sessions])
        return logos

    yield make
    for one in made:
        await one.close()


def channel(owner: str, logo: str | None) -> Channel:
    now = FakeClock()()
    return Channel(id="c", owner_id=owner, number=1, name="C", created_at=now, updated_at=now, logo=logo)


async def test_an_admins_logo_may_be_on_the_own_network(make_logos: Any, elsewhere: Elsewhere) -> None:
    picture = await make_logos().picture(channel("admin", elsewhere.url))
    assert (picture.media_type, picture.data) == ("image/png", PNG)


async def test_a_users_logo_may_not(make_logos: Any, elsewhere: Elsewhere) -> None:
    with pytest.raises(Unavailable):
        await make_logos().picture(channel("user", elsewhere.url))
    assert elsewhere.asked == 0


async def test_unless_an_admin_allowed_the_address(make_logos: Any, elsewhere: Elsewhere) -> None:
    assert (await make_logos("127.0.0.0/8").picture(channel("user", elsewhere.url))).data == PNG


async def test_a_picture_is_asked_for_once_an_hour(make_logos: Any, elsewhere: Elsewhere, clock: FakeClock) -> None:
    logos, one = make_logos(), channel("admin", elsewhere.url)
    for _ in range(3):
        await logos.picture(one)
    assert elsewhere.asked == 1
    clock.advance(3601)
    await logos.picture(one)
    assert elsewhere.asked == 2


async def test_a_failure_is_not_repeated_for_a_minute(make_logos: Any, elsewhere: Elsewhere, clock: FakeClock) -> None:
    logos, one = make_logos(), channel("admin", elsewhere.url)
    elsewhere.status = 500
    for _ in range(3):
        with pytest.raises(Unavailable):
            await logos.picture(one)
    assert elsewhere.asked == 1
    elsewhere.status = 200
    clock.advance(61)
    assert (await logos.picture(one)).data == PNG


async def test_while_it_cannot_be_had_the_last_one_is_shown_for_a_day(
    make_logos: Any, elsewhere: Elsewhere, clock: FakeClock
) -> None:
    logos, one = make_logos(), channel("admin", elsewhere.url)
    await logos.picture(one)
    elsewhere.status = 404
    clock.advance(3601)
    assert (await logos.picture(one)).data == PNG
    clock.advance(3600 * 24)
    with pytest.raises(Unavailable):
        await logos.picture(one)


@pytest.mark.parametrize("body", [b"<html><script>alert(1)</script>", b"", b"x" * 2_000_000, PNG + b"x" * (1 << 20)])
async def test_what_is_no_picture_or_too_large_is_not_shown(make_logos: Any, elsewhere: Elsewhere, body: bytes) -> None:
    elsewhere.body = body
    with pytest.raises(Unavailable):
        await make_logos().picture(channel("admin", elsewhere.url))


async def test_svg_from_elsewhere_is_made_harmless_too(make_logos: Any, elsewhere: Elsewhere) -> None:
    elsewhere.body = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script><rect/></svg>"
    picture = await make_logos().picture(channel("admin", elsewhere.url))
    assert picture.media_type == "image/svg+xml"
    assert b"alert" not in picture.data


async def test_a_redirect_is_not_followed(make_logos: Any, elsewhere: Elsewhere) -> None:
    elsewhere.location = "/elsewhere"
    with pytest.raises(Unavailable):
        await make_logos().picture(channel("admin", elsewhere.url))


async def test_inline_svg_is_sent_as_it_is_kept_and_no_logo_is_not_found(make_logos: Any) -> None:
    one = channel("user", "<svg></svg>")
    assert (await make_logos().picture(one)).data == b"<svg></svg>"
    with pytest.raises(NotFound):
        await make_logos().picture(replace(one, logo=None))


@pytest.mark.parametrize("text", ["logo.png", "ftp://x/y", "javascript:alert(1)", "data:image/png,x", "http://", "svg",
                                  "http://u:p@x.test/logo.png", "http://x.test/" + "a" * 3000])  # fmt: skip
def test_what_is_neither_url_nor_svg_is_refused_by_its_field(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        clean_logo(text)
    assert caught.value.fields[0].path == "logo"


def test_a_url_stays_as_it_is() -> None:
    assert clean_logo(" https://x.test/a.png?b=c ") == "https://x.test/a.png?b=c"
