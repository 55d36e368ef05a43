"""The demo library's three channels: they cover the clock and show the three fill strategies."""

from collections.abc import Mapping
from typing import Any


def _block(number: int, name: str, start: str, minutes: int, content: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """``number`` makes the id: channel × 100 + block, the same in every installation."""
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "name": name,
        "start_time": start,
        "duration_mins": minutes,
        "content": dict(content),
        **more,
    }


def _pick(strategy: str, **filter_fields: Any) -> dict[str, Any]:
    return {"type": "algorithmic", "filter": filter_fields, "strategy": strategy}


_SITCOMS: dict[str, Any] = {
    "content_type": "episode",
    "genres": ["Comedy"],
    "decade": 1990,
    "min_duration_secs": 1200,
    "max_duration_secs": 1800,
}
_FILLER = {"content_type": "short"}


def _logo(letter: str, colour: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><circle cx="48" cy="48" r="44" '
        f'fill="{colour}"/><text x="48" y="65" font-family="sans-serif" font-size="48" font-weight="700" '
        f'text-anchor="middle" fill="#fff">{letter}</text></svg>'
    )


# Bodies of POST /channels.
DEMO_CHANNELS: list[dict[str, Any]] = [
    {
        "name": "90s Sitcom Network",
        "description": "Parkview Terrace in order all day, a lucky dip in the evening, a comedy film at night.",
        "timezone": "UTC",
        "logo": _logo("9", "#c2571a"),
        "auto_schedule": True,
        "recycle_policy": {"cooldown_days": 1, "cooldown_generations": None, "min_available_ratio": 0.7},
        "schedule_config": {
            "blocks": [
                _block(101, "Sitcoms All Day", "00:30:00", 1170, _pick("sequential", **_SITCOMS), filler=_FILLER),
                _block(102, "Evening Sitcoms", "20:00:00", 120, _pick("random", **_SITCOMS), filler=_FILLER),
                _block(
                    103,
                    "Late Night Movie",
                    "22:00:00",
                    150,
                    _pick("best_fit", content_type="movie", genres=["Comedy"]),
                    filler=_FILLER,
                ),
            ]
        },
    },
    {
        "name": "The Picture House",
        "description": "Three films every six hours; shorts close the gap to the minute.",
        "timezone": "UTC",
        "logo": _logo("P", "#24507f"),
        "auto_schedule": True,
        "recycle_policy": {"cooldown_days": 1, "cooldown_generations": None, "min_available_ratio": 0.7},
        "schedule_config": {
            "blocks": [
                _block(201, "Night Pictures", "00:00:00", 360, _pick("best_fit", content_type="movie"), filler=_FILLER),
                _block(
                    202, "Morning Pictures", "06:00:00", 360, _pick("best_fit", content_type="movie"), filler=_FILLER
                ),
                _block(203, "Matinee", "12:00:00", 360, _pick("best_fit", content_type="movie"), filler=_FILLER),
                _block(204, "Main Feature", "18:00:00", 360, _pick("best_fit", content_type="movie"), filler=_FILLER),
            ]
        },
    },
    {
        "name": "Lantern",
        "description": "Mysteries, shorts and late horror, shuffled.",
        "timezone": "UTC",
        "logo": _logo("L", "#3d6b52"),
        "auto_schedule": True,
        "recycle_policy": {"cooldown_days": None, "cooldown_generations": None, "min_available_ratio": 0.5},
        "schedule_config": {
            "blocks": [
                _block(
                    301,
                    "After Midnight",
                    "00:00:00",
                    300,
                    _pick("random", content_type="movie", genres=["Horror"]),
                    filler=_FILLER,
                ),
                _block(
                    302,
                    "Lantern Bay",
                    "05:00:00",
                    840,
                    _pick("random", series_names=["Lantern Bay"]),
                    filler=_FILLER,
                ),
                _block(303, "Short Hour", "19:00:00", 60, _pick("random", content_type="short")),
                _block(304, "Anything Goes", "20:00:00", 240, _pick("random"), filler=_FILLER),
            ]
        },
    },
]
