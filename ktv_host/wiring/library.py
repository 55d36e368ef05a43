"""The library's side: live provider instances, their rows, and the sync that follows them."""

from datetime import timedelta

from ktv_host.auth.secrets import SecretBox
from ktv_host.db.leases import LeaseRepository
from ktv_host.db.library import LibraryRepository
from ktv_host.db.plugin_state import PluginStateRepository
from ktv_host.db.provider_configs import ProviderConfigRepository
from ktv_host.db.settings import SettingRepository
from ktv_host.db.sync_log import SyncLogRepository
from ktv_host.registry.instances import Instances, InstanceState, InstanceStatus
from ktv_host.services.providers import ProviderInstances
from ktv_host.services.syncing import LibrarySync
from ktv_host.wiring.world import HOLDER, LOGGER, World


def library_side(world: World, *, sync_when_ready: bool) -> tuple[Instances, LibrarySync]:
    """The live instances and the sync that follows them: an instance that becomes ready is synced."""

    def on_change(status: InstanceStatus) -> None:
        if status.state is InstanceState.READY and sync_when_ready:
            syncing.request(status.id)

    instances = Instances(world.catalog, world.contexts.make, world.clock, on_change=on_change)
    syncing = LibrarySync(
        library=LibraryRepository(world.database),
        log=SyncLogRepository(world.database),
        settings=SettingRepository(world.database),
        leases=LeaseRepository(world.database),
        instances=instances,
        activity=world.activity,
        clock=world.clock,
        logger=LOGGER,
        holder=HOLDER,
        interval=timedelta(hours=world.settings.library_sync_interval_hours),
    )
    return instances, syncing


def provider_instances(world: World, secret: str, instances: Instances, syncing: LibrarySync) -> ProviderInstances:
    return ProviderInstances(
        configs=ProviderConfigRepository(world.database),
        states=PluginStateRepository(world.database),
        library=LibraryRepository(world.database),
        catalog=world.catalog,
        instances=instances,
        contexts=world.contexts,
        syncing=syncing,
        activity=world.activity,
        box=SecretBox(secret, world.settings.jwt_secret_previous),
        environment=world.environment,
        clock=world.clock,
    )
