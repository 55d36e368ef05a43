"""The accounts' side."""

from datetime import timedelta

from ktv_host.auth.passwords import Passwords
from ktv_host.auth.tokens import TokenSigner
from ktv_host.db.users import UserRepository
from ktv_host.services.accounts import Accounts
from ktv_host.wiring.world import World


def accounts(world: World, secret: str, passwords: Passwords) -> Accounts:
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
