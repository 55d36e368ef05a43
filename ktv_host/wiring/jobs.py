"""The jobs that run in the background, and how often."""

from datetime import timedelta

from ktv_host.db.activity import ActivityRepository
from ktv_host.db.users import UserRepository
from ktv_host.services.accounts.personal_tokens import PersonalTokens
from ktv_host.services.accounts.rate_limits import RateLimits
from ktv_host.services.jobs import Job
from ktv_host.services.library.artwork import ArtworkCache
from ktv_host.services.library.details import LibraryDetails
from ktv_host.services.library.syncing import LibrarySync
from ktv_host.services.live.linear_stream import LiveStreams
from ktv_host.services.programming.renewals import Renewals
from ktv_host.services.providers.instances import ProviderInstances
from ktv_host.services.providers.news import News
from ktv_host.wiring.world import World


async def background_jobs(
    world: World,
    *,
    providers: ProviderInstances,
    syncing: LibrarySync,
    details: LibraryDetails,
    artwork: ArtworkCache,
    renewals: Renewals,
    live: LiveStreams,
    tokens: PersonalTokens,
    limits: RateLimits,
) -> list[Job]:
    news = News(ActivityRepository(world.database), providers)
    await news.start()
    users = UserRepository(world.database)
    return [
        Job("news", timedelta(seconds=1), news.read, shared=True),
        Job("library sync", timedelta(minutes=1), syncing.due),
        Job("library details", timedelta(minutes=5), details.ask),
        Job("artwork sweep", timedelta(minutes=10), artwork.sweep, shared=True),
        Job("schedule renewal", timedelta(seconds=30), renewals.run),
        Job("ledger purge", timedelta(hours=1), live.purge),
        Job("cache sweep", timedelta(minutes=1), live.sweep, shared=True),
        Job("library purge", timedelta(hours=1), syncing.purge),
        Job("token use", timedelta(minutes=1), tokens.write_use, shared=True),
        Job("rate limits", timedelta(minutes=1), limits.purge),
        Job("revoked tokens", timedelta(hours=1), lambda: users.purge_revoked(world.clock())),
    ]
