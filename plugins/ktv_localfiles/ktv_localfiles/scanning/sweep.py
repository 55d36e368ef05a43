"""A pass over all files: the walk's snapshot beside the index, taken page by page. Pure."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from operator import itemgetter

from ktv_localfiles.describe import RULES
from ktv_localfiles.index import Known, State
from ktv_localfiles.naming.folders import titled_folders
from ktv_localfiles.naming.release import fold
from ktv_localfiles.scanning.keys import respellings
from ktv_localfiles.scanning.roots import Roots, inside
from ktv_localfiles.scanning.snapshot import Notice, Seen, Snapshot
from ktv_localfiles.sidecars.reader import SidecarReader

PAGE = 500  # files that are described or opened
_UNCHANGED = 5000  # those cost next to nothing


@dataclass(frozen=True, slots=True)
class Token:
    """Names a complete pass. ``rules`` is what all descriptions depend on besides the files themselves."""

    rules: str = ""
    number: int = 0

    def __str__(self) -> str:
        return f"{self.rules}.{self.number}"


def read_token(text: str | None) -> Token:
    """Anything that is no token of ours is as good as none."""
    rules, _, number = (text or "").rpartition(".")
    return Token(rules, int(number)) if number.isascii() and number.isdigit() else Token()


@dataclass(frozen=True, slots=True)
class Batch:
    """A page's worth of files.

    ``unchanged`` keys need nothing; ``same`` files are described from the index; ``fresh`` ones must be opened.
    """

    unchanged: list[str]
    same: list[tuple[Known, Seen]]
    fresh: list[Seen]
    next: str | None


@dataclass(slots=True)
class Sweep:
    """One pass. The number of its token is greater than that of every change in the index, and than ``since``'s.

    ``since`` is the token the pass was asked for; ``comparable`` says whether it still counts. ``departed`` are the
    paths of the index that the walk did not find. ``again``: files that failed before are opened again. ``keys`` are
    all that are taken.
    """

    since: str | None
    comparable: bool
    token: Token
    files: list[Seen]
    known: dict[str, Known]
    departed: set[str]
    ambiguous: frozenset[str]
    certain: bool
    again: bool
    keys: set[str]
    sidecars: SidecarReader
    notices: list[Notice] = field(default_factory=list)

    def take(self, cursor: str | None) -> Batch:
        """The next files after the path ``cursor``. The loop runs once per file of the library: it stays bare."""
        batch = Batch([], [], [], None)
        unchanged, same, fresh = batch.unchanged, batch.same, batch.fresh
        files, known, comparable, again = self.files, self.known, self.comparable, self.again
        start = 0 if cursor is None else bisect_right(files, cursor, key=itemgetter(0))
        for at in range(start, len(files)):
            seen = files[at]
            row = known.get(seen[0])
            if row is None or row[2] != seen[1] or row[3] != seen[2]:
                fresh.append(seen)
            elif row[5] == State.SETTLED and row[4] == seen[3] and comparable:
                unchanged.append(row[1])
            elif row[5] != State.FAILED:
                same.append((row, seen))
            elif again:
                fresh.append(seen)
            if len(unchanged) >= _UNCHANGED or len(same) + len(fresh) >= PAGE:
                return Batch(unchanged, same, fresh, seen[0] if at + 1 < len(files) else None)
        return batch

    def vanished(self) -> list[str]:
        """Paths that were there in the last pass and are not now."""
        return [path for path in self.departed if self.known[path][5] != State.MISSING]


def begin(
    roots: Roots, found: Snapshot, known: dict[str, Known], *, last: int, since: str | None, again: bool
) -> Sweep:
    """Set the walk's snapshot beside the index. ``last`` is the number of the last pass that changed something."""
    files = found.files
    hidden = _hidden(found, known)
    if hidden:
        files = sorted({seen[0]: seen for seen in [*hidden, *files]}.values())
    ambiguous = _ambiguous(found)
    token = read_token(since)
    rules = _rules(roots, ambiguous)
    sweep = Sweep(
        since=since,
        comparable=token.rules == rules,
        token=Token(rules, max(last, token.number) + 1),
        files=files,
        known=known,
        departed=known.keys() - {seen[0] for seen in files},
        ambiguous=ambiguous,
        certain=not found.unreadable,
        again=again,
        keys={row[1] for row in known.values()},
        sidecars=SidecarReader(roots),
        notices=list(found.notices),
    )
    if any(_below(path, found.empty) for path in sweep.vanished()):
        sweep.certain = False  # an empty folder may be the mount point of a disk that is away
    return sweep


def respelled(found: Snapshot, known: dict[str, Known]) -> tuple[dict[str, str], dict[str, Known]]:
    """Old path → new path of files that are there under another spelling of their name, and the index with it."""
    arrived = [seen[0] for seen in found.files if seen[0] not in known and not seen[0].isascii()]
    if not arrived:
        return {}, known
    spellings = respellings(arrived, known.keys() - {seen[0] for seen in found.files})
    rows = ((spellings.get(path, path), row) for path, row in known.items())
    return spellings, {path: (path, *row[1:]) for path, row in rows} if spellings else known


def emptied_root(roots: Roots, found: Snapshot, known: Mapping[str, Known]) -> str | None:
    """A root that holds nothing at all now but held files: most likely a disk that is not mounted."""
    for root in roots.paths:
        if root in found.empty and any(inside(path, root) and row[5] != State.MISSING for path, row in known.items()):
            return root
    return None


def _rules(roots: Roots, ambiguous: frozenset[str]) -> str:
    seed = "\0".join([*roots.paths, "", *sorted(ambiguous)])
    return f"{RULES}.{blake2b(seed.encode(), digest_size=6).hexdigest()}"


def _hidden(found: Snapshot, known: Mapping[str, Known]) -> list[Seen]:
    """Files of folders that cannot be read at the moment: they count as unchanged."""
    return [
        (path, size, mtime_ns, stamp)
        for path, _, size, mtime_ns, stamp, state in (known.values() if found.unreadable else ())
        if state != State.MISSING and any(inside(path, folder) for folder in found.unreadable)
    ]


def _below(path: str, folders: set[str]) -> bool:
    folder = path.rpartition("/")[0]
    while folder:
        if folder in folders:
            return True
        folder = folder.rpartition("/")[0]
    return False


def _ambiguous(found: Snapshot) -> frozenset[str]:
    """Folded names that folders carry with different years."""
    years: dict[str, set[int]] = {}
    for name, year in titled_folders(found.titled):
        years.setdefault(fold(name), set()).add(year)
    return frozenset(name for name, several in years.items() if len(several) > 1)
