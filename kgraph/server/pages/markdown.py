"""Markdown as a tree of plain values, which a template writes: no HTML is made here.

Takes a text that nobody has looked at, as CommonMark (https://spec.commonmark.org/, by
markdown-it-py); gives :class:`Part` values of a few kinds. Markup inside the text is text;
links and pictures become their words.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token

MOST = 50_000
"""Characters that are read; a summary has some thousand."""

NESTED = 12
"""Depth to which lists in lists are followed."""

_KINDS = {
    "paragraph_open": "p",
    "heading_open": "heading",
    "bullet_list_open": "ul",
    "ordered_list_open": "ol",
    "list_item_open": "li",
    "blockquote_open": "blockquote",
    "strong_open": "strong",
    "em_open": "em",
}
"""Token that opens something -> kind of part; what is not here only holds other parts."""

_READER = MarkdownIt("commonmark", {"html": False, "maxNesting": NESTED})


class Part(msgspec.Struct, frozen=True):
    """A piece of the text.

    Attributes:
        kind: ``text``, ``code``, ``block`` (of code), ``br``, ``hr``, ``all`` (of any parts),
            or a value of the table above.
        text: of text and code.
        parts: what it holds.
    """

    kind: str
    text: str = ""
    parts: tuple[Part, ...] = ()


def parts(text: str) -> tuple[Part, ...]:
    """The parts of a text.

    >>> parts("a **b**")[0].parts[1]
    Part(kind='strong', text='', parts=(Part(kind='text', text='b', parts=()),))
    """
    return _tree(_READER.parse(text[:MOST]))


def _tree(tokens: Iterable[Token]) -> tuple[Part, ...]:
    stack: list[tuple[str, list[Part]]] = [("all", [])]
    for token in tokens:
        if token.nesting > 0:
            stack.append((_KINDS.get(token.type, "all"), []))
        elif token.nesting < 0:
            kind, held = stack.pop()
            stack[-1][1].append(Part(kind, parts=tuple(held)))
        else:
            stack[-1][1].extend(_leaf(token))
    return tuple(stack[0][1])


def _leaf(token: Token) -> tuple[Part, ...]:
    if token.children:
        return _tree(token.children)
    if token.type == "hr":
        return (Part("hr"),)
    if token.type in ("softbreak", "hardbreak"):
        return (Part("br" if token.type == "hardbreak" else "text", " "),)
    kind = {"code_inline": "code", "fence": "block", "code_block": "block"}.get(token.type, "text")
    return (Part(kind, token.content),) if token.content else ()
