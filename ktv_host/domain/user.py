"""Accounts and who is asking."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    ADMIN = "admin"
    USER = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """``password_hash`` is None for an account that only signs in through an auth backend."""

    id: str
    email: str
    role: Role
    created_at: datetime
    password_hash: str | None = None
    disabled: bool = False
    token_epoch: int = 0


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking: nobody (user_id None) or an account."""

    user_id: str | None = None
    role: Role | None = None

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN


ANONYMOUS = Caller()
