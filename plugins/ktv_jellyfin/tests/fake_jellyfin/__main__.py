"""``python -m fake_jellyfin``: the server in a terminal, until Ctrl-C."""

import argparse
import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

from fake_jellyfin.seed import large, small
from fake_jellyfin.server import FakeJellyfin


async def serve(arguments: argparse.Namespace) -> None:
    library = large(arguments.name, arguments.episodes) if arguments.episodes else small(arguments.name)
    fake = FakeJellyfin(
        name=arguments.name,
        version=arguments.version,
        prefix=arguments.prefix,
        port=arguments.port,
        library=library,
        api_key=os.environ.get("FAKE_JELLYFIN_API_KEY"),
    )
    fake.world.keep_exchanges = False
    async with fake:
        if not arguments.no_media:
            fake.with_clips(arguments.media)
        print(f"A fake Jellyfin {arguments.version} called {arguments.name} is at {fake.url}")
        print(f"API key {fake.api_key}, or user viewer with password secret-viewer", flush=True)
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m fake_jellyfin", description="A Jellyfin server to try K-TV with.")
    parser.add_argument("--port", type=int, default=8096)
    parser.add_argument("--name", default="Fake", help="another name is another server, with other ids")
    parser.add_argument("--version", default="10.11.11", help="10.8.13, 10.10.7, 10.11.11 or 12.0.0")
    parser.add_argument("--prefix", default="", help="path prefix, e.g. /jellyfin")
    parser.add_argument("--episodes", type=int, default=0, help="a large library of that many episodes instead")
    parser.add_argument("--media", type=Path, help="folder to keep the films in, for a quicker start next time")
    parser.add_argument("--no-media", action="store_true", help="make no films; nothing can be played")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
