"""The stream's side: segments, plans and the live playlist."""

import time
from urllib.parse import urlsplit

from ktv_host.auth.signing import UrlSigner
from ktv_host.db.air_time import AirTimeRepository
from ktv_host.db.ledger import LedgerRepository
from ktv_host.db.schedules import ScheduleRepository
from ktv_host.services.library.media import Media
from ktv_host.services.live.addresses import SegmentAddresses
from ktv_host.services.live.air_clock import AirClock
from ktv_host.services.live.item_plans import ItemPlans
from ktv_host.services.live.linear_stream import LiveStreams
from ktv_host.services.live.plan_shelf import PlanShelf
from ktv_host.services.live.watching import Watching
from ktv_host.streaming.cache import SegmentCache
from ktv_host.streaming.modes import Mode
from ktv_host.streaming.plans import Planner
from ktv_host.streaming.segments import CopyMaker, SegmentMaker
from ktv_host.streaming.steady import SteadyClock
from ktv_host.wiring.world import LOGGER, World


def live_streams(world: World, signer: UrlSigner, media: Media, plans: PlanShelf) -> LiveStreams:
    watching = Watching(world.clock)
    cache = SegmentCache(world.settings.cache_dir, budget=world.settings.cache_max_bytes)
    makers = {Mode.COPY: CopyMaker(world.workers)}
    return LiveStreams(
        ledger=LedgerRepository(world.database),
        plans=plans,
        item_plans=ItemPlans(Planner(world.workers), media.source, watching, world.clock, LOGGER),
        schedules=ScheduleRepository(world.database),
        segments=SegmentMaker(
            cache, makers, LOGGER, on_failure=lambda plan, reason: watching.trouble(reason, plan_id=plan.id)
        ),
        source=media.source,
        addresses=SegmentAddresses(signer, urlsplit(world.settings.public_url).path),
        clock=world.clock,
        air_clock=AirClock(
            SteadyClock(lambda: world.clock().timestamp(), time.monotonic), AirTimeRepository(world.database), LOGGER
        ),
        watching=watching,
    )
