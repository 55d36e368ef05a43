import pytest
from ktv_jellyfin.version import MEDIA_SEGMENTS, OLDEST, parse_version


@pytest.mark.parametrize(
    ("text", "version"),
    [("10.8.13", (10, 8, 13)), ("12.0.0-rc5", (12, 0, 0)), ("13", (13,)), ("unstable", None), ("", None), (None, None)],
)
def test_versions_are_numbers(text: object, version: tuple[int, ...] | None) -> None:
    assert parse_version(text) == version


def test_they_are_compared_as_numbers() -> None:
    order = ["10.7.7", "10.8.0", "10.8.13", "10.10.7", "10.11.11", "12.0.0", "12.1.0"]
    found = [version for text in order if (version := parse_version(text)) is not None]
    assert found == sorted(found)
    assert [version >= OLDEST for version in found] == [False, True, True, True, True, True, True]
    assert [version >= MEDIA_SEGMENTS for version in found] == [False, False, False, True, True, True, True]
