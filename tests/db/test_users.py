"""Users: unique addresses, one first admin, tokens that can be revoked."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ktv_host.db.channels import ChannelRepository
from ktv_host.db.database import Database
from ktv_host.db.users import UserRepository
from ktv_host.domain.channel import Channel
from ktv_host.domain.user import Role, User
from ktv_host.errors import Conflict

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def user(name: str, **fields: object) -> User:
    return replace(User(id=name, email=f"{name}@tv.local", role=Role.USER, created_at=NOW), **fields)  # type: ignore[arg-type]


@pytest.fixture
def users(database: Database) -> UserRepository:
    return UserRepository(database)


async def test_a_user_comes_back_as_stored(users: UserRepository) -> None:
    ann = user("ann", password_hash="$argon2", disabled=True, token_epoch=3, role=Role.ADMIN)
    assert await users.add(ann) == ann
    assert await users.get("ann") == ann
    assert await users.all() == [ann]


async def test_an_address_is_found_in_any_case(users: UserRepository) -> None:
    await users.add(user("ann", email="Ann@TV.local"))
    found = await users.by_email("aNN@tv.LOCAL")
    assert found is not None
    assert found.email == "Ann@TV.local"
    assert await users.by_email("bob@tv.local") is None


async def test_an_address_belongs_to_one_user(users: UserRepository) -> None:
    await users.add(user("ann"))
    with pytest.raises(Conflict):
        await users.add(user("bob", email="ANN@tv.local"))
    bob = await users.add(user("bob"))
    with pytest.raises(Conflict):
        await users.update(replace(bob, email="ann@TV.local"))
    assert await users.count() == 2


async def test_an_update_changes_everything_but_the_age(users: UserRepository) -> None:
    await users.add(user("ann"))
    changed = user("ann", email="a@tv.local", role=Role.ADMIN, password_hash="new", disabled=True, token_epoch=1)
    await users.update(replace(changed, created_at=NOW + timedelta(days=1)))
    assert await users.get("ann") == changed


async def test_the_first_of_many_at_once_is_the_only_admin(users: UserRepository) -> None:
    made = await asyncio.gather(*(users.add(user(f"u{n}"), admin_if_first=True) for n in range(8)))
    assert sorted(u.role for u in made) == [Role.ADMIN] + [Role.USER] * 7
    assert sorted(u.role for u in await users.all()) == [Role.ADMIN] + [Role.USER] * 7


async def test_a_first_user_stays_a_user_when_nobody_asked_for_an_admin(users: UserRepository) -> None:
    assert (await users.add(user("ann"))).role is Role.USER


async def test_a_user_with_channels_cannot_be_deleted(users: UserRepository, database: Database) -> None:
    await users.add(user("ann"))
    channels = ChannelRepository(database)
    await channels.add(Channel(id="c", owner_id="ann", number=1, name="One", created_at=NOW, updated_at=NOW))
    with pytest.raises(Conflict, match="channels"):
        await users.delete("ann")
    await channels.delete("c")
    assert await users.delete("ann")
    assert not await users.delete("ann")


async def test_a_token_names_its_user(users: UserRepository) -> None:
    ann = await users.add(user("ann"))
    assert await users.identify("ann", "token") == ann
    assert await users.identify("nobody", "token") is None


async def test_a_revoked_token_names_nobody(users: UserRepository) -> None:
    await users.add(user("ann"))
    await users.revoke("token", NOW)
    await users.revoke("token", NOW)
    assert await users.identify("ann", "token") is None
    assert await users.identify("ann", "another") is not None


async def test_a_disabled_user_is_not_identified(users: UserRepository) -> None:
    await users.add(user("ann", disabled=True))
    assert await users.identify("ann", "token") is None


async def test_only_expired_revocations_are_forgotten(users: UserRepository) -> None:
    await users.add(user("ann"))
    await users.revoke("old", NOW - timedelta(seconds=1))
    await users.revoke("new", NOW + timedelta(seconds=1))
    assert await users.purge_revoked(NOW) == 1
    assert await users.identify("ann", "old") is not None
    assert await users.identify("ann", "new") is None
