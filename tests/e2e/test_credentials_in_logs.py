"""A real server that logs everything, every kind of credential, and a look through what it printed."""

import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

WRONG = "a-wrong-password-nobody-has"
SESAME = "open-sesame-of-the-channel"
HEADER = "webhook-header-secret-value"
JWT_SECRET = "the-secret-of-this-server-0123456789"


@pytest.fixture(scope="module")
def server(serve: Callable[..., Any], videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("chatty")
    with serve(folder, LOCAL_FILES_DIR=str(videos), LOG_LEVEL="debug", JWT_SECRET=JWT_SECRET) as running:
        yield running


@pytest.fixture(scope="module")
def used(server: Any) -> list[str]:
    """Credentials, after each was shown to the server in every way there is."""
    login = server.printed(r"Login\s+(\S+)\s+password (\S+)")
    email, password = login[1], login[2]
    server.post("/auth/login", {"email": email, "password": WRONG})
    server.token = server.post("/auth/login", {"email": email, "password": password}).json()["access_token"]
    jwt = server.token
    personal = server.post("/auth/tokens", {"name": "all", "scopes": ["api"]}).json()["token"]
    server.until("/library/items", lambda items: len(items) > 0)
    content = {"type": "algorithmic", "filter": {"content_type": "episode"}, "strategy": "sequential"}
    block = {"name": "All", "start_time": "00:00", "duration_mins": 1440, "content": content}
    channel = server.post("/channels", {
        "name": "Locked", "access_mode": "password_protected", "access_password": SESAME,
        "webhook_url": "https://hook.test/x", "webhook_headers": {"Authorization": HEADER},
        "schedule_config": {"blocks": [block]},
    }).json()  # fmt: skip
    one = f"/channels/{channel['id']}"
    server.post(f"{one}/schedule")
    location = server.get(f"{one}/stream").headers["Location"]
    server.token = None
    grant = server.post(f"{one}/unlock", {"password": SESAME}).json()["grant"]
    server.post(f"{one}/unlock", {"password": WRONG})
    server.get(f"{one}/now", X_Channel_Password=SESAME)
    server.get(f"{one}/now?grant={grant}")
    server.get(f"{one}/live.m3u8?grant={grant}")
    playlist = server.get(f"{one}/media.m3u8?grant={grant}").body.decode()
    segment = next(line for line in playlist.splitlines() if "/seg/" in line)
    server.get(server.base + segment)
    server.get(location)
    server.get(location + "x")
    for token in (jwt, personal):
        server.get(f"/iptv/playlist.m3u?token={token}")
        server.get(f"/admin/logs?level=nonsense&token={token}")
    playlist = server.get(f"/iptv/playlist.m3u?token={jwt}").body.decode()
    iptv = parse_qs(urlsplit(next(line for line in playlist.splitlines() if line.startswith("http"))).query)["token"][0]
    server.get(f"{one}/live.m3u8?token={iptv}")
    server.get("/auth/me", Authorization=f"Bearer {jwt}")
    server.get(f"/auth/me?access_token={jwt}", Authorization=f"Bearer {personal}")
    server.call("POST", "/auth/login", {"email": email, "password": {"deep": WRONG}})
    server.token = jwt
    server.post("/auth/logout")
    signature = segment.split("/seg/")[1].split("/")[1].partition("-")[2]
    return [WRONG, SESAME, HEADER, JWT_SECRET, jwt, personal, grant, grant.partition("-")[2], signature, iptv,
            parse_qs(urlsplit(location).query)["sig"][0]]  # fmt: skip


def test_no_line_the_server_printed_shows_a_credential(server: Any, used: list[str]) -> None:
    printed = "".join(server.lines)
    assert printed.count("ktv.access") > 15
    assert [secret for secret in used if secret in printed] == []


def test_no_line_of_the_log_stream_does_either(server: Any, used: list[str]) -> None:
    login = server.printed(r"Login\s+(\S+)\s+password (\S+)")
    server.token = None
    token = server.post("/auth/login", {"email": login[1], "password": login[2]}).json()["access_token"]
    text = ""
    with urllib.request.urlopen(f"{server.base}/api/v1/admin/logs?token={token}", timeout=10) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        server.get(f"/config?token={token}")
        while "/config?token" not in text:
            text += stream.readline().decode()
    assert "ktv.access" in text
    assert [secret for secret in [*used, token, login[2]] if secret in text] == []


def test_a_body_that_is_too_large_gets_its_answer(server: Any) -> None:
    answer = server.call("POST", "/auth/login", {"email": "x" * 5_000_000, "password": "y"})
    assert answer.status == 413
    assert answer.json()["error"] == "too_large"
