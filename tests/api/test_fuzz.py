"""The whole API under requests nobody thought of: no 5xx, no undocumented answer, no secret in any answer.

A real server on loopback, three kinds of caller, requests made by schemathesis from the OpenAPI document.
"""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypercorn.asyncio import serve
from hypercorn.config import Config
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from ktv_iptv.plugin import register_exporters
from schemathesis import GenerationMode, checks
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ktv_host.app import create_app
from ktv_host.registry.catalog import Catalog
from ktv_host.settings import Settings
from ktv_host.testing import FakeProviderType

SECRETS = {
    "jwt": "planted-jwt-secret-0123456789abcdef",
    "provider": "planted-provider-password",
    "webhook": "planted-webhook-header",
    "channel": "planted-channel-password",
    "account": "planted-account-password",
}
# what would sign the caller out, and the stream that does not end (tests/api/test_logs.py has it)
LEFT_OUT = {("POST", "/auth/logout"), ("DELETE", "/auth/sessions"), ("GET", "/admin/logs")}
CALLERS = ("anonymous", "user", "admin")
SLOW = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large, HealthCheck.large_base_example)


@dataclass
class Target:
    base: str
    tokens: dict[str, str]
    known: dict[str, list[str]]  # ids that exist, by the name of the path parameter
    session: requests.Session

    def headers(self, caller: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[caller]}"} if caller in self.tokens else {}

    def call(self, method: str, path: str, json: Any = None, caller: str = "anonymous") -> Any:
        answer = requests.request(method, f"{self.base}{path}", json=json, headers=self.headers(caller), timeout=30)
        assert answer.ok, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("fuzz")
    with listening(folder) as base, requests.Session() as session:
        made = Target(f"{base}/api/v1", {}, {}, session)
        furnish(made)
        yield made


@contextmanager
def listening(folder: Path) -> Iterator[str]:
    """The app under hypercorn, in a thread with a loop of its own."""
    kind = FakeProviderType()
    catalog = Catalog(
        provider_types={kind.key: kind},
        auth_backends={},
        exporters={exporter.key: exporter for exporter in register_exporters()},
        notifiers={},
    )
    chosen = Settings(
        _env_file=None,
        database_url=f"sqlite:{folder / 'ktv.db'}?mode=rwc",
        data_dir=folder / "data",
        jwt_secret=SECRETS["jwt"],
    )
    app = create_app(chosen, {}, loaded=(catalog, ()), background=False, started=lambda host: ready.set())
    ready, stop = threading.Event(), threading.Event()
    config = Config()
    config.bind = [f"127.0.0.1:{free_port()}"]
    config.errorlog = config.accesslog = None
    config.graceful_timeout = 1

    async def run() -> None:
        await serve(app, config, shutdown_trigger=lambda: asyncio.to_thread(stop.wait))  # type: ignore[arg-type]

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        assert ready.wait(60)
        until_open(config.bind[0])
        yield f"http://{config.bind[0]}"
    finally:
        stop.set()
        thread.join(30)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def until_open(address: str) -> None:
    """The host serves before its port is bound, by a moment."""
    host, _, port = address.partition(":")
    while True:
        with suppress(ConnectionRefusedError), socket.create_connection((host, int(port)), 10):
            return


def furnish(target: Target) -> None:
    """An admin, a user, a library, and channels of every mode with secrets in them."""
    for name in ("admin", "user", "spare"):
        login = {"email": f"{name}@test.example", "password": SECRETS["account"]}
        target.tokens[name] = target.call("POST", "/auth/register", login)["access_token"]
    config = {"library": "videos", "password": SECRETS["provider"]}
    target.call("POST", "/admin/providers", {"provider_type": "fake", "config": config}, "admin")
    target.call("POST", "/library/sync", caller="admin")
    block = {
        "name": "All", "start_time": "00:00", "duration_mins": 1440,
        "content": {"type": "algorithmic", "filter": {"content_type": "episode"}, "strategy": "sequential"},
    }  # fmt: skip
    channels = []
    for caller in ("admin", "user"):
        for mode in ("public", "password_protected", "account_required", "owner_only"):
            made = target.call("POST", "/channels", {
                "name": mode, "access_mode": mode, "access_password": SECRETS["channel"],
                "webhook_url": "https://hook.test/x", "webhook_headers": {"Authorization": SECRETS["webhook"]},
                "schedule_config": {"blocks": [block]},
            }, caller)  # fmt: skip
            target.call("POST", f"/channels/{made['id']}/schedule", caller=caller)
            channels.append(made["id"])
    users = target.call("GET", "/admin/users", caller="admin")
    target.known = {
        "channel_id": channels,
        "media_id": ["fake::film-1", "fake::show-s1e1", "fake::nothing"],
        "provider_id": ["fake"],
        "user_id": [one["id"] for one in users if one["email"].startswith("spare")],
        "generation": ["1"],
        "version": ["1"],
    }


def fuzz(target: Target, caller: str, examples: int) -> list[str]:
    """What is wrong with the answers, one line per kind."""
    schema = schemathesis.openapi.from_url(f"{target.base}/openapi.json")
    wrong = dict[str, None]()
    for result in schema.get_all_operations():
        operation = result.ok()
        method, path = operation.method.upper(), operation.path.removeprefix("/api/v1")
        if (method, path) in LEFT_OUT:
            continue
        made = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
        made |= operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

        @settings(
            max_examples=examples, deadline=None, database=None, derandomize=examples < 50,
            phases=[Phase.generate], suppress_health_check=SLOW,
        )  # fmt: skip
        @given(case=made, known=st.none() | st.integers(0, 7))
        def try_one(case: Any, known: int | None) -> None:
            if known is not None and case.method.upper() != "DELETE":
                for name in case.path_parameters or {}:
                    if ids := target.known.get(name):
                        case.path_parameters[name] = ids[known % len(ids)]
            for problem in judge(case, target, caller):
                wrong[problem] = None

        try_one()
    return list(wrong)


def judge(case: Any, target: Target, caller: str) -> Iterator[str]:
    label = f"{case.method} {case.path} as {caller}"
    answer = case.call(
        base_url=target.base.removesuffix("/api/v1"), session=target.session, headers=target.headers(caller),
        timeout=30, allow_redirects=False,
    )  # fmt: skip
    for name, secret in SECRETS.items():
        if secret.encode() in answer.content or secret in str(answer.headers):
            yield f"{label}: {answer.status_code} shows the {name} secret"
    # 503 is what an API says while a media server or a picture cannot be reached; it is documented, and so checked
    found = [status_code_conformance, content_type_conformance, response_schema_conformance]
    if answer.status_code != 503:
        found.append(checks.not_a_server_error)
    try:
        case.validate_response(answer, checks=found)
    except FailureGroup as group:
        for failure in group.exceptions:
            yield f"{label}: {answer.status_code} {type(failure).__name__}: {failure.title}: {failure.message[:300]}"


@pytest.mark.parametrize("caller", CALLERS)
def test_nobody_gets_more_than_the_document_says(target: Target, caller: str) -> None:
    assert fuzz(target, caller, 5) == []


@pytest.mark.soak
@pytest.mark.parametrize("caller", CALLERS)
def test_however_long_they_try(target: Target, caller: str) -> None:
    assert fuzz(target, caller, 200) == []
