"""The example channel of the product's contract, word for word."""

from typing import Any

CHANNEL = {
    "name": "90s Sitcom Network",
    "description": "Nothing but classic sitcoms, all day",
    "timezone": "America/New_York",
}
BLOCKS: list[dict[str, Any]] = [
    {
        "id": "00000000-0000-0000-0000-000000000001",
        "name": "Evening Sitcoms",
        "start_time": "20:00:00",
        "duration_mins": 120,
        "content": {
            "type": "algorithmic",
            "filter": {
                "content_type": "episode",
                "genres": ["Comedy"],
                "decade": 1990,
                "min_duration_secs": 1200,
                "max_duration_secs": 1800,
                "collections": [],
                "tags": [],
            },
            "strategy": "random",
        },
    },
    {
        "id": "00000000-0000-0000-0000-000000000002",
        "name": "Late Night Movie",
        "start_time": "22:00:00",
        "duration_mins": 150,
        "content": {
            "type": "algorithmic",
            "filter": {
                "content_type": "movie",
                "genres": ["Comedy"],
                "decade": None,
                "min_duration_secs": None,
                "max_duration_secs": None,
                "collections": [],
                "tags": [],
            },
            "strategy": "best_fit",
        },
    },
]
