"""Every route says in docs/reference/access.md who may call it; tests/api/test_access_matrix.py holds it to that."""

import re
from collections import Counter
from pathlib import Path

from ktv_host.app import all_routes, load_plugins
from ktv_host.settings import Settings

ROW = re.compile(r"^\| `([A-Z]+ /\S*)` \|", re.MULTILINE)
PARAMETER, BRACED = re.compile(r"<(?:[^:>]+:)?([^>]+)>"), r"{\1}"


def test_every_route_has_a_row_and_every_row_a_route(root: Path) -> None:
    catalog, _ = load_plugins(Settings(_env_file=None))
    routes = [f"{one.method} {PARAMETER.sub(BRACED, one.path)}" for one in all_routes(catalog)]
    rows = ROW.findall((root / "docs" / "reference" / "access.md").read_text(encoding="utf-8"))
    assert not [row for row, times in Counter(rows).items() if times > 1]
    assert not [route for route, times in Counter(routes).items() if times > 1]
    assert set(rows) == {*routes, "GET /openapi.json"}
