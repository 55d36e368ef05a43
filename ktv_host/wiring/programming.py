"""The programming's side: channels, the history of their configs, and what is scheduled from them."""

from dataclasses import dataclass

from ktv_host.auth.passwords import Passwords
from ktv_host.db.config_history import ConfigHistoryRepository
from ktv_host.db.ledger import LedgerRepository
from ktv_host.db.library.census import LibraryCensus
from ktv_host.db.library.reading import LibrarySearch
from ktv_host.db.renewal_failures import RenewalFailureRepository
from ktv_host.db.schedules import ScheduleRepository
from ktv_host.services.channels.channels import Channels
from ktv_host.services.channels.config_history import ConfigHistory
from ktv_host.services.library.browsing import Library
from ktv_host.services.live.plan_shelf import PlanShelf
from ktv_host.services.programming.drafts import Drafts
from ktv_host.services.programming.pinning import Pinning
from ktv_host.services.programming.plan_inputs import PlanInputs
from ktv_host.services.programming.presets import Presets
from ktv_host.services.programming.previews import Previews
from ktv_host.services.programming.renewals import Renewals
from ktv_host.services.programming.scheduling import Scheduling
from ktv_host.wiring.world import LOGGER, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Programming:
    channels: Channels
    config_history: ConfigHistory
    presets: Presets
    previews: Previews
    renewals: Renewals
    scheduling: Scheduling


def programming(world: World, library: Library, passwords: Passwords, plans: PlanShelf) -> Programming:
    channel_rows, schedules = world.channels, ScheduleRepository(world.database)
    history = ConfigHistory(
        versions=ConfigHistoryRepository(world.database),
        channels=channel_rows,
        activity=world.activity,
        clock=world.clock,
        transaction=world.database.transaction,
    )
    channels = Channels(
        channels=channel_rows,
        history=history,
        library=library,
        passwords=passwords,
        activity=world.activity,
        clock=world.clock,
        transaction=world.database.transaction,
    )
    pinning, search = Pinning(LedgerRepository(world.database), plans), LibrarySearch(world.database)
    drafts = Drafts(schedules=schedules, inputs=PlanInputs(schedules, search), library=library, pinning=pinning)
    scheduling = Scheduling(
        schedules=schedules,
        drafts=drafts,
        activity=world.activity,
        clock=world.clock,
        pinning=pinning,
        transaction=world.database.transaction,
    )
    renewals = Renewals(
        channels=channel_rows,
        failures=RenewalFailureRepository(world.database),
        scheduling=scheduling,
        activity=world.activity,
        clock=world.clock,
        logger=LOGGER,
        transaction=world.database.transaction,
    )
    return Programming(
        channels=channels,
        config_history=history,
        presets=Presets(LibraryCensus(world.database), library, channels, scheduling),
        previews=Previews(drafts=drafts, search=search, library=library, clock=world.clock),
        renewals=renewals,
        scheduling=scheduling,
    )
