"""The configuration of an instance."""

import os
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ktv_localfiles.scanning.ignore import compile_patterns
from ktv_localfiles.scanning.roots import nested
from ktv_localfiles.scanning.walk import WalkRules

LOCAL_FILES_DIR = "LOCAL_FILES_DIR"

EXTENSIONS = (
    "mp4",
    "m4v",
    "mkv",
    "webm",
    "mov",
    "avi",
    "divx",
    "ts",
    "m2ts",
    "mts",
    "mpg",
    "mpeg",
    "wmv",
    "asf",
    "flv",
    "f4v",
    "ogv",
    "ogm",
    "3gp",
    "mxf",
)
_EXTENSION = re.compile(r"[a-z0-9]{1,10}")


class LocalFilesConfig(BaseModel):
    """Folders of video on this machine."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    roots: Annotated[
        list[str],
        Field(min_length=1, title="Folders", description="Absolute paths of the folders that hold the videos."),
    ]
    extensions: Annotated[
        list[str],
        Field(min_length=1, title="Extensions", description="Files with these extensions are videos."),
    ] = list(EXTENSIONS)
    follow_symlinks: Annotated[
        bool,
        Field(title="Follow links", description="Follow links, as long as they stay inside the folders above."),
    ] = False

    ignore: Annotated[
        list[str],
        Field(
            title="Ignore",
            description="What to pass over, in patterns as in .gitignore: *.part, /Private/, **/Bonus/*.mkv",
        ),
    ] = []
    extras: Annotated[
        Literal["shorts", "ignore"],
        Field(title="Extras", description="What trailers, deleted scenes and the like of films and series become."),
    ] = "shorts"
    thumbnails: Annotated[
        bool,
        Field(title="Thumbnails", description="Take a picture out of the video where none lies beside it."),
    ] = True
    watch: Annotated[
        Literal["auto", "events", "polling", "off"],
        Field(
            title="Watch",
            description="How changes are noticed: told by the system, or looked for on network mounts (auto).",
        ),
    ] = "auto"
    poll_secs: Annotated[
        int,
        Field(ge=5, le=3600, title="Poll every", description="Seconds between two looks where changes are looked for."),
    ] = 60

    @field_validator("roots")
    @classmethod
    def _absolute(cls, roots: list[str]) -> list[str]:
        paths = [os.path.normpath(root.strip()) for root in roots]
        for given, path in zip(roots, paths, strict=True):
            if not path.startswith("/") or "\0" in path:
                raise ValueError(f"{given!r} is not an absolute path")
            if not path.strip("/"):
                raise ValueError("the whole file system is no library; name a folder in it")
        paths = ["/" + path.lstrip("/") for path in paths]
        clash = nested(paths)
        if clash:
            raise ValueError(f"{clash[0]} is inside {clash[1]}; list only one of them")
        return paths

    @field_validator("ignore")
    @classmethod
    def _patterns(cls, patterns: list[str]) -> list[str]:
        for pattern in patterns:
            try:
                compile_patterns("/", [pattern])
            except ValueError:
                raise ValueError(f"{pattern!r} is not a pattern as in .gitignore") from None
        return [pattern for pattern in patterns if pattern.strip()]

    @field_validator("extensions")
    @classmethod
    def _bare(cls, extensions: list[str]) -> list[str]:
        bare = [extension.strip().lstrip("*").lstrip(".").lower() for extension in extensions]
        for given, extension in zip(extensions, bare, strict=True):
            if not _EXTENSION.fullmatch(extension):
                raise ValueError(f"{given!r} is not a file extension")
        return bare


def walk_rules(config: LocalFilesConfig) -> WalkRules:
    return WalkRules(
        extensions=frozenset(config.extensions),
        follow_symlinks=config.follow_symlinks,
        ignore=tuple(config.ignore),
        extras=config.extras == "shorts",
    )


def from_environment(env: Mapping[str, str]) -> Mapping[str, Any] | None:
    """``LOCAL_FILES_DIR``: one folder, or several with the system's path separator between them."""
    roots = [part.strip() for part in env.get(LOCAL_FILES_DIR, "").split(os.pathsep) if part.strip()]
    return {"roots": roots} if roots else None
