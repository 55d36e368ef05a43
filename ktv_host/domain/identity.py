"""Identities: somebody else's accounts that sign in to ours."""

from dataclasses import dataclass
from datetime import datetime

from ktv_host.domain.user import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedIdentity:
    """``issuer`` and ``subject`` name the person at the identity provider.

    ``backend`` is the key of the auth backend. ``admin_granted``: the account is admin because the provider says so.
    """

    issuer: str
    subject: str
    user_id: str
    backend: str
    admin_granted: bool = False
    linked_at: datetime
    last_used_at: datetime


def role_after(role: Role, granted: bool, says_admin: bool | None) -> tuple[Role, bool]:
    """The role after a sign-in, and whether it is the provider's grant. ``says_admin`` None: it does not say.

    The provider takes only what it gave: who became admin here stays admin.
    """
    if says_admin is None:
        return role, granted
    if says_admin:
        return Role.ADMIN, granted or role is not Role.ADMIN
    return (Role.USER if granted else role), False
