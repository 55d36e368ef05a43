"""The accounts' side: who signs in, with what, and what for."""

from dataclasses import dataclass
from datetime import timedelta

from ktv_host.auth.grants import GrantSigner
from ktv_host.auth.passwords import Passwords
from ktv_host.auth.tokens import TokenSigner
from ktv_host.db.personal_tokens import PersonalTokenRepository
from ktv_host.db.users import UserRepository
from ktv_host.services.accounts.accounts import Accounts
from ktv_host.services.accounts.identity import Identity
from ktv_host.services.accounts.personal_tokens import PersonalTokens
from ktv_host.services.accounts.rate_limits import RateLimits
from ktv_host.services.accounts.users import Users
from ktv_host.wiring.world import World


@dataclass(frozen=True, slots=True)
class AccountsSide:
    accounts: Accounts
    identity: Identity
    tokens: PersonalTokens
    users: Users


def accounts_side(world: World, limits: RateLimits, passwords: Passwords) -> AccountsSide:
    settings = world.settings
    users = UserRepository(world.database)
    signer = TokenSigner(
        secret=world.keys.token,
        previous=world.keys.previous,
        issuer=settings.jwt_issuer,
        audience=settings.jwt_audience,
        lifetime=timedelta(hours=settings.jwt_expiry_hours),
    )
    personal = PersonalTokens(PersonalTokenRepository(world.database), limits, world.clock)
    grants = GrantSigner(world.keys.token, world.keys.previous)
    return AccountsSide(
        accounts=Accounts(
            users=users,
            passwords=passwords,
            tokens=signer,
            limits=limits,
            activity=world.activity,
            clock=world.clock,
            registration_open=settings.registration_open,
        ),
        identity=Identity(users, signer, grants, personal, world.clock),
        tokens=personal,
        users=Users(users, world.channels, passwords, world.activity, world.clock),
    )
