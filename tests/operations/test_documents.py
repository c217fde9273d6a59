"""Documents say the same in every medium, and no text in them becomes markup, script or control."""

import re
from html.parser import HTMLParser
from io import StringIO
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta
from rich.console import Console

from kgraph.base.errors import InputError
from kgraph.operations.blocks import (
    Ask,
    Chart,
    Code,
    Column,
    Correction,
    Document,
    Facts,
    Items,
    Link,
    Match,
    Notice,
    Paragraph,
    Picture,
    PictureNode,
    Point,
    Quote,
    Quotes,
    Section,
    Series,
    Share,
    Strong,
    Table,
    TypeName,
)
from kgraph.operations.html import render_html
from kgraph.operations.markdown import write_markdown
from kgraph.operations.request import (
    EntityName,
    EpisodeName,
    Limit,
    Request,
    build_command,
    format_call,
    format_path,
    list_fields,
    read_request,
)
from kgraph.operations.terminal import print_document

HOSTILE = (
    "<script>alert(1)</script>\"'",
    "\x1b[31mred\x07",
    "a\u202eb\n# c | `d` [e](javascript:f)",
    "[bold]x[/bold] {{ 7 * 7 }}",
)


class WhyRequest(Request, frozen=True):
    """Names an episode, a name in it, and more."""

    episode: EpisodeName
    name: EntityName
    kind: Literal["", "company", "person"] = ""
    months: Annotated[tuple[Annotated[str, Meta(max_length=7)], ...], Meta(description="m")] = ()
    limit: Limit = 5
    steps: bool = False


def make_document(text: str) -> Document:
    """Return a document with a text in every place that takes one."""
    ask = Ask(text, WhyRequest(text or "x", text or "x"))
    points = (Point(text, 1.0, 0.5, 1.5, "▲", text, ask), Point("2025-02", None))
    spans = (text, Strong(text), Match(text), Code(text), Link(text, text), ask, Share(0.5), 3)
    node = PictureNode(text, text, "company", 1.0, 2.0, 3.0)
    return Document(
        text,
        (
            Paragraph(spans),
            Notice(text),
            Facts(((text, spans),)),
            Items((text, spans)),
            Items((text,), short=True),
            Table((Column(text, text), Column("n", kind="number")), ((spans, 3),), 9, ask),
            Quotes((Quote(spans, spans, text, text), Quote(text, "", "https://e.org/a b"))),
            Chart(text, "months", (Series(text, points), Series("b", points)), text, "share", text),
            Chart(text, "bars", (Series(text, points[:1]),), text, note=text),
            Chart(text, "steps", (Series(text, points[:1]),), text, "log-odds"),
            Picture(text, 10, 10, (node,), ()),
            Section(text, (Paragraph(text), TypeNameTable), anchor=text),
            Section(text, (Paragraph(text),), folded=True),
            Correction(text, text),
        ),
        lead=spans,
        remarks=(text,),
    )


TypeNameTable = Table((Column("type"),), ((TypeName("company"),),))


class Page(HTMLParser):
    """Collects the tags and the addresses of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.addresses, self.handlers = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("href", "src"):
                self.addresses.append(value)
            if name.startswith("on"):
                self.handlers.append(name)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_script_in_a_page(text):
    html = render_html(make_document(text))
    page = Page(html)
    assert not page.tags & {"script", "iframe", "object", "style"}
    assert page.handlers == []
    assert all(re.match(r"(/(?![/\\])|#|https?://)", address) for address in page.addresses)
    assert "\x1b" not in html
    assert "\x07" not in html
    assert "49" not in html  # no template in a text is evaluated


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("width", [40, 100])
def test_no_text_controls_a_terminal(text, width):
    out = StringIO()
    print_document(
        Console(file=out, width=width, highlight=False), make_document(text), folded=True
    )
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", out.getvalue())
    if text.startswith("[bold]"):
        assert "[bold]x[/bold]" in out.getvalue()


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("reader", ["person", "agent"])
def test_no_text_becomes_markup_of_markdown(text, reader):
    from markdown_it import MarkdownIt

    markdown = write_markdown(make_document(text), reader)
    assert "\u202e" not in markdown
    assert "\x1b" not in markdown
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown)
    page = Page(html)
    assert not page.tags & {"script", "iframe"}
    assert all(address.startswith(("http://", "https://")) for address in page.addresses)


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_a_command_a_path_and_a_call_ask_the_same(episode, name):
    import shlex
    from urllib.parse import parse_qs, urlsplit

    request = WhyRequest(episode, name, "company", ("2025-01", "2025-02"), 7, True)
    words = shlex.split(build_command(request))
    assert words[:2] == ["kgraph", "why"]
    assert words[-2:] == [episode, name] or words[2:4] == [episode, name]
    query = parse_qs(urlsplit(format_path(request)).query, keep_blank_values=True)
    repeated = {field.name for field in list_fields(WhyRequest) if field.repeats}
    values = {key: each if key in repeated else each[0] for key, each in query.items()}
    assert read_request(WhyRequest, values) == request
    assert format_call(request).startswith("why(episode=")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": "b"}, "give the parameter episode: title, file name or id of an episode"),
        ({"episode": "", "name": "b"}, "episode=: it is empty: title, file name or id"),
        ({"episode": "a", "name": "b", "limit": "x"}, "limit=x: expected a whole number: how many"),
        ({"episode": "a", "name": "b", "limit": 501}, "limit=501: expected a number <= 500"),
        ({"episode": "a", "name": "b", "kind": "compny"}, "no such value: did you mean company?"),
        (
            {"episode": "a", "name": "b", "kind": "?"},
            "no such value: choose one of company, person",
        ),
        ({"episode": "a", "name": "b", "months": ["2025-01-01"]}, "longer than 7 characters: m"),
        ({"episode": "a", "nam": "b"}, "nam: no such parameter; did you mean name?"),
        ({"episode": "a", "name": "b", "steps": "maybe"}, "steps=maybe: expected true or false"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_accepted(values, message):
    with pytest.raises(InputError) as raised:
        read_request(WhyRequest, values)
    assert message in str(raised.value)
