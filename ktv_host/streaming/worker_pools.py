"""Worker pools: what waits for another server never holds up what lies on this machine."""

from dataclasses import dataclass

from ktv_host.domain.media import LocalFile, MediaSource
from ktv_host.streaming.workers import WorkerPool


@dataclass(frozen=True, slots=True)
class WorkerPools:
    """``remote`` reads media over the network; its processes start when the first such item is wanted."""

    local: WorkerPool
    remote: WorkerPool

    def of(self, source: MediaSource) -> WorkerPool:
        return self.local if isinstance(source, LocalFile) else self.remote
