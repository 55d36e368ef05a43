"""The channel list as extended M3U."""

from collections.abc import AsyncIterator

from ktv_host.hooks import Guide, GuideChannel, Links
from ktv_iptv import xmltv
from ktv_iptv.escape import address, label
from ktv_iptv.ids import tvg_id

# One group: some players split the title at ";", others show it as it is.
GROUP = "K-TV"


def header(guide_url: str) -> str:
    """Names the guide twice, because players look for either attribute."""
    url = address(guide_url)
    return f'#EXTM3U x-tvg-url="{url}" url-tvg="{url}"\n'


def entry(channel: GuideChannel, links: Links) -> str:
    """The two lines of a channel."""
    tvg = tvg_id(channel)
    name = label(channel.name) or f"Channel {channel.number}"
    logo = f' tvg-logo="{address(links.logo(channel))}"' if channel.logo else ""
    return (
        f'#EXTINF:-1 tvg-id="{tvg}" tvg-chno="{channel.number}" tvg-name="{name}"{logo} group-title="{GROUP}"'
        f' channel-id="{tvg}" CUID="{tvg}",{name}\n'
        f"{address(links.live(channel))}\n"
    )


async def render(guide: Guide, links: Links) -> AsyncIterator[bytes]:
    """The whole playlist, in one chunk: it is small."""
    entries = [entry(channel, links) for channel in guide.channels]
    yield (header(links.document(xmltv.PATH)) + "".join(entries)).encode()
