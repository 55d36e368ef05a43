"""Beside: the files of a folder that say something about its videos, and which of them govern one. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

PICTURES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "tbn": "image/jpeg"}
NFO = "nfo"

_OF_VIDEO = ("", "-poster", "-thumb", "-landscape", "-cover", "-fanart", "-backdrop")
_OF_FOLDER = (
    "poster", "folder", "cover", "movie", "show", "season", "default",
    "thumb", "landscape", "fanart", "backdrop", "background", "art",
)  # fmt: skip
_OF_SEASONS = re.compile(r"season(?:[ _-]?\d{1,4}|-specials|-all)?(?:-(?:poster|thumb|landscape|fanart))?")
_DISC = re.compile(r"[ ._-]+(?:cd|dis[ck]|dvd|part|pt)[ ._-]?\d$")
_COMMON_NFOS = ("movie", "tvshow", "season")


@dataclass(frozen=True, slots=True)
class Beside:
    """The .nfo files and pictures of one folder: folded stem → name."""

    nfos: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Governing:
    """Paths relative to the video's folder, or None."""

    own: str | None = None
    season: str | None = None
    show: str | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(path for path in (self.own, self.season, self.show) if path is not None)


def folded(stem: str) -> str:
    """Names are the same whatever their case, and however they spell é: macOS stores it as two characters."""
    lowered = stem.lower()
    return lowered if lowered.isascii() else unicodedata.normalize("NFC", lowered)


def is_common(stem: str) -> bool:
    """Whether a sidecar with this folded stem may govern all videos of its folder, and those below."""
    return stem in _OF_FOLDER or stem in _COMMON_NFOS or _OF_SEASONS.fullmatch(stem) is not None


def video_stems(stem: str) -> tuple[str, ...]:
    """The folded stems of videos that a sidecar with this one may govern alone."""
    return (stem, *(stem[: -len(ending)] for ending in _OF_VIDEO[1:] if stem.endswith(ending)))


def sidecar_stems(stem: str) -> tuple[str, ...]:
    """A video's own folded stem, and that of the film it is one disc of."""
    whole = _DISC.sub("", stem)
    return (stem,) if whole == stem or not whole else (stem, whole)


def governing(stem: str, folders: Sequence[Beside], *, extra: bool) -> Governing:
    """The .nfo files for a video. ``folders`` begin with its own and go up to the root.

    ``movie.nfo`` speaks for every video of its folder that is not an extra and has no .nfo of its own.
    """
    here = folders[0]
    names = [*sidecar_stems(folded(stem)), *([] if extra else ["movie"])]
    own = next((here.nfos[name] for name in names if name in here.nfos), None)
    show = next((up + found for up, beside in _upwards(folders) if (found := beside.nfos.get("tvshow"))), None)
    return Governing(own, here.nfos.get("season"), show)


def picture(stem: str, folders: Sequence[Beside], season: int | None) -> str | None:
    """The best picture for a video, relative to its folder: its own, its folder's, its season's, its series'."""
    here = folders[0]
    own = [f"{name}{ending}" for name in sidecar_stems(folded(stem)) for ending in _OF_VIDEO]
    found = _first(here, (*own, *_season_stems(season), *_OF_FOLDER))
    if found is not None or season is None:
        return found
    for up, beside in _upwards(folders)[1:3]:  # the series lies above the season, or above its discs
        found = _first(beside, (*_season_stems(season), *_OF_FOLDER))
        if found is not None:
            return up + found
    return None


def _season_stems(season: int | None) -> tuple[str, ...]:
    if season is None:
        return ()
    numbers = [f"season{season:02}", f"season{season}", f"season {season}", f"season-{season}"]
    names = [*(["season-specials"] if season == 0 else []), *dict.fromkeys(numbers), "season-all"]
    return tuple(f"{name}{ending}" for name in names for ending in ("-poster", "", "-thumb", "-landscape", "-fanart"))


def _first(beside: Beside, stems: Sequence[str]) -> str | None:
    return next((beside.pictures[stem] for stem in stems if stem in beside.pictures), None)


def _upwards(folders: Sequence[Beside]) -> list[tuple[str, Beside]]:
    return [("../" * at, beside) for at, beside in enumerate(folders)]
