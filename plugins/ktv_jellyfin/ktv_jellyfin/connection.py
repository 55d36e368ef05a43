"""Getting in: from a configuration to a client whose server and account are known to work."""

from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex

from ktv_host.hooks import PluginContext, ProviderAuthFailed, ProviderConfigInvalid, ProviderUnavailable
from ktv_jellyfin.answers import Misplaced
from ktv_jellyfin.authorization import authorization, device_id
from ktv_jellyfin.client import Client
from ktv_jellyfin.config import JellyfinConfig
from ktv_jellyfin.ids import is_guid, item_key
from ktv_jellyfin.libraries import Library, list_libraries
from ktv_jellyfin.login import KeyLogin, Login, UserLogin
from ktv_jellyfin.queries import View
from ktv_jellyfin.server import Server, has_worked, look
from ktv_jellyfin.wire import Patience, Wire

QUICK = Patience(connect=5, read=12)  # all of opening has 30 seconds
_SEED_KEY = "device"


@dataclass(frozen=True, slots=True)
class Connection:
    """``libraries`` are all with video that the view shows."""

    client: Client
    server: Server
    view: View
    libraries: Sequence[Library]


def make_wire(ctx: PluginContext, config: JellyfinConfig) -> Wire:
    return Wire(ctx.http(config.base_url, verify_tls=config.verify_tls), config.base_url, ctx.clock)


async def make_login(ctx: PluginContext, config: JellyfinConfig, wire: Wire, *, lasting: bool = True) -> Login:
    """One device id per installation, instance and configuration. A login that is not ``lasting`` has one of its
    own, so that a test of the connection does not sign the running instance out.
    """
    seed = await ctx.state.get(_SEED_KEY)
    if not isinstance(seed, str):
        seed = token_hex(16)
        await ctx.state.set(_SEED_KEY, seed)
    password = config.password.get_secret_value() if config.password else ""
    device = device_id(seed, ["instance" if lasting else "test", ctx.instance_id, config.model_dump_json(), password])
    if config.api_key is not None:
        return KeyLogin(device, config.api_key.get_secret_value())
    return UserLogin(wire, ctx.state if lasting else None, device, config.username or "", password)


async def connect(ctx: PluginContext, config: JellyfinConfig, wire: Wire, login: Login) -> Connection:
    """The server is ready when an authorised question is answered; what it says about itself proves nothing.

    Raises ProviderUnavailable, ProviderAuthFailed, ProviderConfigInvalid. What once worked is tried again, also
    when something else answers at the moment: most likely a proxy whose server is away.
    """
    try:
        server = await look(wire, authorization(login.device_id), QUICK)
    except Misplaced as error:
        if await has_worked(ctx.state, config.base_url):
            raise ProviderUnavailable(error.message) from None
        raise
    client = Client(wire, login)
    try:
        signed = await login.signed()
        user_id = signed.user_id or await _chosen_user(client, config.user_id)
        view = View(server.version, user_id)
        libraries = await list_libraries(client, view, QUICK)
    except ProviderAuthFailed:
        if not server.ready:
            raise ProviderUnavailable("Jellyfin is starting up, or its first set-up is not finished") from None
        raise
    return Connection(client, server, view, libraries)


async def _chosen_user(client: Client, wanted: str | None) -> str | None:
    if wanted is None:
        return None
    users = await client.get("/Users", patience=QUICK)
    found = {
        key: str(user.get("Name") or "")
        for user in (users if isinstance(users, list) else ())
        if isinstance(user, dict) and (key := item_key(user.get("Id"))) is not None
    }
    for key, name in found.items():
        if key == item_key(wanted) or name.casefold() == wanted.casefold():
            return key
    what = "id" if is_guid(wanted) else "name"
    raise ProviderConfigInvalid(
        f"Jellyfin has no user with the {what} {wanted}; it has: {', '.join(sorted(found.values())) or 'none'}"
    )
