"""Tokens of users: kept, shared, renewed, never shown."""

from typing import Any

import orjson
import pytest
from fake_jellyfin.server import FakeJellyfin

from ktv_host.hooks import ProviderAuthFailed
from ktv_host.testing import Contexts

pytest_plugins = ["ktv_host.testing.fixtures"]

USER = {"username": "viewer", "password": "secret-viewer"}


def tokens(fake: FakeJellyfin) -> list[str]:
    return [token for token, _ in fake.world.access.sessions.values()]


def sign_ins(fake: FakeJellyfin) -> int:
    return sum(each.path.endswith("AuthenticateByName") for each in fake.world.exchanges)


async def test_a_token_outlives_a_restart(fake: FakeJellyfin, open_provider: Any) -> None:
    for _ in range(3):
        await (await open_provider(fake, **USER)).close()
    assert sign_ins(fake) == 1


async def test_two_processes_share_one_session(fake: FakeJellyfin, open_provider: Any, scan: Any) -> None:
    one, two = await open_provider(fake, **USER), await open_provider(fake, **USER)
    assert len(await scan(one)) == len(await scan(two)) == 25
    assert sign_ins(fake) == 1


async def test_a_revoked_token_is_renewed_once_for_all(fake: FakeJellyfin, open_provider: Any, scan: Any) -> None:
    one, two = await open_provider(fake, **USER), await open_provider(fake, **USER)
    fake.world.access.sessions.clear()
    assert len(await scan(one)) == len(await scan(two)) == 25
    assert sign_ins(fake) == 2


async def test_a_changed_password_is_for_a_person(fake: FakeJellyfin, open_provider: Any, scan: Any) -> None:
    provider = await open_provider(fake, **USER)
    fake.world.access.users.clear()
    fake.world.access.sessions.clear()
    with pytest.raises(ProviderAuthFailed, match="name or password"):
        await scan(provider)


async def test_a_key_that_was_deleted_is_for_a_person(fake: FakeJellyfin, open_provider: Any, scan: Any) -> None:
    provider = await open_provider(fake)
    fake.world.access.api_key = "another"
    with pytest.raises(ProviderAuthFailed, match="under API Keys"):
        await scan(provider)


async def test_an_edit_does_not_sign_the_old_provider_out_before_it_closes(
    fake: FakeJellyfin, open_provider: Any, scan: Any
) -> None:
    old = await open_provider(fake, **USER)
    new = await open_provider(fake, **USER, libraries=["Films"])
    assert len(await scan(old)) == 25
    assert len(tokens(fake)) == 2
    await old.close()
    assert len(tokens(fake)) == 1
    assert len(await scan(new)) == 5


async def test_a_deleted_instance_is_signed_out(fake: FakeJellyfin, open_provider: Any, contexts: Contexts) -> None:
    provider = await open_provider(fake, **USER)
    await (await contexts.make()).state.delete("login")
    await provider.close()
    assert tokens(fake) == []


async def test_instances_of_one_user_do_not_disturb_each_other(
    fake: FakeJellyfin, open_provider: Any, scan: Any
) -> None:
    one, two = await open_provider(fake, "one", **USER), await open_provider(fake, "two", **USER)
    assert len(await scan(one)) == len(await scan(two)) == 25
    assert len(tokens(fake)) == 2


async def test_a_token_at_rest_cannot_be_read(fake: FakeJellyfin, open_provider: Any, contexts: Contexts) -> None:
    await open_provider(fake, **USER)
    (token,) = tokens(fake)
    kept = await (await contexts.make()).state.get("login")
    assert kept is not None
    assert token not in orjson.dumps(kept).decode()


async def test_no_form_of_authorisation_is_used_that_12_refuses(
    fake: FakeJellyfin, open_provider: Any, scan: Any
) -> None:
    await scan(await open_provider(fake))
    for each in fake.world.exchanges:
        names = {name.lower() for name in each.headers}
        assert not names & {"x-emby-token", "x-mediabrowser-token", "x-emby-authorization"}
        assert not {name.lower() for name, _ in each.query} & {"api_key", "apikey"}
        assert each.headers.get("Authorization", "").startswith("MediaBrowser ")
