"""Rows: by name, by position, by attribute."""

import pytest

from ktv_host.db.engine.row import Row

ROW = Row(id=7, title="Pilot")


def test_a_row_answers_by_name_position_and_attribute() -> None:
    assert ROW["title"] == ROW[1] == ROW[-1] == ROW.title == "Pilot"


def test_a_row_is_a_mapping() -> None:
    assert dict(ROW) == {"id": 7, "title": "Pilot"}
    assert list(ROW) == ["id", "title"]


def test_what_it_lacks_is_named() -> None:
    with pytest.raises(KeyError, match="year"):
        ROW["year"]
    with pytest.raises(AttributeError, match="year"):
        _ = ROW.year
    with pytest.raises(IndexError):
        ROW[2]
