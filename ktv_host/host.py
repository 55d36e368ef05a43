"""The host: every part, wired once, and one lifecycle."""

import os
import socket
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from urllib.parse import urlsplit

import structlog

from ktv_host.auth.passwords import Passwords
from ktv_host.auth.secrets import SecretBox, own_secret
from ktv_host.auth.signing import UrlSigner
from ktv_host.auth.tokens import TokenSigner
from ktv_host.db.activity import ActivityRepository
from ktv_host.db.channels import ChannelRepository
from ktv_host.db.database import Database, open_database
from ktv_host.db.leases import LeaseRepository
from ktv_host.db.ledger import LedgerRepository, PlanRepository
from ktv_host.db.library import LibraryRepository
from ktv_host.db.library_search import LibrarySearch
from ktv_host.db.migrate import migrate_host, migrate_store
from ktv_host.db.plugin_state import PluginStateRepository
from ktv_host.db.provider_configs import ProviderConfigRepository
from ktv_host.db.schedules import ScheduleRepository
from ktv_host.db.settings import SettingRepository
from ktv_host.db.sync_log import SyncLogRepository
from ktv_host.db.users import UserRepository
from ktv_host.hooks import Clock
from ktv_host.outbound.sessions import Sessions
from ktv_host.registry.catalog import Catalog, PluginRecord
from ktv_host.registry.instances import Instances, InstanceState, InstanceStatus
from ktv_host.services.accounts import Accounts
from ktv_host.services.activity import Activity
from ktv_host.services.broadcast import Broadcasts
from ktv_host.services.channels import Channels
from ktv_host.services.contexts import ContextFactory
from ktv_host.services.exports import Exports
from ktv_host.services.jobs import Job, Jobs
from ktv_host.services.library import Library
from ktv_host.services.links import MediaLinks
from ktv_host.services.live import LiveStreams
from ktv_host.services.media import Media
from ktv_host.services.news import News
from ktv_host.services.pinning import Pinning
from ktv_host.services.plan_inputs import PlanInputs
from ktv_host.services.plan_shelf import PlanShelf
from ktv_host.services.providers import ProviderInstances
from ktv_host.services.scheduling import Scheduling
from ktv_host.services.syncing import LibrarySync
from ktv_host.settings import Settings
from ktv_host.streaming.cache import SegmentCache
from ktv_host.streaming.modes import Mode
from ktv_host.streaming.plans import Planner
from ktv_host.streaming.prober import Prober
from ktv_host.streaming.segments import CopyMaker, SegmentMaker
from ktv_host.streaming.steady import SteadyClock
from ktv_host.streaming.workers import WorkerPool

VERSION = version("ktv-host")
HOLDER = f"{socket.gethostname()}:{os.getpid()}"
LOGGER = structlog.get_logger("ktv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What the API serves from."""

    version: str
    public_url: str
    registration_open: bool
    auth_backends: tuple[str, ...]
    plugins: tuple[PluginRecord, ...]
    clock: Clock
    links: MediaLinks
    accounts: Accounts
    activity: Activity
    broadcasts: Broadcasts
    channels: Channels
    exports: Exports
    instances: Instances
    library: Library
    live: LiveStreams
    accel_redirect: str
    media: Media
    providers: ProviderInstances
    scheduling: Scheduling
    syncing: LibrarySync


def wall_clock() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def open_host(
    settings: Settings,
    environment: Mapping[str, str],
    catalog: Catalog,
    plugins: tuple[PluginRecord, ...],
    *,
    clock: Clock = wall_clock,
    background: bool = True,
) -> AsyncIterator[Host]:
    """Migrate, wire, start; and close in reverse. ``background`` False leaves out syncs and jobs nobody asked for."""
    await _migrate(settings.database_url, catalog)
    async with AsyncExitStack() as stack:
        database = open_database(
            settings.database_url, min_size=settings.db_min_connections, max_size=settings.db_max_connections
        )
        await database.connect()
        stack.push_async_callback(database.disconnect)
        workers = WorkerPool()
        await workers.start()
        stack.push_async_callback(workers.close)
        sessions = Sessions()
        stack.push_async_callback(sessions.close)

        world = _World(settings, environment, catalog, database, workers, sessions, clock)
        instances, syncing = _library_side(world, sync_when_ready=background)
        stack.push_async_callback(instances.close)
        stack.push_async_callback(syncing.close)
        segments = _segments(world)
        stack.push_async_callback(segments.close)
        host = _host(world, plugins, instances, syncing, segments)
        await host.providers.start()
        if background:
            jobs = Jobs(LeaseRepository(database), HOLDER, clock, LOGGER)
            stack.push_async_callback(jobs.close)
            jobs.start(*await _jobs(world, host))
        yield host


@dataclass(frozen=True, slots=True)
class _World:
    """What wiring starts from."""

    settings: Settings
    environment: Mapping[str, str]
    catalog: Catalog
    database: Database
    workers: WorkerPool
    sessions: Sessions
    clock: Clock

    @property
    def activity(self) -> Activity:
        return Activity(ActivityRepository(self.database), self.clock)

    @property
    def contexts(self) -> ContextFactory:
        return ContextFactory(
            database=self.database,
            states=PluginStateRepository(self.database),
            workers=self.workers,
            probe=Prober(self.workers),
            http=self.sessions,
            clock=self.clock,
            logger=LOGGER,
        )


async def _migrate(url: str, catalog: Catalog) -> None:
    await migrate_host(url)
    for kind in catalog.provider_types.values():
        if kind.store is not None:
            await migrate_store(url, kind.store)


def _library_side(world: _World, *, sync_when_ready: bool) -> tuple[Instances, LibrarySync]:
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


def _host(
    world: _World,
    plugins: tuple[PluginRecord, ...],
    instances: Instances,
    syncing: LibrarySync,
    segments: SegmentMaker,
) -> Host:
    settings, clock, activity = world.settings, world.clock, world.activity
    secret = settings.jwt_secret or own_secret(settings.data_dir, "jwt.secret")
    signer, passwords = UrlSigner(secret.encode()), Passwords()
    links = MediaLinks(settings.public_url, signer)
    schedules, search = ScheduleRepository(world.database), LibrarySearch(world.database)
    library = Library(search, instances)
    channel_rows = ChannelRepository(world.database)
    plans = PlanShelf(PlanRepository(world.database))
    media = Media(instances, links, signer, world.sessions, clock)
    channels = Channels(channel_rows, library, passwords, activity, clock)
    return Host(
        version=VERSION,
        public_url=settings.public_url,
        registration_open=settings.registration_open,
        auth_backends=tuple(
            key for key, backend in sorted(world.catalog.auth_backends.items()) if backend.configured(world.environment)
        ),
        plugins=plugins,
        clock=clock,
        links=links,
        accounts=_accounts(world, secret, passwords),
        activity=activity,
        broadcasts=Broadcasts(schedules, clock),
        channels=channels,
        exports=Exports(
            exporters=world.catalog.exporters,
            channels=channels,
            schedules=schedules,
            events=ActivityRepository(world.database),
            media=links,
            clock=clock,
            logger=LOGGER,
        ),
        instances=instances,
        library=library,
        media=media,
        live=_live(world, signer, media, plans, segments),
        accel_redirect=settings.accel_redirect,
        providers=_providers(world, secret, instances, syncing),
        scheduling=Scheduling(
            schedules=schedules,
            channels=channel_rows,
            inputs=PlanInputs(schedules, search),
            library=library,
            activity=activity,
            clock=clock,
            logger=LOGGER,
            pinning=Pinning(LedgerRepository(world.database), plans),
            transaction=world.database.transaction,
        ),
        syncing=syncing,
    )


def _segments(world: _World) -> SegmentMaker:
    cache = SegmentCache(world.settings.cache_dir, budget=world.settings.cache_max_bytes)
    return SegmentMaker(cache, {Mode.COPY: CopyMaker(world.workers)}, LOGGER)


def _live(world: _World, signer: UrlSigner, media: Media, plans: PlanShelf, segments: SegmentMaker) -> LiveStreams:
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


def _accounts(world: _World, secret: str, passwords: Passwords) -> Accounts:
    settings = world.settings
    tokens = TokenSigner(
        secret=secret,
        previous=settings.jwt_secret_previous,
        issuer=settings.jwt_issuer,
        audience=settings.jwt_audience,
        lifetime=timedelta(hours=settings.jwt_expiry_hours),
    )
    return Accounts(
        UserRepository(world.database),
        passwords,
        tokens,
        world.activity,
        world.clock,
        registration_open=settings.registration_open,
    )


def _providers(world: _World, secret: str, instances: Instances, syncing: LibrarySync) -> ProviderInstances:
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


async def _jobs(world: _World, host: Host) -> list[Job]:
    news = News(ActivityRepository(world.database), host.providers)
    await news.start()
    users = UserRepository(world.database)
    return [
        Job("news", timedelta(seconds=1), news.read, shared=True),
        Job("library sync", timedelta(minutes=1), host.syncing.due),
        Job("schedule renewal", timedelta(seconds=30), host.scheduling.renew_all),
        Job("ledger purge", timedelta(hours=1), host.live.purge),
        Job("cache sweep", timedelta(minutes=1), host.live.sweep, shared=True),
        Job("library purge", timedelta(hours=1), host.syncing.purge),
        Job("revoked tokens", timedelta(hours=1), lambda: users.purge_revoked(world.clock())),
    ]
