"""Bytes and pictures of items: what stands between players and media servers."""

from ktv_host.outbound.picture_cache import PictureCache
from ktv_host.services.library.artwork import ArtworkCache
from ktv_host.services.library.media import Media
from ktv_host.services.links import MediaLinks
from ktv_host.services.live.hls_relay import HlsRelay
from ktv_host.wiring.world import World


def artwork_cache(world: World, media: Media) -> ArtworkCache:
    settings = world.settings
    kept = PictureCache(settings.data_dir / "artwork", budget=settings.artwork_cache_max_bytes)
    return ArtworkCache(media, kept, world.sessions, world.workers.local)


def hls_relay(world: World, links: MediaLinks) -> HlsRelay:
    return HlsRelay(world.keys.at_rest, links, world.sessions, world.clock)
