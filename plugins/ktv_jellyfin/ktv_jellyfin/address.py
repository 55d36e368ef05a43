"""The address of a server as people type it."""

import re

from yarl import URL

_WEB_APP = re.compile(r"/web(/(index\.html)?)?$")


def base_url(text: str) -> str:
    """Scheme, host, port and path prefix, without a slash at the end. Raises ValueError that says what to change.

    What a browser shows in its address bar is fine too: the web app's own path is taken off.
    """
    try:
        url = URL(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is not an address; it looks like http://192.168.1.10:8096") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"{text!r} is not an http or https address; it looks like http://192.168.1.10:8096")
    if url.user is not None or url.password is not None:
        raise ValueError("leave user and password out of the address; they have fields of their own")
    path = _WEB_APP.sub("", url.raw_path).rstrip("/")
    if url.raw_query_string:
        raise ValueError("leave out everything from the '?' on")
    return f"{url.origin()}{path}"
