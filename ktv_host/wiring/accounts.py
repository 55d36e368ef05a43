"""The accounts' side: who signs in, with what, and what for."""

from dataclasses import dataclass
from datetime import timedelta

from ktv_host.auth.grants import GrantSigner
from ktv_host.auth.passwords import Passwords
from ktv_host.auth.tokens import TokenSigner
from ktv_host.db.personal_tokens import PersonalTokenRepository
from ktv_host.db.users import UserRepository
from ktv_host.services.accounts import Accounts
from ktv_host.services.identity import Identity
from ktv_host.services.personal_tokens import PersonalTokens
from ktv_host.wiring.world import World


@dataclass(frozen=True, slots=True)
class AccountsSide:
    accounts: Accounts
    identity: Identity
    tokens: PersonalTokens


def accounts_side(world: World, secret: str, passwords: Passwords) -> AccountsSide:
    settings = world.settings
    users = UserRepository(world.database)
    signer = TokenSigner(
        secret=secret,
        previous=settings.jwt_secret_previous,
        issuer=settings.jwt_issuer,
        audience=settings.jwt_audience,
        lifetime=timedelta(hours=settings.jwt_expiry_hours),
    )
    personal = PersonalTokens(PersonalTokenRepository(world.database), world.clock)
    grants = GrantSigner(secret, settings.jwt_secret_previous)
    return AccountsSide(
        accounts=Accounts(
            users,
            passwords,
            signer,
            world.activity,
            world.clock,
            registration_open=settings.registration_open,
        ),
        identity=Identity(users, signer, grants, personal, world.clock),
        tokens=personal,
    )
