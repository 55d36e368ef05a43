"""Links: every URL the host hands out, absolute and below BASE_URL."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from ktv_host.auth.signing import UrlSigner, hour_after
from ktv_host.domain.media import LibraryItem
from ktv_host.hooks import GuideChannel

API = "/api/v1"
MEDIA_HOURS = 12
ARTWORK_HOURS = 72


@dataclass(frozen=True, slots=True)
class MediaLinks:
    """Signed addresses of item bytes and artwork. ``base`` is the public URL without a slash at the end."""

    base: str
    signer: UrlSigner

    def stream(self, media_id: str, now: datetime) -> str:
        return self._signed("media", f"/files/stream/{_segment(media_id)}", media_id, hour_after(now, MEDIA_HOURS))

    def hls(self, media_id: str, sealed: str, name: str, now: datetime) -> str:
        """Part of a playlist of the media server; where it is, only we can read. The name is for players."""
        path = f"/files/hls/{_segment(media_id)}/{sealed}/{name}"
        return self._signed("media", path, media_id, hour_after(now, MEDIA_HOURS))

    def artwork(self, media_id: str, now: datetime) -> str:
        expires = hour_after(now, ARTWORK_HOURS)
        return self._signed("artwork", f"/artwork/{_segment(media_id)}", media_id, expires)

    def logo(self, channel_id: str, now: datetime) -> str:
        """For pictures in a page, which can send no header."""
        return self._signed("logo", f"/channels/{channel_id}/logo", channel_id, hour_after(now, ARTWORK_HOURS))

    def _signed(self, purpose: str, path: str, subject: str, expires: int) -> str:
        signature = self.signer.sign(purpose, subject, expires)
        return f"{self.base}{API}{path}?exp={expires}&sig={signature}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportLinks:
    """hooks.Links for one exporter and one caller; ``token`` is the credential its addresses carry."""

    media: MediaLinks
    exporter: str
    now: datetime
    token: str | None = None

    def live(self, channel: GuideChannel) -> str:
        return self._with_token(f"/channels/{channel.id}/live.m3u8")

    def logo(self, channel: GuideChannel) -> str:
        return self._with_token(f"/channels/{channel.id}/logo")

    def artwork(self, item: LibraryItem) -> str:
        return self.media.artwork(str(item.id), self.now)

    def document(self, path: str) -> str:
        return self._with_token(f"/{self.exporter}/{path}")

    def _with_token(self, path: str) -> str:
        query = f"?{urlencode({'token': self.token})}" if self.token else ""
        return f"{self.media.base}{API}{path}{query}"


def _segment(media_id: str) -> str:
    return quote(media_id, safe=":~")
