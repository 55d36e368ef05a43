"""Thumbnails: pictures made smaller, in few widths."""

from io import BytesIO

from ktv_host.errors import InvalidMedia

MOST_PIXELS = 50_000_000
WIDTHS = (160, 320, 480, 640, 960, 1280)
QUALITY = 85
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")


def allowed_width(wanted: int) -> int:
    """The next of few widths, so that few are kept."""
    return next((width for width in WIDTHS if width >= wanted), WIDTHS[-1])


def shrunk(data: bytes, width: int) -> bytes:
    """A JPEG of at most this width. Runs in a worker. Raises InvalidMedia for what is no picture, or a huge one."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415  slow import: only workers need it

    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise InvalidMedia("the picture is too large")
            picture.draft("RGB", (width, width * 4))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((width, width * 4))
            if upright.mode in ("RGBA", "LA", "P"):
                upright = upright.convert("RGBA")
                ground = Image.new("RGB", upright.size, "black")
                ground.paste(upright, mask=upright.getchannel("A"))
                upright = ground
            out = BytesIO()
            upright.convert("RGB").save(out, "JPEG", quality=QUALITY, optimize=True)
            return out.getvalue()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InvalidMedia(f"the picture cannot be read: {error}") from None
