"""Term sets: what filters compare of an item.

Items alike share one set, as the episodes of a series do, so that it is stored and looked through once. A set never
changes: its id is made of what is in it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import orjson

from ktv_host.db.library.item_row import fold_term, readable
from ktv_host.domain.media import MediaItem


@dataclass(frozen=True, slots=True)
class Term:
    """``term`` is folded, ``label`` as the provider writes it."""

    kind: str
    term: str
    label: str


@dataclass(frozen=True, slots=True)
class TermSet:
    id: str
    terms: Sequence[Term]


def term_set(item: MediaItem) -> TermSet | None:
    """Each term once, however often and in whatever case the provider writes it. None when there are none."""
    return made_of(tuple(item.genres), tuple(item.tags), tuple(item.collections), item.series_name)


@lru_cache(maxsize=4096)
def made_of(
    genres: tuple[str, ...], tags: tuple[str, ...], collections: tuple[str, ...], series: str | None
) -> TermSet | None:
    found: dict[tuple[str, str], Term] = {}
    for kind, labels in (
        ("genre", genres),
        ("tag", tags),
        ("collection", collections),
        ("series", () if series is None else (series,)),
    ):
        for label in labels:
            term = fold_term(label)
            found.setdefault((kind, term), Term(kind, term, readable(label)))
    if not found:
        return None
    terms = tuple(found.values())
    text = orjson.dumps([[each.kind, each.term, each.label] for each in terms])
    return TermSet(hashlib.blake2b(text, digest_size=16).hexdigest(), terms)
