"""Lines of the list."""

import pytest
from ktv_host.hooks import ContentType, ProviderConfigInvalid

from ktv_csvlist import rows

HEAD = "address,title,minutes,series,season,episode,year,genres\n"


def test_a_line_becomes_an_item() -> None:
    entries, problems = rows.read(HEAD + "a.mp4,Pilot,22,The Show,1,2,1991,Comedy; Family\n")
    (entry,) = entries.values()
    assert entry.address == "a.mp4"
    assert entry.item.duration_secs == 22 * 60
    assert (entry.item.content_type, entry.item.episode_number) == (ContentType.EPISODE, 2)
    assert entry.item.genres == ("Comedy", "Family")
    assert not problems


def test_the_key_stays_when_the_title_changes() -> None:
    before, _ = rows.read(HEAD + "a.mp4,Pilto,22\n")
    after, _ = rows.read(HEAD + "a.mp4,Pilot,22\n")
    assert before.keys() == after.keys()


def test_a_line_that_cannot_be_used_is_a_problem_and_not_the_end() -> None:
    entries, problems = rows.read(HEAD + "a.mp4,Pilot,twenty\nb.mp4,The Second,22\n,Nowhere,1\n")
    assert [entry.item.title for entry in entries.values()] == ["The Second"]
    assert [problem.path for problem in problems] == ["line 2", "line 4"]


def test_a_list_without_its_columns_cannot_work() -> None:
    with pytest.raises(ProviderConfigInvalid, match="minutes, title"):
        rows.read("address,name\n")
