"""Personal tokens: named credentials that an account makes for its players and scripts."""

from dataclasses import dataclass
from datetime import datetime

from ktv_host.domain.user import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalToken:
    """``hint`` is the beginning of the token, to tell one from another; the token itself is kept nowhere."""

    id: str
    user_id: str
    name: str
    hint: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
