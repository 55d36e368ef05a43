"""max_per_series: how often one series may air in one occurrence."""

from ktv_host.domain.pool import PoolItem


class SeriesCap:
    """Items without a series are not counted; None is no cap."""

    def __init__(self, most: int | None) -> None:
        self.most = most
        self._aired: dict[str, int] = {}

    def reset(self) -> None:
        self._aired.clear()

    def note(self, item: PoolItem) -> None:
        if self.most is not None and item.series_name:
            series = item.series_name.casefold()
            self._aired[series] = self._aired.get(series, 0) + 1

    def reached(self, item: PoolItem) -> bool:
        if self.most is None or not item.series_name:
            return False
        return self._aired.get(item.series_name.casefold(), 0) >= self.most
