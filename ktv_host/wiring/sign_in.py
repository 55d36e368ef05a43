"""The side of external sign-in."""

from collections.abc import Mapping
from datetime import timedelta

from ktv_host.auth.sealing import TimedSeal
from ktv_host.db.identities import IdentityRepository
from ktv_host.db.spent_ids import SpentIds
from ktv_host.db.users import UserRepository
from ktv_host.errors import ConfigurationError
from ktv_host.hooks import AuthBackend, Logger
from ktv_host.services.accounts.accounts import Accounts
from ktv_host.services.accounts.external_accounts import ExternalAccounts
from ktv_host.services.accounts.rate_limits import RateLimits
from ktv_host.services.accounts.sign_in import SignIns
from ktv_host.wiring.world import LOGGER, World

PENDING = timedelta(minutes=5)
CODE = timedelta(minutes=1)


def sign_ins(world: World, limits: RateLimits, accounts: Accounts) -> SignIns:
    settings, users = world.settings, UserRepository(world.database)
    return SignIns(
        backends=configured_backends(world.catalog.auth_backends, world.environment, LOGGER),
        contexts=world.contexts,
        external=ExternalAccounts(
            users,
            IdentityRepository(world.database),
            world.activity,
            world.clock,
            transaction=world.database.transaction,
            registration_open=settings.registration_open,
        ),
        accounts=accounts,
        users=users,
        spent=SpentIds(world.database),
        pending=TimedSeal(world.keys.cookie, "sign-in", PENDING),
        codes=TimedSeal(world.keys.cookie, "sign-in code", CODE),
        public_url=settings.public_url,
        origins=settings.cors_allowed_origins,
        limits=limits,
        clock=world.clock,
    )


def configured_backends(
    backends: Mapping[str, AuthBackend], environment: Mapping[str, str], logger: Logger
) -> dict[str, AuthBackend]:
    """Those that the environment describes. Raises ConfigurationError."""
    found = {}
    for key, backend in backends.items():
        try:
            if backend.configured(environment):
                found[key] = backend
        except ConfigurationError:
            raise
        except Exception as error:  # noqa: BLE001  a broken plugin never stops the host
            logger.error("auth backend failed", backend=key, error=repr(error))
    return found
