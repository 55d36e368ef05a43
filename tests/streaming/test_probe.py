"""Probing: what a film is, or why it cannot be shown."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ktv_host.domain.media import HlsUrl, HttpFile, LocalFile
from ktv_host.errors import InvalidMedia, MediaGone
from ktv_host.streaming.probe import probe_file
from ktv_host.streaming.prober import Prober
from ktv_host.streaming.workers import WorkerPool

Films = dict[str, Path]


@pytest.mark.parametrize("name", ["closed.mp4", "closed.mkv", "closed.ts"])
def test_a_film_tells_its_length_codecs_and_size(films: Films, name: str) -> None:
    probe = probe_file(LocalFile(str(films[name])))
    assert probe.duration_ms == pytest.approx(60_000, abs=30)
    assert (probe.video_codec, probe.audio_codec, probe.width, probe.height) == ("h264", "aac", 320, 180)


def test_tags_are_named_in_lower_case(films: Films, tmp_path: Path, ffmpeg: Callable[..., None]) -> None:
    tagged = tmp_path / "tagged.mkv"
    ffmpeg("-i", films["closed.mp4"], "-c", "copy", "-metadata", "title=Rain", tagged)
    assert probe_file(LocalFile(str(tagged))).tags["title"] == "Rain"


def test_a_film_without_sound_is_a_film(odd_films: Films) -> None:
    assert probe_file(LocalFile(str(odd_films["silent.mp4"]))).audio_codec is None


def test_a_stream_without_a_clock_has_no_known_length(odd_films: Films) -> None:
    assert probe_file(LocalFile(str(odd_films["raw.h264"]))).duration_ms is None


def test_sound_alone_is_no_film(odd_films: Films) -> None:
    with pytest.raises(InvalidMedia, match="no video stream"):
        probe_file(LocalFile(str(odd_films["sound.m4a"])))


@pytest.mark.parametrize(("content", "reason"), [(b"", "the file is empty"), (b"no film at all", "not readable media")])
def test_what_is_no_film_is_refused_with_a_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(content)
    with pytest.raises(InvalidMedia, match=reason):
        probe_file(LocalFile(str(path)))


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(InvalidMedia, match=r"gone\.mp4: the file does not exist"):
        probe_file(LocalFile(str(tmp_path / "gone.mp4")))


def test_a_folder_is_no_film(tmp_path: Path) -> None:
    with pytest.raises(InvalidMedia, match="not a regular file"):
        probe_file(LocalFile(str(tmp_path)))


@pytest.mark.parametrize("name", ["closed.mkv", "faststart.mp4"])
def test_a_download_that_is_not_finished_is_refused(
    films: Films, tmp_path: Path, ffmpeg: Callable[..., None], name: str
) -> None:
    whole = films.get(name) or tmp_path / name
    if name not in films:
        ffmpeg("-i", films["closed.mp4"], "-c", "copy", "-movflags", "+faststart", whole)
    part = tmp_path / f"part{whole.suffix}"
    part.write_bytes(whole.read_bytes()[:400_000])
    with pytest.raises(InvalidMedia, match="cut off: 400000 of"):
        probe_file(LocalFile(str(part)))


def test_a_playlist_in_disguise_opens_nothing_else(films: Films, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{films['closed.ts']}\n#EXT-X-ENDLIST\n")
    with pytest.raises(InvalidMedia):
        probe_file(LocalFile(str(path)))


def test_a_remote_film_is_probed_in_ranges(films: Films, file_server: Any) -> None:
    file_server.files["/film.mkv"] = films["closed.mkv"].read_bytes()
    probe = probe_file(HttpFile(file_server.url("/film.mkv")))
    assert (probe.duration_ms, probe.video_codec) == (60_021, "h264")
    assert all(asked and not asked.endswith("-") for asked in file_server.ranges)


def test_a_remote_film_that_is_gone_is_gone(file_server: Any) -> None:
    with pytest.raises(MediaGone):
        probe_file(HttpFile(file_server.url("/film.mkv")))


def test_a_playlist_of_a_media_server_is_not_probed() -> None:
    with pytest.raises(InvalidMedia):
        probe_file(HlsUrl("http://media.test/master.m3u8"))


async def test_the_prober_works_in_a_worker(workers: WorkerPool, films: Films) -> None:
    probe = await Prober(workers)(LocalFile(str(films["closed.mp4"])))
    assert probe.duration_ms == 60_000
