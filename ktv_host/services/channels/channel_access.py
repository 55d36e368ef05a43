"""Who gets into a channel, and what a channel's password opens."""

from dataclasses import dataclass
from datetime import UTC, datetime

from ktv_host.auth.known_passwords import KnownPasswords
from ktv_host.auth.passwords import Passwords
from ktv_host.auth.signing import UrlSigner, hour_after, read_expiry
from ktv_host.db.channels import ChannelRepository
from ktv_host.domain.access import Action, Verdict, decide
from ktv_host.domain.channel import AccessMode, Channel
from ktv_host.domain.limits import unlock_buckets
from ktv_host.domain.user import Caller
from ktv_host.errors import Conflict, Forbidden, NotFound, PasswordRequired, Unauthenticated
from ktv_host.hooks import Clock
from ktv_host.services.accounts.rate_limits import RateLimits

GRANT_HOURS = 30 * 24
PASSWORD_MOST = 1024
LOGO_PURPOSE = "logo"
_GRANT = "viewing grant"


@dataclass(frozen=True, slots=True)
class ChannelKey:
    """What somebody shows to get into a protected channel, and the address they come from."""

    password: str | None = None
    grant: str | None = None
    client: str = ""


NO_KEY = ChannelKey()


@dataclass(frozen=True, slots=True)
class ViewingGrant:
    """Stands for the channel's password until it expires or the password changes."""

    text: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A channel somebody got into. ``grant`` opened it, if one was needed: addresses made for them carry it."""

    channel: Channel
    grant: str | None = None


class ChannelAccess:
    def __init__(
        self, channels: ChannelRepository, passwords: Passwords, signer: UrlSigner, limits: RateLimits, clock: Clock
    ) -> None:
        self._channels = channels
        self._passwords = passwords
        self._known = KnownPasswords(clock)
        self._signer = signer
        self._clock = clock
        self._limits = limits

    async def admit(self, channel_id: str, action: Action, caller: Caller, key: ChannelKey = NO_KEY) -> Entry:
        """Raises NotFound, Unauthenticated, PasswordRequired, Forbidden, RateLimited."""
        channel = await self._channel(channel_id)
        verdict = decide(channel.access_mode, action, caller, owner_id=channel.owner_id)
        if verdict is Verdict.ALLOW:
            return Entry(channel)
        if verdict is Verdict.PASSWORD:
            if key.grant is not None and self._grants(channel, key.grant):
                return Entry(channel, key.grant)
            if key.password is not None and await self._opens(channel, key.password, key.client):
                return Entry(channel, self._grant(channel).text)
        raise _refusal(verdict, channel_id)

    async def unlock(self, channel: Channel, password: str, client: str) -> ViewingGrant:
        """Raises PasswordRequired for a wrong password, Conflict where none is needed, RateLimited."""
        if channel.access_mode is not AccessMode.PASSWORD_PROTECTED:
            raise Conflict("this channel has no password to unlock it with")
        if not await self._opens(channel, password, client):
            raise PasswordRequired("that is not the channel's password")
        return self._grant(channel)

    async def with_signed_logo(self, channel_id: str, expires: str, signature: str) -> Channel:
        """The channel whose logo an address was signed for. Raises Unauthenticated, NotFound."""
        until = read_expiry(expires)
        if until is None or not self._signer.holds(LOGO_PURPOSE, channel_id, until, signature, self._clock()):
            raise Unauthenticated("this address has expired or was changed; ask for a new one")
        return await self._channel(channel_id)

    async def may_watch(self, caller: Caller, media_id: str) -> bool:
        """Whether a channel they may watch has the item on its schedule, past or to come. Admins watch everything."""
        return caller.is_admin or any(
            decide(mode, Action.WATCH, caller, owner_id=owner_id) is Verdict.ALLOW
            for mode, owner_id in await self._channels.showing(media_id)
        )

    async def _channel(self, channel_id: str) -> Channel:
        channel = await self._channels.get(channel_id)
        if channel is None:
            raise NotFound(f"there is no channel {channel_id}")
        return channel

    async def _opens(self, channel: Channel, password: str, client: str) -> bool:
        hashed = channel.password_hash
        if hashed is None or len(password) > PASSWORD_MOST:
            return False
        if self._known.knows(hashed, password):
            return True
        attempt = unlock_buckets(client, channel.id)
        await self._limits.attempt(*attempt)
        if not await self._passwords.verify(hashed, password):
            return False
        await self._limits.give_back(*attempt)
        self._known.learn(hashed, password)
        return True

    def _grant(self, channel: Channel) -> ViewingGrant:
        expires = hour_after(self._clock(), GRANT_HOURS)
        signature = self._signer.sign(_GRANT, _subject(channel), expires)
        return ViewingGrant(f"{expires}-{signature}", datetime.fromtimestamp(expires, UTC))

    def _grants(self, channel: Channel, grant: str) -> bool:
        text, _, signature = grant.partition("-")
        expires = read_expiry(text)
        return expires is not None and self._signer.holds(_GRANT, _subject(channel), expires, signature, self._clock())


def _subject(channel: Channel) -> str:
    """The hash is salted anew with every change of the password, so it is the password's version."""
    return f"{channel.id}\n{channel.password_hash}"


def _refusal(verdict: Verdict, channel_id: str) -> Exception:
    match verdict:
        case Verdict.SIGN_IN:
            return Unauthenticated("sign in to use this channel")
        case Verdict.PASSWORD:
            return PasswordRequired("this channel wants its password")
        case Verdict.FORBID:
            return Forbidden("only the owner of the channel and admins may do this")
        case _:
            return NotFound(f"there is no channel {channel_id}")
