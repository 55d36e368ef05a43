"""The programming's side: channels, the history of their configs, and what is scheduled from them."""

from dataclasses import dataclass

from ktv_host.auth.passwords import Passwords
from ktv_host.db.channels import ChannelRepository
from ktv_host.db.config_history import ConfigHistoryRepository
from ktv_host.db.ledger import LedgerRepository
from ktv_host.db.library_search import LibrarySearch
from ktv_host.db.schedules import ScheduleRepository
from ktv_host.services.channels import Channels
from ktv_host.services.config_history import ConfigHistory
from ktv_host.services.library import Library
from ktv_host.services.pinning import Pinning
from ktv_host.services.plan_inputs import PlanInputs
from ktv_host.services.plan_shelf import PlanShelf
from ktv_host.services.scheduling import Scheduling
from ktv_host.wiring.world import LOGGER, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Programming:
    channels: Channels
    config_history: ConfigHistory
    scheduling: Scheduling


def programming(world: World, library: Library, passwords: Passwords, plans: PlanShelf) -> Programming:
    channel_rows, schedules = ChannelRepository(world.database), ScheduleRepository(world.database)
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
    scheduling = Scheduling(
        schedules=schedules,
        channels=channel_rows,
        inputs=PlanInputs(schedules, LibrarySearch(world.database)),
        library=library,
        activity=world.activity,
        clock=world.clock,
        logger=LOGGER,
        pinning=Pinning(LedgerRepository(world.database), plans),
        transaction=world.database.transaction,
    )
    return Programming(channels=channels, config_history=history, scheduling=scheduling)
