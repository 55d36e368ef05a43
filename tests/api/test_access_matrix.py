"""Every route, every access mode, every kind of caller, against the tables of docs/reference/access.md."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from quart import Quart

from ktv_host.api import problems
from ktv_host.api.reply import Reply
from ktv_host.api.route import HOST_KEY, Call, Route, mount
from ktv_host.app import all_routes

TABLE = Path(__file__).parents[2] / "docs" / "reference" / "access.md"
ROW = re.compile(r"\| `([A-Z]+) (/\S*)` \| ([^|]+) \| ([^|]+) \| ([^|]*)\|")
MODES = ("public", "password_protected", "account_required", "owner_only")
SESAME = "open sesame"

# list, read, watch, edit; what the table of modes says, as statuses
CHANNEL: dict[tuple[str, str], tuple[int, int, int, int]] = {
    ("public", "nobody"): (200, 200, 200, 401),
    ("public", "key"): (200, 200, 200, 401),
    ("public", "account"): (200, 200, 200, 403),
    ("public", "account and key"): (200, 200, 200, 403),
    ("password_protected", "nobody"): (200, 401, 401, 401),
    ("password_protected", "key"): (200, 200, 200, 401),
    ("password_protected", "account"): (200, 401, 401, 403),
    ("password_protected", "account and key"): (200, 200, 200, 403),
    ("account_required", "nobody"): (401, 401, 401, 401),
    ("account_required", "key"): (401, 401, 401, 401),
    ("account_required", "account"): (200, 200, 200, 403),
    ("account_required", "account and key"): (200, 200, 200, 403),
    ("owner_only", "nobody"): (404, 404, 404, 404),
    ("owner_only", "key"): (404, 404, 404, 404),
    ("owner_only", "account"): (404, 404, 404, 404),
    ("owner_only", "account and key"): (404, 404, 404, 404),
}
ACTIONS = ("list", "read", "watch", "edit")
# whether the bytes of an item of a channel of that mode are for: nobody, an account; owner and admins get them all
ITEM = {
    "public": (401, 200),
    "password_protected": (401, 403),
    "account_required": (401, 200),
    "owner_only": (401, 403),
}


@dataclass(frozen=True)
class Rule:
    who: str
    scope: str
    query: bool


@dataclass(frozen=True)
class Somebody:
    """``who`` is a column of the tables; ``scopes`` None is a sign-in; ``holds`` says whether the token is good."""

    name: str
    who: str
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    scopes: frozenset[str] | None = None
    holds: bool = True

    @property
    def shows_token(self) -> bool:
        return "Authorization" in self.headers or "token" in self.query


def documented() -> dict[tuple[str, str], Rule]:
    rows = ROW.findall(TABLE.read_text(encoding="utf-8"))
    return {
        (method, path): Rule(who.strip().replace("\\", ""), scope.strip(), query.strip() == "yes")
        for method, path, who, scope, query in rows
    }


def written(path: str) -> str:
    return re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", path)


def expected(rule: Rule, mode: str, caller: Somebody) -> int:
    """The status the tables say; 200 stands for admitted."""
    if rule.who == "anybody":
        return 200
    seen = caller if rule.query or "token" not in caller.query else replace(caller, query={}, who="nobody", scopes=None)
    if seen.shows_token:
        if not seen.holds:
            return 401
        tokens_may = rule.who not in ("sign-in", "admin sign-in")
        if seen.scopes is not None and not (tokens_may and seen.scopes & {rule.scope, "api"}):
            return 403
    nobody, above = seen.who in ("nobody", "key"), seen.who in ("owner", "admin")
    match rule.who:
        case "anybody*":
            return 200
        case "account" | "sign-in":
            return 401 if nobody else 200
        case "admin" | "admin sign-in":
            return 401 if nobody else 200 if seen.who == "admin" else 403
        case "item":
            return 200 if above else ITEM[mode][0 if nobody else 1]
        case "logo":
            return 200 if above else CHANNEL[mode, seen.who][0]
        case action:
            return 200 if above else CHANNEL[mode, seen.who][ACTIONS.index(action)]


@dataclass
class World:
    real: Quart
    gate: Quart  # the same guard and the same host, behind it nothing that could be changed
    routes: list[Route]
    channels: dict[str, dict[str, Any]]
    callers: list[Somebody]

    def addresses(self, route: Route) -> Iterator[tuple[str, str]]:
        """(mode, path) of the route on each channel; once when no channel is involved."""
        named = "channel_id" in route.path or ("media_id" in route.path and "library" not in route.path)
        for number, mode in enumerate(MODES if named else MODES[:1], 1):
            values = {"channel_id": self.channels[mode]["id"], "media_id": f"shelf::film-{number}"}
            yield mode, re.sub(r"<([^>]+)>", lambda found, v=values: v.get(found[1], "1"), route.path)


async def passed(call: Call[Any, Any]) -> Reply:
    return Reply({})


@pytest.fixture
async def world(app: Quart, stocked: Any, register: Callable[..., Any], shelf_catalog: Any, make_block: Any) -> World:
    owner, user, gone, out = [await register(name) for name in ("owner", "viewer", "gone", "out")]
    channels = {}
    for number, mode in enumerate(MODES, 1):
        content = {"type": "manual", "items": [f"shelf::film-{number}"]}
        answer = await owner.post("/channels", {
            "name": mode, "access_mode": mode, "access_password": SESAME, "logo": "<svg><rect/></svg>",
            "schedule_config": {"blocks": [make_block(content=content)]},
        })  # fmt: skip
        channels[mode] = await answer.get_json()
        assert (await owner.post(f"/channels/{channels[mode]['id']}/schedule")).status_code == 201
    callers = await people(stocked, owner, user, channels)
    await out.post("/auth/logout")
    found = await (await stocked.get("/admin/users")).get_json()
    gone_id = next(one["id"] for one in found if one["email"].startswith("gone"))
    assert (await stocked.put(f"/admin/users/{gone_id}", {"disabled": True})).status_code == 200
    for name, person in (("signed out", out), ("disabled", gone)):
        callers.append(Somebody(name, "nobody", bearer(person.token), holds=False))
    routes = all_routes(shelf_catalog)
    gate = Quart("gate")
    mount(gate, [replace(route, view=passed, query=None, body=None) for route in routes])
    problems.install(gate)
    gate.extensions[HOST_KEY] = app.extensions[HOST_KEY]
    return World(app, gate, routes, channels, callers)


async def people(admin: Any, owner: Any, user: Any, channels: Any) -> list[Somebody]:
    async def token(person: Any, scope: str) -> str:
        made = await person.post("/auth/tokens", {"name": scope, "scopes": [scope]})
        text: str = (await made.get_json())["token"]
        return text

    protected = f"/api/v1/channels/{channels['password_protected']['id']}"
    grant = (await (await user.client.post(f"{protected}/unlock", json={"password": SESAME})).get_json())["grant"]
    playlist = await (await user.get("/iptv/playlist.m3u")).get_data(as_text=True)
    iptv = re.search(r"token=(iptv\.[^\s\"]+)", playlist)
    assert iptv is not None
    password, shown = {"X-Channel-Password": SESAME}, {"X-Channel-Grant": grant}
    found = [
        Somebody("anonymous", "nobody"),
        Somebody("bad token", "nobody", bearer("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."), holds=False),
        Somebody("bad token in the address", "nobody", query={"token": "ktv_nonsense"}, holds=False),
        Somebody("user", "account", bearer(user.token)),
        Somebody("user by address", "account", query={"token": user.token}),
        Somebody("owner", "owner", bearer(owner.token)),
        Somebody("admin", "admin", bearer(admin.token)),
        Somebody("admin by address", "admin", query={"token": admin.token}),
        Somebody("password", "key", password),
        Somebody("grant", "key", shown),
        Somebody("grant by address", "key", query={"grant": grant}),
        Somebody("a grant of nothing", "nobody", {"X-Channel-Grant": f"{grant[:-1]}!"}),
        Somebody("user with password", "account and key", bearer(user.token) | password),
        Somebody("user with grant", "account and key", bearer(user.token) | shown),
        Somebody("iptv grant", "account", query={"token": iptv[1]}, scopes=frozenset({"iptv"})),
    ]
    for who, person in (("account", user), ("owner", owner), ("admin", admin)):
        for scope in ("iptv", "logs", "api"):
            name = f"{who}'s token for {scope}"
            found.append(Somebody(name, who, bearer(await token(person, scope)), scopes=frozenset({scope})))
    return found


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_what_is_mounted_is_the_routes_and_the_pages(app: Quart, shelf_catalog: Any) -> None:
    routes = {f"{route.method} {route.path}" for route in all_routes(shelf_catalog)}
    mounted = {rule.endpoint for rule in app.url_map.iter_rules()}
    pages = {endpoint for endpoint in mounted if endpoint.startswith("watch")}
    assert mounted - pages == routes | {"GET /openapi.json"}


async def test_everybody_gets_exactly_where_the_tables_say(world: World) -> None:
    rules, wrong, asked = documented(), [], 0
    gate = world.gate.test_client()
    for route in world.routes:
        rule = rules[route.method, written(route.path)]
        for mode, path in world.addresses(route):
            for caller in world.callers:
                answer = await gate.open(
                    f"/api/v1{path}", method=route.method, headers=caller.headers, query_string=caller.query
                )
                asked += 1
                if answer.status_code != expected(rule, mode, caller):
                    wrong.append((route.method, route.path, mode, caller.name, answer.status_code))
    assert wrong == []
    assert asked > 2000


async def test_the_product_refuses_whoever_the_tables_refuse(world: World) -> None:
    """The gate's verdict is the product's: the same refusals, with a problem body, for the same reasons."""
    rules, wrong = documented(), []
    client = world.real.test_client()
    for route in world.routes:
        rule = rules[route.method, written(route.path)]
        for mode, path in world.addresses(route):
            for caller in world.callers:
                status = expected(rule, mode, caller)
                if status == 200:
                    continue
                answer = await client.open(
                    f"/api/v1{path}", method=route.method, headers=caller.headers, query_string=caller.query
                )
                if answer.status_code != status or set(await answer.get_json()) != {"error", "message", "details"}:
                    wrong.append((route.method, route.path, mode, caller.name, answer.status_code, status))
    assert wrong == []


async def test_lists_and_exports_hold_what_each_may_see(world: World) -> None:
    client = world.real.test_client()
    watchable = {"nobody": ["public"], "account": ["public", "account_required"], "owner": MODES, "admin": MODES}
    for caller in world.callers:
        who = caller.who.removesuffix(" and key").replace("key", "nobody")
        options: Any = {"headers": caller.headers, "query_string": {"scope": "watchable", **caller.query}}
        listed = await client.get("/api/v1/channels", **options)
        may_list = not caller.shows_token or (caller.holds and (caller.scopes or {"api"}) >= {"api"})
        if "token" in caller.query:
            assert [one["name"] for one in await listed.get_json()] == watchable["nobody"], caller.name
        elif may_list:
            assert sorted(one["name"] for one in await listed.get_json()) == sorted(watchable[who]), caller.name
        else:
            assert listed.status_code in (401, 403), caller.name
        exported = await client.get("/api/v1/iptv/playlist.m3u", **options)
        if caller.holds and (caller.scopes is None or caller.scopes & {"iptv", "api"}):
            text = await exported.get_data(as_text=True)
            assert {mode for mode in MODES if f",{mode}" in text} == set(watchable[who]), caller.name
        else:
            assert exported.status_code in (401, 403), caller.name


async def test_a_signed_address_opens_its_item_to_everybody_and_nothing_else(world: World) -> None:
    client = world.real.test_client()
    own = next(caller for caller in world.callers if caller.name == "owner")
    for mode in MODES:
        one = f"/api/v1/channels/{world.channels[mode]['id']}"
        logo = (await (await client.get(one, headers=own.headers)).get_json())["logo_url"].removeprefix(
            "http://tv.test"
        )
        for caller in world.callers:
            assert (await client.get(logo, headers=caller.headers)).status_code == 200, (mode, caller.name)
        assert (await client.get(logo.replace("sig=", "sig=x"))).status_code == 401
        assert (await client.get(logo.replace("/logo", ""))).status_code == expected(
            Rule("list", "api", query=False), mode, Somebody("anonymous", "nobody")
        )
