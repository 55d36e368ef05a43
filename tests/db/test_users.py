"""Users: unique addresses, one first admin, tokens that can be revoked."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ktv_host.db.channels import ChannelRepository
from ktv_host.db.engine.database import Database
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
    assert await users.page("", limit=9, offset=0) == [ann]


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
    assert await users.count() == 1


async def test_the_first_of_many_at_once_is_the_only_admin(users: UserRepository) -> None:
    made = await asyncio.gather(*(users.add(user(f"u{n}"), admin_if_first=True) for n in range(8)))
    assert sorted(u.role for u in made) == [Role.ADMIN] + [Role.USER] * 7
    assert sorted(u.role for u in await users.page("", limit=9, offset=0)) == [Role.ADMIN] + [Role.USER] * 7


async def test_of_many_that_want_to_be_the_first_only_one_is_stored(users: UserRepository) -> None:
    made = await asyncio.gather(*(users.add_first(user(f"u{n}")) for n in range(8)))
    (first,) = [one for one in made if one is not None]
    assert first.role is Role.ADMIN
    assert await users.page("", limit=9, offset=0) == [first]


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


async def test_channels_go_to_somebody_with_the_deletion_of_their_owner(
    users: UserRepository, database: Database
) -> None:
    await users.add(user("ann"))
    await users.add(user("bob"))
    channels = ChannelRepository(database)
    await channels.add(Channel(id="c", owner_id="ann", number=1, name="One", created_at=NOW, updated_at=NOW))
    with pytest.raises(Conflict):
        await users.delete("ann", channels_to="nobody")
    assert await users.get("ann") is not None
    assert await users.delete("ann", channels_to="bob")
    assert [channel.id for channel in await channels.owned_by("bob")] == ["c"]


async def test_users_are_found_by_a_part_of_their_address_page_by_page(users: UserRepository) -> None:
    for n, name in enumerate(("ann", "bob_", "hannah", "carl")):
        await users.add(user(name, created_at=NOW + timedelta(seconds=n)))
    assert [u.id for u in await users.page("ann", limit=9, offset=0)] == ["ann", "hannah"]
    assert [u.id for u in await users.page("", limit=2, offset=1)] == ["bob_", "hannah"]
    assert [u.id for u in await users.page("_", limit=9, offset=0)] == ["bob_"]
    assert (await users.count("ann"), await users.count(), await users.count("%")) == (2, 4, 0)


async def test_a_change_leaves_what_it_does_not_name(users: UserRepository) -> None:
    await users.add(user("root", role=Role.ADMIN))
    ann = await users.add(user("ann"))
    assert await users.change("ann", role=Role.ADMIN) == replace(ann, role=Role.ADMIN)
    assert await users.change("ann", disabled=True) == replace(ann, role=Role.ADMIN, disabled=True, token_epoch=1)
    assert await users.change("ann", disabled=False) == replace(ann, role=Role.ADMIN, token_epoch=1)
    assert await users.change("nobody", disabled=True) is None


async def test_an_admin_always_remains(users: UserRepository) -> None:
    await users.add(user("root", role=Role.ADMIN))
    await users.add(user("spare", role=Role.ADMIN, disabled=True))
    for attempt in (users.change("root", role=Role.USER), users.change("root", disabled=True), users.delete("root")):
        with pytest.raises(Conflict, match="last admin"):
            await attempt
    assert await users.get("root") == user("root", role=Role.ADMIN)
    await users.change("spare", disabled=False)
    assert await users.delete("root")


async def test_admins_that_dismiss_each_other_at_once_leave_one(users: UserRepository) -> None:
    names = [f"a{n}" for n in range(4)]
    for name in names:
        await users.add(user(name, role=Role.ADMIN))
    answers = await asyncio.gather(*(users.change(n, role=Role.USER) for n in names), return_exceptions=True)
    assert [type(answer) for answer in answers].count(Conflict) == 1
    assert [u.role for u in await users.page("", limit=9, offset=0)].count(Role.ADMIN) == 1


async def test_a_new_password_raises_the_epoch_and_another_hash_of_the_same_does_not(users: UserRepository) -> None:
    ann = await users.add(user("ann", password_hash="one"))
    await users.rehash("ann", "one", "one, stronger")
    assert await users.get("ann") == replace(ann, password_hash="one, stronger")
    assert await users.set_password("ann", "two") == replace(ann, password_hash="two", token_epoch=1)
    assert await users.set_password("nobody", "two") is None


async def test_a_password_that_was_changed_meanwhile_is_not_overwritten(users: UserRepository) -> None:
    await users.add(user("ann", password_hash="one"))
    assert await users.set_password("ann", "stolen", instead_of="another") is None
    await users.rehash("ann", "another", "stolen")
    changed = await users.set_password("ann", "two", instead_of="one")
    assert changed is not None
    assert changed.password_hash == "two"


async def test_sessions_end_by_raising_the_epoch(users: UserRepository) -> None:
    ann = await users.add(user("ann"))
    await users.end_sessions("ann")
    assert await users.get("ann") == replace(ann, token_epoch=1)


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
