"""Accounts as their owners use them: register, sign in and out, change the password."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from ktv_host.auth.passwords import Passwords
from ktv_host.auth.tokens import TokenSigner
from ktv_host.db.users import UserRepository
from ktv_host.domain.events import EventKind
from ktv_host.domain.limits import login_buckets, password_buckets, register_buckets
from ktv_host.domain.user import Caller, Role, User
from ktv_host.errors import Conflict, FieldError, Forbidden, Invalid, Unauthenticated
from ktv_host.hooks import Clock
from ktv_host.services.accounts.email_address import normal_email, typed_email
from ktv_host.services.accounts.rate_limits import RateLimits
from ktv_host.services.activity import Activity

PASSWORD_LEAST, PASSWORD_MOST = 8, 1024


@dataclass(frozen=True, slots=True)
class AccessToken:
    token: str
    expires_in: int


class Accounts:
    """``client`` is the address somebody comes from: attempts are counted by it."""

    def __init__(
        self,
        *,
        users: UserRepository,
        passwords: Passwords,
        tokens: TokenSigner,
        limits: RateLimits,
        activity: Activity,
        clock: Clock,
        registration_open: bool,
    ) -> None:
        self._users = users
        self._passwords = passwords
        self._tokens = tokens
        self._limits = limits
        self._activity = activity
        self._clock = clock
        self._registration_open = registration_open

    async def register(self, email: str, password: str, client: str) -> AccessToken:
        """The first account becomes admin, also while registration is closed.

        Raises Forbidden, the same for every address, while it is closed; RateLimited, Conflict, Invalid.
        """
        await self._limits.attempt(*register_buckets(client))
        closed = Forbidden("registration is closed; ask an admin for an account")
        if not self._registration_open and await self._users.count() > 0:
            raise closed
        user = new_user(email, await password_hash(self._passwords, password), self._clock())
        if self._registration_open:
            stored = await self._users.add(user, admin_if_first=True)
        elif (first := await self._users.add_first(user)) is not None:
            stored = first
        else:  # somebody else became the first meanwhile
            raise closed
        await self._activity.record(EventKind.USER_REGISTERED, f"{user.email} has an account now", actor_id=user.id)
        return self.issue(stored)

    async def login(self, email: str, password: str, client: str) -> AccessToken:
        """Raises Unauthenticated with the same words, and after the same time, for every cause; RateLimited."""
        email = typed_email(email)
        attempt = login_buckets(client, email)
        await self._limits.attempt(*attempt)
        user = await self._users.by_email(email)
        hashed = user.password_hash if user else None
        matched = await self._passwords.verify(hashed, password[:PASSWORD_MOST])
        if user is None or hashed is None or not matched or user.disabled:
            raise Unauthenticated("e-mail or password is wrong")
        await self._limits.give_back(*attempt)
        if self._passwords.outdated(hashed):
            await self._users.rehash(user.id, hashed, await self._passwords.hash(password))
        return self.issue(user)

    async def logout(self, token: str | None) -> None:
        """Revokes the token; one that does not hold anyway is fine too."""
        if token is None:
            return
        try:
            claims = self._tokens.verify(token, self._clock())
        except Unauthenticated:
            return
        await self._users.revoke(claims.jti, claims.expires_at)

    async def renew(self, caller: Caller) -> AccessToken:
        return self.issue(await self.user(caller))

    async def change_password(self, caller: Caller, old: str, new: str) -> AccessToken:
        """Ends every sign-in and IPTV grant of the account; the answer is a sign-in that goes on.

        Raises Invalid for a wrong old or an unfit new password, Conflict for an account that has none; RateLimited.
        """
        user = await self.user(caller)
        hashed = user.password_hash
        if hashed is None:
            raise Conflict("this account signs in elsewhere and has no password; an admin can give it one")
        check_password(new, "new_password")
        attempt = password_buckets(user.id)
        await self._limits.attempt(*attempt)
        if not await self._passwords.verify(hashed, old[:PASSWORD_MOST]):
            raise Invalid("the old password is wrong", [FieldError("old_password", "is wrong")])
        await self._limits.give_back(*attempt)
        changed = await self._users.set_password(user.id, await self._passwords.hash(new), instead_of=hashed)
        if changed is None:
            raise Conflict("the password was changed by somebody else just now")
        await self._activity.record(EventKind.PASSWORD_CHANGED, f"{user.email} has a new password", actor_id=user.id)
        return self.issue(changed)

    async def end_sessions(self, caller: Caller, *, tokens: bool = False) -> None:
        """Every sign-in and IPTV grant of the account ends, the caller's own too; with ``tokens`` those as well."""
        user = await self.user(caller)
        await self._users.end_sessions(user.id, tokens=tokens)
        await self._activity.record(EventKind.SESSIONS_ENDED, f"{user.email} signed out everywhere", actor_id=user.id)

    async def user(self, caller: Caller) -> User:
        user = await self._users.get(caller.user_id) if caller.user_id else None
        if user is None:
            raise Unauthenticated("sign in first")
        return user

    async def empty(self) -> bool:
        return await self._users.count() == 0

    def issue(self, user: User) -> AccessToken:
        """A sign-in for somebody who proved who they are."""
        token = self._tokens.issue(user.id, user.token_epoch, self._clock())
        return AccessToken(token, int(self._tokens.lifetime.total_seconds()))


def new_user(email: str, hashed: str | None, now: datetime, role: Role = Role.USER) -> User:
    """Raises Invalid for what is no e-mail address."""
    return User(id=str(uuid.uuid4()), email=normal_email(email), role=role, created_at=now, password_hash=hashed)


async def password_hash(passwords: Passwords, password: str) -> str:
    """Raises Invalid for a password that is too short or too long."""
    check_password(password)
    return await passwords.hash(password)


def check_password(password: str, field: str = "password") -> None:
    if not PASSWORD_LEAST <= len(password) <= PASSWORD_MOST:
        message = f"must have {PASSWORD_LEAST} to {PASSWORD_MOST} characters"
        raise Invalid(f"the password {message}", [FieldError(field, message)])
