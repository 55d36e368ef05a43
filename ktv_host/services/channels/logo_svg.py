"""Inline SVG of strangers, made harmless: what is not on the list is left out."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape, quoteattr

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ktv_host.errors import FieldError, Invalid

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
DEEPEST, MOST_ELEMENTS = 64, 10_000

_ELEMENTS = (
    "svg g defs symbol use switch title desc path rect circle ellipse line polyline polygon text tspan textPath image"
    " style linearGradient radialGradient stop clipPath mask pattern marker filter feBlend feColorMatrix"
    " feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow"
    " feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight"
    " feSpecularLighting feSpotLight feTile feTurbulence"
)
_ATTRIBUTES = (
    "id class style transform opacity display visibility overflow color version viewBox preserveAspectRatio x y z x1 y1"
    " x2 y2 width height cx cy r rx ry fx fy fr d points pathLength dx dy rotate textLength lengthAdjust startOffset"
    " fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit"
    " stroke-dasharray stroke-dashoffset paint-order vector-effect clip-path clip-rule clipPathUnits mask maskUnits"
    " maskContentUnits mask-type patternUnits patternContentUnits patternTransform gradientUnits gradientTransform"
    " spreadMethod offset stop-color stop-opacity marker-start marker-mid marker-end markerUnits markerWidth"
    " markerHeight refX refY orient font-family font-size font-style font-weight font-variant font-stretch text-anchor"
    " letter-spacing word-spacing text-decoration dominant-baseline alignment-baseline baseline-shift writing-mode"
    " shape-rendering text-rendering image-rendering color-interpolation color-interpolation-filters mix-blend-mode"
    " isolation filter filterUnits primitiveUnits flood-color flood-opacity lighting-color in in2 result mode operator"
    " k1 k2 k3 k4 stdDeviation edgeMode type values tableValues slope intercept amplitude exponent radius scale"
    " xChannelSelector yChannelSelector order kernelMatrix divisor bias targetX targetY preserveAlpha surfaceScale"
    " diffuseConstant specularConstant specularExponent limitingConeAngle pointsAtX pointsAtY pointsAtZ azimuth"
    " elevation baseFrequency numOctaves seed stitchTiles"
)
ELEMENTS, ATTRIBUTES = frozenset(_ELEMENTS.split()), frozenset(_ATTRIBUTES.split())
# a link around the picture is only a group of it here
RENAMED = {"a": "g"}
_WITHIN = re.compile(r"""url\(\s*(['"]?)#[^'")\s]+\1\s*\)""", re.IGNORECASE)
_REACHES_OUT = re.compile(r"url|@|\\|image-set|image\(|src\(|expression|behavior|binding|script:|<", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+")


def clean_svg(text: str) -> str:
    """The picture without scripts, event handlers, links, animation, foreign content and anything from elsewhere.

    Raises Invalid for what is no SVG, declares entities, or is deeper or larger than any logo.
    """
    try:
        root = fromstring(text)
    except DefusedXmlException:
        raise _invalid("declares entities; remove its <!DOCTYPE …[…]> part") from None
    except (ParseError, ValueError) as error:
        raise _invalid(f"is not well-formed SVG: {error}") from None
    if _name(root) != "svg":
        raise _invalid("must begin with <svg>")
    return "".join(_write(root, _ids_around_uses(root)))


def _write(element: Element, nested: frozenset[str], *, outermost: bool = True) -> Iterator[str]:
    name = _name(element)
    attributes = "".join(f" {key}={quoteattr(value)}" for key, value in _attributes(element, name))
    yield f"<{name}{' xmlns=' + quoteattr(SVG[1:-1]) if outermost else ''}{attributes}>"
    yield escape(element.text or "")
    for child in element:
        if _kept(child, nested):
            yield from _write(child, nested, outermost=False)
        yield escape(child.tail or "")
    yield f"</{name}>"


def _kept(element: Element, nested: frozenset[str]) -> bool:
    name = _name(element)
    if name == "style":
        return _stays_within(element.text or "")
    if name == "use":
        # copies of copies grow exponentially in the browser
        return _link(element).removeprefix("#") not in nested
    return name in ELEMENTS


def _attributes(element: Element, name: str) -> Iterator[tuple[str, str]]:
    link = _link(element)
    if link.startswith("#") or (name == "image" and _PICTURE.fullmatch(link)):
        yield "href", link
    for key, value in element.attrib.items():
        if key in ATTRIBUTES and _stays_within(value):
            yield key, value


def _stays_within(css: str) -> bool:
    return not _REACHES_OUT.search(_WITHIN.sub("", css))


def _ids_around_uses(root: Element) -> frozenset[str]:
    """Ids of elements that are or hold a ``use``. Raises Invalid for what is too deep or too large."""
    found: set[str] = set()
    waiting: list[tuple[Element, tuple[str, ...]]] = [(root, ())]
    count = 0
    while waiting:
        element, above = waiting.pop()
        line = (*above, element.get("id") or "")
        count += 1
        if len(line) > DEEPEST or count > MOST_ELEMENTS:
            raise _invalid(f"has more than {MOST_ELEMENTS} elements, or {DEEPEST} inside one another")
        if _name(element) == "use":
            found.update(line)
        waiting += [(child, line) for child in element]
    return frozenset(found)


def _link(element: Element) -> str:
    return (element.get("href") or element.get(f"{XLINK}href") or "").strip()


def _name(element: Element) -> str:
    """The local name of an SVG element; empty for anything foreign. Without a namespace it counts as SVG."""
    tag: object = element.tag
    if not isinstance(tag, str):
        return ""  # a comment or a processing instruction
    local = tag.removeprefix(SVG)
    return "" if local.startswith("{") else RENAMED.get(local, local)


def _invalid(message: str) -> Invalid:
    return Invalid(f"the logo {message}", [FieldError("logo", message)])
