"""How strong a secret is, as far as one can tell by looking at it."""

import re
from itertools import pairwise

EXAMPLES = re.compile(
    r"change.?me|change.?in.?prod|insecure|example|placeholder|replace|default|secret|password|your[-_ ]|ktv[-_ ]dev",
    re.IGNORECASE,
)
DISTINCT_LEAST = 10


def weakness(secret: str, least: int) -> str | None:
    """What is wrong with a secret of which ``least`` characters are asked, for its owner; None when it will do."""
    if not secret:
        return "is missing"
    if len(secret) < least:
        return f"has {len(secret)} characters and needs {least}"
    if EXAMPLES.search(secret):
        return "looks like an example that everybody knows"
    if len(set(secret)) < DISTINCT_LEAST or _repeats(secret):
        return "repeats itself"
    if _counts(secret):
        return "is a sequence that is easily guessed"
    return None


def _repeats(secret: str) -> bool:
    """Whether it is one shorter text again and again."""
    sizes = range(1, len(secret) // 2 + 1)
    return any(secret == (secret[:size] * (len(secret) // size + 1))[: len(secret)] for size in sizes)


def _counts(secret: str) -> bool:
    """Whether most neighbours follow each other: abcdef…, 987654…"""
    steps = [ord(after) - ord(before) for before, after in pairwise(secret)]
    return sum(abs(step) <= 1 for step in steps) > len(steps) / 2
