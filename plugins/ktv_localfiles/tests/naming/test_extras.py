import pytest
from ktv_localfiles.naming.extras import extra_of_name, extras_of_folder


@pytest.mark.parametrize(
    ("stem", "kind", "rest"),
    [
        ("Heat (1995)-trailer", "Trailers", "Heat (1995)"),
        ("Heat (1995) - Trailer2", "Trailers", "Heat (1995)"),
        ("Making of-behindthescenes", "Behind the Scenes", "Making of"),
        ("Diner-deleted", "Deleted Scenes", "Diner"),
        ("x-featurette", "Featurettes", "x"),
        ("x-interview", "Interviews", "x"),
        ("x-extra", "Extras", "x"),
        ("trailer", "Trailers", ""),
        ("movie-trailer", "Trailers", ""),
    ],
)
def test_the_end_of_a_name_tells_an_extra(stem: str, kind: str, rest: str) -> None:
    extra = extra_of_name(stem)
    assert extra is not None
    assert (extra.kind, extra.stem) == (kind, rest)


@pytest.mark.parametrize("stem", ["Trailer Park Boys", "The Interview (2014)", "Short Cuts", "Deleted", "Heat trailer"])
def test_a_title_is_no_extra(stem: str) -> None:
    assert extra_of_name(stem) is None


def test_folders_of_extras_are_known() -> None:
    assert extras_of_folder("behind_the_scenes") == "Behind the Scenes"
    assert extras_of_folder("Deleted Scenes") == "Deleted Scenes"
    assert extras_of_folder("Extraordinary") == ""
