"""Identities: which account somebody else's account signs in to."""

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.integrity import conflict_if_taken
from ktv_host.db.engine.row import Row
from ktv_host.db.engine.times import from_ms, to_ms
from ktv_host.domain.identity import LinkedIdentity

COLUMNS = "issuer, subject, user_id, backend, admin_granted, linked_at, last_used_at"


class IdentityRepository:
    """A person at an issuer has one account, an account has one person of each issuer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, issuer: str, subject: str) -> LinkedIdentity | None:
        row = await self._database.fetch_one(
            f"SELECT {COLUMNS} FROM identities WHERE issuer = :issuer AND subject = :subject",
            {"issuer": issuer, "subject": subject},
        )
        return None if row is None else _identity(row)

    async def of_user(self, user_id: str) -> list[LinkedIdentity]:
        """Oldest first."""
        rows = await self._database.fetch_all(
            f"SELECT {COLUMNS} FROM identities WHERE user_id = :user_id ORDER BY linked_at, issuer",
            {"user_id": user_id},
        )
        return [_identity(row) for row in rows]

    async def add(self, identity: LinkedIdentity) -> None:
        """Raises Conflict when the person or the account is linked already."""
        with conflict_if_taken("this identity, or another one of its issuer, is linked already"):
            await self._database.execute(
                f"INSERT INTO identities ({COLUMNS}) VALUES"
                " (:issuer, :subject, :user_id, :backend, :admin_granted, :linked_at, :last_used_at)",
                _values(identity),
            )

    async def update(self, identity: LinkedIdentity) -> None:
        """What a sign-in changes: the backend, the grant, and when it was."""
        values = _values(identity)
        await self._database.execute(
            "UPDATE identities SET backend = :backend, admin_granted = :admin_granted, last_used_at = :last_used_at"
            " WHERE issuer = :issuer AND subject = :subject",
            {name: values[name] for name in ("issuer", "subject", "backend", "admin_granted", "last_used_at")},
        )


def _values(identity: LinkedIdentity) -> dict[str, object]:
    return {
        "issuer": identity.issuer,
        "subject": identity.subject,
        "user_id": identity.user_id,
        "backend": identity.backend,
        "admin_granted": identity.admin_granted,
        "linked_at": to_ms(identity.linked_at),
        "last_used_at": to_ms(identity.last_used_at),
    }


def _identity(row: Row) -> LinkedIdentity:
    return LinkedIdentity(
        issuer=row["issuer"],
        subject=row["subject"],
        user_id=row["user_id"],
        backend=row["backend"],
        admin_granted=bool(row["admin_granted"]),
        linked_at=from_ms(row["linked_at"]),
        last_used_at=from_ms(row["last_used_at"]),
    )
