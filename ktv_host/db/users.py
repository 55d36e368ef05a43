"""Users and the tokens that no longer hold."""

from datetime import datetime

from ktv_host.db.database import Database
from ktv_host.db.integrity import conflict_if_referenced, conflict_if_taken
from ktv_host.db.row import Row
from ktv_host.db.times import from_ms, to_ms
from ktv_host.domain.user import Role, User

USER_FIELDS = ("id", "email", "role", "created_at", "password_hash", "disabled", "token_epoch")
COLUMNS = ", ".join(USER_FIELDS)


class UserRepository:
    """E-mail addresses differ by more than their case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, user: User, *, admin_if_first: bool = False) -> User:
        """With ``admin_if_first`` exactly one of any number of first users becomes admin. Raises Conflict."""
        with conflict_if_taken(f"there is already an account {user.email}"):
            async with self._database.transaction():
                if admin_if_first and self._database.dialect == "postgresql":
                    await self._database.execute("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE")
                row = await self._database.fetch_one(
                    "INSERT INTO users"
                    " (id, email, email_folded, role, password_hash, disabled, token_epoch, created_at)"
                    " VALUES (:id, :email, :email_folded, CASE WHEN CAST(:admin_if_first AS boolean)"
                    " AND NOT EXISTS (SELECT 1 FROM users) THEN 'admin' ELSE :role END,"
                    " :password_hash, :disabled, :token_epoch, :created_at)"
                    f" RETURNING {COLUMNS}",
                    {**_values(user), "admin_if_first": admin_if_first},
                )
        assert row is not None
        return user_of(row)

    async def get(self, user_id: str) -> User | None:
        return await self._one("id = :id", {"id": user_id})

    async def by_email(self, email: str) -> User | None:
        return await self._one("email_folded = :email", {"email": email.casefold()})

    async def all(self) -> list[User]:
        """Oldest first."""
        rows = await self._database.fetch_all(f"SELECT {COLUMNS} FROM users ORDER BY created_at, id")
        return [user_of(row) for row in rows]

    async def update(self, user: User) -> None:
        """Raises Conflict when another account has the e-mail address."""
        with conflict_if_taken(f"there is already an account {user.email}"):
            await self._database.execute(
                "UPDATE users SET email = :email, email_folded = :email_folded, role = :role,"
                " password_hash = :password_hash, disabled = :disabled, token_epoch = :token_epoch WHERE id = :id",
                _values(user),
            )

    async def set_role(self, user_id: str, role: Role) -> None:
        await self._database.execute(
            "UPDATE users SET role = :role WHERE id = :id", {"id": user_id, "role": role.value}
        )

    async def delete(self, user_id: str) -> bool:
        """Raises Conflict while the user owns channels."""
        with conflict_if_referenced("this account still owns channels"):
            deleted: int = await self._database.execute("DELETE FROM users WHERE id = :id", {"id": user_id})
        return deleted > 0

    async def count(self) -> int:
        found: int = await self._database.fetch_val("SELECT COUNT(*) FROM users")
        return found

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
