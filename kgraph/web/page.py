"""Plain pages: titles, paragraphs, tables of statements; everything escaped once, here.

Takes text that nobody has looked at, gives HTML without scripts and inline styles, which
reads in order without its style sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import quote

import msgspec

STYLE = "/assets/page.css"


class Link(msgspec.Struct, frozen=True):
    """Words that may lead somewhere.

    Attributes:
        words: what is read.
        target: a path of this server, or an http(s) address; "" for words alone.
    """

    words: str
    target: str = ""


def document(title: str, *parts: str, links: Mapping[str, str] = {}) -> str:
    """A whole page.

    Args:
        title: as text.
        parts: as HTML.
        links: address -> media type, of the same thing in other forms.
    """
    others = "".join(
        f'<link rel="alternate" type="{escape(type_)}" href="{escape(address)}">\n'
        for address, type_ in links.items()
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n"
        f'<link rel="stylesheet" href="{STYLE}">\n{others}</head>\n<body>\n<main>\n'
        f"<h1>{escape(title)}</h1>\n{''.join(parts)}</main>\n</body>\n</html>\n"
    )


def paragraphs(text: str) -> str:
    """Text, with its lines as they are."""
    return f"<pre>{escape(text)}</pre>\n"


def navigation(name: str, links: Iterable[Link]) -> str:
    """A row of links."""
    return f'<nav aria-label="{escape(name)}">{"".join(map(anchor, links))}</nav>\n'


def table(caption: str, rows: Iterable[tuple[Link, Link]]) -> str:
    """Statements: a head and a cell each; nothing where there are none."""
    lines = [f'<tr><th scope="row">{anchor(h)}</th><td>{anchor(c)}</td></tr>\n' for h, c in rows]
    if not lines:
        return ""
    return f"<table>\n<caption>{escape(caption)}</caption>\n{''.join(lines)}</table>\n"


def anchor(link: Link) -> str:
    """A link where it is safe to follow, else its words: no scheme but http(s) leads out.

    >>> anchor(Link("<x>", "javascript:alert(1)"))
    '&lt;x&gt;'
    """
    words = escape(link.words)
    if link.target.startswith(("http://", "https://")):
        return f'<a href="{escape(link.target)}" rel="noreferrer">{words}</a>'
    if link.target.startswith("/") and not link.target.startswith("//"):
        return f'<a href="{escape(link.target)}">{words}</a>'
    return words


def local(id_: str) -> str:
    """The path of a thing on this server.

    >>> local("company/at t")
    '/company/at%20t'
    """
    return "/" + quote(id_, safe="/~")
