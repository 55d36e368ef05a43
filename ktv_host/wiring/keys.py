"""Keys: the host's secrets, from the settings or its own."""

from dataclasses import dataclass, field
from functools import cached_property

from ktv_host.auth.secrets import SecretBox, kept_secret, own_secret
from ktv_host.auth.signing import UrlSigner
from ktv_host.settings import Settings

TOKEN_FILE, COOKIE_FILE = "jwt.secret", "cookie.secret"


@dataclass(frozen=True)
class Keys:
    """``token`` signs and seals; what ``previous`` signed still holds. ``outgrown`` only opens what it sealed."""

    token: str = field(repr=False)
    previous: str = field(repr=False)
    outgrown: str = field(repr=False)
    cookie: str = field(repr=False)

    @cached_property
    def at_rest(self) -> SecretBox:
        return SecretBox(self.token, self.previous, self.outgrown)

    @cached_property
    def urls(self) -> UrlSigner:
        return UrlSigner(self.token.encode(), self.previous.encode())


def keys_of(settings: Settings) -> Keys:
    """A secret nobody set is made once and kept in DATA_DIR; one set later opens what that one sealed."""
    folder = settings.data_dir
    return Keys(
        token=settings.jwt_secret or own_secret(folder, TOKEN_FILE),
        previous=settings.jwt_secret_previous,
        outgrown=kept_secret(folder, TOKEN_FILE) if settings.jwt_secret else "",
        cookie=settings.cookie_secret or own_secret(folder, COOKIE_FILE),
    )
