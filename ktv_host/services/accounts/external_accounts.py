"""External accounts: which account somebody signs in to who comes from an identity provider."""

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any

from ktv_host.db.identities import IdentityRepository
from ktv_host.db.users import UserRepository
from ktv_host.domain.events import EventKind
from ktv_host.domain.identity import LinkedIdentity, role_after
from ktv_host.domain.user import Role, User
from ktv_host.errors import Conflict, Forbidden, Invalid
from ktv_host.hooks import Clock, ExternalIdentity
from ktv_host.services.accounts.accounts import new_user
from ktv_host.services.accounts.email_address import normal_email
from ktv_host.services.activity import Activity


class ExternalAccounts:
    """Issuer and subject are the link; an e-mail address makes one only when the provider says it is verified."""

    def __init__(
        self,
        users: UserRepository,
        identities: IdentityRepository,
        activity: Activity,
        clock: Clock,
        *,
        transaction: Callable[[], AbstractAsyncContextManager[Any]],
        registration_open: bool,
    ) -> None:
        self._users = users
        self._identities = identities
        self._activity = activity
        self._clock = clock
        self._transaction = transaction
        self._registration_open = registration_open

    async def account_of(self, backend: str, who: ExternalIdentity) -> User:
        """The linked account, else one linked or made now. Raises Forbidden with the reason, for the person."""
        try:
            return await self._linked(backend, who) or await self._link(backend, who) or await self._make(backend, who)
        except Conflict:
            # the same person arrived twice at the same moment, and the other one was first
            user = await self._linked(backend, who)
            if user is None:
                raise Forbidden("this account was changed just now; sign in again") from None
            return user

    async def _linked(self, backend: str, who: ExternalIdentity) -> User | None:
        identity = await self._identities.find(who.issuer, who.subject)
        user = await self._users.get(identity.user_id) if identity else None
        if identity is None or user is None:
            return None
        _refuse_disabled(user)
        return await self._signed_in(user, replace(identity, backend=backend), who)

    async def _link(self, backend: str, who: ExternalIdentity) -> User | None:
        """By the address. A second person of one issuer is somebody else, whatever their address.

        Where anybody may register, the account may have been made by somebody the address does not belong to: they
        are put out.
        """
        email = _email(who)
        user = await self._users.by_email(email)
        if user is None:
            return None
        if not who.email_verified or not _same_mailbox(who.email or "", email):
            raise Forbidden(
                f"there is an account {email} already, and the identity provider does not say that the address is"
                " verified; verify it there, or sign in with the password"
            )
        _refuse_disabled(user)
        subjects = [each.subject for each in await self._identities.of_user(user.id) if each.issuer == who.issuer]
        if who.subject in subjects:
            raise Conflict("linked at this very moment")
        if subjects:
            raise Forbidden(f"the account {email} belongs to somebody else at this identity provider; ask an admin")
        async with self._transaction():
            await self._identities.add(self._identity(backend, who, user))
            if self._registration_open:
                user = await self._users.drop_credentials(user.id) or user
            await self._activity.record(
                EventKind.IDENTITY_LINKED,
                f"{email} signs in through {who.issuer} now",
                actor_id=user.id,
                data={"issuer": who.issuer, "backend": backend},
            )
            return await self._signed_in(user, self._identity(backend, who, user), who)

    async def _make(self, backend: str, who: ExternalIdentity) -> User:
        """The first account becomes admin, also while registration is closed."""
        email = _email(who)
        async with self._transaction():
            user = await self._add(new_user(email, None, self._clock()))
            if user is None:
                raise Forbidden(f"registration is closed; ask an admin for an account with the address {email}")
            await self._identities.add(self._identity(backend, who, user))
            await self._activity.record(
                EventKind.USER_REGISTERED,
                f"{email} has an account now, through {who.issuer}",
                actor_id=user.id,
                data={"issuer": who.issuer, "backend": backend},
            )
            return await self._signed_in(user, self._identity(backend, who, user), who)

    async def _add(self, user: User) -> User | None:
        if self._registration_open:
            return await self._users.add(user, admin_if_first=True)
        return await self._users.add_first(user)

    async def _signed_in(self, user: User, identity: LinkedIdentity, who: ExternalIdentity) -> User:
        """Keeps when it was, and the role the provider gives or takes; the last admin stays one all the same."""
        role, granted = role_after(user.role, identity.admin_granted, who.admin)
        async with self._transaction():
            if role is not user.role and not await self._change_role(user, role, who.issuer):
                role, granted = user.role, identity.admin_granted
            await self._identities.update(replace(identity, admin_granted=granted, last_used_at=self._clock()))
        return replace(user, role=role)

    async def _change_role(self, user: User, role: Role, issuer: str) -> bool:
        try:
            await self._users.change(user.id, role=role)
        except Conflict:  # no admin would be left
            return False
        await self._activity.record(
            EventKind.ROLE_CHANGED,
            f"{user.email} is {role} now, says {issuer}",
            actor_id=user.id,
            data={"role": role.value, "issuer": issuer},
        )
        return True

    def _identity(self, backend: str, who: ExternalIdentity, user: User) -> LinkedIdentity:
        now = self._clock()
        return LinkedIdentity(
            issuer=who.issuer, subject=who.subject, user_id=user.id, backend=backend, linked_at=now, last_used_at=now
        )


def _same_mailbox(given: str, email: str) -> bool:
    """Whether they differ only in the case of A to Z: other letters that fold to one another have mailboxes apart."""
    local = given.strip().rpartition("@")[0]
    return re.sub(r"[A-Z]", lambda letter: letter[0].lower(), local) == email.rpartition("@")[0]


def _refuse_disabled(user: User) -> None:
    if user.disabled:
        raise Forbidden("this account is disabled; ask an admin")


def _email(who: ExternalIdentity) -> str:
    try:
        return normal_email(who.email or "")
    except Invalid:
        raise Forbidden(
            "the identity provider gives no e-mail address for you, and an account needs one; add one there, or ask an"
            " admin whether K-TV may see it (scope email)"
        ) from None
