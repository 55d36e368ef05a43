"""The host: every part, wired once, and one lifecycle."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from ktv_host.auth.passwords import Passwords
from ktv_host.db.engine.database import open_database
from ktv_host.db.engine.migrate import migrate_host, migrate_store
from ktv_host.db.leases import LeaseRepository
from ktv_host.db.ledger import PlanRepository
from ktv_host.db.library.details import DetailsRepository
from ktv_host.db.library.reading import LibrarySearch
from ktv_host.db.rate_limits import RateLimitRepository
from ktv_host.db.schedules import ScheduleRepository
from ktv_host.hooks import Clock
from ktv_host.outbound.guarded import GuardedHttp
from ktv_host.outbound.policy import AddressPolicy
from ktv_host.outbound.sessions import Sessions
from ktv_host.registry.catalog import Catalog, PluginRecord
from ktv_host.registry.instances import Instances
from ktv_host.services.accounts.accounts import Accounts
from ktv_host.services.accounts.identity import Identity
from ktv_host.services.accounts.personal_tokens import PersonalTokens
from ktv_host.services.accounts.rate_limits import RateLimits
from ktv_host.services.accounts.sign_in import SignIns
from ktv_host.services.accounts.users import Users
from ktv_host.services.activity import Activity
from ktv_host.services.broadcast import Broadcasts
from ktv_host.services.channels.channel_access import ChannelAccess
from ktv_host.services.channels.channels import Channels
from ktv_host.services.channels.config_history import ConfigHistory
from ktv_host.services.channels.logos import Logos
from ktv_host.services.exports import Exports
from ktv_host.services.jobs import Jobs
from ktv_host.services.library.artwork import ArtworkCache
from ktv_host.services.library.browsing import Library
from ktv_host.services.library.details import LibraryDetails
from ktv_host.services.library.media import Media
from ktv_host.services.library.syncing import LibrarySync
from ktv_host.services.links import MediaLinks
from ktv_host.services.live.hls_relay import HlsRelay
from ktv_host.services.live.linear_stream import LiveStreams
from ktv_host.services.live.plan_shelf import PlanShelf
from ktv_host.services.log_feed import LogFeed
from ktv_host.services.programming.presets import Presets
from ktv_host.services.programming.previews import Previews
from ktv_host.services.programming.renewals import Renewals
from ktv_host.services.programming.scheduling import Scheduling
from ktv_host.services.providers.instances import ProviderInstances
from ktv_host.settings import Settings
from ktv_host.streaming.worker_pools import WorkerPools
from ktv_host.streaming.workers import WorkerPool
from ktv_host.wiring.access import channel_access, channel_logos
from ktv_host.wiring.accounts import accounts_side
from ktv_host.wiring.exports import plugin_exports
from ktv_host.wiring.jobs import background_jobs
from ktv_host.wiring.keys import keys_of
from ktv_host.wiring.library import library_side, provider_instances
from ktv_host.wiring.media import artwork_cache, hls_relay
from ktv_host.wiring.programming import programming
from ktv_host.wiring.sign_in import sign_ins
from ktv_host.wiring.streams import live_streams
from ktv_host.wiring.world import HOLDER, LOGGER, World

VERSION = version("ktv-host")


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What the API serves from."""

    version: str
    public_url: str
    registration_open: bool
    secure_cookie: bool
    plugins: tuple[PluginRecord, ...]
    clock: Clock
    links: MediaLinks
    access: ChannelAccess
    accounts: Accounts
    activity: Activity
    artwork: ArtworkCache
    broadcasts: Broadcasts
    channels: Channels
    details: LibraryDetails
    config_history: ConfigHistory
    exports: Exports
    hls: HlsRelay
    identity: Identity
    instances: Instances
    library: Library
    limits: RateLimits
    live: LiveStreams
    logos: Logos
    logs: LogFeed
    accel_redirect: str
    media: Media
    presets: Presets
    previews: Previews
    providers: ProviderInstances
    renewals: Renewals
    scheduling: Scheduling
    sign_ins: SignIns
    syncing: LibrarySync
    tokens: PersonalTokens
    users: Users


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
    logs: LogFeed | None = None,
) -> AsyncIterator[Host]:
    """Migrate, wire, start; and close in reverse. ``background`` False leaves out syncs and jobs nobody asked for."""
    await _migrate(settings.database_url, catalog)
    async with AsyncExitStack() as stack:
        world = await _open_world(
            stack, settings=settings, environment=environment, catalog=catalog, clock=clock, logs=logs or LogFeed()
        )
        instances, syncing, hints = library_side(world, sync_when_ready=background)
        stack.push_async_callback(instances.close)
        stack.push_async_callback(syncing.close)
        stack.push_async_callback(hints.close)
        host = _host(world, plugins, instances, syncing)
        stack.push_async_callback(host.live.close)
        stack.push_async_callback(host.logos.close)
        stack.push_async_callback(host.artwork.close)
        stack.push_async_callback(host.tokens.write_use)
        await host.providers.start()
        if background:
            jobs = Jobs(LeaseRepository(world.database), HOLDER, clock, LOGGER)
            stack.push_async_callback(jobs.close)
            jobs.start(
                *await background_jobs(
                    world,
                    providers=host.providers,
                    syncing=syncing,
                    details=host.details,
                    artwork=host.artwork,
                    renewals=host.renewals,
                    live=host.live,
                    tokens=host.tokens,
                    limits=host.limits,
                )
            )
        yield host


async def _open_world(
    stack: AsyncExitStack,
    *,
    settings: Settings,
    environment: Mapping[str, str],
    catalog: Catalog,
    clock: Clock,
    logs: LogFeed,
) -> World:
    """What everything else is made of; ``stack`` closes it."""
    database = open_database(
        settings.database_url, min_size=settings.db_min_connections, max_size=settings.db_max_connections
    )
    await database.connect()
    stack.push_async_callback(database.disconnect)
    workers = WorkerPools(WorkerPool(), WorkerPool())
    for pool in (workers.local, workers.remote):
        await pool.start()
        stack.push_async_callback(pool.close)
    sessions = Sessions()
    stack.push_async_callback(sessions.close)
    guarded = GuardedHttp(AddressPolicy.parse(settings.outbound_allow))
    stack.push_async_callback(guarded.close)
    passwords = Passwords()
    stack.callback(passwords.close)
    return World(
        settings=settings,
        keys=keys_of(settings),
        environment=environment,
        catalog=catalog,
        database=database,
        workers=workers,
        sessions=sessions,
        guarded=guarded,
        passwords=passwords,
        clock=clock,
        feed=logs,
    )


async def _migrate(url: str, catalog: Catalog) -> None:
    await migrate_host(url)
    for kind in catalog.provider_types.values():
        if kind.store is not None:
            await migrate_store(url, kind.store)


def _host(
    world: World,
    plugins: tuple[PluginRecord, ...],
    instances: Instances,
    syncing: LibrarySync,
) -> Host:
    settings, clock, activity = world.settings, world.clock, world.activity
    signer, passwords = world.keys.urls, world.passwords
    limits = RateLimits(RateLimitRepository(world.database), clock)
    links = MediaLinks(settings.public_url, signer)
    schedules, search = ScheduleRepository(world.database), LibrarySearch(world.database)
    library = Library(search, instances)
    plans = PlanShelf(PlanRepository(world.database), clock)
    media = Media(instances, links, signer, world.sessions, clock)
    programmed = programming(world, library, passwords, plans)
    people = accounts_side(world, limits, passwords)
    return Host(
        version=VERSION,
        public_url=settings.public_url,
        registration_open=settings.registration_open,
        secure_cookie=settings.cookies_secure,
        plugins=plugins,
        clock=clock,
        links=links,
        access=channel_access(world, limits, passwords),
        accounts=people.accounts,
        activity=activity,
        artwork=artwork_cache(world, media),
        broadcasts=Broadcasts(schedules, clock),
        details=LibraryDetails(DetailsRepository(world.database), instances, clock, LOGGER),
        channels=programmed.channels,
        config_history=programmed.config_history,
        exports=plugin_exports(world, programmed.channels, links),
        hls=hls_relay(world, links),
        identity=people.identity,
        instances=instances,
        library=library,
        logos=channel_logos(world),
        logs=world.feed,
        limits=limits,
        media=media,
        live=live_streams(world, signer, media, plans),
        accel_redirect=settings.accel_redirect,
        presets=programmed.presets,
        previews=programmed.previews,
        renewals=programmed.renewals,
        providers=provider_instances(world, instances, syncing),
        scheduling=programmed.scheduling,
        sign_ins=sign_ins(world, limits, people.accounts),
        syncing=syncing,
        tokens=people.tokens,
        users=people.users,
    )
