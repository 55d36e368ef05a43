"""Media items as JSON."""

import json
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.domain.codec import decode_item, encode_item
from ktv_host.domain.media import ContentType, MediaItem
from ktv_host.errors import Invalid


@given(data=st.data())
def test_an_item_survives_json(data: st.DataObject, some: SimpleNamespace) -> None:
    item = data.draw(
        st.builds(
            MediaItem,
            key=some.texts,
            title=some.texts,
            genres=some.labels,
            tags=some.labels,
            collections=some.labels,
            description=st.none() | some.texts,
        )
    )
    assert decode_item(json.loads(json.dumps(encode_item(item)))) == item


def test_what_is_unknown_is_left_out() -> None:
    item = MediaItem(key="k", title="T", content_type=ContentType.MOVIE)
    assert encode_item(item) == {"key": "k", "title": "T", "content_type": "movie"}


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"title": "T", "content_type": "movie"}, "key"),
        ({"key": "k", "content_type": "movie"}, "title"),
        ({"key": "k", "title": "T"}, "content_type"),
        ({"key": "k", "title": "T", "content_type": "opera"}, "content_type"),
        ({"key": "k", "title": "T", "content_type": "movie", "air_date": "yesterday"}, "air_date"),
    ],
)
def test_a_wrong_field_is_named(data: dict[str, str], path: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode_item(data)
    assert [field.path for field in refused.value.fields] == [path]
