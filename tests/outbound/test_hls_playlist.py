"""Playlists with every address replaced."""

import pytest

from ktv_host.errors import ProviderUnavailable
from ktv_host.outbound.hls_playlist import is_playlist, rewritten

BASE = "http://jelly:8096/base/videos/1/master.m3u8?ApiKey=secret"
MASTER = """#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",URI="audio.m3u8?ApiKey=secret"
#EXT-X-STREAM-INF:BANDWIDTH=1
main.m3u8?ApiKey=secret

#EXT-X-MAP:URI="/base/init.mp4"
http://jelly:8096/base/seg.ts
"""


def test_every_address_is_replaced_and_nothing_else() -> None:
    seen: list[str] = []

    def ours(url: str) -> str:
        seen.append(url)
        return f"/ours/{len(seen)}"

    text = rewritten(MASTER, BASE, ours)
    assert text.splitlines() == [
        "#EXTM3U",
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",URI="/ours/1"',
        "#EXT-X-STREAM-INF:BANDWIDTH=1",
        "/ours/2",
        "",
        '#EXT-X-MAP:URI="/ours/3"',
        "/ours/4",
    ]
    assert seen == [
        "http://jelly:8096/base/videos/1/audio.m3u8?ApiKey=secret",
        "http://jelly:8096/base/videos/1/main.m3u8?ApiKey=secret",
        "http://jelly:8096/base/init.mp4",
        "http://jelly:8096/base/seg.ts",
    ]


@pytest.mark.parametrize("line", ["http://elsewhere/seg.ts", "//elsewhere/x.ts", '#EXT-X-KEY:URI="https://jelly/k"'])
def test_what_leads_elsewhere_is_refused(line: str) -> None:
    with pytest.raises(ProviderUnavailable):
        rewritten(f"#EXTM3U\n{line}\n", BASE, lambda url: url)


def test_a_page_is_no_playlist() -> None:
    assert is_playlist("\ufeff#EXTM3U\n")
    assert not is_playlist("<html>")
