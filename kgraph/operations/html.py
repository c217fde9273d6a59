"""Writes documents as HTML. The template ``document.html`` has a macro for each kind of block.

Jinja escapes every value, and control characters that HTML does not allow are replaced. Nothing is
marked as safe but what the macros themselves made. There are no inline scripts and styles, since
the policy of the server refuses them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kgraph.base.media import classify_recording
from kgraph.base.text import replace_controls
from kgraph.base.web_address import safe_web_url
from kgraph.operations.blocks import Ask, Document, Link, list_spans
from kgraph.operations.charts import place_chart
from kgraph.operations.request import format_path
from kgraph.operations.values import format_amount, format_log_odds, format_percent

TEMPLATE_FOLDER = Path(__file__).parent / "templates"


def make_id_path(id_: str) -> str:
    """Return the path of an id on the server.

    >>> make_id_path("company/at t")
    '/company/at%20t'
    """
    return "/" + quote(id_, safe="/~")


def find_address(target: Link | Ask) -> str:
    """Return where a link leads: an address of the web, or else a path of the server.

    >>> [find_address(Link("x", to)) for to in ("javascript:alert(1)", "https://example.org/")]
    ['/javascript%3Aalert%281%29', 'https://example.org/']
    """
    if isinstance(target, Ask):
        return format_path(target.request)
    if target.to.startswith("#"):
        return "#" + quote(target.to[1:])
    return safe_web_url(target.to) or make_id_path(target.to)


def render_html(document: Document) -> str:
    """Return a document as the content of a page: a heading and what follows it."""
    return make_environment().get_template("document.html").render(document=document)


@cache
def make_environment(folders: tuple[Path, ...] = ()) -> Environment:
    """Return the templates of documents, and of further folders."""
    environment = Environment(
        loader=FileSystemLoader([*folders, TEMPLATE_FOLDER]),
        autoescape=True,
        finalize=_replace_value_controls,
        undefined=StrictUndefined,  # a misspelt name is an error, not an empty text
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "path": make_id_path,
        "address": find_address,
        "spans": list_spans,
        "kind": lambda value: type(value).__name__,
        "percent": format_percent,
        "amount": format_amount,
        "signed": format_log_odds,
        "placed": place_chart,
        "web": safe_web_url,
        "media_kind": classify_recording,
    }
    return environment


def _replace_value_controls(value: object) -> object:
    return type(value)(replace_controls(value)) if isinstance(value, str) else value
