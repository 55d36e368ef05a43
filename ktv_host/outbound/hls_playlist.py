"""HLS playlists of a media server, with every address in them replaced. Pure."""

import re
from collections.abc import Callable

from yarl import URL

from ktv_host.errors import ProviderUnavailable
from ktv_host.outbound.sessions import origin_of

_URI = re.compile(r'URI="([^"]*)"')


def is_playlist(text: str) -> bool:
    return text.lstrip("\ufeff").startswith("#EXTM3U")


def rewritten(text: str, base: str, replace: Callable[[str], str]) -> str:
    """``replace`` is given each address in full. Raises ProviderUnavailable for one at another origin."""

    def replaced(address: str) -> str:
        try:
            url = URL(base).join(URL(address))
            same = origin_of(url) == origin_of(URL(base))
        except ValueError:
            same = False
        if not same:
            raise ProviderUnavailable("the playlist of the media server leads somewhere else")
        return replace(str(url))

    lines = []
    for line in text.splitlines():
        if line.startswith("#"):
            lines.append(_URI.sub(lambda found: f'URI="{replaced(found[1])}"', line))
        else:
            lines.append(replaced(line.strip()) if line.strip() else line)
    return "\n".join(lines) + "\n"
