"""The stream's side: segments, plans and the live playlist."""

import time
from urllib.parse import urlsplit

from ktv_host.auth.signing import UrlSigner
from ktv_host.db.ledger import LedgerRepository
from ktv_host.db.schedules import ScheduleRepository
from ktv_host.services.live import LiveStreams
from ktv_host.services.media import Media
from ktv_host.services.plan_shelf import PlanShelf
from ktv_host.streaming.cache import SegmentCache
from ktv_host.streaming.modes import Mode
from ktv_host.streaming.plans import Planner
from ktv_host.streaming.segments import CopyMaker, SegmentMaker
from ktv_host.streaming.steady import SteadyClock
from ktv_host.wiring.world import LOGGER, World


def segment_maker(world: World) -> SegmentMaker:
    cache = SegmentCache(world.settings.cache_dir, budget=world.settings.cache_max_bytes)
    return SegmentMaker(cache, {Mode.COPY: CopyMaker(world.workers)}, LOGGER)


def live_streams(
    world: World, signer: UrlSigner, media: Media, plans: PlanShelf, segments: SegmentMaker
) -> LiveStreams:
    return LiveStreams(
        ledger=LedgerRepository(world.database),
        plans=plans,
        schedules=ScheduleRepository(world.database),
        planner=Planner(world.workers),
        segments=segments,
        source=media.source,
        signer=signer,
        base_path=urlsplit(world.settings.public_url).path,
        clock=world.clock,
        steady_ms=SteadyClock(lambda: world.clock().timestamp(), time.monotonic),
        logger=LOGGER,
    )
