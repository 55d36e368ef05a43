"""Personal tokens: found by hash while they and their account hold."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ktv_host.db.engine.database import Database
from ktv_host.db.personal_tokens import PersonalTokenRepository
from ktv_host.db.users import UserRepository
from ktv_host.domain.personal_token import PersonalToken
from ktv_host.domain.user import Role, Scope, User

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
Add = Callable[..., Awaitable[PersonalToken]]


@pytest.fixture
def tokens(database: Database) -> PersonalTokenRepository:
    return PersonalTokenRepository(database)


@pytest.fixture
async def ann(database: Database) -> User:
    return await UserRepository(database).add(User(id="ann", email="ann@tv.local", role=Role.USER, created_at=NOW))


@pytest.fixture
def add(tokens: PersonalTokenRepository, ann: User) -> Add:
    async def make(name: str, **fields: object) -> PersonalToken:
        token = PersonalToken(
            id=name, user_id=ann.id, name=name, hint="ktv_abcd", scopes=frozenset({Scope.IPTV}), created_at=NOW
        )
        token = replace(token, **fields)  # type: ignore[arg-type]
        assert await tokens.add(token, f"hash of {name}", most=10)
        return token

    return make


async def test_a_token_comes_back_with_its_account(tokens: PersonalTokenRepository, ann: User, add: Add) -> None:
    tv = await add("tv", scopes=frozenset({Scope.IPTV, Scope.LOGS}), expires_at=NOW + timedelta(days=1))
    assert await tokens.identify("hash of tv", NOW) == (ann, tv)
    assert await tokens.owned_by("ann") == [tv]


async def test_an_unknown_token_names_nobody(tokens: PersonalTokenRepository, add: Add) -> None:
    await add("tv")
    assert await tokens.identify("tv", NOW) is None


async def test_an_expired_token_names_nobody(tokens: PersonalTokenRepository, add: Add) -> None:
    await add("tv", expires_at=NOW)
    assert await tokens.identify("hash of tv", NOW - timedelta(milliseconds=1)) is not None
    assert await tokens.identify("hash of tv", NOW) is None


async def test_the_token_of_a_disabled_account_names_nobody(
    tokens: PersonalTokenRepository, database: Database, ann: User, add: Add
) -> None:
    await add("tv")
    await UserRepository(database).change(ann.id, disabled=True)
    assert await tokens.identify("hash of tv", NOW) is None


async def test_tokens_leave_with_their_account(tokens: PersonalTokenRepository, database: Database, add: Add) -> None:
    await add("tv")
    assert await UserRepository(database).delete("ann")
    assert await tokens.identify("hash of tv", NOW) is None
    assert await tokens.owned_by("ann") == []


async def test_only_the_owner_deletes_a_token(tokens: PersonalTokenRepository, add: Add) -> None:
    await add("tv")
    assert not await tokens.delete("tv", "bob")
    assert await tokens.delete("tv", "ann")
    assert not await tokens.delete("tv", "ann")


async def test_an_account_has_only_so_many(tokens: PersonalTokenRepository, add: Add) -> None:
    tv = await add("tv")
    assert not await tokens.add(replace(tv, id="radio"), "another hash", most=1)
    assert await tokens.owned_by("ann") == [tv]


async def test_use_is_noted_and_never_goes_back(tokens: PersonalTokenRepository, add: Add) -> None:
    await add("tv")
    await add("radio")
    await tokens.used({"tv": NOW + timedelta(minutes=5), "gone": NOW})
    await tokens.used({"tv": NOW, "radio": NOW})
    used = {token.id: token.last_used_at for token in await tokens.owned_by("ann")}
    assert used == {"tv": NOW + timedelta(minutes=5), "radio": NOW}


async def test_noting_no_use_is_fine(tokens: PersonalTokenRepository) -> None:
    await tokens.used({})
    assert await tokens.owned_by("ann") == []
