"""Who answers at the address: name, version, identity."""

from dataclasses import dataclass

from ktv_host.hooks import MediaGone, ProviderConfigInvalid, State
from ktv_jellyfin.answers import Misplaced, understand
from ktv_jellyfin.ids import item_key
from ktv_jellyfin.version import OLDEST, Version, parse_version
from ktv_jellyfin.wire import Patience, Wire

STATE_KEY = "server"
_PUBLIC = "/System/Info/Public"


@dataclass(frozen=True, slots=True)
class Server:
    """``ready`` is what the server says about its set-up: while it starts it may say no although it is set up."""

    id: str
    name: str
    version: Version
    version_text: str
    ready: bool


async def look(wire: Wire, authorization: str, patience: Patience) -> Server:
    """Raises Misplaced when it is not Jellyfin, ProviderConfigInvalid for one that is too old, ProviderUnavailable."""
    answer = await wire.ask("GET", _PUBLIC, authorization=authorization, patience=patience)
    try:
        found = understand(answer, _PUBLIC)
    except MediaGone:
        raise Misplaced(f"this is not Jellyfin: it does not know {_PUBLIC}; is the path prefix right?") from None
    server_id = item_key(found.get("Id")) if isinstance(found, dict) else None
    version = parse_version(found.get("Version")) if isinstance(found, dict) else None
    if server_id is None or version is None:
        raise Misplaced("this is not Jellyfin: it does not tell its id and version")
    if version < OLDEST:
        raise ProviderConfigInvalid(f"this is Jellyfin {found['Version']}; K-TV needs 10.8 or newer")
    return Server(
        server_id,
        str(found.get("ServerName") or "Jellyfin"),
        version,
        str(found["Version"]),
        found.get("StartupWizardCompleted") is not False,
    )


async def recognise(
    state: State, server: Server, accepted: str | None, base_url: str, *, remember: bool = True
) -> None:
    """Remember the server at first sight; later it has to be the same one, because ids mean nothing elsewhere.

    ``accepted`` is the id an admin wrote down to say that the server was replaced. Raises ProviderConfigInvalid.
    """
    wanted = item_key(accepted) if accepted else None
    if wanted is not None and wanted != server.id:
        raise ProviderConfigInvalid(f"the server at this address has the id {server.id}, not {accepted}")
    stored = await state.get(STATE_KEY) or {}
    known = stored.get("id")
    if known not in (None, server.id) and wanted is None:
        raise ProviderConfigInvalid(
            f"another server answers at this address now: {server.name} has the id {server.id}, but the library was"
            f" read from {known}. Nothing was changed. Add the new server as an instance of its own, or set the server"
            f" id of this one to {server.id} if it replaces the old one"
        )
    met = {"id": server.id, "base_url": base_url}
    if stored != met and remember:
        await state.set(STATE_KEY, met)


async def has_worked(state: State, base_url: str) -> bool:
    """Whether Jellyfin was met at this address before."""
    return (await state.get(STATE_KEY) or {}).get("base_url") == base_url
