"""The watch page in a real browser."""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from ktv_host.streaming.demo_media import make_clip

CLIPS = 16  # of eight seconds: more than a playlist holds
COUNT_EVENTS = """
window.seen = {};
document.addEventListener("DOMContentLoaded", () => {
  const screen = document.getElementById("screen");
  const count = (name) => { window.seen[name] = (window.seen[name] ?? 0) + 1; };
  for (const name of ["playing", "error"]) screen.addEventListener(name, () => count(name));
  // without half a second of the stream from here on, however much there is behind a hole, the stream is at fault;
  // a picture that waits with more than that waits for this machine's decoder
  screen.addEventListener("waiting", () => {
    if (!window.seen.playing) return;
    const at = screen.currentTime, ranges = screen.buffered;
    const here = [...Array(ranges.length).keys()].find((n) => ranges.start(n) <= at && at <= ranges.end(n));
    count(here === undefined || ranges.end(here) - at < 0.5 ? "stalled" : "slow");
  });
});
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    chromium = shutil.which("chromium")
    assert chromium, "the tests need a Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        page = browser.new_page(viewport={"width": 480, "height": 400})
        page.add_init_script(COUNT_EVENTS)
        yield page
        browser.close()


@pytest.fixture(scope="module")
def clips(serve: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any]]:
    """A server and its channel of eight-second items that can be copied: a boundary every eight seconds."""
    folder = tmp_path_factory.mktemp("clips")
    season = folder / "videos" / "Clips" / "Season 01"
    season.mkdir(parents=True)
    for number in range(1, CLIPS + 1):
        make_clip(
            season / f"Clips - S01E{number:02} - Part.mp4", seconds=8, hue=number * 23, title=str(number), codec="h264"
        )
    with serve(folder, LOCAL_FILES_DIR=str(folder / "videos")) as server:
        login = server.printed(r"Login\s+(\S+)\s+password (\S+)")
        server.token = server.post("/auth/login", {"email": login[1], "password": login[2]}).json()["access_token"]
        server.until("/library/items", lambda items: len(items) == CLIPS)
        content = {"type": "algorithmic", "filter": {"content_type": "episode"}, "strategy": "sequential"}
        block = {"name": "Clips", "start_time": "00:00", "duration_mins": 1440, "content": content}
        channel = server.post("/channels", {"name": "Clips", "schedule_config": {"blocks": [block]}}).json()
        assert server.post(f"/channels/{channel['id']}/schedule").status == 201
        yield server, channel


def until(page: Page, expression: str, seconds: float) -> None:
    """Asked from outside: the page's policy forbids what wait_for_function would do inside."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, (expression, page.evaluate("window.seen"), page.inner_text("#say"))
        page.wait_for_timeout(100)


def shot(page: Page, name: str) -> None:
    """A picture for those who want to look."""
    if folder := os.environ.get("KTV_SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def seconds_until(moment: str) -> float:
    return (datetime.fromisoformat(moment) - datetime.now(UTC)).total_seconds()


def played(page: Page) -> float:
    return float(page.evaluate("document.getElementById('screen').currentTime"))


def test_the_picture_runs_over_ten_boundaries_and_goes_on_after_a_vanished_file(
    clips: tuple[Any, Any], page: Page
) -> None:
    server, channel = clips
    page.goto(f"{server.base}/watch/{channel['id']}")
    until(page, "window.seen.playing > 0", 60)
    begin = played(page)
    slots = {slot["id"]: slot for slot in server.get(f"/channels/{channel['id']}/epg").json()}
    coming = next(slot for slot in slots.values() if 45 < seconds_until(slot["start_at"]) < 54)
    number = coming["item"]["episode_number"]
    (server.folder / "videos" / "Clips" / "Season 01" / f"Clips - S01E{number:02} - Part.mp4").unlink()
    until(page, f"document.getElementById('screen').currentTime > {begin + 84}", 240)
    seen = page.evaluate("window.seen")
    shot(page, "watch")
    assert seen.get("error", 0) == 0
    assert seen.get("stalled", 0) == 0, seen
    streams = server.get("/admin/streams").json()
    assert 1 <= streams["slates"] <= 4
    assert "No such file" in streams["errors"][0]["reason"]


def test_the_page_names_what_is_on_what_comes_and_the_other_channels(clips: tuple[Any, Any], page: Page) -> None:
    server, channel = clips
    page.goto(f"{server.base}/watch/{channel['id']}")
    page.wait_for_selector("#say strong")
    on, _, coming = page.inner_text("#say").partition(" · next: ")
    assert re.fullmatch(r"Clips: Clips · S01E\d\d · Part", on)
    assert re.fullmatch(r"Clips · S01E\d\d · Part", coming)
    assert "Clips" in page.inner_text("[aria-current=page]")
    assert page.title() == "Clips · K-TV"


def test_a_channel_with_a_password_asks_for_it_and_plays(clips: tuple[Any, Any], page: Page) -> None:
    server, channel = clips
    locked = {"name": "Locked", "access_mode": "password_protected", "access_password": "open sesame"}
    locked["schedule_config"] = server.get(f"/channels/{channel['id']}").json()["schedule_config"]
    made = server.post("/channels", locked).json()
    assert server.post(f"/channels/{made['id']}/schedule").status == 201
    page.goto(f"{server.base}/watch/{made['id']}")
    page.wait_for_selector("#unlock", state="visible")
    assert page.title() == "Locked · K-TV"
    shot(page, "password")
    page.fill("#password", "guess")
    page.click("#unlock button")
    until(page, "document.getElementById('say').textContent.includes('not the channel')", 20)
    page.fill("#password", "open sesame")
    page.click("#unlock button")
    page.wait_for_url("**?grant=*")
    until(page, "window.seen.playing > 0", 60)
    assert page.is_hidden("#unlock")


def test_a_private_channel_says_how_to_watch_it(clips: tuple[Any, Any], page: Page) -> None:
    server, _ = clips
    made = server.post("/channels", {"name": "Mine", "access_mode": "account_required"}).json()
    page.goto(f"{server.base}/watch/{made['id']}")
    until(page, "document.getElementById('say').textContent !== ''", 20)
    assert "?token=" in page.inner_text("#say")
    assert page.is_hidden("#screen")
    shot(page, "private")


def test_nothing_is_asked_of_another_host(clips: tuple[Any, Any], page: Page) -> None:
    server, channel = clips
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.base}/watch/{channel['id']}")
    page.wait_for_selector("#say strong")
    assert asked
    assert [url for url in asked if not url.startswith((server.base, "blob:", "data:"))] == []
