"""Identities: one account for a person, one person of an issuer for an account."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ktv_host.db.engine.database import Database
from ktv_host.db.identities import IdentityRepository
from ktv_host.db.users import UserRepository
from ktv_host.domain.identity import LinkedIdentity
from ktv_host.domain.user import Role, User
from ktv_host.errors import Conflict

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANN = LinkedIdentity(
    issuer="https://id.example", subject="1", user_id="ann", backend="oidc", linked_at=NOW, last_used_at=NOW
)


@pytest.fixture
async def identities(database: Database) -> IdentityRepository:
    users = UserRepository(database)
    for name in ("ann", "bob"):
        await users.add(User(id=name, email=f"{name}@tv.local", role=Role.USER, created_at=NOW))
    return IdentityRepository(database)


async def test_an_identity_comes_back_as_stored(identities: IdentityRepository) -> None:
    await identities.add(ANN)
    assert await identities.find("https://id.example", "1") == ANN
    assert await identities.find("https://id.example", "2") is None
    assert await identities.find("https://id.example/", "1") is None


async def test_a_person_of_an_issuer_has_one_account(identities: IdentityRepository) -> None:
    await identities.add(ANN)
    with pytest.raises(Conflict):
        await identities.add(replace(ANN, user_id="bob"))


async def test_an_account_has_one_person_of_each_issuer(identities: IdentityRepository) -> None:
    await identities.add(ANN)
    with pytest.raises(Conflict):
        await identities.add(replace(ANN, subject="2"))
    other = replace(ANN, issuer="https://other.example", linked_at=NOW + timedelta(days=1))
    await identities.add(other)
    assert await identities.of_user("ann") == [ANN, other]
    assert await identities.of_user("bob") == []


async def test_a_sign_in_changes_when_it_was_and_the_grant(identities: IdentityRepository) -> None:
    await identities.add(ANN)
    changed = replace(ANN, backend="other", admin_granted=True, last_used_at=NOW + timedelta(hours=1))
    await identities.update(replace(changed, user_id="bob", linked_at=NOW + timedelta(days=1)))
    assert await identities.find("https://id.example", "1") == changed


async def test_identities_leave_with_their_account(identities: IdentityRepository, database: Database) -> None:
    await identities.add(ANN)
    await UserRepository(database).delete("ann")
    assert await identities.find("https://id.example", "1") is None
