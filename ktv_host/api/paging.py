"""Pages: where the next one is, told in Link."""

from urllib.parse import urlencode

from quart import request


def next_page(base: str, **parameters: int) -> dict[str, str]:
    """The Link header to this list's next page: this address with those parameters, without a token."""
    args = request.args.copy()
    args.poplist("token")
    for name, value in parameters.items():
        args[name] = str(value)
    return {"Link": f'<{base}{request.path}?{urlencode(list(args.items(multi=True)))}>; rel="next"'}
