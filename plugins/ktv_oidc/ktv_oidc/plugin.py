"""What K-TV's host finds through the entry point."""

from collections.abc import Sequence

from ktv_host.hooks import AuthBackend, hookimpl
from ktv_oidc.backend import Oidc


@hookimpl
def register_auth() -> Sequence[AuthBackend]:
    return [Oidc()]
