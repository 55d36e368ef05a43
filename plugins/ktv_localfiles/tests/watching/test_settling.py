from ktv_localfiles.watching.settling import Settling

NOW = 1_000_000.0
FRESH = int((NOW - 1) * 1e9)
OLD = int((NOW - 61) * 1e9)


def test_a_file_that_grows_is_left_alone_until_it_rests() -> None:
    settling = Settling()
    looks = [{"/a": (size, FRESH)} for size in (1, 2, 3, 3)]
    assert [settling.due(look, NOW) for look in looks] == [False, False, False, True]


def test_a_rest_is_told_once() -> None:
    settling = Settling()
    assert [settling.due({"/a": (1, FRESH)}, NOW) for _ in range(4)] == [False, True, False, False]


def test_growth_after_a_rest_is_told_again() -> None:
    settling = Settling()
    sizes = (1, 1, 2, 2)
    assert [settling.due({"/a": (size, FRESH)}, NOW) for size in sizes] == [False, True, False, True]


def test_a_file_that_was_given_up_is_told_once_more() -> None:
    settling = Settling()
    assert [settling.due({"/a": (1, FRESH)}, NOW) for _ in range(3)] == [False, True, False]
    assert [settling.due({"/a": (1, FRESH)}, NOW + 61) for _ in range(3)] == [True, False, False]


def test_a_file_that_went_is_told() -> None:
    settling = Settling()
    assert [settling.due({"/a": status}, NOW) for status in ((1, FRESH), None, None)] == [False, False, True]


def test_nothing_arriving_is_nothing_due() -> None:
    assert not Settling().due({}, NOW)
