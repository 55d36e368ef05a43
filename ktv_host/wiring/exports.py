"""The exporters' side."""

from ktv_host.db.activity import ActivityRepository
from ktv_host.db.schedules import ScheduleRepository
from ktv_host.services.channels.channels import Channels
from ktv_host.services.exports import Exports
from ktv_host.services.links import MediaLinks
from ktv_host.wiring.world import LOGGER, World


def plugin_exports(world: World, channels: Channels, links: MediaLinks) -> Exports:
    return Exports(
        exporters=world.catalog.exporters,
        channels=channels,
        schedules=ScheduleRepository(world.database),
        events=ActivityRepository(world.database),
        media=links,
        clock=world.clock,
        logger=LOGGER,
    )
