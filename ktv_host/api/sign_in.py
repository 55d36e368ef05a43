"""/auth/login/…, /auth/callback, /auth/exchange: sign-in through an identity provider."""

from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from quart import request
from werkzeug.http import dump_cookie

from ktv_host.api.auth import TokenBody, token_body
from ktv_host.api.guard import Open
from ktv_host.api.problems import problem
from ktv_host.api.reply import Reply
from ktv_host.api.route import PREFIX, Call, Route
from ktv_host.errors import KtvError, Malformed
from ktv_host.host import Host

COOKIE = "ktv_sign_in"
COOKIE_SECONDS = 300
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


class Start(BaseModel):
    return_to: str | None = Field(
        None, description="A path of this server, or an address at one of CORS_ALLOWED_ORIGINS."
    )


class Callback(BaseModel):
    """What OpenID Connect puts there; a backend may ask its provider for more."""

    code: str | None = None
    state: str | None = None
    iss: str | None = None
    error: str | None = None
    error_description: str | None = None


class Exchange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: SecretStr


async def start(call: Call[Start, None]) -> Reply:
    departure = await call.host.sign_ins.depart(call.path["backend"], call.query.return_to)
    cookie = sign_in_cookie(call.host, departure.cookie, COOKIE_SECONDS)
    return Reply(None, 303, {**HEADERS, "Location": departure.redirect_url, "Set-Cookie": cookie})


async def callback(call: Call[Callback, None]) -> Reply:
    """Whatever comes of it, the cookie is gone afterwards."""
    headers = {**HEADERS, "Set-Cookie": sign_in_cookie(call.host, "", 0)}
    try:
        if any(len(values) > 1 for _, values in request.args.lists()):
            raise Malformed("a parameter of the callback is there twice")
        params, cookie = request.args.to_dict(), request.cookies.get(cookie_name(call.host))
        arrival = await call.host.sign_ins.arrive(cookie, params, call.client)
    except KtvError as error:
        refusal = problem(error)
        return Reply(refusal.body, refusal.status, {**refusal.headers, **headers})
    if arrival.token is not None:
        return Reply(token_body(arrival.token), headers=headers)
    return Reply(None, 303, {**headers, "Location": arrival.redirect_url or ""})


async def exchange(call: Call[None, Exchange]) -> Reply:
    token = await call.host.sign_ins.exchange(call.body.code.get_secret_value(), call.client)
    return Reply(token_body(token), headers=HEADERS)


def cookie_name(host: Host) -> str:
    """Browsers take a cookie with this prefix only over HTTPS, so that nobody can plant one over plain HTTP."""
    return f"__Secure-{COOKIE}" if host.secure_cookie else COOKIE


def sign_in_cookie(host: Host, value: str, max_age: int) -> str:
    """For the callback alone. Lax: the browser brings it along when the identity provider sends it back."""
    return dump_cookie(
        cookie_name(host),
        value,
        max_age=max_age,
        path=f"{urlsplit(host.public_url).path}{PREFIX}/auth/callback",
        secure=host.secure_cookie,
        httponly=True,
        samesite="Lax",
    )


ROUTES = (
    Route(
        "GET",
        "/auth/login/<backend>",
        start,
        "Sign in through an identity provider",
        Open(),
        {303: None},
        query=Start,
        errors=(404,),
    ),
    Route(
        "GET",
        "/auth/callback",
        callback,
        "Back from the identity provider: a token, or on to the web app the sign-in began in",
        Open(),
        {200: TokenBody, 303: None},
        query=Callback,
        errors=(401, 403, 404, 429),
    ),
    Route(
        "POST",
        "/auth/exchange",
        exchange,
        "A token for the one-time code a web app was sent back with",
        Open(),
        {200: TokenBody},
        body=Exchange,
        errors=(401, 429),
    ),
)
