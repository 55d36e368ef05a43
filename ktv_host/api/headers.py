"""Security headers: what every response says, unless its view said something of its own."""

from collections.abc import Mapping

from quart import Quart, Response, request

# An answer of the API is data: should a browser show one as a page, it can run and load nothing.
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
# A page loads its own scripts and styles from here and nothing inline; the player works in blobs.
PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
EVERYWHERE: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": DATA_POLICY,
}
PAGE: Mapping[str, str] = {
    "Content-Security-Policy": PAGE_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
A_YEAR = "max-age=31536000"


def install(app: Quart, *, strict_transport: bool) -> None:
    """``strict_transport``: tell browsers that came by HTTPS to come by nothing else for a year."""

    async def secure(response: Response) -> Response:
        headers = response.headers
        for name, value in EVERYWHERE.items():
            headers.setdefault(name, value)
        if response.mimetype == "application/json":
            headers.setdefault("Cache-Control", "no-store")
        if strict_transport and request.scheme == "https":
            headers.setdefault("Strict-Transport-Security", A_YEAR)
        return response

    app.after_request(secure)
