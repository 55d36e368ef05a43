"""Settling: when files that were still arriving are worth another look. Pure."""

from collections.abc import Mapping

from ktv_localfiles.scanning.arrivals import GIVEN_UP_SECS

Status = tuple[int, int]  # size, mtime_ns


class Settling:
    """Looks come about a second apart: what did not change between two of them is complete, or given up."""

    def __init__(self) -> None:
        self._seen: dict[str, Status | None] = {}
        self._told: dict[str, Status | None] = {}
        self._given_up: set[str] = set()

    def due(self, statuses: Mapping[str, Status | None], now: float) -> bool:
        """Whether a pass would find something else now. ``None`` is a file that went; ``now`` in seconds."""
        due = False
        for path, status in statuses.items():
            if path in self._seen and self._seen[path] == status and self._told.get(path, ()) != status:
                self._told[path] = status
                due = True
            elif status is not None and path not in self._given_up and now - status[1] / 1e9 > GIVEN_UP_SECS:
                self._given_up.add(path)
                due = True
        self._seen = dict(statuses)
        self._told = {path: status for path, status in self._told.items() if path in statuses}
        self._given_up &= statuses.keys()
        return due
