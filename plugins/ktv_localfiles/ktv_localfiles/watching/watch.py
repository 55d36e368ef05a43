"""Watch: changes below some folders, as the system tells them to the watchfiles library, in a thread of its own."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from watchfiles import watch

DEBOUNCE_MS, STEP_MS = 400, 30
TICK_MS = 5000


Cause = Literal["crowded", "name", "other"]


@dataclass(frozen=True, slots=True)
class Ended:
    """The watch cannot go on.

    ``crowded``: the system allows no more watches. ``name``: something whose name is not valid UTF-8 changed, or is a
    folder; watchfiles stops at that.
    """

    reason: str
    cause: Cause


Told = set[str] | Ended  # paths that changed; none at a tick


class Watch:
    """Calls ``tell`` in the event loop. Leaving the context ends the thread."""

    def __init__(self, roots: tuple[str, ...], tell: Callable[[Told], None]) -> None:
        self._roots = roots
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"watch {roots[0]}", daemon=True)
        self._thread.start()

    async def close(self) -> None:
        self._stop.set()
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        try:
            for changes in watch(
                *self._roots,
                watch_filter=None,
                debounce=DEBOUNCE_MS,
                step=STEP_MS,
                stop_event=self._stop,
                rust_timeout=TICK_MS,
                yield_on_timeout=True,
                raise_interrupt=False,
                force_polling=False,
                ignore_permission_denied=True,
            ):
                self._call({path for _, path in changes})
        except (OSError, RuntimeError) as error:
            self._call(Ended(str(error), _cause(str(error))))

    def _call(self, told: Told) -> None:
        if not self._stop.is_set():
            try:
                self._loop.call_soon_threadsafe(self._tell, told)
            except RuntimeError:  # the loop is closed
                self._stop.set()


def _cause(reason: str) -> Cause:
    if "limit" in reason.lower():
        return "crowded"
    return "name" if "Unable to decode path" in reason else "other"
