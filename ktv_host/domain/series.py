"""Series: how a library looks when its episodes are put together."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SeriesSummary:
    """``year`` is the earliest of its episodes; ``genres`` are all of theirs."""

    name: str
    instance_id: str
    episode_count: int
    season_count: int
    genres: tuple[str, ...]
    year: int | None
