"""A PostgreSQL server that lives as long as a benchmark."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import PostgresServer


@contextmanager
def throwaway_postgres() -> Iterator[Callable[[int], str]]:
    """What is yielded makes a new, empty database at each call and returns its URL."""
    # A socket's path must stay under 108 bytes, and the server's own user has to reach it.
    folder = Path(tempfile.mkdtemp(prefix="ktv-pg-"))
    server = PostgresServer(folder)
    try:
        server.start()
        yield lambda _: server.url(server.create())
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
