"""/library: browse and search."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from ktv_host.api.guard import SignedIn
from ktv_host.api.paging import next_page
from ktv_host.api.reply import Reply
from ktv_host.api.route import Call, Route
from ktv_host.api.shapes import DetailedItemBody, MediaItemBody, detailed_item_body, item_body
from ktv_host.domain.block import FillStrategy
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.media import ContentType
from ktv_host.services.library.browsing import MOST

Provider = Annotated[str | None, Field(description="id of one provider instance; default all")]


class CollectionBody(TypedDict):
    id: str
    name: str
    collection_type: str | None
    provider_id: str


class SeriesBody(TypedDict):
    name: str
    provider_id: str
    episode_count: int
    season_count: int
    genres: list[str]
    year: int | None


class ProviderQuery(BaseModel):
    provider: Provider = None


class SeriesQuery(ProviderQuery):
    collection: str | None = None


class GenreQuery(ProviderQuery):
    model_config = ConfigDict(populate_by_name=True)

    content_type: ContentType | None = Field(None, alias="type")


class ItemQuery(GenreQuery):
    q: str | None = Field(None, description="free text")
    series: list[str] = Field(default_factory=list, description="series names, OR-combined; also series[]")
    collection: str | None = None
    genre: list[str] = Field(default_factory=list, description="OR-combined")
    tag: list[str] = Field(default_factory=list, description="OR-combined")
    decade: int | None = Field(None, ge=0, le=9990, description="1990 means 1990 to 1999")
    min_duration_secs: int | None = Field(None, ge=0)
    max_duration_secs: int | None = Field(None, ge=0)
    strategy: FillStrategy | None = Field(None, description="order as this strategy would pick")
    limit: int = Field(50, ge=1, le=MOST)
    offset: int = Field(0, ge=0, le=10_000_000)
    seed: int = Field(0, ge=0, le=2**31, description="of the random strategy's shuffle")

    def filter(self) -> MediaFilter:
        return MediaFilter(
            content_type=self.content_type,
            genres=tuple(self.genre),
            decade=self.decade,
            tags=tuple(self.tag),
            min_duration_secs=self.min_duration_secs,
            max_duration_secs=self.max_duration_secs,
            collections=(self.collection,) if self.collection else (),
            series_names=tuple(self.series),
            search_term=self.q or None,
        )


async def collections(call: Call[ProviderQuery, None]) -> Reply:
    found = await call.host.library.collections(call.query.provider)
    return Reply(
        [
            CollectionBody(
                id=owned.collection.id,
                name=owned.collection.name,
                collection_type=owned.collection.collection_type,
                provider_id=owned.instance_id,
            )
            for owned in found
        ]
    )


async def series(call: Call[SeriesQuery, None]) -> Reply:
    found = await call.host.library.series(call.query.provider, call.query.collection)
    return Reply(
        [
            SeriesBody(
                name=one.name,
                provider_id=one.instance_id,
                episode_count=one.episode_count,
                season_count=one.season_count,
                genres=list(one.genres),
                year=one.year,
            )
            for one in found
        ]
    )


async def genres(call: Call[GenreQuery, None]) -> Reply:
    return Reply(await call.host.library.genres(call.query.provider, call.query.content_type))


async def items(call: Call[ItemQuery, None]) -> Reply:
    query = call.query
    page = await call.host.library.items(
        query.filter(),
        provider=query.provider,
        strategy=query.strategy,
        limit=query.limit,
        offset=query.offset,
        seed=query.seed,
    )
    headers = {"X-Total-Count": str(page.total)}
    if page.next_offset is not None:
        headers.update(next_page(call.host.public_url, offset=page.next_offset))
    now = call.host.clock()
    return Reply([item_body(item, call.host.links, now) for item in page.items], headers=headers)


async def item(call: Call[None, None]) -> Reply:
    found = await call.host.library.item(call.path["media_id"])
    details = await call.host.details.of(found.id)
    return Reply(detailed_item_body(found, details, call.host.links, call.host.clock()))


ROUTES = (
    Route(
        "GET",
        "/library/collections",
        collections,
        "Media collections",
        SignedIn(),
        {200: list[CollectionBody]},
        query=ProviderQuery,
        errors=(404, 501),
    ),
    Route(
        "GET",
        "/library/series",
        series,
        "TV series",
        SignedIn(),
        {200: list[SeriesBody]},
        query=SeriesQuery,
        errors=(404, 501),
    ),
    Route(
        "GET", "/library/genres", genres, "Genres", SignedIn(), {200: list[str]}, query=GenreQuery, errors=(404, 501)
    ),
    Route(
        "GET",
        "/library/items",
        items,
        "Search and filter media items; the next page is in Link",
        SignedIn(),
        {200: list[MediaItemBody]},
        query=ItemQuery,
        errors=(404, 501),
    ),
    Route(
        "GET",
        "/library/items/<media_id>",
        item,
        "A media item, with its markers and chapters",
        SignedIn(),
        {200: DetailedItemBody},
        errors=(404,),
    ),
)
