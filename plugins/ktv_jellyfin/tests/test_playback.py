"""Which way to play an item."""

from typing import Any

import pytest
from ktv_jellyfin.dto import Dto
from ktv_jellyfin.paths import Mapping
from ktv_jellyfin.playback import Way, static_params, static_path, way
from msgspec import convert

ID = "f27caa37e5142225cceded48f6553502"
OTHER = "a27caa37e5142225cceded48f6553502"
MAPPINGS = [Mapping("/media", "/mnt/media")]


def source(**fields: Any) -> dict[str, Any]:
    return {
        "Id": ID,
        "Protocol": "File",
        "Path": "/media/a.mkv",
        "Size": 1000,
        "ETag": "e",
        "IsRemote": False,
        **fields,
    }


def item(*sources: dict[str, Any], **fields: Any) -> Dto:
    return convert({"Id": ID, "Type": "Movie", "MediaSources": list(sources), **fields}, Dto)


def test_a_plain_file_is_local_where_a_mapping_says_so_and_static_over_http() -> None:
    expected = Way(source_id=ID, local="/mnt/media/a.mkv", static=True, size=1000, etag="e")
    assert way(item(source()), MAPPINGS) == expected
    assert way(item(source()), []).local is None


def test_of_several_versions_the_first_plain_file_counts() -> None:
    remote = source(Id=OTHER, IsRemote=True, Protocol="Http")
    assert way(item(remote, source()), []).source_id == ID
    assert way(item(source(Id=OTHER), source()), []).source_id == OTHER


@pytest.mark.parametrize(
    "fields",
    [{"IsRemote": True}, {"Protocol": "Http"}, {"Path": "/media/far.strm"}, {"VideoType": "Dvd"}],
)
def test_what_is_no_plain_file_is_left_to_the_server(fields: dict[str, Any]) -> None:
    assert way(item(source(**fields)), MAPPINGS) == Way(source_id=ID)


@pytest.mark.parametrize(
    ("dto", "reason"),
    [
        (item(), "names no file"),
        (Dto(id=ID), "names no file"),
        (item(source(), VideoType="Iso"), "disc image"),
        (item(source(), IsPlaceHolder=True), "stands for a disc"),
        (item(source(), LocationType="Virtual"), "no file at the moment"),
    ],
)
def test_what_cannot_be_played_says_why(dto: Dto, reason: str) -> None:
    assert reason in (way(dto, MAPPINGS).refused or "")


@pytest.mark.parametrize("size", [None, 0, -1, "1000"])
def test_a_size_that_is_none_is_unknown(size: object) -> None:
    assert way(item(source(Size=size)), []).size is None


def test_the_address_of_the_original_bytes() -> None:
    assert static_path(ID) == "/Videos/f27caa37-e514-2225-cced-ed48f6553502/stream"
    assert static_params(Way(source_id=ID)) == [("static", "true"), ("mediaSourceId", ID)]
    assert static_params(Way()) == [("static", "true")]
