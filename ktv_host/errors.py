"""The errors K-TV raises: one class per decision somebody will make about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class KtvError(Exception):
    """Base of all. ``code`` is stable and goes to clients; the message is for a person."""

    code = "internal"

    def __init__(self, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field. ``path`` is dotted, e.g. ``blocks.0.start_time``."""

    path: str
    message: str


class Malformed(KtvError):
    """The request cannot be read at all (400)."""

    code = "malformed"


class Unauthenticated(KtvError):
    """Nobody is signed in, or the credential no longer holds (401)."""

    code = "unauthenticated"


class PasswordRequired(KtvError):
    """The channel wants its password (401)."""

    code = "password_required"


class Forbidden(KtvError):
    """Signed in, but not allowed (403)."""

    code = "forbidden"


class InsufficientScope(Forbidden):
    """The token was not made for this; another token or a sign-in may do it (403)."""

    code = "insufficient_scope"


class NotFound(KtvError):
    """There is no such thing, or the caller may not know of it (404)."""

    code = "not_found"


class Conflict(KtvError):
    """It clashes with what is there (409)."""

    code = "conflict"


class Invalid(KtvError):
    """Readable, but not acceptable; ``fields`` says what to change (422)."""

    code = "invalid"

    def __init__(self, message: str, fields: Sequence[FieldError] = ()) -> None:
        super().__init__(message, {"fields": [{"path": f.path, "message": f.message} for f in fields]})
        self.fields = tuple(fields)


class RateLimited(KtvError):
    """Too many attempts; try again after ``retry_after`` seconds (429)."""

    code = "rate_limited"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class CapabilityMissing(KtvError):
    """The provider instance cannot do this at all (501)."""

    code = "capability_missing"


class Unavailable(KtvError):
    """Not now; try again after ``retry_after`` seconds (503)."""

    code = "unavailable"

    def __init__(self, message: str, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NoProvider(Unavailable):
    """There is no library to schedule from (503)."""

    code = "no_provider"


class ProviderUnavailable(Unavailable):
    """The media server or folder does not answer; the host tries again by itself (503)."""

    code = "provider_unavailable"


class ProviderAuthFailed(KtvError):
    """The media server refused the credentials; a person has to act."""

    code = "provider_auth_failed"


class ProviderConfigInvalid(KtvError):
    """The configuration cannot work; a person has to edit it."""

    code = "provider_config_invalid"


class MediaGone(NotFound):
    """The provider no longer has this item."""

    code = "media_gone"


class InvalidMedia(KtvError):
    """The file is not readable media; the message says why, for a person."""

    code = "invalid_media"


class WorkerCrashed(KtvError):
    """A job killed its worker process. It is named here and not tried again."""

    code = "worker_crashed"


class ConfigurationError(KtvError):
    """A setting stops the start; the message is one line that says what to change."""

    code = "configuration"
