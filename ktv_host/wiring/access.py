"""Access to channels, and what of theirs comes from elsewhere."""

from ktv_host.auth.passwords import Passwords
from ktv_host.db.users import UserRepository
from ktv_host.domain.user import Role
from ktv_host.services.accounts.rate_limits import RateLimits
from ktv_host.services.channels.channel_access import ChannelAccess
from ktv_host.services.channels.logos import Logos
from ktv_host.wiring.world import LOGGER, World


def channel_access(world: World, limits: RateLimits, passwords: Passwords) -> ChannelAccess:
    return ChannelAccess(world.channels, passwords, world.keys.urls, limits, world.clock)


def channel_logos(world: World) -> Logos:
    users = UserRepository(world.database)

    async def is_admin(user_id: str) -> bool:
        user = await users.get(user_id)
        return user is not None and user.role is Role.ADMIN

    return Logos(world.guarded, world.sessions, is_admin, world.clock, LOGGER)
