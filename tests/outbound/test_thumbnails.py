"""Thumbnails: never wider than asked, upright, and never from a bomb."""

from io import BytesIO

import pytest
from PIL import Image

from ktv_host.errors import InvalidMedia
from ktv_host.outbound.thumbnails import WIDTHS, allowed_width, shrunk


def picture(width: int, height: int, kind: str = "JPEG", mode: str = "RGB", **options: object) -> bytes:
    out = BytesIO()
    Image.new(mode, (width, height), "red").save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB"), ("GIF", "P")]
)
def test_it_is_a_jpeg_of_that_width(kind: str, mode: str) -> None:
    with Image.open(BytesIO(shrunk(picture(800, 400, kind, mode), 320))) as small:
        assert (small.format, small.size) == ("JPEG", (320, 160))


def test_small_pictures_stay_small() -> None:
    with Image.open(BytesIO(shrunk(picture(100, 50), 320))) as small:
        assert small.size == (100, 50)


def test_a_camera_that_was_held_sideways_is_turned() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(BytesIO(shrunk(picture(400, 200, exif=exif), 160))) as small:
        assert small.size == (160, 320)


@pytest.mark.parametrize(
    "data", [b"", b"<svg/>", b"\xff\xd8\xff", picture(80, 80)[:200], b"\x89PNG\r\n\x1a\n" + b"0" * 99]
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidMedia):
        shrunk(data, 320)


def test_a_bomb_is_refused() -> None:
    with pytest.raises(InvalidMedia):
        shrunk(picture(20_000, 20_000, "PNG", "1"), 320)


def test_few_widths_are_made() -> None:
    assert [allowed_width(wanted) for wanted in (1, 160, 161, 5000)] == [160, 160, 320, WIDTHS[-1]]
