"""What can be wrong with the server, switched on and off while it runs."""

from dataclasses import dataclass, fields
from typing import Any


@dataclass
class Faults:
    """All off at first.

    ``starting``: 503 with ``Retry-After: 005`` and HTML; from 10.11 on the public information answers, and says that
    the set-up is not finished. ``html``: a proxy's page instead of every answer. ``status``: every answer has this
    status. ``refuse``: 401 for every token. ``truncate``: that many lists of items break off. ``slow``: seconds before
    the first byte of ``/Items``. ``too_much``: pages larger than this fail with 500, or take ``slow`` seconds.
    ``drift``: the total changes from page to page. ``duplicates``: items come twice. ``no_runtime``: half of the items
    have none. ``odd_ids``: ids are no GUIDs. ``cap``: no page is larger. ``deaf``: the websocket never answers.
    ``other_server``: it says that it is another one. ``unfinished``: it says that its set-up is not finished.
    ``no_stream``: the reason it gives for making no stream. ``no_socket``: a proxy lets no websocket through.
    """

    starting: bool = False
    html: bool = False
    status: int = 0
    refuse: bool = False
    truncate: int = 0
    slow: float = 0
    too_much: int = 0
    drift: bool = False
    duplicates: bool = False
    no_runtime: bool = False
    odd_ids: bool = False
    cap: int = 0
    deaf: bool = False
    other_server: bool = False
    unfinished: bool = False
    no_stream: str = ""
    no_socket: bool = False

    def clear(self) -> None:
        for each in fields(self):
            setattr(self, each.name, each.default)

    def set(self, values: dict[str, Any]) -> None:
        """Raises ValueError that names a fault that does not exist."""
        known = {each.name for each in fields(self)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ValueError(f"no such fault: {', '.join(unknown)}; there are {', '.join(sorted(known))}")
        for name, value in values.items():
            setattr(self, name, value)
