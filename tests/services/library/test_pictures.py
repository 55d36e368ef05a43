"""What bytes are, whatever their sender says."""

import pytest

from ktv_host.services.library.pictures import picture_type


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\nrest", "image/png"),
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (b"GIF89arest", "image/gif"),
        (b"RIFF\x00\n\x00\x00WEBPrest", "image/webp"),
        (b"\x00\x00\x00\x20ftypavifrest", "image/avif"),
        (b"\x00\x00\x01\x00rest", "image/x-icon"),
        (b"\xef\xbb\xbf\n <?xml version='1.0'?><svg/>", "image/svg+xml"),
        (b"<svg xmlns='x'/>", "image/svg+xml"),
        (b"<!doctype html><script>", None),
        (b"<html>", None),
        (b"hello", None),
        (b"", None),
    ],
)
def test_a_picture_is_told_by_how_it_begins(data: bytes, kind: str | None) -> None:
    assert picture_type(data) == kind
