"""Accounts: register, sign in, sign out, and who a token belongs to."""

import re
import uuid
from dataclasses import dataclass, replace

from ktv_host.auth.passwords import Passwords
from ktv_host.auth.tokens import TokenSigner
from ktv_host.db.users import UserRepository
from ktv_host.domain.events import EventKind
from ktv_host.domain.user import Caller, Role, User
from ktv_host.errors import FieldError, Forbidden, Invalid, NotFound, Unauthenticated
from ktv_host.hooks import Clock
from ktv_host.services.activity import Activity

EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)*")
PASSWORD_LEAST, PASSWORD_MOST = 8, 1024


@dataclass(frozen=True, slots=True)
class AccessToken:
    token: str
    expires_in: int


class Accounts:
    def __init__(
        self,
        users: UserRepository,
        passwords: Passwords,
        tokens: TokenSigner,
        activity: Activity,
        clock: Clock,
        *,
        registration_open: bool,
    ) -> None:
        self._users = users
        self._passwords = passwords
        self._tokens = tokens
        self._activity = activity
        self._clock = clock
        self._registration_open = registration_open

    async def register(self, email: str, password: str) -> AccessToken:
        """The first account becomes admin, also while registration is closed. Raises Forbidden, Conflict, Invalid."""
        if not self._registration_open and await self._users.count() > 0:
            raise Forbidden("registration is closed; ask an admin for an account")
        user = await self.create(email, password)
        return self.issue(user)

    async def create(self, email: str, password: str, role: Role | None = None) -> User:
        """Make an account. ``role`` None: admin for the very first account, user for all others."""
        email = normal_email(email)
        check_password(password)
        user = await self._users.add(
            User(
                id=str(uuid.uuid4()),
                email=email,
                role=role or Role.USER,
                created_at=self._clock(),
                password_hash=await self._passwords.hash(password),
            ),
            admin_if_first=role is None,
        )
        await self._activity.record(EventKind.USER_REGISTERED, f"{email} has an account now", actor_id=user.id)
        return user

    async def login(self, email: str, password: str) -> AccessToken:
        """Raises Unauthenticated with the same words, and after the same time, for every cause."""
        user = await self._users.by_email(email.strip().casefold())
        matched = await self._passwords.verify(user.password_hash if user else None, password[:PASSWORD_MOST])
        if user is None or not matched or user.disabled:
            raise Unauthenticated("e-mail or password is wrong")
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

    async def user(self, caller: Caller) -> User:
        user = await self._users.get(caller.user_id) if caller.user_id else None
        if user is None:
            raise Unauthenticated("sign in first")
        return user

    async def all(self) -> list[User]:
        return await self._users.all()

    async def set_password(self, email: str, password: str) -> User:
        """Also ends every session of the account. Raises NotFound, Invalid."""
        check_password(password)
        user = await self._users.by_email(email.strip().casefold())
        if user is None:
            raise NotFound(f"there is no account {email}")
        changed = replace(user, password_hash=await self._passwords.hash(password), token_epoch=user.token_epoch + 1)
        await self._users.update(changed)
        return changed

    async def empty(self) -> bool:
        return await self._users.count() == 0

    def issue(self, user: User) -> AccessToken:
        """A token for somebody who proved who they are."""
        token = self._tokens.issue(user.id, user.token_epoch, self._clock())
        return AccessToken(token, int(self._tokens.lifetime.total_seconds()))


def normal_email(email: str) -> str:
    email = email.strip().casefold()
    if len(email) > 254 or not EMAIL.fullmatch(email):
        raise Invalid("that is no e-mail address", [FieldError("email", "must look like name@host")])
    return email


def check_password(password: str) -> None:
    if not PASSWORD_LEAST <= len(password) <= PASSWORD_MOST:
        message = f"must have {PASSWORD_LEAST} to {PASSWORD_MOST} characters"
        raise Invalid(f"the password {message}", [FieldError("password", message)])
