"""Plans of real films."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest

from ktv_host.domain.media import HttpFile, LocalFile
from ktv_host.errors import InvalidMedia
from ktv_host.streaming.modes import MAX_SEGMENT, Mode, Profile
from ktv_host.streaming.plans import Planner, decode_plan, encode_plan, encoded_rate, make_plan, plan_id
from ktv_host.streaming.ticks import HZ, to_ticks
from ktv_host.streaming.worker_pools import WorkerPools
from ktv_host.streaming.workers import WorkerPool

Films = dict[str, Path]
NAMES = ["closed.mp4", "closed.mkv", "closed.ts", "open.mp4", "open.mkv", "open.ts"]


@pytest.mark.parametrize("name", NAMES)
def test_a_film_is_cut_at_its_keyframes(films: Films, name: str) -> None:
    plan = make_plan(LocalFile(str(films[name])), Profile())
    assert plan.mode is Mode.COPY
    assert plan.length == 60 * HZ
    keyframes = _keyframes(films[name])
    allowed = 3 * HZ // 25 + 1 if name == "open.mp4" else 0  # the index counts from the pictures that lead a keyframe
    assert all(min(abs(cut - keyframe) for keyframe in keyframes) <= allowed for cut in plan.boundaries[:-1])
    assert all(after - before <= MAX_SEGMENT for before, after in pairwise(plan.boundaries))


def _keyframes(path: Path) -> list[int]:
    with av.open(path) as container:
        packets = [packet for packet in container.demux(video=0) if packet.is_keyframe and packet.pts is not None]
    first = packets[0].pts or 0
    return [to_ticks((packet.pts or 0) - first, packet.time_base) for packet in packets]


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("silent.mp4", Mode.COPY),
        ("late.mkv", Mode.COPY),
        ("fragmented.mp4", Mode.COPY),
        ("surround.mkv", Mode.HYBRID),
        ("old.avi", Mode.TRANSCODE),
        ("long.mp4", Mode.TRANSCODE),
    ],
)
def test_the_mode_follows_from_the_file(odd_films: Films, name: str, mode: Mode) -> None:
    plan = make_plan(LocalFile(str(odd_films[name])), Profile())
    assert (plan.mode, plan.boundaries[0]) == (mode, 0)


def test_a_film_whose_edit_list_hides_pictures_is_not_copied(
    films: Films, tmp_path: Path, ffmpeg: Callable[..., None]
) -> None:
    film = tmp_path / "cut.mp4"
    ffmpeg("-ss", "3.3", "-i", films["closed.mp4"], "-t", "20", "-c", "copy", film)
    plan = make_plan(LocalFile(str(film)), Profile())
    assert (plan.mode, plan.reason) == (Mode.TRANSCODE, "an edit list hides its first pictures")
    assert plan.length == pytest.approx(20 * HZ, abs=HZ // 4)


def test_a_file_without_a_length_has_no_plan(odd_films: Films) -> None:
    with pytest.raises(InvalidMedia):
        make_plan(LocalFile(str(odd_films["raw.h264"])), Profile())


def test_a_plan_names_codecs_as_players_do(films: Films) -> None:
    plan = make_plan(LocalFile(str(films["closed.mp4"])), Profile())
    assert plan.codecs == make_plan(LocalFile(str(films["closed.ts"])), Profile()).codecs
    assert plan.codecs.startswith("avc1.64")


def test_a_remote_film_has_the_boundaries_of_the_local_one(films: Films, file_server: Any) -> None:
    for name in ("closed.mp4", "closed.mkv"):
        file_server.files[f"/{name}"] = films[name].read_bytes()
        remote = make_plan(HttpFile(file_server.url(f"/{name}")), Profile())
        assert remote.boundaries == make_plan(LocalFile(str(films[name])), Profile()).boundaries


def test_a_remote_film_without_an_index_is_not_downloaded_to_find_its_keyframes(films: Films, file_server: Any) -> None:
    file_server.files["/film.ts"] = films["closed.ts"].read_bytes()
    assert make_plan(HttpFile(file_server.url("/film.ts")), Profile()).mode is Mode.TRANSCODE


def test_the_preferred_language_is_chosen(films: Films, tmp_path: Path, ffmpeg: Callable[..., None]) -> None:
    film, source = tmp_path / "two.mkv", films["closed.mp4"]
    languages = ["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu"]
    ffmpeg("-i", source, "-map", "0:v", "-map", "0:a", "-map", "0:a", "-c", "copy", *languages, film)
    chosen = [make_plan(LocalFile(str(film)), Profile(languages=wish)).audio_index for wish in [("deu",), ("fra",)]]
    assert chosen == [2, 1]


def test_the_id_depends_on_everything_that_changes_bytes() -> None:
    ids = {plan_id(*key) for key in [("a", "p", Mode.COPY), ("b", "p", Mode.COPY), ("a", "q", Mode.COPY)]}
    assert len(ids | {plan_id("a", "p", Mode.HYBRID)}) == 4


def test_a_plan_survives_being_stored(films: Films) -> None:
    plan = make_plan(LocalFile(str(films["closed.mkv"])), Profile())
    assert decode_plan(encode_plan(plan)) == plan


@pytest.mark.parametrize(
    ("rate", "used"), [(59.94, 30000 / 1001), (50.0, 25.0), (23.976, 24000 / 1001), (12.0, 23.976)]
)
def test_an_encoded_film_gets_the_nearest_usual_rate(rate: float, used: float) -> None:
    assert float(encoded_rate(rate)) == pytest.approx(used, abs=0.001)


async def test_plans_are_made_in_workers(workers: WorkerPool, films: Films) -> None:
    planner, source = Planner(WorkerPools(workers, workers)), LocalFile(str(films["closed.mp4"]))
    assert (await planner.plan(source, Profile())).asset == await planner.asset(source)
