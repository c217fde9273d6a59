"""Renders Jinja templates, and formats values for them.

Jinja escapes every value, and control characters that HTML does not allow are replaced. No template
and no code here marks a text as safe, and HTML is made nowhere else. There are no inline scripts
and styles: the policy of :mod:`kgraph.server.http.middleware` refuses them.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from kgraph.analysis.presentation import Cell
from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.base.text import format_day, hex_digest, pluralize, shorten
from kgraph.judging.judge_answer import VERB_CHOICES
from kgraph.operations import html as documents
from kgraph.query.display import format_decimal, format_flag
from kgraph.server.html.forms import encode_fields, humanize, label_columns
from kgraph.views.citations import cite_quote

TEMPLATE_FOLDER = Path(__file__).parent / "templates"
ASSET_FOLDER = Path(__file__).parent / "assets"  #: style sheets, which a page in one file includes


class Hyperlink(msgspec.Struct, frozen=True):
    """A text that may be a link."""

    words: str
    target: str = ""  #: a path of this server or an http(s) address; "" for no link


MAX_CHART_TITLE_CHARS = 80  #: of a chart's file: one line


NAVIGATION_LINKS = (
    Hyperlink("Home", "/"),
    Hyperlink("Search", "/search"),
    Hyperlink("Atlas", "/atlas"),
    Hyperlink("Questions", "/questions"),
    Hyperlink("Briefing", "/briefing"),
    Hyperlink("SPARQL", "/editor"),
    Hyperlink("Audit", "/audit"),
    Hyperlink("Downloads", "/downloads"),
)

#: Path of the list of a type that has one of its own.
TYPE_LIST_PATHS = {"company": "/companies", "show": "/shows"}

LIST_LINKS = (
    *(
        Hyperlink(spec.plural.capitalize(), TYPE_LIST_PATHS.get(type_, f"/entities?type={type_}"))
        for type_, spec in ENTITY_TYPES.items()
    ),
    Hyperlink("Episodes", "/episodes"),
    Hyperlink("Themes", "/themes"),
    Hyperlink("Topics", "/topics"),
    Hyperlink("Tags", "/tags"),
)

FOOTER_LINKS = (*LIST_LINKS, Hyperlink("Compare", "/compare"), Hyperlink("API", "/api"))


class JudgeSession(msgspec.Struct, frozen=True):
    """A session in which names may be judged: pages show the controls for it."""

    form_token: str  #: has to come with each change
    address: str  #: path and query of the page that is made


#: Session of the request that is being answered; None if it has none, as without ``--judge``.
current_session: ContextVar[JudgeSession | None] = ContextVar("current_session", default=None)


class Pagination(msgspec.Struct, frozen=True):
    """A page of a list."""

    total: int
    first: int  #: number of its first row, from 1; 0 if it has none
    last: int
    before: str = ""  #: address of the previous page
    after: str = ""  #: address of the next page


def paginate(path: str, params: dict[str, str], total: int, offset: int, size: int) -> Pagination:
    """Return the page of a list that starts at an offset; an empty page after the end.

    Args:
        path: of the list.
        params: its other parameters; empty ones are left out of addresses.
        total: rows of the list.
        offset: rows before the page.
        size: rows of a page.

    >>> paginate("/shows", {"q": "a b"}, 15, 10, 10)
    Pagination(total=15, first=11, last=15, before='/shows?q=a+b', after='')
    >>> paginate("/shows", {}, 15, 99, 10).before
    '/shows?offset=10'
    """

    def address(start: int) -> str:
        pairs = [(name, value) for name, value in params.items() if value]
        pairs += [("offset", str(start))] if start else []
        return path + ("?" + urlencode(pairs) if pairs else "")

    last = min(offset + size, total)
    end = (total + size - 1) // size * size  # start of the page after the last
    before = address(max(min(offset, end) - size, 0)) if offset > 0 else ""
    after = address(offset + size) if offset + size < total else ""
    return Pagination(total, offset + 1 if offset < total else 0, last, before, after)


def render_template(template: str, *, section: str = "", **values: object) -> str:
    """Render a page.

    Args:
        template: name of a file in :data:`TEMPLATE_FOLDER`.
        section: path of the section that the page belongs to; "" for none.
        values: of the template.
    """
    return _ENVIRONMENT.get_template(template).render(
        section=section,
        navigation=NAVIGATION_LINKS,
        lists=LIST_LINKS,
        footer=FOOTER_LINKS,
        judging=current_session.get(),
        **values,
    )


async def compile_templates() -> None:
    """Compile all templates, before a page waits for its own; others have a turn after each.

    That takes a third of a second.
    """
    for path in sorted(TEMPLATE_FOLDER.iterdir()):
        _ENVIRONMENT.get_template(path.name)
        await asyncio.sleep(0)


def map_path(id_: str) -> str:
    """Return the address of the atlas with something selected, as its page reads it.

    >>> map_path("theme/a&b,c")
    '/atlas#node=theme/a%26b%2Cc'
    """
    return "/atlas#node=" + quote(id_, safe="/:!~*'()")


def theme_export_path(id_: str) -> str:
    """Return the address of the atlas with a theme alone, ready to be exported.

    >>> theme_export_path("theme/ai,data")
    '/atlas#themes=theme/ai%2Cdata&panel=marked'
    """
    return map_path(id_).replace("#node=", "#themes=") + "&panel=marked"


def is_safe(target: str) -> bool:
    """Return whether a link may have a target: http(s), or a path of this server.

    >>> is_safe("https://example.org/"), is_safe("/a"), is_safe("//b"), is_safe("javascript:c")
    (True, True, False, False)
    """
    return target.startswith(("http://", "https://")) or (
        target.startswith("/") and not target.startswith(("//", "/\\"))
    )


def format_count(value: float) -> str:
    """Format an integer with thousands separators, another number with two places.

    >>> format_count(13451), format_count(2.5)
    ('13,451', '2.50')
    """
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def format_number(value: float) -> str:
    """Format a number with at most four places.

    >>> format_number(148.0), format_number(0.25)
    ('148', '0.25')
    """
    return f"{value:,.4f}".rstrip("0").rstrip(".")


def format_cell(cell: Cell) -> str:
    """Return the text of a cell as people read it: yes or no, numbers with two places.

    Numbers with an exponent stay as they are.

    >>> format_cell(Cell("true", is_boolean=True)), format_cell(Cell("0.1234", is_number=True))
    ('yes', '0.12')
    """
    if cell.is_boolean:
        return format_flag(cell.text == "true")
    is_decimal = cell.is_number and "." in cell.text and "e" not in cell.text.lower()
    return format_decimal(float(cell.text)) if is_decimal else cell.text


def format_bytes(value: int) -> str:
    """Format a number of bytes.

    >>> format_bytes(147 << 20), format_bytes(900)
    ('147 MB', '1 kB')
    """
    return f"{value >> 20:,} MB" if value >= 1 << 20 else f"{-(-value >> 10):,} kB"


def term_label(term: str) -> str:
    """Return the name of a term as words.

    >>> term_label("kg:productOf"), term_label("schema:parentOrganization")
    ('product of', 'parent organization')
    """
    return humanize(term.rpartition(":")[2]).lower()


_ENVIRONMENT = documents.make_environment((TEMPLATE_FOLDER, ASSET_FOLDER))
_ENVIRONMENT.filters |= {
    "cite": cite_quote,
    "map_path": map_path,
    "theme_export_path": theme_export_path,
    "host": lambda address: urlsplit(address).hostname or address,
    "number": format_count,
    "shorten_title": lambda text: shorten(text, MAX_CHART_TITLE_CHARS),
    "pluralize": pluralize,
    "format_day": format_day,
    "format_number": format_number,
    "format_cell": format_cell,
    "bytes": format_bytes,
    "is_safe": is_safe,
    "term_label": term_label,
    "humanize": humanize,
    "label_columns": label_columns,
    "sentence": lambda text: f"{text[:1].upper()}{text[1:]}.",
    "encode_fields": encode_fields,
}

_ENVIRONMENT.globals["verb_choices"] = VERB_CHOICES

#: Digest of the templates: pages made with other templates have other ETags.
TEMPLATE_HASH = hex_digest(
    "".join(
        f"{file.name}{file.read_text('utf-8')}"
        for folder in (TEMPLATE_FOLDER, documents.TEMPLATE_FOLDER)
        for file in sorted(folder.iterdir())
    )
)
