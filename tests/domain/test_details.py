"""Markers and chapters as a provider tells them, put in order."""

from ktv_host.domain.details import Chapter, ItemDetails, Marker, MarkerKind, tidy

INTRO, OUTRO = MarkerKind.INTRO, MarkerKind.OUTRO


def test_everything_is_in_order_and_there_once() -> None:
    given = ItemDetails(
        (Marker(OUTRO, 900, 1000), Marker(INTRO, 0, 30), Marker(INTRO, 0, 30)),
        (Chapter(500), Chapter(0, "One"), Chapter(500, "Two")),
    )
    assert tidy(given) == ItemDetails(
        (Marker(INTRO, 0, 30), Marker(OUTRO, 900, 1000)), (Chapter(0, "One"), Chapter(500, "Two"))
    )


def test_what_cannot_be_is_left_out() -> None:
    given = ItemDetails((Marker(INTRO, 30, 30), Marker(INTRO, 40, 30), Marker(INTRO, -1, 30)), (Chapter(-5, "x"),))
    assert tidy(given) == ItemDetails()
