"""A whole host with the plugins a test hands in."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from quart import Quart

from ktv_host.app import create_app
from ktv_host.hooks import AuthBackend, Clock, Exporter, Notifier, ProviderType
from ktv_host.host import wall_clock
from ktv_host.registry.catalog import Catalog
from ktv_host.settings import Settings

PUBLIC_URL = "http://tv.test"


@asynccontextmanager
async def running_app(
    folder: Path,
    plugins: Iterable[ProviderType[Any] | AuthBackend | Exporter | Notifier],
    environment: Mapping[str, str] | None = None,
    *,
    clock: Clock = wall_clock,
    **settings: Any,
) -> AsyncIterator[Quart]:
    """The app at ``http://tv.test`` over a SQLite file in ``folder``, without background jobs.

    ``environment`` is what plugins read their variables from, ``settings`` goes before the host's defaults.
    """
    given = list(plugins)
    catalog = Catalog(
        provider_types={each.key: each for each in given if isinstance(each, ProviderType)},
        auth_backends={each.key: each for each in given if isinstance(each, AuthBackend)},
        exporters={each.key: each for each in given if isinstance(each, Exporter)},
        notifiers={each.key: each for each in given if isinstance(each, Notifier)},
    )
    chosen: dict[str, Any] = {
        "database_url": f"sqlite:{folder / 'ktv.db'}?mode=rwc",
        "data_dir": folder / "data",
        "base_url": PUBLIC_URL,
        **settings,
    }
    app = create_app(
        Settings(_env_file=None, **chosen), environment or {}, loaded=(catalog, ()), clock=clock, background=False
    )
    async with app.test_app():
        yield app
