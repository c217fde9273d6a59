"""Pages: templates filled with values, and the small words that templates use.

Takes the name of a template (``kgraph/server/pages/templates``) and values that nobody has looked at,
gives HTML. Jinja escapes every value where it is written; no template and no code of this
room marks a text as safe, so this is the one place where HTML is made. There are no inline
scripts and styles, which the policy of :mod:`kgraph.server.http.middleware` would refuse.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote, urlencode

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kgraph.base.text import format_day, hex_digest, pluralize
from kgraph.server.pages.forms import encode_fields, humanize

TEMPLATE_FOLDER = Path(__file__).parent / "templates"


class Hyperlink(msgspec.Struct, frozen=True):
    """Words that may lead somewhere.

    Attributes:
        words: what is read.
        target: a path of this server, or an http(s) address; "" for words alone.
    """

    words: str
    target: str = ""


NAVIGATION_LINKS = (
    Hyperlink("Home", "/"),
    Hyperlink("Search", "/search"),
    Hyperlink("Questions", "/questions"),
    Hyperlink("SPARQL", "/editor"),
    Hyperlink("Audit", "/audit"),
    Hyperlink("Downloads", "/downloads"),
)
"""The sections, in every page's head."""

FOOTER_LINKS = (
    Hyperlink("Companies", "/companies"),
    Hyperlink("Episodes", "/episodes"),
    Hyperlink("Themes", "/themes"),
    Hyperlink("Shows", "/shows"),
    Hyperlink("API", "/api"),
)
"""What can be walked through, in every page's foot."""


class Pagination(msgspec.Struct, frozen=True):
    """A part of a long list.

    Attributes:
        total: how many there are in all.
        first, last: numbers of what is shown, from 1; 0 where nothing is.
        before, after: addresses of the parts beside it; "" at the ends.
    """

    total: int
    first: int
    last: int
    before: str = ""
    after: str = ""


def paginate(path: str, given: dict[str, str], total: int, offset: int, size: int) -> Pagination:
    """The part of a list that starts at an offset.

    Args:
        path: of the list.
        given: its other parameters, by name; empty ones are left out of addresses.
        total: how many there are in all.
        offset: how many come before.
        size: how many are shown at once.

    Returns:
        That part; of an offset behind the end, an empty one behind the last that there is.

    >>> paginate("/shows", {"q": "a b"}, 15, 10, 10)
    Pagination(total=15, first=11, last=15, before='/shows?q=a+b', after='')
    >>> paginate("/shows", {}, 15, 99, 10).before
    '/shows?offset=10'
    """
    last = min(offset + size, total)
    end = (total + size - 1) // size * size  # where a part would begin behind the last
    before = _page_address(path, given, max(min(offset, end) - size, 0)) if offset > 0 else ""
    after = _page_address(path, given, offset + size) if offset + size < total else ""
    return Pagination(total, offset + 1 if offset < total else 0, last, before, after)


def _page_address(path: str, given: dict[str, str], offset: int) -> str:
    pairs = [(name, value) for name, value in given.items() if value]
    pairs += [("offset", str(offset))] if offset else []
    return path + ("?" + urlencode(pairs) if pairs else "")


def render_template(template: str, *, section: str = "", **values: object) -> str:
    """A whole page.

    Args:
        template: name of a file in :data:`TEMPLATE_FOLDER`.
        here: path of the section that the page belongs to; "" for none.
        values: what the template shows.
    """
    return _ENVIRONMENT.get_template(template).render(
        here=section, navigation=NAVIGATION_LINKS, lists=FOOTER_LINKS, **values
    )


def local_path(id_: str) -> str:
    """The path of a thing on this server.

    >>> local_path("company/at t")
    '/company/at%20t'
    """
    return "/" + quote(id_, safe="/~")


def is_safe(target: str) -> bool:
    """Whether a link may lead there: http(s), or a path of this server.

    >>> is_safe("https://example.org/"), is_safe("/a"), is_safe("//b"), is_safe("javascript:c")
    (True, True, False, False)
    """
    return target.startswith(("http://", "https://")) or (
        target.startswith("/") and not target.startswith(("//", "/\\"))
    )


def format_percent(value: float) -> str:
    """A share in hundredths; what is nearly all or nothing is not rounded to it.

    >>> format_percent(0.934), format_percent(0.9999), format_percent(1), format_percent(0.004)
    ('93 %', '>99 %', '100 %', '<1 %')
    """
    if 0 < value < 0.005:
        return "<1 %"
    return ">99 %" if 0.995 <= value < 1 else f"{value:.0%}".replace("%", " %")


def format_count(value: float) -> str:
    """A number with its thousands apart; two places where it is none of a count.

    >>> format_count(13451), format_count(2.5)
    ('13,451', '2.50')
    """
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def format_number(value: float) -> str:
    """A number with as many places as it has, four at the most.

    >>> format_number(148.0), format_number(0.25)
    ('148', '0.25')
    """
    return f"{value:,.4f}".rstrip("0").rstrip(".")


def format_bytes(value: int) -> str:
    """A number of bytes, as people say it.

    >>> format_bytes(147 << 20), format_bytes(900)
    ('147 MB', '1 kB')
    """
    return f"{value >> 20:,} MB" if value >= 1 << 20 else f"{-(-value >> 10):,} kB"


def format_signed(value: float) -> str:
    """A number with its sign, to two places.

    >>> format_signed(2.345), format_signed(-0.5)
    ('+2.35', '−0.50')
    """
    return f"{value:+.2f}".replace("-", "−")


def term_label(term: str) -> str:
    """The name of a term as words.

    >>> term_label("kg:productOf"), term_label("schema:parentOrganization")
    ('product of', 'parent organization')
    """
    name = term.rpartition(":")[2]
    return re.sub(r"(?<=[a-z])([A-Z])", lambda match: f" {match[1].lower()}", name)


def _make_environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATE_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,  # a misspelt value is an error, not an empty place
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "path": local_path,
        "percent": format_percent,
        "number": format_count,
        "counted": pluralize,
        "said_day": format_day,
        "figure": format_number,
        "bytes": format_bytes,
        "is_safe": is_safe,
        "words": term_label,
        "signed": format_signed,
        "spoken": humanize,
        "refill": encode_fields,
    }
    return made


_ENVIRONMENT = _make_environment()

TEMPLATE_HASH = hex_digest(
    "".join(f"{f.name}{f.read_text('utf-8')}" for f in sorted(TEMPLATE_FOLDER.iterdir()))
)
"""Names the templates: a page that was made with others is another page."""
