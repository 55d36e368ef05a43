"""``ktv serve``: runs the server; on a new database without media it first makes the demo."""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Mapping

import structlog
import typer
import uvloop
from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config
from rich.console import Console

from ktv_host.app import Loaded, create_app, load_plugins
from ktv_host.cli.demo import demo_folder, is_demo, make_demo, shown_progress
from ktv_host.cli.first_run import announce, demo_wanted, first_run
from ktv_host.cli.logs import set_up_logs
from ktv_host.errors import ConfigurationError
from ktv_host.host import Host
from ktv_host.services.log_feed import LogFeed
from ktv_host.settings import Settings, environment, load_settings, near_misses
from ktv_host.wiring.sign_in import configured_backends

app = typer.Typer()

# Seconds. While a sync computes in threads, whoever asks waits for several turns; Python's own are ten times longer.
TURN = 0.0005


@app.command()
def serve() -> None:
    """Serve on HOST:PORT until Ctrl-C."""
    settings, env = load_settings(), environment()
    feed = LogFeed()
    set_up_logs(settings.log_level, settings.log_format, feed)
    loaded = load_plugins(settings)
    catalog, _ = loaded
    declared = [kind.environment for kind in catalog.provider_types.values()]
    declared += [backend.environment for backend in catalog.auth_backends.values()]
    _warn_of_near_misses(settings, env, [variable.name for variables in declared for variable in variables])
    configured_backends(catalog.auth_backends, env, structlog.get_logger("ktv"))  # a bad variable is one line, here
    if asyncio.run(demo_wanted(settings, env, catalog)):
        folder = demo_folder(settings.data_dir)
        if not is_demo(folder):
            with shown_progress(Console(stderr=True)) as report:
                make_demo(folder, report)
    _refuse_taken_port(settings.host, settings.port)
    sys.setswitchinterval(TURN)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(settings, env, loaded, feed))


async def _run(settings: Settings, env: Mapping[str, str], loaded: Loaded, feed: LogFeed) -> None:
    greeting: set[asyncio.Task[None]] = set()
    web = create_app(
        settings,
        env,
        loaded=loaded,
        feed=feed,
        started=lambda host: greeting.add(asyncio.create_task(_greet(host, settings))),
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, stop.set)
    config = Config()
    config.bind = [f"{settings.host}:{settings.port}"]
    config.graceful_timeout = 3
    config.accesslog = None
    config.errorlog = logging.getLogger("hypercorn.error")
    config.include_server_header = False
    try:
        await hypercorn_serve(web, config, shutdown_trigger=stop.wait)
    finally:
        for task in greeting:
            task.cancel()


def _refuse_taken_port(host: str, port: int) -> None:
    """Say it in one line before anything is started."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        raise ConfigurationError(f"cannot listen on {host}:{port}: {error.strerror}") from None


async def _greet(host: Host, settings: Settings) -> None:
    """Set up what a new installation needs, then say where everything is."""
    try:
        newcomer = await first_run(host, settings)
    except Exception as error:  # noqa: BLE001  the server serves on; its log says what went wrong
        structlog.get_logger("ktv").error("first run failed", error=repr(error))
        newcomer = None
    announce(settings, newcomer)
    sys.stdout.flush()


def _warn_of_near_misses(settings: Settings, env: Mapping[str, str], of_plugins: list[str]) -> None:
    known = [name.upper() for name in type(settings).model_fields] + of_plugins
    for given, meant in near_misses(env, known):
        structlog.get_logger("ktv").warning("unknown variable", variable=given, did_you_mean=meant)
