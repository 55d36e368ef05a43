"""The playlist, read by a parser of its own."""

from collections.abc import Callable

import ipytv.playlist
from hypothesis import given
from hypothesis import strategies as st
from ktv_iptv import m3u
from ktv_iptv.escape import label
from ktv_iptv.ids import tvg_id

from ktv_host.hooks import Document
from ktv_host.testing import FakeGuide, FakeLinks, guide_channel, rendered

LINKS = FakeLinks()
CHANNELS = st.lists(
    st.builds(guide_channel, st.integers(1, 99_999), st.text(st.characters()), logo=st.booleans()),
    max_size=6,
    unique_by=lambda channel: channel.number,
)


async def test_the_playlist_is_as_it_was(playlist: Document, golden: Callable[[str, bytes], None]) -> None:
    channels = [
        guide_channel(1, "Retro", logo=True),
        guide_channel(2, 'Crime, "Noir" & Drama'),
        guide_channel(10, "Kino für alle\nam Abend"),
        guide_channel(500, "\x00 "),
    ]
    golden("playlist.m3u", await rendered(playlist, FakeGuide(dict.fromkeys(channels, ()))))


async def test_a_playlist_without_channels_still_names_the_guide(playlist: Document) -> None:
    url = LINKS.document("epg.xml")
    assert (await rendered(playlist, FakeGuide({}))).decode() == f'#EXTM3U x-tvg-url="{url}" url-tvg="{url}"\n'


def test_a_channel_without_a_logo_has_no_logo_attribute() -> None:
    assert "tvg-logo" not in m3u.entry(guide_channel(1, "Retro"), LINKS)


@given(st.data())
async def test_any_channel_survives_a_parser(playlist: Document, data: st.DataObject) -> None:
    guide = FakeGuide(dict.fromkeys(data.draw(CHANNELS), ()))
    found = ipytv.playlist.loads((await rendered(playlist, guide)).decode())
    assert found.get_attributes() == dict.fromkeys(("x-tvg-url", "url-tvg"), LINKS.document("epg.xml"))
    for channel, read in zip(guide.channels, found.get_channels(), strict=True):
        name = label(channel.name) or f"Channel {channel.number}"
        logo = {"tvg-logo": LINKS.logo(channel)} if channel.logo else {}
        assert (read.url, read.name, read.duration, read.extras) == (LINKS.live(channel), name, "-1", [])
        assert read.attributes == logo | {
            "tvg-id": tvg_id(channel),
            "tvg-chno": str(channel.number),
            "tvg-name": name,
            "group-title": "K-TV",
            "channel-id": tvg_id(channel),
            "CUID": tvg_id(channel),
        }
