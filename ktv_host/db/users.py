"""Users and the tokens that no longer hold."""

from datetime import datetime

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.integrity import conflict_if_referenced, conflict_if_taken
from ktv_host.db.engine.like import like
from ktv_host.db.engine.row import Row
from ktv_host.db.engine.times import from_ms, to_ms
from ktv_host.domain.user import Role, User
from ktv_host.errors import Conflict

USER_FIELDS = ("id", "email", "role", "created_at", "password_hash", "disabled", "token_epoch")
COLUMNS = ", ".join(USER_FIELDS)
MATCHES = "email_folded LIKE :search ESCAPE '!'"


class UserRepository:
    """E-mail addresses differ by more than their case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, user: User, *, admin_if_first: bool = False) -> User:
        """With ``admin_if_first`` exactly one of any number of first users becomes admin. Raises Conflict."""
        stored = await self._insert(user, admin_if_first=admin_if_first, only_if_first=False)
        assert stored is not None
        return stored

    async def add_first(self, user: User) -> User | None:
        """The user as admin; None, and nothing is stored, when there is somebody already."""
        return await self._insert(user, admin_if_first=True, only_if_first=True)

    async def get(self, user_id: str) -> User | None:
        return await self._one("id = :id", {"id": user_id})

    async def by_email(self, email: str) -> User | None:
        return await self._one("email_folded = :email", {"email": email.casefold()})

    async def page(self, search: str, *, limit: int, offset: int) -> list[User]:
        """Those whose address has ``search``, which is folded, in it; oldest first."""
        rows = await self._database.fetch_all(
            f"SELECT {COLUMNS} FROM users WHERE {MATCHES} ORDER BY created_at, id LIMIT :limit OFFSET :offset",
            {"search": like(search), "limit": limit, "offset": offset},
        )
        return [user_of(row) for row in rows]

    async def count(self, search: str = "") -> int:
        found: int = await self._database.fetch_val(
            f"SELECT COUNT(*) FROM users WHERE {MATCHES}", {"search": like(search)}
        )
        return found

    async def change(self, user_id: str, *, role: Role | None = None, disabled: bool | None = None) -> User | None:
        """None leaves as it is; None is answered when there is no such user. To disable raises the token epoch.

        Raises Conflict when no admin would be left.
        """
        async with self._database.transaction():
            await self._lock()
            before = await self.get(user_id)
            if before is None:
                return None
            row = await self._database.fetch_one(
                "UPDATE users SET role = :role, disabled = :disabled, token_epoch = token_epoch + :more"
                f" WHERE id = :id RETURNING {COLUMNS}",
                {
                    "id": user_id,
                    "role": (role or before.role).value,
                    "disabled": before.disabled if disabled is None else disabled,
                    "more": 1 if disabled else 0,
                },
            )
            assert row is not None
            await self._refuse_without_admin(before)
            return user_of(row)

    async def set_password(self, user_id: str, password_hash: str, *, instead_of: str | None = None) -> User | None:
        """Raises the token epoch. None when there is no such user, or its hash is not ``instead_of`` any more."""
        row = await self._database.fetch_one(
            "UPDATE users SET password_hash = :new, token_epoch = token_epoch + 1 WHERE id = :id"
            " AND (CAST(:old AS text) IS NULL OR password_hash = CAST(:old AS text))"
            f" RETURNING {COLUMNS}",
            {"id": user_id, "new": password_hash, "old": instead_of},
        )
        return None if row is None else user_of(row)

    async def rehash(self, user_id: str, old: str, new: str) -> None:
        """Another hash of the same password: nothing ends."""
        await self._database.execute(
            "UPDATE users SET password_hash = :new WHERE id = :id AND password_hash = :old",
            {"id": user_id, "old": old, "new": new},
        )

    async def end_sessions(self, user_id: str, *, tokens: bool = False) -> None:
        """Raises the token epoch; with ``tokens`` the personal tokens go as well."""
        async with self._database.transaction():
            await self._database.execute(
                "UPDATE users SET token_epoch = token_epoch + 1 WHERE id = :id", {"id": user_id}
            )
            if tokens:
                await self._database.execute("DELETE FROM personal_tokens WHERE user_id = :id", {"id": user_id})

    async def drop_credentials(self, user_id: str) -> User | None:
        """Without password, personal tokens and sign-ins: whoever had any is out."""
        async with self._database.transaction():
            await self.end_sessions(user_id, tokens=True)
            await self._database.execute("UPDATE users SET password_hash = NULL WHERE id = :id", {"id": user_id})
            return await self.get(user_id)

    async def delete(self, user_id: str, *, channels_to: str | None = None) -> bool:
        """``channels_to`` gets the channels. Raises Conflict while the user owns some, and for the last admin."""
        with conflict_if_referenced("this account still owns channels, or the one that is to get them is gone"):
            async with self._database.transaction():
                await self._lock()
                before = await self.get(user_id)
                if before is None:
                    return False
                if channels_to is not None:
                    await self._database.execute(
                        "UPDATE channels SET owner_id = :heir WHERE owner_id = :id",
                        {"heir": channels_to, "id": user_id},
                    )
                await self._database.execute("DELETE FROM users WHERE id = :id", {"id": user_id})
                await self._refuse_without_admin(before)
        return True

    async def identify(self, user_id: str, jti: str) -> User | None:
        """The user a token names, when the account is enabled and the token not revoked; one statement."""
        return await self._one(
            "id = :id AND NOT disabled AND NOT EXISTS (SELECT 1 FROM revoked_tokens WHERE jti = :jti)",
            {"id": user_id, "jti": jti},
        )

    async def revoke(self, jti: str, expires_at: datetime) -> None:
        await self._database.execute(
            "INSERT INTO revoked_tokens (jti, expires_at) VALUES (:jti, :expires_at) ON CONFLICT (jti) DO NOTHING",
            {"jti": jti, "expires_at": to_ms(expires_at)},
        )

    async def purge_revoked(self, now: datetime) -> int:
        """Forget tokens that have expired anyway."""
        purged: int = await self._database.execute(
            "DELETE FROM revoked_tokens WHERE expires_at < :now", {"now": to_ms(now)}
        )
        return purged

    async def _insert(self, user: User, *, admin_if_first: bool, only_if_first: bool) -> User | None:
        with conflict_if_taken(f"there is already an account {user.email}"):
            async with self._database.transaction():
                if admin_if_first:
                    await self._lock()
                row = await self._database.fetch_one(
                    f"INSERT INTO users ({COLUMNS}, email_folded)"
                    " SELECT :id, :email, CASE WHEN CAST(:admin_if_first AS boolean)"
                    " AND NOT EXISTS (SELECT 1 FROM users) THEN 'admin' ELSE :role END,"
                    " CAST(:created_at AS bigint), :password_hash, CAST(:disabled AS boolean),"
                    " CAST(:token_epoch AS integer), :email_folded"
                    " WHERE NOT CAST(:only_if_first AS boolean) OR NOT EXISTS (SELECT 1 FROM users)"
                    f" RETURNING {COLUMNS}",
                    {**_values(user), "admin_if_first": admin_if_first, "only_if_first": only_if_first},
                )
        return None if row is None else user_of(row)

    async def _lock(self) -> None:
        """One change of who is there at a time; on SQLite a transaction that writes is that already."""
        if self._database.dialect == "postgresql":
            await self._database.execute("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE")

    async def _refuse_without_admin(self, before: User) -> None:
        if before.role is not Role.ADMIN or before.disabled:
            return
        if not await self._database.fetch_val("SELECT COUNT(*) FROM users WHERE role = 'admin' AND NOT disabled"):
            raise Conflict(f"{before.email} is the last admin; make somebody else admin first")

    async def _one(self, condition: str, values: dict[str, str]) -> User | None:
        row = await self._database.fetch_one(f"SELECT {COLUMNS} FROM users WHERE {condition}", values)
        return None if row is None else user_of(row)


def _values(user: User) -> dict[str, object]:
    return {
        "id": user.id,
        "email": user.email,
        "email_folded": user.email.casefold(),
        "role": user.role.value,
        "password_hash": user.password_hash,
        "disabled": user.disabled,
        "token_epoch": user.token_epoch,
        "created_at": to_ms(user.created_at),
    }


def user_of(row: Row) -> User:
    return User(
        id=row["id"],
        email=row["email"],
        role=Role(row["role"]),
        created_at=from_ms(row["created_at"]),
        password_hash=row["password_hash"],
        disabled=bool(row["disabled"]),
        token_epoch=row["token_epoch"],
    )
