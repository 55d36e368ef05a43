"""What segments and chapters mean, and that old servers are not asked for what they do not have."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fake_jellyfin.server import FakeJellyfin
from ktv_jellyfin.details import chapters, markers
from ktv_jellyfin.dto import Dto

from ktv_host.hooks import Chapter, Marker, MarkerKind

pytest_plugins = ["ktv_host.testing.fixtures"]

SECOND = 10_000_000


def chapter(seconds: float, name: str | None) -> dict[str, Any]:
    return {"StartPositionTicks": int(seconds * SECOND), "Name": name}


def test_segments_are_markers_in_order_of_time() -> None:
    found = markers(
        [
            {"Type": "Outro", "StartTicks": 100 * SECOND, "EndTicks": 120 * SECOND},
            {"Type": "Intro", "StartTicks": 0, "EndTicks": 30 * SECOND},
        ]
    )
    assert found == (Marker(MarkerKind.INTRO, 0, 30_000), Marker(MarkerKind.OUTRO, 100_000, 120_000))


@pytest.mark.parametrize(
    "segment",
    [
        {"Type": "Unknown", "StartTicks": 0, "EndTicks": SECOND},
        {"Type": "Intro", "StartTicks": SECOND, "EndTicks": SECOND},
        {"Type": "Intro", "StartTicks": None, "EndTicks": SECOND},
        {"Type": "Intro", "StartTicks": -1, "EndTicks": SECOND},
        {},
    ],
)
def test_what_is_empty_or_unknown_is_no_marker(segment: dict[str, Any]) -> None:
    assert markers([segment]) == ()


def test_chapters_somebody_named_are_kept() -> None:
    found = chapters(Dto(chapters=[chapter(0, "Opening"), chapter(300, "Chapter 2"), chapter(640, "The End")]))
    assert found == (Chapter(0, "Opening"), Chapter(300_000, None), Chapter(640_000, "The End"))


def test_chapters_without_names_are_kept_when_somebody_set_them() -> None:
    found = chapters(Dto(chapters=[chapter(0, "Chapter 1"), chapter(412, "Chapter 2")]))
    assert found == (Chapter(0), Chapter(412_000))


@pytest.mark.parametrize("count", [0, 1, 5])
def test_chapters_made_by_the_clock_are_none(count: int) -> None:
    assert chapters(Dto(chapters=[chapter(300 * n, f"Chapter {n + 1}") for n in range(count)])) == ()


@pytest.mark.parametrize(("version", "asked"), [("10.8.13", False), ("10.10.7", True), ("12.0.0", True)])
async def test_segments_are_asked_for_by_version(
    version: str, asked: bool, start: Callable[..., Awaitable[FakeJellyfin]], open_provider: Any, scan: Any
) -> None:
    fake = await start(version)
    provider = await open_provider(fake)
    keys = [item.key for item in await scan(provider)]
    details = await provider.details(keys)
    assert any("/MediaSegments/" in each.path for each in fake.world.exchanges) is asked
    assert any(each.markers for each in details.values()) is asked
    assert any(each.chapters for each in details.values())
    assert details.keys() <= set(keys)


async def test_an_item_that_is_gone_has_no_details(fake: FakeJellyfin, open_provider: Any, scan: Any) -> None:
    provider = await open_provider(fake)
    keys = [item.key for item in await scan(provider)]
    fake.world.library.remove(keys[0])
    assert keys[0] not in await provider.details(keys)
