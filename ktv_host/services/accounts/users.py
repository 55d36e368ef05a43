"""Users as admins manage them: create, find, change, delete; an admin always remains."""

from collections.abc import Sequence
from dataclasses import dataclass

from ktv_host.auth.passwords import Passwords
from ktv_host.db.channels import ChannelRepository
from ktv_host.db.users import UserRepository
from ktv_host.domain.events import EventKind
from ktv_host.domain.user import Role, User
from ktv_host.errors import Conflict, NotFound
from ktv_host.hooks import Clock
from ktv_host.services.accounts.accounts import new_user, password_hash
from ktv_host.services.accounts.email_address import typed_email
from ktv_host.services.activity import Activity


@dataclass(frozen=True, slots=True)
class UserPage:
    """``total`` counts all that match, not only these."""

    users: Sequence[User]
    total: int


class Users:
    """``actor_id`` is the admin who acts; None: somebody at the command line."""

    def __init__(
        self,
        users: UserRepository,
        channels: ChannelRepository,
        passwords: Passwords,
        activity: Activity,
        clock: Clock,
    ) -> None:
        self._users = users
        self._channels = channels
        self._passwords = passwords
        self._activity = activity
        self._clock = clock

    async def page(self, search: str = "", *, limit: int, offset: int = 0) -> UserPage:
        """Those whose e-mail address has ``search`` in it, oldest first."""
        return UserPage(
            await self._users.page(search.strip().casefold(), limit=limit, offset=offset),
            await self._users.count(search.strip().casefold()),
        )

    async def get(self, user_id: str) -> User:
        """Raises NotFound."""
        user = await self._users.get(user_id)
        if user is None:
            raise NotFound(f"there is no account {user_id}")
        return user

    async def by_email(self, email: str) -> User:
        """Raises NotFound."""
        user = await self._users.by_email(typed_email(email))
        if user is None:
            raise NotFound(f"there is no account {email}")
        return user

    async def create(self, email: str, password: str, role: Role, actor_id: str | None = None) -> User:
        """Also while registration is closed. Raises Invalid, Conflict."""
        user = new_user(email, await password_hash(self._passwords, password), self._clock(), role)
        await self._users.add(user)
        await self._record(EventKind.USER_REGISTERED, f"{user.email} has an account now", user.id, actor_id)
        return user

    async def change(
        self, user_id: str, *, role: Role | None = None, disabled: bool | None = None, actor_id: str | None = None
    ) -> User:
        """None leaves as it is. Disabling ends every sign-in for good. Raises NotFound; Conflict for the last admin."""
        before = await self.get(user_id)
        changed = await self._users.change(user_id, role=role, disabled=disabled)
        if changed is None:
            raise NotFound(f"there is no account {user_id}")
        if changed.role is not before.role:
            await self._record(
                EventKind.ROLE_CHANGED, f"{changed.email} is {changed.role.value} now", user_id, actor_id
            )
        if changed.disabled is not before.disabled:
            state = "disabled" if changed.disabled else "enabled"
            kind = EventKind.USER_DISABLED if changed.disabled else EventKind.USER_ENABLED
            await self._record(kind, f"the account {changed.email} was {state}", user_id, actor_id)
        return changed

    async def set_password(self, user_id: str, password: str, actor_id: str | None = None) -> User:
        """Ends every sign-in and IPTV grant of the account. Raises NotFound, Invalid."""
        changed = await self._users.set_password(user_id, await password_hash(self._passwords, password))
        if changed is None:
            raise NotFound(f"there is no account {user_id}")
        await self._record(EventKind.PASSWORD_CHANGED, f"{changed.email} has a new password", user_id, actor_id)
        return changed

    async def end_sessions(self, user_id: str, *, tokens: bool = False, actor_id: str | None = None) -> None:
        """With ``tokens`` the personal tokens are revoked as well. Raises NotFound."""
        user = await self.get(user_id)
        await self._users.end_sessions(user_id, tokens=tokens)
        await self._record(EventKind.SESSIONS_ENDED, f"{user.email} was signed out everywhere", user_id, actor_id)

    async def delete(self, user_id: str, *, channels_to: str | None = None, actor_id: str | None = None) -> None:
        """Its channels go to the account ``channels_to``.

        Raises NotFound; Conflict for the last admin, and for an account that owns channels nobody is to get.
        """
        user = await self.get(user_id)
        if channels_to is not None:
            await self.get(channels_to)
        else:
            owned = await self._channels.owned_by(user_id)
            if owned:
                raise Conflict(
                    f"{user.email} owns {len(owned)} channels; say who gets them (channels_to), or delete them first",
                    {"channels": [{"id": channel.id, "name": channel.name} for channel in owned]},
                )
        if not await self._users.delete(user_id, channels_to=channels_to):
            raise NotFound(f"there is no account {user_id}")
        await self._record(EventKind.USER_DELETED, f"the account {user.email} was deleted", user_id, actor_id)

    async def _record(self, kind: EventKind, message: str, user_id: str, actor_id: str | None) -> None:
        await self._activity.record(kind, message, actor_id=actor_id, data={"user": user_id})
