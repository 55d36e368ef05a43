"""External accounts: who comes from an identity provider reaches their own account and no other."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ktv_host.db.activity import ActivityRepository
from ktv_host.db.engine.database import Database
from ktv_host.db.identities import IdentityRepository
from ktv_host.db.users import UserRepository
from ktv_host.domain.user import Role, User
from ktv_host.errors import Forbidden
from ktv_host.hooks import ExternalIdentity
from ktv_host.services.accounts.external_accounts import ExternalAccounts
from ktv_host.services.activity import Activity

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANN = ExternalIdentity(
    issuer="https://id.example", subject="1", email="Ann@TV.example", email_verified=True, name="Ann"
)
Make = Callable[..., ExternalAccounts]


@pytest.fixture
def users(database: Database) -> UserRepository:
    return UserRepository(database)


@pytest.fixture
def make(database: Database, users: UserRepository) -> Make:
    def external(*, registration_open: bool = True) -> ExternalAccounts:
        return ExternalAccounts(
            users,
            IdentityRepository(database),
            Activity(ActivityRepository(database), lambda: NOW),
            lambda: NOW,
            transaction=database.transaction,
            registration_open=registration_open,
        )

    return external


@pytest.fixture
async def boss(users: UserRepository) -> User:
    """The first account, so that nobody else becomes admin by being first."""
    return await users.add(User(id="boss", email="boss@tv.example", role=Role.ADMIN, created_at=NOW))


async def local(users: UserRepository, **fields: object) -> User:
    user = User(id="local", email="ann@tv.example", role=Role.USER, created_at=NOW, password_hash="$argon2")
    return await users.add(replace(user, **fields))  # type: ignore[arg-type]


async def test_somebody_new_gets_an_account_without_a_password(make: Make, boss: User, users: UserRepository) -> None:
    user = await make().account_of("oidc", ANN)
    assert (user.email, user.role, user.password_hash) == ("ann@tv.example", Role.USER, None)
    assert await users.get(user.id) == user


async def test_the_second_time_it_is_the_same_account(make: Make, boss: User) -> None:
    first = await make().account_of("oidc", ANN)
    moved = replace(ANN, email="ann@elsewhere.example", email_verified=False)
    assert await make().account_of("oidc", moved) == first


async def test_the_first_account_is_admin_even_while_registration_is_closed(make: Make) -> None:
    assert (await make(registration_open=False).account_of("oidc", ANN)).role is Role.ADMIN


async def test_closed_registration_makes_no_further_account(make: Make, boss: User, users: UserRepository) -> None:
    with pytest.raises(Forbidden, match=r"registration is closed.*ann@tv\.example"):
        await make(registration_open=False).account_of("oidc", ANN)
    assert await users.page("", limit=99, offset=0) == [boss]


async def test_closed_registration_lets_in_who_has_an_account(make: Make, boss: User, users: UserRepository) -> None:
    user = await local(users)
    assert await make(registration_open=False).account_of("oidc", ANN) == user
    assert await make(registration_open=False).account_of("oidc", ANN) == user


async def test_a_verified_address_links_the_account_that_has_it(make: Make, boss: User, users: UserRepository) -> None:
    user = await local(users)
    assert await make(registration_open=False).account_of("oidc", ANN) == user
    assert await users.count() == 2


async def test_where_anybody_may_register_whoever_took_the_address_is_put_out(
    make: Make, boss: User, users: UserRepository
) -> None:
    squatter = await local(users)
    user = await make().account_of("oidc", ANN)
    assert user == await users.get(squatter.id)
    assert (user.password_hash, user.token_epoch) == (None, squatter.token_epoch + 1)


async def test_an_address_nobody_verified_links_nothing(make: Make, boss: User, users: UserRepository) -> None:
    await local(users)
    with pytest.raises(Forbidden, match="verified"):
        await make().account_of("oidc", replace(ANN, email_verified=False))
    assert (await make().account_of("oidc", ANN)).id == "local"


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("stra\u00dfe@tv.example", "strasse@tv.example"), ("mi\u212ae@tv.example", "mike@tv.example")],
)
async def test_a_mailbox_that_only_looks_alike_links_nothing(
    make: Make, boss: User, users: UserRepository, theirs: str, ours: str
) -> None:
    await local(users, email=ours)
    with pytest.raises(Forbidden):
        await make().account_of("oidc", replace(ANN, email=theirs))
    assert (await make().account_of("oidc", replace(ANN, email=ours.upper()))).id == "local"


async def test_a_second_person_of_the_issuer_is_not_let_into_the_account(make: Make, boss: User) -> None:
    first = await make().account_of("oidc", replace(ANN, email_verified=False))
    with pytest.raises(Forbidden, match="somebody else"):
        await make().account_of("oidc", replace(ANN, subject="2"))
    assert await make().account_of("oidc", ANN) == first


async def test_a_person_of_another_issuer_is_linked_by_a_verified_address(make: Make, boss: User) -> None:
    first = await make().account_of("oidc", ANN)
    assert (await make().account_of("other", replace(ANN, issuer="https://other.example"))).id == first.id


@pytest.mark.parametrize("linked", [True, False])
async def test_a_disabled_account_lets_nobody_in(make: Make, boss: User, users: UserRepository, linked: bool) -> None:
    user = await local(users)
    if linked:
        await make(registration_open=False).account_of("oidc", ANN)
    await users.change(user.id, disabled=True)
    with pytest.raises(Forbidden, match="disabled"):
        await make().account_of("oidc", replace(ANN, admin=True))
    assert (await users.get("local")) == replace(user, disabled=True, token_epoch=1)


@pytest.mark.parametrize("email", [None, "", "nonsense", "a b@c"])
async def test_without_an_address_there_is_no_account(make: Make, boss: User, email: str | None) -> None:
    with pytest.raises(Forbidden, match="e-mail"):
        await make().account_of("oidc", replace(ANN, email=email))


async def test_the_admin_group_gives_and_takes_the_role(make: Make, boss: User, users: UserRepository) -> None:
    accounts = make()
    assert (await accounts.account_of("oidc", replace(ANN, admin=True))).role is Role.ADMIN
    assert {user.role for user in await users.page("", limit=99, offset=0)} == {Role.ADMIN}
    assert (await accounts.account_of("oidc", replace(ANN, admin=None))).role is Role.ADMIN
    assert (await accounts.account_of("oidc", replace(ANN, admin=False))).role is Role.USER
    assert {user.email: user.role for user in await users.page("", limit=99, offset=0)} == {
        boss.email: Role.ADMIN,
        "ann@tv.example": Role.USER,
    }


async def test_the_last_admin_stays_one_until_there_is_another(make: Make, boss: User, users: UserRepository) -> None:
    accounts = make()
    ann = await accounts.account_of("oidc", replace(ANN, admin=True))
    await users.change(boss.id, role=Role.USER)
    assert (await accounts.account_of("oidc", replace(ANN, admin=False))).role is Role.ADMIN
    await users.change(boss.id, role=Role.ADMIN)
    assert await accounts.account_of("oidc", replace(ANN, admin=False)) == replace(ann, role=Role.USER)


async def test_an_admin_made_here_stays_admin(make: Make, boss: User) -> None:
    who = replace(ANN, email="boss@tv.example", admin=False)
    assert (await make().account_of("oidc", who)).role is Role.ADMIN


async def test_the_same_person_twice_at_once_has_one_account(make: Make, boss: User, users: UserRepository) -> None:
    accounts = make()
    found = await asyncio.gather(*(accounts.account_of("oidc", ANN) for _ in range(5)))
    assert len({user.id for user in found}) == 1
    assert len(await users.page("", limit=99, offset=0)) == 2


async def test_what_happened_is_in_the_activity(make: Make, boss: User, database: Database) -> None:
    await make().account_of("oidc", replace(ANN, admin=True))
    await make().account_of("other", replace(ANN, issuer="https://other.example"))
    events = await ActivityRepository(database).recent(10)
    assert [event.kind for event in events] == ["identity_linked", "role_changed", "user_registered"]
    assert "https://id.example" in events[-1].message
