from ktv_localfiles.naming.genres import genre_of_folder, split_genres, split_words, unique


def test_a_genre_is_known_in_its_usual_spellings() -> None:
    names = ["comedy", "Comedies", "Sci-Fi", "Science_Fiction", "Westerns", "Horror Movies", "Documentaries", "Kids TV"]
    genres = ["Comedy", "Comedy", "Science Fiction", "Science Fiction", "Western", "Horror", "Documentary", "Children"]
    assert [genre_of_folder(name) for name in names] == genres


def test_other_folders_are_no_genre() -> None:
    assert [genre_of_folder(name) for name in ("War (2007)", "Dramatic", "", "Movies")] == [None] * 4


def test_embedded_genres_are_split_and_unified() -> None:
    assert split_genres("sci-fi; Comedy, Space Opera") == ["Science Fiction", "Comedy", "Space Opera"]


def test_bare_numbers_are_codes_and_left_out() -> None:
    assert split_words("(17), 5, rock") == ["rock"]


def test_words_count_once_whatever_their_case() -> None:
    assert unique(["Drama", "comedy", "DRAMA", "Comedy"]) == ("Drama", "comedy")
