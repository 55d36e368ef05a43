"""Frames of real videos."""

import subprocess
from io import BytesIO
from pathlib import Path

import av
import pytest
from ktv_localfiles.artwork.frame import grab_frame


def shape(picture: bytes) -> tuple[int, int]:
    with av.open(BytesIO(picture), format="image2pipe") as container:
        video = container.streams.video[0].codec_context
        return video.width, video.height


def brightness(picture: bytes) -> float:
    with av.open(BytesIO(picture), format="image2pipe") as container:
        frame = next(container.decode(video=0)).reformat(width=8, height=8, format="gray")
    lines = bytes(frame.planes[0])
    return sum(lines[row * frame.planes[0].line_size + column] for row in range(8) for column in range(8)) / 64


def make(path: Path, *arguments: str) -> Path:
    subprocess.run(["ffmpeg", "-loglevel", "error", *arguments, str(path)], check=True)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("frames")


def test_a_film_gives_a_small_jpeg(bunny: Path) -> None:
    picture = grab_frame(str(bunny))
    assert picture is not None
    assert picture.startswith(b"\xff\xd8")
    assert shape(picture) == (480, 270)
    assert len(picture) < 60_000


def test_a_small_video_is_not_blown_up(clip: Path) -> None:
    picture = grab_frame(str(clip))
    assert picture is not None
    assert shape(picture) == (64, 48)


def test_a_black_beginning_is_passed_over(folder: Path) -> None:
    black, pattern = "color=black:size=160x90:rate=10:duration=5", "testsrc2=size=160x90:rate=10:duration=5"
    path = make(
        folder / "black.mkv",
        *("-f", "lavfi", "-i", black, "-f", "lavfi", "-i", pattern),
        *("-filter_complex", "[0][1]concat=n=2:v=1", "-c:v", "libx264", "-g", "10"),
    )
    picture = grab_frame(str(path))
    assert picture is not None
    assert brightness(picture) > 40


def test_a_picture_is_shaped_as_viewers_see_it(folder: Path) -> None:
    source = "testsrc2=size=360x288:rate=5:duration=2,setsar=2"
    path = make(folder / "wide.mkv", "-f", "lavfi", "-i", source, "-c:v", "libx264")
    picture = grab_frame(str(path))
    assert picture is not None
    width, height = shape(picture)
    assert round(width / height, 1) == 2.5


def test_a_tall_video_stays_tall(folder: Path) -> None:
    path = make(folder / "tall.mkv", "-f", "lavfi", "-i", "testsrc2=size=720x1280:rate=5:duration=2", "-c:v", "libx264")
    picture = grab_frame(str(path))
    assert picture is not None
    assert shape(picture) == (270, 480)


def test_what_is_no_video_gives_none(folder: Path) -> None:
    text = folder / "text.mkv"
    text.write_text("this is no video\n" * 100)
    sound = make(folder / "sound.mkv", "-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac")
    assert [grab_frame(str(path)) for path in (text, sound, folder / "nothing.mkv")] == [None, None, None]


def test_a_playlist_in_disguise_is_not_followed(folder: Path, bunny: Path) -> None:
    disguised = folder / "list.mkv"
    disguised.write_text(f"ffconcat version 1.0\nfile '{bunny}'\n")
    assert grab_frame(str(disguised)) is None
