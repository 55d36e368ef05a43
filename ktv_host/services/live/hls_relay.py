"""Playlists of a media server, relayed: players see addresses of ours, and never the server's keys."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ktv_host.auth.secrets import MARK, SecretBox
from ktv_host.domain.media import HlsUrl, HttpFile
from ktv_host.errors import ConfigurationError, NotFound, ProviderUnavailable
from ktv_host.hooks import Clock, Http
from ktv_host.outbound.hls_playlist import is_playlist, rewritten
from ktv_host.outbound.relay import Relayed, relay
from ktv_host.services.links import MediaLinks

LONGEST = 4 * 1024 * 1024  # bytes of a playlist
PLAYLISTS = (".m3u8", ".m3u")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


@dataclass(frozen=True, slots=True)
class Playlist:
    """A playlist whose addresses are ours."""

    text: str


class HlsRelay:
    def __init__(self, box: SecretBox, links: MediaLinks, http: Http, clock: Clock) -> None:
        self._box = box
        self._links = links
        self._http = http
        self._clock = clock

    def address(self, media_id: str, source: HlsUrl) -> str:
        """Of ours, for a playlist of theirs. What it says can be read by this host alone."""
        plain = json.dumps([media_id, source.url, dict(source.headers), source.verify_tls])
        return self._links.hls(media_id, self._box.seal(plain).removeprefix(MARK), _name(source.url), self._clock())

    async def fetch(self, media_id: str, sealed: str, method: str, asked: Mapping[str, str]) -> Playlist | Relayed:
        """Raises NotFound for an address that is not ours, MediaGone, ProviderUnavailable."""
        source = self._opened(media_id, sealed)
        parts = urlsplit(source.url)
        session = self._http(f"{parts.scheme}://{parts.netloc}", verify_tls=source.verify_tls)
        playlist = parts.path.endswith(PLAYLISTS)
        upstream = await relay(
            session, HttpFile(source.url, source.headers), "GET" if playlist else method, {} if playlist else asked
        )
        if not playlist:
            return upstream
        text = await _text(upstream)
        if not is_playlist(text):
            raise ProviderUnavailable("the media server sent no playlist")

        def ours(url: str) -> str:
            return self.address(media_id, HlsUrl(url, source.headers, source.verify_tls))

        return Playlist(rewritten(text, source.url, ours))

    def _opened(self, media_id: str, sealed: str) -> HlsUrl:
        try:
            owner, url, headers, verify_tls = json.loads(self._box.open(MARK + sealed))
        except (ConfigurationError, ValueError):
            raise NotFound("this address was changed, or is too old") from None
        if owner != media_id:
            raise NotFound("this address belongs to something else")
        return HlsUrl(url, headers, verify_tls)


def _name(url: str) -> str:
    """What ffmpeg goes by: it plays no segment whose address does not end like one."""
    found = _ENDING.search(urlsplit(url).path)
    return f"stream{found[0].lower() if found else ''}"


async def _text(upstream: Relayed) -> str:
    body = bytearray()
    try:
        async for chunk in upstream.chunks():
            body += chunk
            if len(body) > LONGEST:
                raise ProviderUnavailable("the playlist of the media server has no end")
    finally:
        upstream.close()
    return body.decode("utf-8", "replace")
