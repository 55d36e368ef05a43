"""/auth: register, sign in and out, who am I."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, SecretStr
from typing_extensions import TypedDict

from ktv_host.api.guard import InPerson, Open, SignedIn
from ktv_host.api.reply import Reply
from ktv_host.api.route import Call, Route
from ktv_host.services.accounts import AccessToken


class Login(BaseModel):
    model_config = ConfigDict(extra="forbid")

    email: str
    password: SecretStr


class TokenBody(TypedDict):
    """``expires_in`` is in seconds."""

    access_token: str
    token_type: str
    expires_in: int


class UserBody(TypedDict):
    id: str
    email: str
    role: str
    created_at: datetime


async def register(call: Call[None, Login]) -> Reply:
    token = await call.host.accounts.register(call.body.email, call.body.password.get_secret_value())
    return Reply(token_body(token), 201)


async def login(call: Call[None, Login]) -> Reply:
    token = await call.host.accounts.login(call.body.email, call.body.password.get_secret_value())
    return Reply(token_body(token))


async def logout(call: Call[None, None]) -> Reply:
    await call.host.accounts.logout(call.token)
    return Reply({})


async def me(call: Call[None, None]) -> Reply:
    user = await call.host.accounts.user(call.caller)
    return Reply(UserBody(id=user.id, email=user.email, role=user.role.value, created_at=user.created_at))


async def renew(call: Call[None, None]) -> Reply:
    return Reply(token_body(await call.host.accounts.renew(call.caller)))


def token_body(token: AccessToken) -> TokenBody:
    return TokenBody(access_token=token.token, token_type="Bearer", expires_in=token.expires_in)


ROUTES = (
    Route(
        "POST",
        "/auth/register",
        register,
        "Register with e-mail and password; the first account is the admin",
        Open(),
        {201: TokenBody},
        body=Login,
        errors=(403, 409),
    ),
    Route("POST", "/auth/login", login, "Sign in", Open(), {200: TokenBody}, body=Login, errors=(401,)),
    Route("POST", "/auth/logout", logout, "Revoke the token; fine without one", Open(), {200: dict[str, str]}),
    Route("GET", "/auth/me", me, "The current account", SignedIn(), {200: UserBody}),
    Route("POST", "/auth/token", renew, "A fresh token", InPerson(), {200: TokenBody}),
)
