"""The host: every part, wired once, and one lifecycle."""

import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import structlog

from ktv_host.auth.passwords import Passwords
from ktv_host.auth.secrets import SecretBox, own_secret
from ktv_host.auth.signing import UrlSigner
from ktv_host.auth.tokens import TokenSigner
from ktv_host.db.activity import ActivityRepository
from ktv_host.db.channels import ChannelRepository
from ktv_host.db.database import open_database
from ktv_host.db.leases import LeaseRepository
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
from ktv_host.services.media import Media
from ktv_host.services.news import News
from ktv_host.services.providers import ProviderInstances
from ktv_host.services.scheduling import Scheduling
from ktv_host.services.syncing import LibrarySync
from ktv_host.settings import Settings
from ktv_host.streaming.probe import Prober
from ktv_host.streaming.workers import WorkerPool

VERSION = version("ktv-host")


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
    """Migrate, wire, start; and close in reverse. ``background`` False leaves out the periodic jobs."""
    logger = structlog.get_logger("ktv")
    await migrate_host(settings.database_url)
    for kind in catalog.provider_types.values():
        if kind.store is not None:
            await migrate_store(settings.database_url, kind.store)

    secret = settings.jwt_secret or own_secret(settings.data_dir, "jwt.secret")
    holder = f"{socket.gethostname()}:{os.getpid()}"
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

        states, search = PluginStateRepository(database), LibrarySearch(database)
        library_rows, schedules = LibraryRepository(database), ScheduleRepository(database)
        leases, channel_rows = LeaseRepository(database), ChannelRepository(database)
        events = ActivityRepository(database)
        activity = Activity(events, clock)
        passwords = Passwords()

        contexts = ContextFactory(
            database=database,
            states=states,
            workers=workers,
            probe=Prober(workers),
            http=sessions,
            clock=clock,
            logger=logger,
        )

        def sync_when_ready(status: InstanceStatus) -> None:
            if status.state is InstanceState.READY and background:
                syncing.request(status.id)

        instances = Instances(catalog, contexts.make, clock, on_change=sync_when_ready)
        stack.push_async_callback(instances.close)
        syncing = LibrarySync(
            library=library_rows,
            log=SyncLogRepository(database),
            settings=SettingRepository(database),
            leases=leases,
            instances=instances,
            activity=activity,
            clock=clock,
            logger=logger,
            holder=holder,
            interval=timedelta(hours=settings.library_sync_interval_hours),
        )
        stack.push_async_callback(syncing.close)
        providers = ProviderInstances(
            configs=ProviderConfigRepository(database),
            states=states,
            library=library_rows,
            catalog=catalog,
            instances=instances,
            contexts=contexts,
            syncing=syncing,
            activity=activity,
            box=SecretBox(secret, settings.jwt_secret_previous),
            environment=environment,
            clock=clock,
        )
        library = Library(search, instances)
        channels = Channels(channel_rows, library, passwords, activity, clock)
        scheduling = Scheduling(
            schedules=schedules,
            channels=channel_rows,
            search=search,
            library=library,
            activity=activity,
            clock=clock,
            logger=logger,
        )
        signer = UrlSigner(secret.encode())
        links = MediaLinks(settings.public_url, signer)
        tokens = TokenSigner(
            secret=secret,
            previous=settings.jwt_secret_previous,
            issuer=settings.jwt_issuer,
            audience=settings.jwt_audience,
            lifetime=timedelta(hours=settings.jwt_expiry_hours),
        )
        users = UserRepository(database)
        host = Host(
            version=VERSION,
            public_url=settings.public_url,
            registration_open=settings.registration_open,
            auth_backends=tuple(
                key for key, backend in sorted(catalog.auth_backends.items()) if backend.configured(environment)
            ),
            plugins=plugins,
            clock=clock,
            links=links,
            accounts=Accounts(users, passwords, tokens, activity, clock, registration_open=settings.registration_open),
            activity=activity,
            broadcasts=Broadcasts(schedules, clock),
            channels=channels,
            exports=Exports(
                exporters=catalog.exporters,
                channels=channels,
                schedules=schedules,
                events=events,
                media=links,
                clock=clock,
                logger=logger,
            ),
            instances=instances,
            library=library,
            media=Media(instances, links, signer, sessions, clock),
            providers=providers,
            scheduling=scheduling,
            syncing=syncing,
        )
        await providers.start()
        if background:
            jobs = Jobs(leases, holder, clock, logger)
            stack.push_async_callback(jobs.close)
            news = News(events, providers)
            await news.start()
            jobs.start(
                Job("news", timedelta(seconds=1), news.read, shared=True),
                Job("library sync", timedelta(minutes=1), syncing.due),
                Job("schedule renewal", timedelta(seconds=30), scheduling.renew_all),
                Job("library purge", timedelta(hours=1), syncing.purge),
                Job("revoked tokens", timedelta(hours=1), lambda: users.purge_revoked(clock())),
            )
        yield host
