"""Settings: the environment and .env, read once at start."""

import difflib
import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal

from dotenv import dotenv_values
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from ktv_host.auth.strength import weakness
from ktv_host.errors import ConfigurationError

SECRETS = {"jwt_secret": 32, "cookie_secret": 64, "jwt_secret_previous": 32}
REQUIRED_SECRETS = ("jwt_secret", "cookie_secret")

Names = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """Every variable of the host. A variable that is set to nothing counts as unset."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(3000, ge=1, le=65535, description="Port to listen on.")
    base_url: str = Field(
        "", description="Public address of this server, with base path if any. Default: http://localhost:PORT."
    )
    data_dir: Path = Field(Path("data"), description="Folder for secrets, caches and the demo library.")
    database_url: str = Field(
        "sqlite:data.db?mode=rwc", description="sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME."
    )
    db_max_connections: int = Field(5, ge=1, le=1000, description="Largest number of open database connections.")
    db_min_connections: int = Field(1, ge=0, le=1000, description="Connections kept open.")
    jwt_secret: str = Field("", description="Key that signs tokens; at least 32 characters in production.")
    jwt_secret_previous: str = Field("", description="The former JWT_SECRET; its tokens still hold.")
    jwt_expiry_hours: int = Field(24, ge=1, le=8760, description="Life of a token in hours.")
    jwt_issuer: str = Field("", description="Issuer claim put into tokens and asked of them.")
    jwt_audience: str = Field("", description="Audience claim put into tokens and asked of them.")
    cookie_secret: str = Field("", description="Key of the sign-in cookie; at least 64 characters in production.")
    secure_cookie: bool = Field(
        False, description="true when the site is served over HTTPS; also when BASE_URL says so."
    )
    allow_registration: bool | None = Field(
        None, description="Whether anybody may register. Default: true, false under PRODUCTION."
    )
    cors_allowed_origins: Names = Field(
        ("http://localhost:5173",), description="Comma-separated origins of web front ends."
    )
    trusted_proxies: Names = Field((), description="Comma-separated addresses or CIDRs whose X-Forwarded-* count.")
    outbound_allow: Names = Field(
        (), description="Comma-separated hosts or CIDRs that URLs of non-admins may reach although private."
    )
    production: bool = Field(False, description="Refuses weak secrets and closes registration.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level logged.")
    log_format: Literal["text", "json"] = Field("text", description="How log lines look.")
    library_sync_interval_hours: float = Field(6, gt=0, le=8760, description="Hours between library syncs.")
    transcode_dir: Path | None = Field(None, description="Folder of the segment cache. Default: DATA_DIR/cache.")
    transcode_cleanup_ttl_hours: int = Field(24, ge=1, le=8760, description="Hours an unused cache entry is kept.")
    cache_max_bytes: int = Field(20_000_000_000, ge=100_000_000, description="Size the segment cache may reach.")
    artwork_cache_max_bytes: int = Field(
        500_000_000, ge=10_000_000, description="Size the cache of pictures below DATA_DIR may reach."
    )
    accel_redirect: str = Field(
        "", description="Internal location of nginx that serves the segment cache (X-Accel-Redirect); empty: off."
    )
    ktv_trace_hooks: bool = Field(False, description="Log every hook call at start.")
    demo: bool = Field(True, description="Make the demo library when the database is new and no media is configured.")

    @field_validator("cors_allowed_origins", "trusted_proxies", "outbound_allow", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("cors_allowed_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        origins = tuple(origin.rstrip("/") for origin in value)
        for origin in origins:
            if origin != "*" and not re.fullmatch(r"https?://[^/\s?#@]+", origin):
                raise ValueError(f"{origin!r} is no origin; give scheme://host[:port], or * for every one")
        return origins

    @field_validator("base_url")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _connections(self) -> "Settings":
        if self.db_min_connections > self.db_max_connections:
            raise ValueError("DB_MIN_CONNECTIONS must not be larger than DB_MAX_CONNECTIONS")
        if self.production:
            self._refuse_weak_secrets()
        return self

    def _refuse_weak_secrets(self) -> None:
        wrong = [
            f"{name.upper()} {weak}"
            for name, least in SECRETS.items()
            if (weak := weakness(getattr(self, name), least)) and (getattr(self, name) or name in REQUIRED_SECRETS)
        ]
        if not wrong and self.jwt_secret == self.cookie_secret:
            wrong = ["COOKIE_SECRET is the same as JWT_SECRET"]
        if wrong:
            make = f'{Path(sys.executable).name} -c "import secrets; print(secrets.token_urlsafe(48))"'
            raise ValueError(f"PRODUCTION=true refuses weak secrets: {', '.join(wrong)}; make one with: {make}")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, dotenv_settings

    @property
    def public_url(self) -> str:
        """BASE_URL or its default, without a slash at the end."""
        return self.base_url or f"http://localhost:{self.port}"

    @property
    def cookies_secure(self) -> bool:
        """Also without SECURE_COOKIE when the public address says that the site is served over HTTPS."""
        return self.secure_cookie or self.base_url.startswith("https://")

    @property
    def registration_open(self) -> bool:
        return (not self.production) if self.allow_registration is None else self.allow_registration

    @property
    def cache_dir(self) -> Path:
        return self.transcode_dir or self.data_dir / "cache"


def environment(dotenv: Path = Path(".env")) -> dict[str, str]:
    """The process environment over .env, without empty values: what plugins read their variables from."""
    merged = {**_read_dotenv(dotenv), **os.environ}
    return {name: value for name, value in merged.items() if value != ""}


def load_settings(**overrides: object) -> Settings:
    """Read the settings. Raises ConfigurationError with one line that names the variable."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = []
        for problem in error.errors(include_url=False, include_context=False, include_input=False):
            name = "".join(str(part).upper() for part in problem["loc"][:1])
            message = problem["msg"].removeprefix("Value error, ")
            lines.append(f"{name}: {message}" if name else message)
        raise ConfigurationError("; ".join(lines)) from None


def near_misses(env: Mapping[str, str], known: Iterable[str]) -> list[tuple[str, str]]:
    """Variables that look like a misspelt setting: (what is set, what was probably meant)."""
    names = sorted(known)
    families = {name.split("_")[0] for name in names if "_" in name}
    found = []
    for variable in sorted(env):
        if variable in names or variable.split("_")[0] not in families:
            continue
        close = difflib.get_close_matches(variable, names, n=1, cutoff=0.85)
        if close:
            found.append((variable, close[0]))
    return found


def _read_dotenv(path: Path) -> dict[str, str]:
    return {name: value for name, value in dotenv_values(path).items() if value} if path.is_file() else {}
