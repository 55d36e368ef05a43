"""The picture cache: what was kept is found, and the budget holds."""

import os
import time
from pathlib import Path

import pytest

from ktv_host.outbound.picture_cache import PictureCache


@pytest.fixture
def cache(tmp_path: Path) -> PictureCache:
    return PictureCache(tmp_path, budget=1000)


def test_what_was_kept_is_found(cache: PictureCache) -> None:
    assert cache.find("a name of any kind \ud800") is None
    kept = cache.keep("a name of any kind \ud800", "image/png", b"png")
    assert cache.find("a name of any kind \ud800") == kept
    assert (kept.path.read_bytes(), kept.media_type) == (b"png", "image/png")


def test_what_was_not_used_for_longest_goes_first(cache: PictureCache) -> None:
    for number in range(12):
        kept = cache.keep(str(number), "image/jpeg", b"x" * 100)
        moment = time.time() - 100_000 + number
        os.utime(kept.path, (moment, moment))
    cache.find("0")  # used just now
    assert cache.sweep() == 3
    assert [number for number in range(12) if cache.find(str(number)) is None] == [1, 2, 3]


def test_within_the_budget_nothing_goes(cache: PictureCache) -> None:
    cache.keep("a", "image/jpeg", b"x" * 1000)
    assert cache.sweep() == 0
    assert cache.find("a") is not None


def test_half_written_files_of_a_crash_go(cache: PictureCache, tmp_path: Path) -> None:
    kept = cache.keep("a", "image/jpeg", b"x")
    litter = kept.path.with_name(".0123")
    litter.write_bytes(b"half")
    assert cache.sweep() == 0
    os.utime(litter, (1, 1))
    assert cache.sweep() == 1
    assert not litter.exists()
    assert cache.find("a") is not None
