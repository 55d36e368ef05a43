"""Accounts: nobody learns who has one, and nobody tries for ever."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters

from ktv_host.auth.passwords import Passwords
from ktv_host.auth.tokens import TokenSigner
from ktv_host.db.activity import ActivityRepository
from ktv_host.db.engine.database import Database
from ktv_host.db.rate_limits import RateLimitRepository
from ktv_host.db.users import UserRepository
from ktv_host.domain.user import Caller, Role, User
from ktv_host.errors import Conflict, Forbidden, Invalid, RateLimited, Unauthenticated
from ktv_host.services.accounts.accounts import Accounts, new_user
from ktv_host.services.accounts.rate_limits import RateLimits
from ktv_host.services.activity import Activity
from ktv_host.testing import FakeClock

HOME, ELSEWHERE = "192.0.2.1", "198.51.100.9"
GOOD = "correct horse"


class CountingHasher(PasswordHasher):
    """Notes the cost of every hash it verifies."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=64, parallelism=1)
        self.verified: list[Parameters] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002
        self.verified.append(extract_parameters(str(hash)))
        return bool(super().verify(hash, password))


@pytest.fixture
def hasher() -> CountingHasher:
    return CountingHasher()


@pytest.fixture
def signer() -> TokenSigner:
    return TokenSigner(secret="s" * 32)


@pytest.fixture
def make_accounts(
    database: Database, hasher: CountingHasher, signer: TokenSigner, clock: FakeClock
) -> Callable[..., Accounts]:
    def make(*, registration_open: bool = True) -> Accounts:
        return Accounts(
            users=UserRepository(database),
            passwords=Passwords(hasher=hasher),
            tokens=signer,
            limits=RateLimits(RateLimitRepository(database), clock),
            activity=Activity(ActivityRepository(database), clock),
            clock=clock,
            registration_open=registration_open,
        )

    return make


@pytest.fixture
def accounts(make_accounts: Callable[..., Accounts]) -> Accounts:
    return make_accounts()


@pytest.fixture
def users(database: Database) -> UserRepository:
    return UserRepository(database)


async def refusal(work: Any) -> tuple[type[Exception], str]:
    with pytest.raises((Unauthenticated, Forbidden, RateLimited)) as caught:
        await work
    return caught.type, caught.value.message


async def test_every_cause_of_a_refused_login_has_the_same_words_and_the_same_work(
    accounts: Accounts, users: UserRepository, hasher: Any, clock: FakeClock
) -> None:
    await accounts.register("root@tv.local", GOOD, HOME)
    await accounts.register("off@tv.local", GOOD, HOME)
    off = await users.by_email("off@tv.local")
    assert off is not None
    await users.change(off.id, disabled=True)
    await users.add(new_user("elsewhere@tv.local", None, clock()))
    hasher.verified.clear()
    attempts = [
        ("root@tv.local", "wrong"),
        ("off@tv.local", GOOD),
        ("off@tv.local", "wrong"),
        ("elsewhere@tv.local", GOOD),
        ("nobody@tv.local", GOOD),
        ("no address at all", GOOD),
        ("root@tv.local", "x" * 10_000),
    ]
    answers = {await refusal(accounts.login(email, password, HOME)) for email, password in attempts}
    assert answers == {(Unauthenticated, "e-mail or password is wrong")}
    # one hash of the same cost for each: that is where the time goes
    assert hasher.verified == [extract_parameters(hasher.hash("x"))] * len(attempts)


async def test_closed_registration_says_the_same_for_every_address_and_hashes_nothing(
    make_accounts: Callable[..., Accounts], hasher: Any, users: UserRepository
) -> None:
    accounts = make_accounts(registration_open=False)
    await accounts.register("root@tv.local", GOOD, HOME)
    hashed: list[str] = []
    hasher.hash = hashed.append
    emails = ("root@tv.local", "new@tv.local", "no address", "")
    answers = {await refusal(accounts.register(email, "short", HOME)) for email in emails}
    assert answers == {(Forbidden, "registration is closed; ask an admin for an account")}
    assert not hashed
    assert await users.count() == 1


async def test_of_many_that_register_at_once_while_it_is_closed_the_first_is_admin_and_the_only_one(
    make_accounts: Callable[..., Accounts], users: UserRepository
) -> None:
    accounts = make_accounts(registration_open=False)
    attempts = (accounts.register(f"u{n}@tv.local", GOOD, HOME) for n in range(5))
    answers = await asyncio.gather(*attempts, return_exceptions=True)
    assert [type(answer) for answer in answers].count(Forbidden) == 4
    assert [user.role for user in await users.page("", limit=9, offset=0)] == [Role.ADMIN]


async def test_guessing_is_slowed_down_and_the_owner_elsewhere_is_not(accounts: Accounts, clock: FakeClock) -> None:
    await accounts.register("root@tv.local", GOOD, HOME)
    for _ in range(10):
        await refusal(accounts.login("root@tv.local", "wrong", ELSEWHERE))
    assert (await refusal(accounts.login("root@tv.local", GOOD, ELSEWHERE)))[0] is RateLimited
    assert await accounts.login("root@tv.local", GOOD, HOME)
    clock.advance(30)
    assert await accounts.login("root@tv.local", GOOD, ELSEWHERE)


async def test_one_address_cannot_try_one_password_on_everybody(accounts: Accounts) -> None:
    tried = [await refusal(accounts.login(f"u{n}@tv.local", GOOD, ELSEWHERE)) for n in range(61)]
    assert [kind for kind, _ in tried] == [Unauthenticated] * 60 + [RateLimited]


async def test_a_limit_tells_nothing_about_the_account_and_when_to_come_back(accounts: Accounts) -> None:
    await accounts.register("root@tv.local", GOOD, HOME)
    told = set()
    for email in ("root@tv.local", "nobody@tv.local"):
        for _ in range(10):
            await refusal(accounts.login(email, "wrong", ELSEWHERE))
        with pytest.raises(RateLimited) as caught:
            await accounts.login(email, "wrong", ELSEWHERE)
        told.add((caught.value.message, caught.value.retry_after))
    assert told == {("too many attempts; try again in 30 s", 30)}


async def test_a_right_password_costs_no_attempt(accounts: Accounts) -> None:
    await accounts.register("root@tv.local", GOOD, HOME)
    for _ in range(70):
        await accounts.login("ROOT@tv.local", GOOD, HOME)


async def test_one_address_does_not_fill_the_house_with_accounts(accounts: Accounts, clock: FakeClock) -> None:
    for n in range(20):
        await accounts.register(f"u{n}@tv.local", GOOD, ELSEWHERE)
    assert (await refusal(accounts.register("more@tv.local", GOOD, ELSEWHERE)))[0] is RateLimited
    clock.advance(60)
    assert await accounts.register("more@tv.local", GOOD, ELSEWHERE)


async def test_a_login_renews_a_hash_of_former_strength_and_ends_nothing(
    accounts: Accounts, users: UserRepository, clock: FakeClock
) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=32, parallelism=1).hash(GOOD)
    ann = await users.add(new_user("ann@tv.local", weak, clock()))
    await accounts.login("ann@tv.local", GOOD, HOME)
    renewed = await users.get(ann.id)
    assert renewed is not None
    assert renewed.password_hash not in (weak, None)
    assert renewed.token_epoch == ann.token_epoch
    assert await accounts.login("ann@tv.local", GOOD, HOME)


async def test_the_old_password_is_needed_and_cannot_be_guessed_for_long(
    accounts: Accounts, users: UserRepository
) -> None:
    await accounts.register("root@tv.local", GOOD, HOME)
    root = await users.by_email("root@tv.local")
    assert root is not None
    caller = caller_of(root)
    for _ in range(5):
        with pytest.raises(Invalid) as caught:
            await accounts.change_password(caller, "wrong", "battery staple")
        assert caught.value.fields[0].path == "old_password"
    assert (await refusal(accounts.change_password(caller, GOOD, "battery staple")))[0] is RateLimited
    assert await users.get(root.id) == root


async def test_an_account_that_signs_in_elsewhere_has_no_password_to_change(
    accounts: Accounts, users: UserRepository, clock: FakeClock
) -> None:
    ann = await users.add(new_user("ann@tv.local", None, clock()))
    with pytest.raises(Conflict):
        await accounts.change_password(caller_of(ann), "", "battery staple")


def caller_of(user: User) -> Caller:
    return Caller(user.id, user.role)
