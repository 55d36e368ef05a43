"""Accounts and who is asking."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    ADMIN = "admin"
    USER = "user"


class Scope(StrEnum):
    """What a personal token opens. Whatever ``iptv`` and ``logs`` open, ``api`` opens too."""

    IPTV = "iptv"  # what a player needs: exports, live, stream, now, guide, logos, artwork, media
    LOGS = "logs"  # the log stream, when the owner is an admin
    API = "api"  # all its owner may do, except making credentials


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """``password_hash`` is None for an account that only signs in through an auth backend.

    Raising ``token_epoch`` ends every sign-in and every IPTV grant of the account.
    """

    id: str
    email: str
    role: Role
    created_at: datetime
    password_hash: str | None = None
    disabled: bool = False
    token_epoch: int = 0


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking: nobody (user_id None) or an account.

    ``scopes`` is None for a sign-in; a personal token or an IPTV grant has the scopes it was made with.
    """

    user_id: str | None = None
    role: Role | None = None
    scopes: frozenset[Scope] | None = None

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN

    @property
    def signed_in(self) -> bool:
        """An account itself, not a token that was made for a purpose."""
        return self.user_id is not None and self.scopes is None

    def may_use(self, scope: Scope) -> bool:
        """Whether the credential reaches so far; what its account may do is another question."""
        return self.scopes is None or Scope.API in self.scopes or scope in self.scopes


ANONYMOUS = Caller()
