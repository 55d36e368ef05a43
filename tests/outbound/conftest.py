"""Real servers on this machine."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvloop
from aiohttp import WSMsgType, web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Server:
    """``seen`` holds the paths that were asked for."""

    port: int = 0
    seen: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request.path_qs)
        self.cookies.append(request.headers.get("Cookie", ""))
        match request.path:
            case "/to":
                raise web.HTTPFound(request.query["url"])
            case "/endless":
                response = web.StreamResponse(headers={"Content-Type": "image/png"})
                await response.prepare(request)
                while True:
                    await response.write(b"x" * 65536)
            case "/silent":
                await asyncio.Event().wait()
            case "/socket":
                socket = web.WebSocketResponse()
                await socket.prepare(request)
                async for message in socket:
                    if message.type is WSMsgType.TEXT:
                        await socket.send_str(message.data)
                return socket
        return web.Response(text="hello", headers={"Set-Cookie": "who=me"})


async def _serve(server: Server, tls: ssl.SSLContext | None = None) -> web.AppRunner:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    server.port = runner.addresses[0][1]
    return runner


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    runner = await _serve(made)
    yield made
    await runner.cleanup()


@pytest.fixture
async def elsewhere() -> AsyncIterator[Server]:
    made = Server()
    runner = await _serve(made)
    yield made
    await runner.cleanup()


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    """A certificate nobody vouches for."""
    return _self_signed(tmp_path)


@pytest.fixture
async def tls_server(self_signed: ssl.SSLContext) -> AsyncIterator[Server]:
    made = Server(scheme="https")
    runner = await _serve(made, self_signed)
    yield made
    await runner.cleanup()


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nobody")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = folder / "server.pem"
    path.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The server runs on uvloop, plugins and their tests on asyncio's own loop: sockets have to behave on both."""
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
