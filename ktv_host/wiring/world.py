"""World: what wiring starts from."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from ktv_host.auth.passwords import Passwords
from ktv_host.db.activity import ActivityRepository
from ktv_host.db.channels import ChannelRepository
from ktv_host.db.engine.database import Database
from ktv_host.db.plugin_state import PluginStateRepository
from ktv_host.hooks import Clock
from ktv_host.outbound.guarded import GuardedHttp
from ktv_host.outbound.sessions import Sessions
from ktv_host.registry.catalog import Catalog
from ktv_host.services.activity import Activity
from ktv_host.services.contexts import ContextFactory
from ktv_host.services.log_feed import LogFeed
from ktv_host.settings import Settings
from ktv_host.streaming.prober import Prober
from ktv_host.streaming.worker_pools import WorkerPools
from ktv_host.wiring.keys import Keys

HOLDER = f"{socket.gethostname()}:{os.getpid()}"
LOGGER = structlog.get_logger("ktv")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What wiring starts from."""

    settings: Settings
    keys: Keys
    environment: Mapping[str, str]
    catalog: Catalog
    database: Database
    workers: WorkerPools
    sessions: Sessions
    guarded: GuardedHttp
    passwords: Passwords
    clock: Clock
    feed: LogFeed

    @property
    def activity(self) -> Activity:
        return Activity(ActivityRepository(self.database), self.clock)

    @property
    def channels(self) -> ChannelRepository:
        return ChannelRepository(self.database, self.keys.at_rest)

    @property
    def contexts(self) -> ContextFactory:
        return ContextFactory(
            database=self.database,
            states=PluginStateRepository(self.database),
            workers=self.workers.local,
            probe=Prober(self.workers.local, self.workers.remote),
            http=self.sessions,
            clock=self.clock,
            logger=LOGGER,
            folder=self.settings.data_dir / "instances",
        )
