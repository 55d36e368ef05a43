"""Servers in processes of their own, and what they cost."""

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

NGINX_CONFIG = """
master_process off; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; user root;
events {{ }}
http {{
  access_log off; sendfile on; tcp_nopush on;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""


@dataclass(frozen=True)
class Server:
    url: str
    pid: int

    def cpu(self) -> float:
        """CPU seconds its process has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def nginx(folder: Path) -> Iterator[Server]:
    """Serves the files of a folder; ``film`` is what its URL names."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        raise RuntimeError("this benchmark needs nginx")
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text(NGINX_CONFIG.format(folder=folder, port=port))
    folder.chmod(0o755)
    with started([program, "-c", str(config), "-e", str(folder / "error.log")], port) as pid:
        yield Server(f"http://127.0.0.1:{port}/film", pid)


@contextmanager
def started(command: list[str], port: int) -> Iterator[int]:
    """The id of a process, once it listens."""
    child = subprocess.Popen(command)
    try:
        _wait(lambda: _listens(port) or child.poll() is not None)
        yield child.pid
    finally:
        child.terminate()
        child.wait(10)


def fetch(url: str, *options: str, figure: str = "speed_download") -> float:
    """What curl says of a transfer."""
    command = ["curl", "-fsS", *options, "-o", "/dev/null", "-w", f"%{{{figure}}}", url]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _wait(ready: Callable[[], bool]) -> None:
    deadline = monotonic() + 20
    while not ready():
        if monotonic() > deadline:
            raise TimeoutError("the server did not start")
        sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
