"""Personal tokens: rows by the hash of the token."""

from collections.abc import Mapping
from datetime import datetime

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.row import Row
from ktv_host.db.engine.times import from_ms, to_ms
from ktv_host.db.users import USER_FIELDS, user_of
from ktv_host.domain.personal_token import PersonalToken
from ktv_host.domain.user import Scope, User

FIELDS = ("id", "user_id", "name", "hint", "scopes", "created_at", "expires_at", "last_used_at")
COLUMNS = ", ".join(FIELDS)
WITH_USER = ", ".join(
    [*(f"users.{name}" for name in USER_FIELDS), *(f"personal_tokens.{name} AS token_{name}" for name in FIELDS)]
)


class PersonalTokenRepository:
    """Scopes are kept as words with a space between them. Tokens leave with their account."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, token: PersonalToken, token_hash: str, *, most: int) -> bool:
        """False, and nothing is stored, when the account has ``most`` already."""
        stored = await self._database.fetch_val(
            f"INSERT INTO personal_tokens ({COLUMNS}, token_hash)"
            " SELECT :id, :user_id, :name, :hint, :scopes, CAST(:created_at AS bigint),"
            " CAST(:expires_at AS bigint), NULL, :token_hash"
            " WHERE (SELECT COUNT(*) FROM personal_tokens WHERE user_id = :user_id) < :most RETURNING id",
            {
                "id": token.id,
                "user_id": token.user_id,
                "name": token.name,
                "hint": token.hint,
                "scopes": " ".join(sorted(token.scopes)),
                "created_at": to_ms(token.created_at),
                "expires_at": None if token.expires_at is None else to_ms(token.expires_at),
                "token_hash": token_hash,
                "most": most,
            },
        )
        return stored is not None

    async def owned_by(self, user_id: str) -> list[PersonalToken]:
        """Newest first."""
        rows = await self._database.fetch_all(
            f"SELECT {COLUMNS} FROM personal_tokens WHERE user_id = :user_id ORDER BY created_at DESC, id",
            {"user_id": user_id},
        )
        return [_token(row) for row in rows]

    async def delete(self, token_id: str, user_id: str) -> bool:
        deleted: int = await self._database.execute(
            "DELETE FROM personal_tokens WHERE id = :id AND user_id = :user_id", {"id": token_id, "user_id": user_id}
        )
        return deleted > 0

    async def identify(self, token_hash: str, now: datetime) -> tuple[User, PersonalToken] | None:
        """The token and its account, when the account is enabled and the token not expired; one statement."""
        row = await self._database.fetch_one(
            f"SELECT {WITH_USER} FROM personal_tokens JOIN users ON users.id = personal_tokens.user_id"
            " WHERE token_hash = :token_hash AND NOT disabled AND (expires_at IS NULL OR expires_at > :now)",
            {"token_hash": token_hash, "now": to_ms(now)},
        )
        return None if row is None else (user_of(row), _token(row, "token_"))

    async def used(self, moments: Mapping[str, datetime]) -> None:
        """Note when tokens were last used, by their id; an earlier moment than the noted one changes nothing."""
        await self._database.execute_many(
            "UPDATE personal_tokens SET last_used_at = :at"
            " WHERE id = :id AND (last_used_at IS NULL OR last_used_at < :at)",
            [{"id": token_id, "at": to_ms(at)} for token_id, at in moments.items()],
        )


def _token(row: Row, prefix: str = "") -> PersonalToken:
    expires_at, last_used_at = row[f"{prefix}expires_at"], row[f"{prefix}last_used_at"]
    return PersonalToken(
        id=row[f"{prefix}id"],
        user_id=row[f"{prefix}user_id"],
        name=row[f"{prefix}name"],
        hint=row[f"{prefix}hint"],
        scopes=frozenset(Scope(word) for word in row[f"{prefix}scopes"].split()),
        created_at=from_ms(row[f"{prefix}created_at"]),
        expires_at=None if expires_at is None else from_ms(expires_at),
        last_used_at=None if last_used_at is None else from_ms(last_used_at),
    )
