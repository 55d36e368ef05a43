"""What a plugin left behind: tasks and sockets."""

import asyncio
import gc
import socket
from dataclasses import dataclass
from typing import Any, Self

_TURNS = 20
_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Footprint:
    """The tasks and open sockets of a moment."""

    tasks: frozenset["asyncio.Task[Any]"]
    sockets: frozenset[socket.socket]

    @classmethod
    def now(cls) -> Self:
        """Does not collect garbage: a socket nobody closed is a leak even when nobody holds it any more."""
        tasks = (task for task in asyncio.all_tasks() if task is not asyncio.current_task())
        found = (each for each in gc.get_objects() if issubclass(type(each), socket.socket))
        return cls(frozenset(tasks), frozenset(each for each in found if each.fileno() >= 0))

    async def left_since(self) -> list[str]:
        """What exists now and did not then, in words. The other end of a connection gets time to notice its end."""
        left: list[str] = []
        for _ in range(_ROUNDS):
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            now = Footprint.now()
            left = [f"task {task.get_name()}: {task.get_coro()!r}" for task in now.tasks - self.tasks]
            left += [f"socket: {each!r}" for each in now.sockets - self.sockets]
            if not left:
                break
        return left

    async def check_nothing_left(self) -> None:
        """Raises AssertionError that names what was left behind."""
        left = await self.left_since()
        assert not left, f"left behind: {left}"
