"""/admin/providers: provider types, and instances made from them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from ktv_host.api.guard import Admin
from ktv_host.api.reply import Reply
from ktv_host.api.route import Call, Route
from ktv_host.hooks import Capabilities, CheckReport
from ktv_host.services.providers.instances import InstanceChange
from ktv_host.services.providers.views import InstanceView


class CapabilitiesBody(TypedDict):
    collections: bool
    series: bool
    genres: bool
    tags: bool
    decade: bool
    search: bool
    streaming_protocol: str
    rescan: bool
    transcode: bool


class ProviderTypeBody(TypedDict):
    """``config_schema`` is JSON Schema; properties with ``writeOnly`` are secrets."""

    key: str
    name: str
    description: str
    capabilities: CapabilitiesBody
    config_schema: dict[str, Any]


class ProviderBody(TypedDict):
    """``config`` has no secrets; ``secrets_set`` names those that are stored."""

    id: str
    provider_type: str
    name: str
    config: dict[str, Any]
    secrets_set: list[str]
    enabled: bool
    source: str
    state: str
    last_error: str | None
    retry_at: datetime | None
    item_count: int
    last_sync: datetime | None
    created_at: datetime | None
    updated_at: datetime | None


class CheckBody(TypedDict):
    ok: bool
    message: str
    details: dict[str, str]


class ProblemEntry(TypedDict):
    path: str
    reason: str


class NewProvider(BaseModel):
    """``id`` defaults to the type's key, then key-2, key-3 …"""

    model_config = ConfigDict(extra="forbid")

    id: str | None = None
    provider_type: str
    name: str | None = Field(None, min_length=1, max_length=200)
    config: dict[str, Any] = Field(default_factory=dict)
    enabled: bool = True


class ProviderChange(BaseModel):
    """Only the fields that are present change. A secret absent from ``config`` stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(None, min_length=1, max_length=200)
    config: dict[str, Any] | None = None
    enabled: bool | None = None


class ProviderTrial(BaseModel):
    model_config = ConfigDict(extra="forbid")

    provider_type: str
    config: dict[str, Any] = Field(default_factory=dict)


async def types(call: Call[None, None]) -> Reply:
    return Reply(
        [
            ProviderTypeBody(
                key=kind.key,
                name=kind.name,
                description=kind.description,
                capabilities=capabilities_body(kind.capabilities),
                config_schema=kind.config_model.model_json_schema(),
            )
            for kind in call.host.providers.types()
        ]
    )


async def list_providers(call: Call[None, None]) -> Reply:
    return Reply([provider_body(view) for view in await call.host.providers.all()])


async def create(call: Call[None, NewProvider]) -> Reply:
    body = call.body
    view = await call.host.providers.create(
        body.provider_type,
        body.config,
        instance_id=body.id,
        name=body.name,
        enabled=body.enabled,
        actor_id=call.caller.user_id,
    )
    return Reply(provider_body(view), 201, {"Location": f"/api/v1/admin/providers/{view.id}"})


async def get(call: Call[None, None]) -> Reply:
    return Reply(provider_body(await call.host.providers.get(call.path["provider_id"])))


async def update(call: Call[None, ProviderChange]) -> Reply:
    change = InstanceChange(name=call.body.name, config=call.body.config, enabled=call.body.enabled)
    view = await call.host.providers.update(call.path["provider_id"], change, call.caller.user_id)
    return Reply(provider_body(view))


async def delete(call: Call[None, None]) -> Reply:
    await call.host.providers.delete(call.path["provider_id"], call.caller.user_id)
    return Reply(None, 204)


async def test_config(call: Call[None, ProviderTrial]) -> Reply:
    return Reply(check_body(await call.host.providers.test_config(call.body.provider_type, call.body.config)))


async def test(call: Call[None, None]) -> Reply:
    return Reply(check_body(await call.host.providers.test(call.path["provider_id"])))


async def problems(call: Call[None, None]) -> Reply:
    found = await call.host.providers.problems(call.path["provider_id"])
    return Reply([ProblemEntry(path=problem.path, reason=problem.reason) for problem in found])


def capabilities_body(able: Capabilities) -> CapabilitiesBody:
    return CapabilitiesBody(
        collections=able.collections,
        series=able.series,
        genres=able.genres,
        tags=able.tags,
        decade=able.decade,
        search=able.search,
        streaming_protocol=able.streaming_protocol,
        rescan=able.rescan,
        transcode=able.transcode,
    )


def provider_body(view: InstanceView) -> ProviderBody:
    return ProviderBody(
        id=view.id,
        provider_type=view.provider_type,
        name=view.name,
        config=dict(view.config),
        secrets_set=list(view.secrets_set),
        enabled=view.enabled,
        source=view.source,
        state=view.state,
        last_error=view.last_error,
        retry_at=view.retry_at,
        item_count=view.item_count,
        last_sync=view.last_sync,
        created_at=view.created_at,
        updated_at=view.updated_at,
    )


def check_body(report: CheckReport) -> CheckBody:
    details: Mapping[str, str] = report.details
    return CheckBody(ok=report.ok, message=report.message, details=dict(details))


ONE = "/admin/providers/<provider_id>"
ROUTES = (
    Route("GET", "/admin/provider-types", types, "Installed provider types", Admin(), {200: list[ProviderTypeBody]}),
    Route("GET", "/admin/providers", list_providers, "All instances", Admin(), {200: list[ProviderBody]}),
    Route(
        "POST",
        "/admin/providers",
        create,
        "Create an instance; effective at once",
        Admin(),
        {201: ProviderBody},
        body=NewProvider,
        errors=(409,),
    ),
    Route(
        "POST",
        "/admin/providers/test",
        test_config,
        "Test a configuration without saving it",
        Admin(),
        {200: CheckBody},
        body=ProviderTrial,
    ),
    Route("GET", ONE, get, "An instance", Admin(), {200: ProviderBody}, errors=(404,)),
    Route(
        "PUT",
        ONE,
        update,
        "Change the fields that are present",
        Admin(),
        {200: ProviderBody},
        body=ProviderChange,
        errors=(404,),
    ),
    Route(
        "DELETE", ONE, delete, "Delete an instance and its part of the library", Admin(), {204: None}, errors=(404, 409)
    ),
    Route("POST", f"{ONE}/test", test, "Test an instance", Admin(), {200: CheckBody}, errors=(404, 422)),
    Route(
        "GET",
        f"{ONE}/problems",
        problems,
        "What the last scan could not use",
        Admin(),
        {200: list[ProblemEntry]},
        errors=(404,),
    ),
)
