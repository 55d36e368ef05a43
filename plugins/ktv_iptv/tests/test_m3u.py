"""The playlist, read by a parser of its own."""

from collections.abc import Callable

import ipytv.playlist
from hypothesis import given
from hypothesis import strategies as st
from ktv_iptv import m3u
from ktv_iptv.escape import label
from ktv_iptv.ids import tvg_id

from ktv_host.hooks import Guide, GuideChannel, Links, Render

Channels = Callable[..., GuideChannel]
Document = Callable[[Render, Guide], bytes]
CHANNELS = st.lists(
    st.tuples(st.integers(1, 99_999), st.text(st.characters()), st.booleans()),
    max_size=6,
    unique_by=lambda channel: channel[0],
)


def test_the_playlist_is_as_it_was(
    guide_of: Callable[..., Guide], channel_of: Channels, golden: Callable[[str, Render, Guide], None]
) -> None:
    channels = [
        channel_of(1, "Retro", logo=True),
        channel_of(2, 'Crime, "Noir" & Drama'),
        channel_of(10, "Kino für alle\nam Abend"),
        channel_of(500, "\x00 "),
    ]
    golden("playlist.m3u", m3u.render, guide_of(channels))


def test_a_playlist_without_channels_still_names_the_guide(document: Document, guide_of: Callable[..., Guide]) -> None:
    url = "https://tv.example/api/v1/iptv/epg.xml?token=a"
    assert document(m3u.render, guide_of([])).decode() == f'#EXTM3U x-tvg-url="{url}" url-tvg="{url}"\n'


def test_a_channel_without_a_logo_has_no_logo_attribute(channel_of: Channels, links: Links) -> None:
    assert "tvg-logo" not in m3u.entry(channel_of(1), links)


@given(CHANNELS)
def test_any_channel_survives_a_parser(
    document: Document,
    guide_of: Callable[..., Guide],
    channel_of: Channels,
    links: Links,
    some: list[tuple[int, str, bool]],
) -> None:
    channels = [channel_of(number, name, logo=logo) for number, name, logo in some]
    playlist = ipytv.playlist.loads(document(m3u.render, guide_of(channels)).decode())
    assert playlist.get_attributes() == dict.fromkeys(("x-tvg-url", "url-tvg"), links.document("epg.xml"))
    assert len(playlist.get_channels()) == len(channels)
    for channel, read in zip(channels, playlist.get_channels(), strict=True):
        name = label(channel.name) or f"Channel {channel.number}"
        logo = {"tvg-logo": links.logo(channel)} if channel.logo else {}
        assert read.url == links.live(channel)
        assert read.name == name
        assert read.duration == "-1"
        assert read.extras == []
        assert read.attributes == logo | {
            "tvg-id": tvg_id(channel),
            "tvg-chno": str(channel.number),
            "tvg-name": name,
            "group-title": "K-TV",
            "channel-id": tvg_id(channel),
            "CUID": tvg_id(channel),
        }
