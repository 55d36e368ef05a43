"""The library's side: live provider instances, their rows, and the sync that follows them."""

import time
from datetime import timedelta

from ktv_host.db.leases import LeaseRepository
from ktv_host.db.library.sync_log import SyncLogRepository
from ktv_host.db.library.sync_memory import SyncMemoryRepository
from ktv_host.db.library.sync_passes import SyncPassRepository
from ktv_host.db.library.writing import LibraryRepository
from ktv_host.db.plugin_state import PluginStateRepository
from ktv_host.db.provider_configs import ProviderConfigRepository
from ktv_host.registry.instances import Instances, InstanceState, InstanceStatus
from ktv_host.services.lease_keeper import LeaseKeeper
from ktv_host.services.library.hints import HintListeners, HintParts
from ktv_host.services.library.sync_pass import PassParts
from ktv_host.services.library.syncing import LibrarySync
from ktv_host.services.providers.instances import ProviderInstances
from ktv_host.wiring.world import HOLDER, LOGGER, World


def library_side(world: World, *, sync_when_ready: bool) -> tuple[Instances, LibrarySync, HintListeners]:
    """The live instances and what follows them: an instance that becomes ready is synced, and listened to."""

    def on_change(status: InstanceStatus) -> None:
        if sync_when_ready:
            hints.follow(status)
            if status.state is InstanceState.READY:
                syncing.request(status.id)

    instances = Instances(world.catalog, world.contexts.make, world.clock, on_change=on_change)
    parts = PassParts(
        library=LibraryRepository(world.database),
        passes=SyncPassRepository(world.database),
        memories=SyncMemoryRepository(world.database),
        instances=instances,
        transaction=world.database.transaction,
        clock=world.clock,
        logger=LOGGER,
    )
    syncing = LibrarySync(
        parts,
        log=SyncLogRepository(world.database),
        keeper=LeaseKeeper(LeaseRepository(world.database), HOLDER, world.clock),
        activity=world.activity,
        interval=timedelta(hours=world.settings.library_sync_interval_hours),
    )
    hints = HintListeners(
        HintParts(instances=instances, sync=syncing.run_anew, logger=LOGGER, monotonic=time.monotonic)
    )
    return instances, syncing, hints


def provider_instances(world: World, instances: Instances, syncing: LibrarySync) -> ProviderInstances:
    return ProviderInstances(
        configs=ProviderConfigRepository(world.database),
        states=PluginStateRepository(world.database),
        library=LibraryRepository(world.database),
        catalog=world.catalog,
        instances=instances,
        contexts=world.contexts,
        syncing=syncing,
        activity=world.activity,
        box=world.keys.at_rest,
        environment=world.environment,
        clock=world.clock,
    )
