"""Copy segments: put together they are the film again, bit for bit."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ktv_host.domain.media import HttpFile, LocalFile, MediaSource
from ktv_host.errors import InvalidMedia, MediaGone, ProviderUnavailable
from ktv_host.streaming.modes import Profile
from ktv_host.streaming.plans import Plan, make_plan
from ktv_host.streaming.reader import BLOCK, RangeReader
from ktv_host.streaming.remux import copy_segment
from ktv_host.streaming.segments import copy_job
from ktv_host.streaming.ticks import HZ

Films = dict[str, Path]
Hashes = Callable[[Path | bytes], list[str]]
Steps = Callable[[bytes], dict[str, Counter[int]]]
NAMES = ["closed.mp4", "closed.mkv", "closed.ts", "open.mp4", "open.mkv", "open.ts"]


def _segments(plan: Plan, source: MediaSource) -> list[bytes]:
    return [copy_segment(copy_job(plan, k, None, source)) for k in range(plan.segments)]


@pytest.mark.parametrize("name", NAMES)
def test_segments_put_together_show_the_pictures_of_the_film(
    films: Films, picture_hashes: Hashes, complaints: Callable[[bytes], str], name: str
) -> None:
    source = LocalFile(str(films[name]))
    joined = b"".join(_segments(make_plan(source, Profile()), source))
    assert picture_hashes(joined) == picture_hashes(films[name])
    assert complaints(joined) == ""


@pytest.mark.parametrize("name", ["closed.mp4", "open.mp4", "closed.ts"])
def test_decoding_times_step_evenly_over_every_boundary(films: Films, decoding_steps: Steps, name: str) -> None:
    source = LocalFile(str(films[name]))
    steps = decoding_steps(b"".join(_segments(make_plan(source, Profile()), source)))
    assert steps == {"video": Counter({3600: 1499}), "audio": Counter({1920: steps["audio"].total()})}


def test_matroska_counts_in_milliseconds_and_no_sound_is_lost(films: Films, decoding_steps: Steps) -> None:
    source = LocalFile(str(films["closed.mkv"]))
    steps = decoding_steps(b"".join(_segments(make_plan(source, Profile()), source)))
    assert steps["video"] == Counter({3600: 1499})
    assert set(steps["audio"]) <= {1890, 1980}
    assert steps["audio"].total() in {2812, 2813}


@pytest.mark.parametrize("name", ["late.mkv", "fragmented.mp4"])
def test_unusual_files_are_copied_exactly_too(odd_films: Films, picture_hashes: Hashes, name: str) -> None:
    source = LocalFile(str(odd_films[name]))
    joined = b"".join(_segments(make_plan(source, Profile()), source))
    assert picture_hashes(joined) == picture_hashes(odd_films[name])


def test_segments_are_the_same_bytes_in_any_order(films: Films) -> None:
    source = LocalFile(str(films["open.mkv"]))
    plan = make_plan(source, Profile())
    backwards = [copy_segment(copy_job(plan, k, None, source)) for k in reversed(range(plan.segments))]
    assert backwards[::-1] == _segments(plan, source)


def test_a_film_without_sound_gets_silence(odd_films: Films, decoding_steps: Steps) -> None:
    source = LocalFile(str(odd_films["silent.mp4"]))
    steps = decoding_steps(b"".join(_segments(make_plan(source, Profile()), source)))
    assert steps["audio"] == Counter({1920: 562})


@pytest.mark.parametrize(("name", "leading"), [("closed.mp4", 0), ("open.mkv", 2)])
@pytest.mark.parametrize("cut_ms", [40, 333, 1000, 2718, 4500])
def test_a_segment_cut_short_ends_within_a_picture_of_the_cut(
    films: Films, decoding_steps: Steps, name: str, leading: int, cut_ms: int
) -> None:
    source = LocalFile(str(films[name]))
    plan = make_plan(source, Profile())
    data = copy_segment(copy_job(plan, 3, cut_ms, source))
    steps = decoding_steps(data)
    assert set(steps["video"]) <= {3600}
    assert cut_ms / 40 - 1 <= steps["video"].total() + 1 <= cut_ms / 40 + 1 + leading
    assert steps["audio"].total() * 1920 == pytest.approx(cut_ms * 90, abs=2 * 1920)


def test_a_remote_film_gives_the_same_segments(films: Films, file_server: Any) -> None:
    for name in ("open.mp4", "closed.mkv"):
        file_server.files[f"/{name}"] = films[name].read_bytes()
        local, remote = LocalFile(str(films[name])), HttpFile(file_server.url(f"/{name}"))
        near, far = make_plan(local, Profile()), make_plan(remote, Profile())
        assert _segments(far, remote) == _segments(near, local)


@pytest.mark.parametrize("name", ["closed.mp4", "open.mkv"])
def test_a_remote_film_costs_few_bounded_requests_and_is_read_about_once(
    films: Films, file_server: Any, name: str
) -> None:
    size = films[name].stat().st_size
    file_server.files["/film"] = films[name].read_bytes()
    source = HttpFile(file_server.url("/film"))
    plan = make_plan(source, Profile())
    copy_segment(copy_job(plan, 0, None, source))
    file_server.ranges.clear()
    for k in range(1, plan.segments):
        copy_segment(copy_job(plan, k, None, source))
    assert len(file_server.ranges) <= plan.segments
    assert all(not asked.endswith("-") for asked in file_server.ranges)
    assert file_server.sent <= size + 4 * BLOCK + 4 * 65536


@pytest.mark.parametrize(("status", "error"), [(500, ProviderUnavailable), (404, MediaGone)])
def test_a_server_that_fails_in_the_middle_gives_no_part_of_a_segment(
    films: Films, file_server: Any, status: int, error: type[Exception], small_blocks: None
) -> None:
    file_server.files["/film.mkv"] = films["closed.mkv"].read_bytes()
    source = HttpFile(file_server.url("/film.mkv"))
    plan = make_plan(source, Profile())
    copy_segment(copy_job(plan, 0, None, source))
    file_server.status = status
    with pytest.raises(error):
        copy_segment(copy_job(plan, 6, None, source))
    file_server.status = 0
    assert copy_segment(copy_job(plan, 6, None, source))


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """These films are small: with blocks of their usual size nothing is left to ask for."""
    monkeypatch.setattr(RangeReader.__init__, "__kwdefaults__", {"block": 16_384, "blocks": 4})


def test_a_file_that_was_replaced_is_noticed(films: Films, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(films["closed.mp4"].read_bytes())
    source = LocalFile(str(film))
    plan = make_plan(source, Profile())
    film.write_bytes(films["open.mp4"].read_bytes())
    with pytest.raises(InvalidMedia, match="changed since its plan"):
        copy_segment(copy_job(plan, 0, None, source))


def test_a_plan_that_names_no_keyframe_is_refused(films: Films) -> None:
    source = LocalFile(str(films["closed.mkv"]))
    plan = make_plan(source, Profile())
    job = copy_job(plan, 2, None, source)
    wrong = type(job)(**{name: getattr(job, name) for name in job.__slots__} | {"start": job.start + HZ})
    with pytest.raises(InvalidMedia, match="keyframe"):
        copy_segment(wrong)


def test_a_damaged_part_is_refused(films: Films, tmp_path: Path) -> None:
    data = bytearray(films["closed.mkv"].read_bytes())
    third = len(data) // 3
    data[third : 2 * third] = bytes(third)
    film = tmp_path / "film.mkv"
    film.write_bytes(data)
    source = LocalFile(str(film))
    plan = make_plan(source, Profile())
    with pytest.raises(InvalidMedia):
        copy_segment(copy_job(plan, plan.segments // 2, None, source))
