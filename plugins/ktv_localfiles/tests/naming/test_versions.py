"""Which files of a folder are another version of one that is there."""

import pytest
from ktv_localfiles.naming.versions import other_versions


@pytest.mark.parametrize(
    ("first", "others"),
    [
        ("Heat (1995) - 1080p", ["Heat (1995) - 4K", "Heat (1995)"]),
        ("Heat (1995)", ["Heat (1995) - 2160p"]),
        ("Heat.1995.720p.WEB-DL.DDP5.1.x264-GRP", ["Heat.1995.2160p.UHD.BluRay.x265.10bit-GRP"]),
        ("Heat (1995) [1080p]", ["Heat (1995) [480p]"]),
        ("Show - S01E03 - 720p", ["Show - S01E03"]),
        ("Show - S01E03 - Title WEBDL-1080p", ["Show - S01E03 - Title WEBDL-2160p"]),
    ],
)
def test_what_is_the_same_up_to_the_resolution_is_one_video(first: str, others: list[str]) -> None:
    assert other_versions([*others, first]) == frozenset(others)
    assert other_versions([first, *others, "Something Else", "Something Else - 02 720p"]) == frozenset(others)


@pytest.mark.parametrize(
    "stems",
    [
        ["Heat (1995) - cd1", "Heat (1995) - cd2"],
        ["Film 1080p cd1", "Film 720p cd2"],
        ["Film 1080p part1", "Film 1080p part2", "Film 4K"],
        ["Holiday 1080p 001", "Holiday 720p 002"],
        ["Heat (1995) - 1080p Director's Cut", "Heat (1995) - 4K Theatrical Cut"],
        ["Show.720p.E01", "Show.1080p.E02"],
        ["1080p", "720p"],
        ["Show - S01E03 - 720p", "Show - S01E04 - 1080p"],
        ["Apollo 13", "Apollo 13 - 2"],
        ["Film - 1080p"],
        [],
    ],
)
def test_what_differs_in_more_than_that_stays(stems: list[str]) -> None:
    assert other_versions(stems) == frozenset()
