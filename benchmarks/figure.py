"""Figure: one measured number beside the number it is measured against."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """``ratio`` is what we compare; ``expect`` says in words what it should be, e.g. ``>= 5``.

    ``yardstick`` is the other way to do the same work, measured in the same run, in the same ``unit``.
    """

    name: str
    ours: float
    yardstick: float
    unit: str
    ratio: float
    expect: str
    note: str = ""
