"""Auth backends: sign-in through somebody else's account."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from ktv_host.hooks.context import PluginContext
from ktv_host.hooks.providers import EnvironmentVariable


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalIdentity:
    """Who the identity provider says this is. ``subject`` is stable within ``issuer``.

    ``admin`` is whether the provider makes them an admin here; None when it is not asked. It takes only what it gave.
    """

    issuer: str
    subject: str
    email: str | None = None
    email_verified: bool = False
    name: str | None = None
    groups: Sequence[str] = ()
    admin: bool | None = None


@dataclass(frozen=True, slots=True)
class SignIn:
    """Where to send the browser, and the state the host keeps in an encrypted cookie until it comes back.

    The state is JSON of at most 1500 characters: a cookie takes no more.
    """

    redirect_url: str
    state: Mapping[str, Any]


class AuthBackend(ABC):
    """``key`` is the last part of ``/api/v1/auth/login/{key}``."""

    key: ClassVar[str]
    name: ClassVar[str]
    environment: ClassVar[Sequence[EnvironmentVariable]] = ()

    @abstractmethod
    def configured(self, env: Mapping[str, str]) -> bool:
        """Whether the environment describes this backend; if not, its routes are 404.

        Called at start, before any sign-in: keep here what ``begin`` and ``complete`` need. Raises ConfigurationError,
        which stops the start, when a variable is malformed or one that belongs to it is missing.
        """

    @abstractmethod
    async def begin(self, ctx: PluginContext, callback_url: str) -> SignIn:
        """Start a sign-in. Raises Unavailable when the identity provider does not answer."""

    @abstractmethod
    async def complete(
        self, ctx: PluginContext, params: Mapping[str, str], state: Mapping[str, Any]
    ) -> ExternalIdentity:
        """Finish it. Raises Unauthenticated with the reason, or Unavailable."""
