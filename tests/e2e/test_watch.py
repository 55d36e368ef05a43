"""The watch page in a real browser."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

COUNT_EVENTS = """
window.seen = {};
document.addEventListener("DOMContentLoaded", () => {
  const screen = document.getElementById("screen");
  for (const name of ["playing", "waiting", "stalled", "error"])
    screen.addEventListener(name, () => { window.seen[name] = (window.seen[name] ?? 0) + 1; });
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
        page = browser.new_page(viewport={"width": 1000, "height": 760})
        page.add_init_script(COUNT_EVENTS)
        yield page
        browser.close()


@pytest.fixture(scope="module")
def clips(server: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A channel of five-second clips: a boundary between items every five seconds. One of its files can vanish."""
    login = server.printed(r"Login\s+(\S+)\s+password (\S+)")
    server.token = server.post("/auth/login", {"email": login[1], "password": login[2]}).json()["access_token"]
    server.until("/library/items", lambda items: len(items) == 7)
    (short,) = server.get("/library/items?type=short").json()
    block = {
        "name": "Clips",
        "start_time": "00:00",
        "duration_mins": 1440,
        "content": {"type": "manual", "items": [short["id"]]},
    }
    channel = server.post("/channels", {"name": "Clips", "schedule_config": {"blocks": [block]}}).json()
    assert server.post(f"/channels/{channel['id']}/schedule").status == 201
    return channel


def until(page: Page, expression: str, seconds: float) -> None:
    """Asked from outside: the page's policy forbids what wait_for_function would do inside."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, (expression, page.evaluate("window.seen"), page.inner_text("#say"))
        page.wait_for_timeout(100)


def played(page: Page) -> float:
    return float(page.evaluate("document.getElementById('screen').currentTime"))


def test_the_picture_runs_over_seven_boundaries_without_a_stall(server: Any, clips: Any, page: Page) -> None:
    page.goto(f"{server.base}/watch/{clips['id']}")
    until(page, "window.seen.playing > 0", 20)
    page.evaluate("window.seen.waiting = 0")
    begin = played(page)
    until(page, f"document.getElementById('screen').currentTime > {begin + 38}", 60)
    seen = page.evaluate("window.seen")
    if folder := os.environ.get("KTV_SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / "watch.png"))
    assert seen.get("error", 0) == 0
    assert seen["waiting"] == 0


def test_the_page_names_what_is_on_and_the_other_channels(server: Any, clips: Any, page: Page) -> None:
    page.goto(f"{server.base}/watch/{clips['id']}")
    page.wait_for_selector("#say strong")
    assert page.inner_text("#say strong") == "Big Buck Bunny"
    assert "Clips" in page.inner_text("[aria-current=page]")
    assert page.title() == "Clips · K-TV"


def test_nothing_is_asked_of_another_host(server: Any, clips: Any, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.base}/watch/{clips['id']}")
    page.wait_for_selector("#say strong")
    assert asked
    assert [url for url in asked if not url.startswith((server.base, "blob:", "data:"))] == []
