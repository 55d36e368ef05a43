"""create_app: composition only."""

from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import timedelta
from urllib.parse import urlsplit

import structlog
from quart import Quart
from quart_cors import cors

from ktv_host.api import (
    admin,
    auth,
    channels,
    config,
    config_history,
    exports,
    files,
    headers,
    library,
    library_sync,
    live,
    logs,
    presets,
    previews,
    problems,
    programming,
    providers,
    schedules,
    sign_in,
    streams,
    tokens,
    users,
    watch,
)
from ktv_host.api.access_log import logged
from ktv_host.api.client_address import TrustedProxies
from ktv_host.api.edge import behind_proxies, below, noting_long_bodies
from ktv_host.api.openapi import document
from ktv_host.api.route import HOST_KEY, Route, mount
from ktv_host.api.segments import anybodys, segments_first
from ktv_host.api.spec import spec_route
from ktv_host.hooks import Clock
from ktv_host.host import VERSION, Host, open_host, wall_clock
from ktv_host.registry.catalog import Catalog, PluginRecord
from ktv_host.registry.discovery import discover
from ktv_host.registry.plugins import load
from ktv_host.services.log_feed import LogFeed
from ktv_host.settings import Settings

RESOURCES = (
    auth,
    sign_in,
    tokens,
    users,
    channels,
    config_history,
    presets,
    previews,
    schedules,
    programming,
    live,
    streams,
    library,
    library_sync,
    files,
    providers,
    admin,
    logs,
    config,
)
BODY_MOST = 4 * 1024 * 1024
ASKED_ACROSS_ORIGINS = [
    "Authorization",
    "Content-Type",
    "If-Match",
    "If-None-Match",
    "If-Range",
    "Last-Event-ID",
    "Range",
    "X-Channel-Grant",
    "X-Channel-Password",
]
Loaded = tuple[Catalog, tuple[PluginRecord, ...]]


def all_routes(catalog: Catalog) -> list[Route]:
    """Every route of the host with these plugins."""
    return [
        *(route for resource in RESOURCES for route in resource.ROUTES),
        *exports.routes(catalog.exporters),
    ]


def load_plugins(settings: Settings) -> Loaded:
    """The installed plugins. Exporters cannot take the first path part of a route of the host."""
    logger = structlog.get_logger("ktv.plugins")
    reserved = {route.path.split("/")[1] for resource in RESOURCES for route in resource.ROUTES}
    trace = logger if settings.ktv_trace_hooks else None
    return load(discover(logger), log=logger, trace=trace, reserved=reserved)


def create_app(
    settings: Settings,
    environment: Mapping[str, str],
    *,
    loaded: Loaded | None = None,
    clock: Clock = wall_clock,
    background: bool = True,
    started: Callable[[Host], None] = lambda host: None,  # noqa: ARG005  nobody asked to be told
    feed: LogFeed | None = None,
) -> Quart:
    """The ASGI application.

    ``loaded`` stands in for the installed plugins; ``started`` is told when it serves; /admin/logs shows ``feed``.
    """
    catalog, records = loaded if loaded is not None else load_plugins(settings)
    app = Quart("ktv_host", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_MOST
    app.url_map.strict_slashes = False
    routes = all_routes(catalog)
    described = document(routes, VERSION)
    mount(app, [*routes, spec_route(described)])
    problems.install(app)
    base = urlsplit(settings.public_url).path
    watch.install(app, base)
    headers.install(app, strict_transport=settings.production)
    anybodys(app)
    cors(
        app,
        allow_origin=list(settings.cors_allowed_origins),
        allow_headers=ASKED_ACROSS_ORIGINS,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"],
        expose_headers=["Link", "X-Total-Count", "Location", "Retry-After", "Content-Range", "ETag"],
        max_age=timedelta(minutes=10),
    )

    @app.while_serving
    async def lifecycle() -> AsyncGenerator[None, None]:
        async with open_host(
            settings, environment, catalog, records, clock=clock, background=background, logs=feed
        ) as host:
            app.extensions[HOST_KEY] = host
            started(host)
            yield

    edge = segments_first(app, noting_long_bodies(BODY_MOST, app.asgi_app), strict_transport=settings.production)
    if base:
        edge = below(base, edge)
    if settings.log_level == "debug":
        edge = logged(edge)
    app.asgi_app = behind_proxies(TrustedProxies.parse(settings.trusted_proxies), edge)  # type: ignore[method-assign,assignment]
    return app
