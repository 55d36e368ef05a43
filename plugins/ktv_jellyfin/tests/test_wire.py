"""Trouble on the way, in words that hold no key."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fake_jellyfin.records import make_id
from fake_jellyfin.seed import odd
from fake_jellyfin.server import FakeJellyfin
from ktv_jellyfin.answers import Overburdened
from ktv_jellyfin.wire import Patience, Wire

from ktv_host.hooks import HlsUrl, HttpFile, ProviderUnavailable
from ktv_host.testing import FakeClock

pytest_plugins = ["ktv_host.testing.fixtures"]

KEY = "0123456789abcdef"
QUICK = Patience(connect=1, read=0.2)


async def answer(request: web.Request) -> web.StreamResponse:
    match request.path:
        case "/jf/endless":
            response = web.StreamResponse(headers={"Content-Type": "application/json"})
            await response.prepare(request)
            while True:
                await response.write(b"[" * (1 << 20))
        case "/jf/silent":
            await asyncio.Event().wait()
        case "/jf/cut":
            response = web.StreamResponse(headers={"Content-Length": "1000"})
            await response.prepare(request)
            assert request.transport is not None
            request.transport.close()
            return response
        case "/jf/away":
            raise web.HTTPFound(f"https://media.lan/jf/?ApiKey={KEY}")
    return web.Response(text=request.path_qs, headers={"Date": "Mon, 05 Jan 2026 12:00:10 GMT"})


@pytest_asyncio.fixture
async def wire(fake_clock: FakeClock) -> AsyncIterator[Wire]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as session:
        yield Wire(session, f"http://127.0.0.1:{runner.addresses[0][1]}/jf", fake_clock, most_bytes=3 << 20)
    await runner.cleanup()


async def ask(wire: Wire, path: str, **options: Any) -> Any:
    return await wire.ask("GET", path, authorization=f'MediaBrowser Token="{KEY}"', patience=QUICK, **options)


async def test_a_path_goes_below_the_prefix_and_parameters_are_encoded(wire: Wire) -> None:
    found = await ask(wire, "/Items", params=[("searchTerm", "a&b c"), ("genres", "x|y")])
    assert found.body.decode() == "/jf/Items?searchTerm=a%26b+c&genres=x%7Cy"


async def test_the_difference_of_the_clocks_is_noticed(wire: Wire) -> None:
    await ask(wire, "/Items")
    assert wire.ahead == timedelta(seconds=10)


async def test_an_answer_without_end_is_cut(wire: Wire) -> None:
    with pytest.raises(Overburdened, match="larger than 3 MB"):
        await ask(wire, "/endless")


async def test_silence_has_an_end(wire: Wire) -> None:
    with pytest.raises(Overburdened, match="did not answer /silent"):
        await ask(wire, "/silent")


async def test_a_connection_that_breaks_is_told(wire: Wire) -> None:
    with pytest.raises(Overburdened, match="broke off"):
        await ask(wire, "/cut")


async def test_what_does_not_answer_http_may_be_another_kind_of_server(
    start: Callable[..., Awaitable[FakeJellyfin]], open_provider: Any, self_signed: ssl.SSLContext
) -> None:
    fake = await start(tls=self_signed)
    with pytest.raises(ProviderUnavailable, match="is it an https:// address"):
        await open_provider(fake, base_url=fake.url.replace("https:", "http:"))


async def test_a_redirect_is_not_followed_and_its_query_is_not_told(wire: Wire) -> None:
    found = await ask(wire, "/away")
    assert (found.status, found.location) == (302, "https://media.lan/jf/")


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nobody")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    path = tmp_path / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


async def test_a_certificate_nobody_vouches_for_needs_an_admins_word(
    start: Callable[..., Awaitable[FakeJellyfin]], open_provider: Any, scan: Any, self_signed: ssl.SSLContext
) -> None:
    fake = await start(tls=self_signed)
    assert fake.url.startswith("https:")
    with pytest.raises(ProviderUnavailable, match="cannot be trusted"):
        await open_provider(fake)
    provider = await open_provider(fake, verify_tls=False)
    assert len(await scan(provider)) == 25
    source = await provider.source(make_id("Fake", "Two Left Feet"))
    assert isinstance(source, HttpFile)
    assert not source.verify_tls
    for record in odd("Fake"):
        fake.world.library.add(record)
    stream = await provider.source(make_id("Fake", "Far Away.strm"))
    assert isinstance(stream, HlsUrl)
    assert not stream.verify_tls
