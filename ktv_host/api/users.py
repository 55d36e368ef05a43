"""/admin/users: accounts as admins manage them."""

from datetime import datetime
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from typing_extensions import TypedDict

from ktv_host.api.auth import Email, SessionsQuery
from ktv_host.api.guard import Admin
from ktv_host.api.reply import Reply
from ktv_host.api.route import PREFIX, Call, Route
from ktv_host.domain.user import Role, User

MOST = 200


class UsersQuery(BaseModel):
    q: str = Field("", max_length=254, description="part of the e-mail address")
    limit: int = Field(50, ge=1, le=MOST)
    offset: int = Field(0, ge=0, le=10_000_000)


class NewUser(BaseModel):
    model_config = ConfigDict(extra="forbid")

    email: Email
    password: SecretStr
    role: Role = Role.USER


class UserChange(BaseModel):
    """What is absent stays as it is."""

    model_config = ConfigDict(extra="forbid")

    role: Role = Field(default_factory=lambda: Role.USER)
    disabled: bool = Field(default_factory=bool)


class NewPassword(BaseModel):
    model_config = ConfigDict(extra="forbid")

    password: SecretStr


class DeleteQuery(BaseModel):
    channels_to: str | None = Field(None, description="id of the account that gets the channels of the deleted one")


class ManagedUserBody(TypedDict):
    """``has_password`` is false for an account that only signs in through an identity provider."""

    id: str
    email: str
    role: str
    disabled: bool
    has_password: bool
    created_at: datetime


async def list_users(call: Call[UsersQuery, None]) -> Reply:
    query = call.query
    page = await call.host.users.page(query.q, limit=query.limit, offset=query.offset)
    headers = {"X-Total-Count": str(page.total)}
    if query.offset + len(page.users) < page.total:
        parameters = {"limit": query.limit, "offset": query.offset + query.limit, **({"q": query.q} if query.q else {})}
        headers["Link"] = f'<{call.host.public_url}{PREFIX}/admin/users?{urlencode(parameters)}>; rel="next"'
    return Reply([managed_user_body(user) for user in page.users], headers=headers)


async def create(call: Call[None, NewUser]) -> Reply:
    body = call.body
    user = await call.host.users.create(body.email, body.password.get_secret_value(), body.role, call.user_id)
    return Reply(managed_user_body(user), 201, {"Location": f"{call.host.public_url}{PREFIX}/admin/users/{user.id}"})


async def get(call: Call[None, None]) -> Reply:
    return Reply(managed_user_body(await call.host.users.get(call.path["user_id"])))


async def change(call: Call[None, UserChange]) -> Reply:
    given = call.body.model_dump(exclude_unset=True)
    user = await call.host.users.change(
        call.path["user_id"], role=given.get("role"), disabled=given.get("disabled"), actor_id=call.user_id
    )
    return Reply(managed_user_body(user))


async def set_password(call: Call[None, NewPassword]) -> Reply:
    password = call.body.password.get_secret_value()
    await call.host.users.set_password(call.path["user_id"], password, call.user_id)
    return Reply(None, 204)


async def end_sessions(call: Call[SessionsQuery, None]) -> Reply:
    await call.host.users.end_sessions(call.path["user_id"], tokens=call.query.tokens, actor_id=call.user_id)
    return Reply(None, 204)


async def delete(call: Call[DeleteQuery, None]) -> Reply:
    await call.host.users.delete(
        call.path["user_id"], channels_to=call.query.channels_to or None, actor_id=call.user_id
    )
    return Reply(None, 204)


def managed_user_body(user: User) -> ManagedUserBody:
    return ManagedUserBody(
        id=user.id,
        email=user.email,
        role=user.role.value,
        disabled=user.disabled,
        has_password=user.password_hash is not None,
        created_at=user.created_at,
    )


ONE = "/admin/users/<user_id>"
IN_PERSON = Admin(scope=None)  # who may open doors signs in
ROUTES = (
    Route(
        "GET",
        "/admin/users",
        list_users,
        "Accounts, oldest first",
        Admin(),
        {200: list[ManagedUserBody]},
        query=UsersQuery,
    ),
    Route(
        "POST",
        "/admin/users",
        create,
        "Create an account, also while registration is closed",
        IN_PERSON,
        {201: ManagedUserBody},
        body=NewUser,
        errors=(409,),
    ),
    Route("GET", ONE, get, "An account", Admin(), {200: ManagedUserBody}, errors=(404,)),
    Route(
        "PUT",
        ONE,
        change,
        "Change the role, disable or enable; an admin must remain",
        IN_PERSON,
        {200: ManagedUserBody},
        body=UserChange,
        errors=(404, 409),
    ),
    Route(
        "PUT",
        f"{ONE}/password",
        set_password,
        "Give an account a new password; its sign-ins end",
        IN_PERSON,
        {204: None},
        body=NewPassword,
        errors=(404,),
    ),
    Route(
        "DELETE",
        f"{ONE}/sessions",
        end_sessions,
        "Sign an account out everywhere",
        IN_PERSON,
        {204: None},
        query=SessionsQuery,
        errors=(404,),
    ),
    Route(
        "DELETE",
        ONE,
        delete,
        "Delete an account; its channels go to another, an admin must remain",
        IN_PERSON,
        {204: None},
        query=DeleteQuery,
        errors=(404, 409),
    ),
)
