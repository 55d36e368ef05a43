"""Personal tokens as text."""

from ktv_host.auth.personal_tokens import hash_of, hint_of, is_personal_token, new_personal_token


def test_a_token_is_recognised_by_its_beginning() -> None:
    token = new_personal_token()
    assert token.startswith("ktv_")
    assert is_personal_token(token)
    assert not is_personal_token("eyJhbGciOiJIUzI1NiJ9.e30.x")


def test_every_token_has_256_bits_of_its_own() -> None:
    tokens = {new_personal_token() for _ in range(50)}
    assert len(tokens) == 50
    assert all(len(token) == len("ktv_") + 43 for token in tokens)


def test_the_hint_tells_little_and_the_hash_nothing_of_the_token() -> None:
    token = new_personal_token()
    assert hint_of(token) == token[:8]
    assert token[4:] not in hash_of(token)
    assert hash_of(token) == hash_of(token) != hash_of(new_personal_token())
