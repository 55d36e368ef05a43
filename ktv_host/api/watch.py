"""/watch: a small page that plays a channel, until the web app moves in."""

from pathlib import Path

from quart import Quart, Response

from ktv_host.api.headers import PAGE

PAGES = Path(__file__).parent / "pages"
HLS = "hls.js"  # put here by `make ui` from npm; without it the page asks the browser to play HLS itself
SCRIPT = "text/javascript; charset=utf-8"


def install(app: Quart, base: str) -> None:
    """Mount the page, and lead to it whoever opens the host's bare address; ``base`` is the path of the public URL.

    It holds nothing of its own: what it shows comes through the API with its guard.
    """

    async def front() -> Response:
        return Response(status=302, headers={"Location": f"{base}/watch/"})

    async def page(channel_id: str = "") -> Response:  # noqa: ARG001  the script reads it from the address
        return _serve("watch.html", "text/html; charset=utf-8")

    async def script() -> Response:
        return _serve("watch.js", SCRIPT)

    async def style() -> Response:
        return _serve("watch.css", "text/css; charset=utf-8")

    async def player() -> Response:
        if not (PAGES / HLS).is_file():
            return Response("// not bundled: run make ui\n", content_type=SCRIPT)
        return _serve(HLS, SCRIPT)

    app.add_url_rule("/", endpoint="watch front", view_func=front)
    app.add_url_rule("/watch/", endpoint="watch", view_func=page)
    app.add_url_rule("/watch/<channel_id>", endpoint="watch channel", view_func=page)
    app.add_url_rule("/watch/watch.js", endpoint="watch script", view_func=script)
    app.add_url_rule("/watch/watch.css", endpoint="watch style", view_func=style)
    app.add_url_rule("/watch/hls.js", endpoint="watch player", view_func=player)


def _serve(name: str, content_type: str) -> Response:
    headers = {**PAGE, "Cache-Control": "no-cache"}
    return Response((PAGES / name).read_bytes(), content_type=content_type, headers=headers)
