"""/auth: register, sign in and out, who am I."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints
from typing_extensions import TypedDict

from ktv_host.api.guard import InPerson, Open, SignedIn
from ktv_host.api.reply import Reply
from ktv_host.api.route import Call, Route
from ktv_host.services.accounts.accounts import AccessToken

Email = Annotated[str, StringConstraints(max_length=320)]
NO_STORE = {"Cache-Control": "no-store"}


class Login(BaseModel):
    model_config = ConfigDict(extra="forbid")

    email: Email
    password: SecretStr


class PasswordChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    old_password: SecretStr
    new_password: SecretStr


class SessionsQuery(BaseModel):
    tokens: bool = Field(False, description="revoke the personal tokens as well")


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
    token = await call.host.accounts.register(call.body.email, call.body.password.get_secret_value(), call.client)
    return Reply(token_body(token), 201, NO_STORE)


async def login(call: Call[None, Login]) -> Reply:
    token = await call.host.accounts.login(call.body.email, call.body.password.get_secret_value(), call.client)
    return Reply(token_body(token), headers=NO_STORE)


async def logout(call: Call[None, None]) -> Reply:
    await call.host.accounts.logout(call.token)
    return Reply({})


async def me(call: Call[None, None]) -> Reply:
    user = await call.host.accounts.user(call.caller)
    return Reply(UserBody(id=user.id, email=user.email, role=user.role.value, created_at=user.created_at))


async def renew(call: Call[None, None]) -> Reply:
    return Reply(token_body(await call.host.accounts.renew(call.caller)), headers=NO_STORE)


async def change_password(call: Call[None, PasswordChange]) -> Reply:
    old, new = call.body.old_password.get_secret_value(), call.body.new_password.get_secret_value()
    token = await call.host.accounts.change_password(call.caller, old, new)
    return Reply(token_body(token), headers=NO_STORE)


async def end_sessions(call: Call[SessionsQuery, None]) -> Reply:
    await call.host.accounts.end_sessions(call.caller, tokens=call.query.tokens)
    return Reply(None, 204)


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
        errors=(403, 409, 429),
    ),
    Route("POST", "/auth/login", login, "Sign in", Open(), {200: TokenBody}, body=Login, errors=(401, 429)),
    Route("POST", "/auth/logout", logout, "Revoke the token; fine without one", Open(), {200: dict[str, str]}),
    Route("GET", "/auth/me", me, "The current account", SignedIn(), {200: UserBody}),
    Route("POST", "/auth/token", renew, "A fresh token", InPerson(), {200: TokenBody}),
    Route(
        "PUT",
        "/auth/password",
        change_password,
        "Change the password; every other sign-in of the account ends",
        InPerson(),
        {200: TokenBody},
        body=PasswordChange,
        errors=(409, 429),
    ),
    Route(
        "DELETE",
        "/auth/sessions",
        end_sessions,
        "Sign out everywhere: every sign-in and IPTV grant of the account ends",
        InPerson(),
        {204: None},
        query=SessionsQuery,
    ),
)
