"""The programming side of one host, wired over a database with a fabricated library; its clock moves by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from benchmarks.library import INSTANCE, stock
from ktv_host.db.activity import ActivityRepository
from ktv_host.db.channels import ChannelRepository
from ktv_host.db.engine.database import Database, open_database
from ktv_host.db.engine.migrate import migrate_host
from ktv_host.db.ledger import LedgerRepository, PlanRepository
from ktv_host.db.library.census import LibraryCensus
from ktv_host.db.library.reading import LibrarySearch
from ktv_host.db.renewal_failures import RenewalFailureRepository
from ktv_host.db.schedules import ScheduleRepository
from ktv_host.db.users import UserRepository
from ktv_host.domain.block import ScheduleConfig
from ktv_host.domain.channel import Channel
from ktv_host.domain.user import Role, User
from ktv_host.registry.catalog import Catalog
from ktv_host.registry.instances import Instances, Wish
from ktv_host.services.activity import Activity
from ktv_host.services.library.browsing import Library
from ktv_host.services.live.plan_shelf import PlanShelf
from ktv_host.services.programming.drafts import Drafts
from ktv_host.services.programming.pinning import Pinning
from ktv_host.services.programming.plan_inputs import PlanInputs
from ktv_host.services.programming.renewals import Renewals
from ktv_host.services.programming.scheduling import Scheduling
from ktv_host.testing import Contexts, FakeClock, FakeProviderType

LOGGER = structlog.get_logger("bench")


@dataclass(frozen=True)
class Programming:
    clock: FakeClock
    census: LibraryCensus
    channels: ChannelRepository
    scheduling: Scheduling
    renewals: Renewals

    async def channel(self, name: str, config: ScheduleConfig, *, auto_schedule: bool = False) -> Channel:
        now = self.clock()
        return await self.channels.add(
            Channel(
                id=name,
                owner_id="owner",
                number=0,
                name=name,
                created_at=now,
                updated_at=now,
                timezone="Europe/Warsaw",
                schedule_config=config,
                auto_schedule=auto_schedule,
            )
        )


@asynccontextmanager
async def programming(folder: Path, items: int) -> AsyncIterator[Programming]:
    """A new SQLite database with a library of so many items."""
    url = f"sqlite:{folder / f'{items}.db'}"
    await migrate_host(url)
    clock, kind = FakeClock(datetime.fromisoformat("2026-05-01T00:00:00Z")), FakeProviderType()
    contexts = Contexts(folder, clock)
    context = await contexts.make(kind, INSTANCE)
    instances = Instances(
        Catalog(provider_types={kind.key: kind}), lambda *_: context, clock, on_change=lambda _: None, sleep=clock.sleep
    )
    async with open_database(url) as database:
        await stock(database, items, clock())
        await UserRepository(database).add(User(id="owner", email="owner@tv.local", role=Role.USER, created_at=clock()))
        instances.apply(
            Wish(id=INSTANCE, provider_type=kind.key, name=INSTANCE, config={"library": "videos"}, config_version=1)
        )
        await instances.wait_settled(INSTANCE, 5)
        yield _wired(database, instances, clock)
    await instances.close()
    await contexts.close()


def _wired(database: Database, instances: Instances, clock: FakeClock) -> Programming:
    schedules, search = ScheduleRepository(database), LibrarySearch(database)
    channels, activity = ChannelRepository(database), Activity(ActivityRepository(database), clock)
    pinning = Pinning(LedgerRepository(database), PlanShelf(PlanRepository(database), clock))
    scheduling = Scheduling(
        schedules=schedules,
        drafts=Drafts(
            schedules=schedules,
            inputs=PlanInputs(schedules, search),
            library=Library(search, instances),
            pinning=pinning,
        ),
        activity=activity,
        clock=clock,
        pinning=pinning,
        transaction=database.transaction,
    )
    renewals = Renewals(
        channels=channels,
        failures=RenewalFailureRepository(database),
        scheduling=scheduling,
        activity=activity,
        clock=clock,
        logger=LOGGER,
        transaction=database.transaction,
    )
    return Programming(clock, LibraryCensus(database), channels, scheduling, renewals)
