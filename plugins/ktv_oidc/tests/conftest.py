"""A real OpenID provider on this machine, and the browser of a person who signs in at it."""

import json
import re
import secrets
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin

import pytest
from aiohttp import ClientSession, CookieJar
from joserfc.jwk import ECKey, OKPKey, RSAKey
from yarl import URL

from ktv_host.testing import FakeClock
from ktv_host.testing.auth_contract import CALLBACK

HERE = Path(__file__).parent / "provider"
OURS = "http://tv.test/api/v1/auth/callback"
SECRET = "a secret of the client, with %: and + 1234567890"
HOPS = 12
LEAST_NODE = 20
ACCOUNTS = {
    "ann": {"email": "ann@test.example", "email_verified": True, "name": "Ann", "groups": ["tv", "ktv-admins"]},
    "bob": {"email": "bob@test.example", "email_verified": True, "name": "Bob", "groups": ["tv"]},
    "eve": {"email": "bob@test.example", "email_verified": False, "name": "Eve"},
    "nil": {"name": "Nobody"},
}
CLIENTS: Sequence[Mapping[str, Any]] = (
    {"client_id": "basic", "client_secret": SECRET, "token_endpoint_auth_method": "client_secret_basic"},
    {"client_id": "post", "client_secret": SECRET, "token_endpoint_auth_method": "client_secret_post"},
    {"client_id": "public", "token_endpoint_auth_method": "none"},
    {"client_id": "elliptic", "client_secret": SECRET, "id_token_signed_response_alg": "ES256"},
    {"client_id": "edwards", "client_secret": SECRET, "id_token_signed_response_alg": "EdDSA"},
)


def node_version() -> int:
    """The major version; 0 without Node."""
    if shutil.which("node") is None:
        return 0
    shown = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    return int(shown.strip().lstrip("v").partition(".")[0])


def install() -> None:
    """Put npm's oidc-provider where the tests look for it, once for each lock file."""
    lock, done = HERE / "package-lock.json", HERE / "node_modules" / ".package-lock.json"
    if shutil.which("npm") is None or node_version() < LEAST_NODE:
        pytest.fail(
            f"the tests of ktv-oidc sign in at a real OpenID provider, which needs npm and Node {LEAST_NODE} or newer:"
            " install them; these tests are never skipped",
            pytrace=False,
        )
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return
    command = ["npm", "ci", "--no-audit", "--no-fund"]
    run = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        pytest.fail(f"npm ci in {HERE} failed: {run.stderr}", pytrace=False)
    done.touch()


class OpenIdProvider:
    """npm's oidc-provider in a process of its own."""

    def __init__(self, log: Path) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._log = log

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Makes new keys each time. Returns when it answers."""
        clients = [{**client, "redirect_uris": [OURS, CALLBACK]} for client in CLIENTS]
        told = json.dumps({"port": self.port, "clients": clients, "accounts": ACCOUNTS, "jwks": {"keys": new_keys()}})
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                ["node", "provider.mjs", told], cwd=HERE, stdout=subprocess.PIPE, stderr=log
            )
        assert self._process.stdout is not None
        if self._process.stdout.readline().strip() != b"ready":
            self.stop()
            pytest.fail(f"oidc-provider did not start: {self._log.read_text()}", pytrace=False)

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()

    def environment(self, client: str = "basic", **more: str) -> dict[str, str]:
        secret = {} if client == "public" else {"OIDC_CLIENT_SECRET": SECRET}
        return {"OIDC_ISSUER": self.issuer, "OIDC_CLIENT_ID": client, **secret, **more}


def new_keys() -> list[dict[str, Any]]:
    keys = {"RS256": RSAKey.generate_key(2048), "ES256": ECKey.generate_key(), "EdDSA": OKPKey.generate_key()}
    kid = secrets.token_hex(4)
    return [{**key.as_dict(private=True), "alg": alg, "use": "sig", "kid": f"{alg}-{kid}"} for alg, key in keys.items()]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def shared_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIdProvider]:
    yield from running(tmp_path_factory.mktemp("provider"))


@pytest.fixture
def provider(shared_provider: OpenIdProvider) -> OpenIdProvider:
    """One that runs and is left alone."""
    return shared_provider


@pytest.fixture
def own_provider(tmp_path: Path) -> Iterator[OpenIdProvider]:
    """One to stop and start again."""
    yield from running(tmp_path)


def running(folder: Path) -> Iterator[OpenIdProvider]:
    install()
    provider = OpenIdProvider(folder / "oidc-provider.log")
    try:
        provider.start()
        yield provider
    finally:
        provider.stop()


@pytest.fixture
def nobody_there() -> str:
    """The issuer's address of a provider that is down."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture
def fake_clock() -> FakeClock:
    """The provider lives in the present."""
    return FakeClock(datetime.now(UTC))


@pytest.fixture
def browse() -> Callable[..., Any]:
    """Signs in at the provider, as a person with a new browser does; the parameters the callback is called with."""

    async def through(address: str, login: str = "ann") -> dict[str, str]:
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
            method, form = "GET", None
            for _ in range(HOPS):
                url = URL(address, encoded=True)
                async with session.request(method, url, data=form, allow_redirects=False) as response:
                    page = await response.text()
                method, form = "GET", None
                if "Location" in response.headers:
                    address = urljoin(address, response.headers["Location"])
                    if address.startswith((OURS, CALLBACK)):
                        return dict(parse_qsl(address.partition("?")[2]))
                    continue
                prompt = re.search(r'name="prompt" value="(\w+)"', page)
                action = re.search(r'action="([^"]+)"', page)
                assert prompt is not None, f"{response.status} {page}"
                assert action is not None, page
                method, address = "POST", urljoin(address, action[1])
                form = {"prompt": prompt[1], "login": login, "password": "any"}
        raise AssertionError(f"the sign-in led nowhere in {HOPS} hops")

    return through
