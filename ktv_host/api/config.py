"""/config: what a front end needs to know before anybody signs in."""

from typing_extensions import TypedDict

from ktv_host.api.guard import Open
from ktv_host.api.providers import CapabilitiesBody, capabilities_body
from ktv_host.api.reply import Reply
from ktv_host.api.route import Call, Route
from ktv_host.errors import NotFound
from ktv_host.host import Host
from ktv_host.registry.instances import InstanceStatus


class ConfigProvider(TypedDict):
    id: str
    type: str
    name: str
    capabilities: CapabilitiesBody


class ConfigBody(TypedDict):
    version: str
    allow_registration: bool
    auth_backends: list[str]
    providers: list[ConfigProvider]


async def config(call: Call[None, None]) -> Reply:
    host = call.host
    listed = [_provider(host, status) for status in host.instances.statuses()]
    return Reply(
        ConfigBody(
            version=host.version,
            allow_registration=host.registration_open,
            auth_backends=list(host.sign_ins.backends),
            providers=[provider for provider in listed if provider is not None],
        )
    )


def _provider(host: Host, status: InstanceStatus) -> ConfigProvider | None:
    if status.state in ("DISABLED", "MISSING"):
        return None
    try:
        able = host.instances.type_of(status.id).capabilities
    except NotFound:
        return None
    return ConfigProvider(
        id=status.id, type=status.provider_type, name=status.name, capabilities=capabilities_body(able)
    )


ROUTES = (Route("GET", "/config", config, "Server configuration and provider capabilities", Open(), {200: ConfigBody}),)
