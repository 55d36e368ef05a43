"""LIKE patterns mean what they say."""

from ktv_host.db.engine.like import like


def test_a_pattern_means_what_it_says() -> None:
    assert like("100%_!") == "%100!%!_!!%"
