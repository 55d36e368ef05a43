"""Item bytes and artwork: where they are, and who holds a good address for them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from ktv_host.auth.signing import UrlSigner, read_expiry
from ktv_host.domain.media import Artwork, HttpFile, MediaId, MediaSource
from ktv_host.errors import NotFound, ProviderAuthFailed, ProviderConfigInvalid, ProviderUnavailable, Unauthenticated
from ktv_host.hooks import Clock, Http, Provider
from ktv_host.outbound.relay import Relayed, relay
from ktv_host.registry.instances import Instances
from ktv_host.services.links import MediaLinks


class Media:
    def __init__(self, instances: Instances, links: MediaLinks, signer: UrlSigner, http: Http, clock: Clock) -> None:
        self._instances = instances
        self._links = links
        self._signer = signer
        self._http = http
        self._clock = clock

    async def source(self, media_id: str) -> MediaSource:
        """Raises NotFound for forged and vanished ids, Unavailable while the provider is."""
        parsed = _parse(media_id)
        with self._using(parsed.instance) as provider:
            return await provider.source(parsed.key)

    async def artwork(self, media_id: str) -> Artwork:
        """Raises as ``source``, and NotFound for an item without one."""
        parsed = _parse(media_id)
        with self._using(parsed.instance) as provider:
            picture = await provider.artwork(parsed.key)
        if picture is None:
            raise NotFound(f"{media_id} has no artwork")
        return picture

    async def stream_address(self, media_id: str) -> str:
        """Where a player gets the bytes: the media server itself when its instance delivers directly."""
        source = await self.source(media_id)
        if isinstance(source, HttpFile) and source.public_url:
            return source.public_url
        return self._links.stream(media_id, self._clock())

    async def relay(self, source: HttpFile, method: str, asked: Mapping[str, str]) -> Relayed:
        """The media server's answer, as it comes. Raises MediaGone, ProviderUnavailable."""
        parts = urlsplit(source.url)
        return await relay(
            self._http(f"{parts.scheme}://{parts.netloc}", verify_tls=source.verify_tls), source, method, asked
        )

    def check_signed(self, purpose: str, media_id: str, expires: str, signature: str) -> None:
        """Raises Unauthenticated for an address that is not one of ours any more."""
        until = read_expiry(expires)
        if until is None or not self._signer.holds(purpose, media_id, until, signature, self._clock()):
            raise Unauthenticated("this address has expired or was changed; ask for a new one")

    @contextmanager
    def _using(self, instance: str) -> Iterator[Provider]:
        """What an admin has to mend is, for whoever watches, a media server that does not answer now."""
        try:
            with self._instances.using(instance) as provider:
                yield provider
        except (ProviderAuthFailed, ProviderConfigInvalid) as error:
            raise ProviderUnavailable(error.message) from None


def _parse(media_id: str) -> MediaId:
    try:
        return MediaId.parse(media_id)
    except ValueError as error:
        raise NotFound(str(error)) from None
