"""The built-in font."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.streaming.font import COLUMNS, ROWS, bitmap, printable, wrap


def test_letters_and_digits_all_look_different() -> None:
    shapes = {bitmap(character).tobytes() for character in string.ascii_uppercase + string.digits}
    assert len(shapes) == 36


def test_accents_are_dropped_and_unknown_signs_left_out() -> None:
    assert printable("Amélie – à l’été ^ Größe") == "AMELIE - A L'ETE GROSSE"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Москва слезам не верит", "MOSKVA SLEZAM NE VERIT"),
        ("Ελλάδα", "ELLADA"),
        ("오징어 게임", "OJINGEO GEIM"),
        ("東京", "DONGJING"),
        ("مسلسل", "MSLSL"),
        ("हिन्दी", "HINDI"),
    ],
)
def test_titles_in_other_scripts_are_spelt_in_latin_letters(title: str, shown: str) -> None:
    assert printable(title) == shown


def test_a_line_is_as_wide_as_its_letters() -> None:
    assert bitmap("ABC", scale=2).shape == (ROWS * 2, (3 * (COLUMNS + 1) - 1) * 2)


@given(text=st.text(), columns=st.integers(1, 40))
def test_wrapped_lines_fit_and_can_be_drawn(text: str, columns: int) -> None:
    for line in wrap(text, columns):
        assert len(line) <= columns
        assert bitmap(line).shape[0] == ROWS
