"""One process of the host, as far as its programming goes, wired over a real database."""

import itertools
from collections.abc import Sequence
from datetime import datetime, time

from ktv_host.db.activity import ActivityRepository
from ktv_host.db.channels import ChannelRepository
from ktv_host.db.engine.database import Database
from ktv_host.db.ledger import LedgerRepository, PlanRepository
from ktv_host.db.library.reading import LibrarySearch
from ktv_host.db.library.writing import LibraryRepository
from ktv_host.db.renewal_failures import RenewalFailureRepository
from ktv_host.db.schedules import ScheduleRepository
from ktv_host.db.users import UserRepository
from ktv_host.domain.block import AlgorithmicContent, FillStrategy, ProgrammingBlock, ScheduleConfig
from ktv_host.domain.channel import Channel
from ktv_host.domain.media import ContentType, MediaItem
from ktv_host.domain.schedule import Slot
from ktv_host.domain.user import Role, User
from ktv_host.registry.instances import Instances
from ktv_host.services.activity import Activity
from ktv_host.services.library.browsing import Library
from ktv_host.services.live.plan_shelf import PlanShelf
from ktv_host.services.programming.drafts import Drafts
from ktv_host.services.programming.pinning import Pinning
from ktv_host.services.programming.plan_inputs import PlanInputs
from ktv_host.services.programming.renewals import Renewals
from ktv_host.services.programming.scheduling import Scheduling
from ktv_host.testing import FakeClock, RecordedLog


class Studio:
    """``instances`` says which items of the library count; ``items`` of instance ``one`` are put there by ``stock``."""

    def __init__(self, database: Database, instances: Instances, clock: FakeClock) -> None:
        self.clock = clock
        self.log = RecordedLog()
        self.schedules = ScheduleRepository(database)
        self.channels = ChannelRepository(database)
        self.failures = RenewalFailureRepository(database)
        self.activity = Activity(ActivityRepository(database), clock)
        self._users = UserRepository(database)
        self._library = LibraryRepository(database)
        search = LibrarySearch(database)
        pinning = Pinning(LedgerRepository(database), PlanShelf(PlanRepository(database), clock))
        self.scheduling = Scheduling(
            schedules=self.schedules,
            drafts=Drafts(
                schedules=self.schedules,
                inputs=PlanInputs(self.schedules, search),
                library=Library(search, instances),
                pinning=pinning,
            ),
            activity=self.activity,
            clock=clock,
            pinning=pinning,
            transaction=database.transaction,
        )
        self.renewals = Renewals(
            channels=self.channels,
            failures=self.failures,
            scheduling=self.scheduling,
            activity=self.activity,
            clock=clock,
            logger=self.log,
            transaction=database.transaction,
        )

    async def stock(self, items: Sequence[MediaItem]) -> None:
        """The library is these items and no others."""
        now = self.clock()
        await self._library.upsert("one", items, now)
        gone = await self._library.present_keys("one") - {item.key for item in items}
        await self._library.mark_gone("one", sorted(gone), now)

    async def channel(self, channel_id: str = "c", **fields: object) -> Channel:
        """A channel with one sequential block round the clock that renews itself."""
        now = self.clock()
        if await self._users.get("owner") is None:
            await self._users.add(User(id="owner", email="o@tv.local", role=Role.USER, created_at=now))
        values = {
            "id": channel_id,
            "owner_id": "owner",
            "number": 0,
            "name": channel_id,
            "created_at": now,
            "updated_at": now,
            "auto_schedule": True,
            "schedule_config": ScheduleConfig((round_the_clock(),)),
            **fields,
        }
        return await self.channels.add(Channel(**values))  # type: ignore[arg-type]

    async def slots(self, channel_id: str = "c") -> list[Slot]:
        """Every slot the channel ever had."""
        return await self.schedules.slots_after(channel_id, datetime.fromisoformat("2000-01-01T00:00:00Z"), None)

    async def told(self) -> list[str]:
        """The kinds of what happened, oldest first."""
        return [event.kind.value for event in reversed(await self.activity.recent())]


def round_the_clock(block_id: str = "b") -> ProgrammingBlock:
    return ProgrammingBlock(
        id=block_id,
        name=block_id,
        start_time=time(0),
        duration_mins=1440,
        content=AlgorithmicContent(strategy=FillStrategy.SEQUENTIAL),
    )


def episodes(number: int, *, first: int = 1, mins: int = 47) -> list[MediaItem]:
    return [
        MediaItem(
            key=f"e{episode:03}",
            title=f"Part {episode}",
            content_type=ContentType.EPISODE,
            duration_ms=mins * 60_000,
            series_name="The Show",
            season_number=1,
            episode_number=episode,
        )
        for episode in range(first, first + number)
    ]


def assert_in_order(slots: Sequence[Slot], number: int) -> None:
    """The episodes of one series follow one another, each once per loop, from the first slot's on."""
    aired = [int(slot.item.id.key[1:]) for slot in slots]
    assert all(following == one % number + 1 for one, following in itertools.pairwise(aired)), aired
