"""/auth/tokens: personal tokens for players and scripts."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from typing_extensions import TypedDict

from ktv_host.api.guard import InPerson
from ktv_host.api.reply import Reply
from ktv_host.api.route import Call, Route
from ktv_host.domain.personal_token import PersonalToken
from ktv_host.domain.user import Scope

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class NewPersonalToken(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name = Field(description="what it is for, e.g. the player it goes to")
    scopes: list[Scope] = Field(min_length=1, max_length=len(Scope))
    expires_at: datetime | None = Field(None, description="default: never; a time without a zone is UTC")


class PersonalTokenBody(TypedDict):
    """``hint`` is how the token begins. ``last_used_at`` may be a minute late."""

    id: str
    name: str
    hint: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class CreatedTokenBody(PersonalTokenBody):
    """``token`` is told this once; nobody can look it up later."""

    token: str


async def create(call: Call[None, NewPersonalToken]) -> Reply:
    body = call.body
    expires_at = body.expires_at
    if expires_at is not None:
        expires_at = expires_at.replace(tzinfo=UTC) if expires_at.tzinfo is None else expires_at.astimezone(UTC)
    made = await call.host.tokens.create(call.user_id, body.name, body.scopes, expires_at)
    answer = CreatedTokenBody(**personal_token_body(made.token), token=made.secret)
    return Reply(answer, 201, {"Cache-Control": "no-store"})


async def list_tokens(call: Call[None, None]) -> Reply:
    return Reply([personal_token_body(token) for token in await call.host.tokens.owned_by(call.user_id)])


async def delete(call: Call[None, None]) -> Reply:
    await call.host.tokens.delete(call.user_id, call.path["token_id"])
    return Reply(None, 204)


def personal_token_body(token: PersonalToken) -> PersonalTokenBody:
    return PersonalTokenBody(
        id=token.id,
        name=token.name,
        hint=token.hint,
        scopes=sorted(scope.value for scope in token.scopes),
        created_at=token.created_at,
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
    )


ROUTES = (
    Route("GET", "/auth/tokens", list_tokens, "Your personal tokens", InPerson(), {200: list[PersonalTokenBody]}),
    Route(
        "POST",
        "/auth/tokens",
        create,
        "Make a personal token; it is shown once",
        InPerson(),
        {201: CreatedTokenBody},
        body=NewPersonalToken,
        errors=(409, 429),
    ),
    Route(
        "DELETE", "/auth/tokens/<token_id>", delete, "Revoke a personal token", InPerson(), {204: None}, errors=(404,)
    ),
)
