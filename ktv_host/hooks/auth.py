"""Auth backends: sign-in through somebody else's account."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from ktv_host.hooks.context import PluginContext
from ktv_host.hooks.providers import EnvironmentVariable


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalIdentity:
    """Who the identity provider says this is. ``subject`` is stable within ``issuer``."""

    issuer: str
    subject: str
    email: str | None = None
    email_verified: bool = False
    name: str | None = None
    groups: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class SignIn:
    """Where to send the browser, and the state the host keeps in an encrypted cookie until it comes back."""

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

        Called at start, before any sign-in: keep here what ``begin`` and ``complete`` need.
        """

    @abstractmethod
    async def begin(self, ctx: PluginContext, callback_url: str) -> SignIn:
        """Start a sign-in. Raises Unavailable when the identity provider does not answer."""

    @abstractmethod
    async def complete(
        self, ctx: PluginContext, params: Mapping[str, str], state: Mapping[str, Any]
    ) -> ExternalIdentity:
        """Finish it. Raises Unauthenticated with the reason, or Unavailable."""
