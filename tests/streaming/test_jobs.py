"""Jobs are named without secrets."""

import pytest

from ktv_host.domain.media import HttpFile, LocalFile
from ktv_host.streaming.jobs import short


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (LocalFile("/films/Rain.mkv"), "LocalFile(path='/films/Rain.mkv')"),
        ("https://user:pw@media.test/a/b?token=x", "'https://media.test/a/b'"),
        (7, "7"),
    ],
)
def test_a_value_is_shown_shortly(value: object, shown: str) -> None:
    assert short(value) == shown


def test_headers_are_never_shown() -> None:
    assert "hush" not in short(HttpFile("http://media.test/a", headers={"Authorization": "hush"}))


def test_a_long_value_is_cut() -> None:
    assert len(short("x" * 10_000)) < 200
