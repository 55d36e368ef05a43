"""Documents of exporter plugins, at /api/v1/{exporter}/{path}."""

from collections.abc import Mapping, Sequence
from functools import partial

from quart import Response, request

from ktv_host.api.documents import Documents, Rendering
from ktv_host.api.guard import MaybeSignedIn
from ktv_host.api.route import Call, Raw, Route
from ktv_host.domain.user import Scope
from ktv_host.hooks import Document, Exporter


def routes(exporters: Mapping[str, Exporter]) -> Sequence[Route]:
    """A route per document of every exporter."""
    documents = Documents()
    return [
        Route(
            "GET",
            f"/{key}/{document.path}",
            partial(_export, documents, key, document),
            f"{exporter.name}: {document.path}",
            MaybeSignedIn(Scope.IPTV, query_token=True),
            {200: Raw(document.media_type, "The document"), 304: None},
            tag="exports",
        )
        for key, exporter in sorted(exporters.items())
        for document in exporter.documents
    ]


async def _export(documents: Documents, key: str, document: Document, call: Call[None, None]) -> Response:
    token = await call.host.identity.link_token(call.caller, call.token)
    edition = await call.host.exports.edition(key, document.path, call.caller, token)
    rendering = Rendering(
        name=f"{key}/{document.path}",
        viewer=f"{call.caller.user_id}:{token}",
        revision=edition.revision,
        media_type=document.media_type,
        render=edition.render,
    )
    return await documents.serve(rendering, request.method, request.headers)
