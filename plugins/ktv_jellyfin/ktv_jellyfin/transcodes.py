"""Streams the server makes: the last resort. Each one is a job there, and has to be ended by us."""

from collections import deque
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ktv_host.hooks import HlsUrl, ProviderAuthFailed, ProviderUnavailable, Unavailable
from ktv_jellyfin.client import Client
from ktv_jellyfin.ids import dashed
from ktv_jellyfin.queries import View
from ktv_jellyfin.wire import Patience

_MOST = 20  # jobs of ours at once; the oldest is ended for a new one
_BITS_PER_SECOND = 8_000_000
_PROFILE = {
    "DirectPlayProfiles": [],
    "TranscodingProfiles": [
        {
            "Container": "ts",
            "Type": "Video",
            "VideoCodec": "h264",
            "AudioCodec": "aac",
            "Protocol": "hls",
            "Context": "Streaming",
        }
    ],
    "CodecProfiles": [],
    "ContainerProfiles": [],
    "SubtitleProfiles": [],
}
_REFUSALS = {
    "NotAllowed": "this account may not play it",
    "NoCompatibleStream": "Jellyfin finds no way to transcode it",
    "RateLimitExceeded": "Jellyfin allows no more streams at the moment",
}


class Transcodes:
    def __init__(self, client: Client, base_url: str, *, verify_tls: bool) -> None:
        self._client = client
        self._base = base_url
        self._verify_tls = verify_tls
        self._running: deque[str] = deque()

    async def start(self, key: str, source_id: str | None, view: View) -> HlsUrl:
        """The playlist of a new job. Raises Unavailable with Jellyfin's reason."""
        body: dict[str, Any] = {
            "DeviceProfile": _PROFILE,
            "MaxStreamingBitrate": _BITS_PER_SECOND,
            "EnableDirectPlay": False,
            "EnableDirectStream": False,
            "EnableTranscoding": True,
            "AutoOpenLiveStream": True,
        }
        if source_id is not None:
            body["MediaSourceId"] = source_id
        found = await self._client.post(f"/Items/{dashed(key)}/PlaybackInfo", view.user, body)
        found = found if isinstance(found, dict) else {}
        sources = [source for source in found.get("MediaSources") or () if isinstance(source, dict)]
        address = next((url for source in sources if isinstance(url := source.get("TranscodingUrl"), str)), None)
        if found.get("ErrorCode") or address is None:
            reason = _REFUSALS.get(str(found.get("ErrorCode")), "Jellyfin offers no stream of it")
            raise Unavailable(f"it cannot be played: {reason}")
        await self._remember(found.get("PlaySessionId") or _session_in(address))
        url = self._base + address if address.startswith("/") else f"{self._base}/{address}"
        # the playlist's own address holds the token; what it lists does not have to
        return HlsUrl(url, {"Authorization": await self._client.header()}, self._verify_tls)

    async def close(self) -> None:
        while self._running:
            await self._end(self._running.popleft(), Patience(connect=2, read=3))

    async def _remember(self, session: object) -> None:
        if not isinstance(session, str) or not session:
            return
        self._running.append(session)
        while len(self._running) > _MOST:
            await self._end(self._running.popleft(), Patience(read=10))

    async def _end(self, session: str, patience: Patience) -> None:
        params = [("deviceId", self._client.login.device_id), ("playSessionId", session)]
        try:
            await self._client.delete("/Videos/ActiveEncodings", params, patience=patience)
        except (ProviderUnavailable, ProviderAuthFailed):
            return  # a server that does not answer has no jobs any more, or ends them by itself


def _session_in(address: str) -> str | None:
    values = {name.lower(): value for name, value in parse_qs(urlsplit(address).query).items()}
    return values.get("playsessionid", [None])[0]
