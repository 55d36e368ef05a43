"""Words of a text, and what a search finds by them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.domain.words import finds, searched, spellings, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Long Night", ["the", "long", "night"]),
        ("  M*A*S*H: (1972) ", ["m", "a", "s", "h", "1972"]),
        ("Amélie", ["amelie"]),
        ("Ame\u0301lie", ["amelie"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("Smørrebrød Łódź Æon Œuvre", ["smorrebrod", "lodz", "aeon", "oeuvre"]),
        ("İSTANBUL ISTANBUL ıstanbul", ["istanbul", "istanbul", "istanbul"]),
        ("ΣΊΣΥΦΟΣ", ["σισυφοσ"]),
        ("Ёлки", ["елки"]),
        ("進撃の巨人", ["進", "撃", "の", "巨", "人"]),
        ("カフェ 2号店", ["カ", "フ", "ェ", "2", "号", "店"]),
        ("한국 영화", ["한국", "영화"]),
        ("हिन्दी फिल्म", ["हिन्दी", "फिल्म"]),
        ('"quoted" AND -not* (OR) NEAR/2', ["quoted", "and", "not", "or", "near", "2"]),
        ("!!! ???", []),
    ],
)
def test_a_text_has_these_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_what_is_written_in_one_go_is_also_one_word() -> None:
    assert list(spellings("Spider-Man: S.H.I.E.L.D.")) == [
        *("spider", "man", "spiderman"),
        *("s", "h", "i", "e", "l", "d", "shield"),
    ]
    assert list(spellings("L'Été")) == ["l", "ete", "lete"]


@pytest.mark.parametrize("search", ["amel", "AMÉLIE poul", "fab amelie", "amelie amelie"])
def test_each_word_of_a_search_begins_a_word(search: str) -> None:
    assert finds(searched(search), spellings("Le Fabuleux Destin d'Amélie Poulain"))


@pytest.mark.parametrize("search", ["melie", "amelie x"])
def test_what_is_inside_a_word_or_missing_is_not_found(search: str) -> None:
    assert not finds(searched(search), spellings("Le Fabuleux Destin d'Amélie Poulain"))


@given(st.text(max_size=60))
def test_every_beginning_of_a_title_finds_it(text: str) -> None:
    for end in range(len(text) + 1):
        assert finds(words(text[:end]), spellings(text)) or not text[:end].isascii()
    assert finds(words(text), spellings(text))


@given(st.text(max_size=60))
def test_words_are_folded_for_good(text: str) -> None:
    assert [again for word in words(text) for again in words(word)] == words(text)
