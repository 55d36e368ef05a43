import pytest
from ktv_localfiles.naming.release import clean, cut_release, fold, readable, same_name, split_year


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Title.720p.WEB.x264-GRP", "Title"),
        ("Title.German.DL.1080p", "Title"),
        ("Title [1080p]", "Title"),
        ("Title.WEB.x264", "Title"),
        ("Charlotte's Web", "Charlotte's Web"),
        ("Internal Affairs", "Internal Affairs"),
        ("1080p", ""),
    ],
)
def test_a_name_ends_where_its_release_tags_begin(text: str, kept: str) -> None:
    assert cut_release(text) == kept


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("A.Name", "A Name"),
        ("A_Name__here", "A Name here"),
        ("Dr. Name", "Dr. Name"),
        (" - A  Name - ", "A Name"),
        ("S.W.A.T", "S.W.A.T"),
        ("A [remark] Name {id}", "A Name"),
        ("[REC]", "[REC]"),
    ],
)
def test_separators_and_remarks_become_single_spaces(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_a_year_in_brackets_wins_over_a_bare_one() -> None:
    assert split_year("Wonder Woman 1984 (2020) 2021")[:2] == ("Wonder Woman 1984 ", 2020)


def test_a_year_of_the_future_is_none() -> None:
    assert split_year("Blade Runner 2049")[1] is None


def test_names_are_the_same_whatever_their_case_articles_and_punctuation() -> None:
    assert same_name("The Marvel's Agents & Co.", "marvels_agents and co")
    assert not same_name("The Show", "Show 2")
    assert not same_name("...", "!")
    assert fold("The") == "the"


def test_what_no_document_can_hold_is_left_out() -> None:
    assert readable("a\0b\x1b\ud83d\tc\nd\uffff") == "a b  \tc\nd"
    assert readable("Film \u202e1999\u2066") == "Film  1999"
