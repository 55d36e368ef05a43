"""What a file says its size is."""

from pathlib import Path

import pytest

from ktv_host.streaming.completeness import HEAD, declared_size


def test_a_matroska_file_declares_its_size(films: dict[str, Path]) -> None:
    data = films["closed.mkv"].read_bytes()
    assert declared_size(data[:HEAD]) == len(data)


def test_an_avi_file_declares_its_size(odd_films: dict[str, Path]) -> None:
    data = odd_films["old.avi"].read_bytes()
    assert declared_size(data[:HEAD]) == len(data)


@pytest.mark.parametrize(
    "head",
    [b"", b"\x1a\x45\xdf\xa3", b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xff", b"ftypisom" * 10],
    ids=["nothing", "cut off", "unknown size", "mp4"],
)
def test_a_file_that_does_not_say_declares_nothing(head: bytes) -> None:
    assert declared_size(head) is None
