"""LIKE patterns."""


def like(word: str) -> str:
    """A pattern (ESCAPE '!') for texts that contain the word."""
    return "%" + word.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"
