"""Parses Markdown into a tree of plain values that a template writes; makes no HTML.

Texts are untrusted. They are read as CommonMark (https://spec.commonmark.org/, by
markdown-it-py) with tables as of GitHub (https://github.github.com/gfm/#tables-extension-); HTML in
them is text, and links and images become their texts.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token

MAX_MARKDOWN_CHARS = 50_000  #: that are read; a summary has some thousand
MAX_NESTING = 12  #: of lists in lists

#: Opening token -> kind of node; other tokens only group their parts.
_KIND_BY_TOKEN = {
    "paragraph_open": "p",
    "heading_open": "heading",
    "bullet_list_open": "ul",
    "ordered_list_open": "ol",
    "list_item_open": "li",
    "blockquote_open": "blockquote",
    "strong_open": "strong",
    "em_open": "em",
    "table_open": "table",
    "thead_open": "thead",
    "tbody_open": "tbody",
    "tr_open": "tr",
    "th_open": "th",
    "td_open": "td",
}

#: Token without parts -> kind of node; all others are text.
_KIND_BY_LEAF = {"code_inline": "code", "fence": "block", "code_block": "block"}

_PARSER = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING}).enable("table")


class MarkdownNode(msgspec.Struct, frozen=True):
    """A node of the tree."""

    #: ``text``, ``code``, ``block`` (of code), ``br``, ``hr``, ``all`` (a group), or an element of
    #: HTML.
    kind: str
    text: str = ""  #: of text and code
    parts: tuple[MarkdownNode, ...] = ()  #: child nodes


#: Token without content -> its node.
_LINE_BREAKS = {
    "hr": MarkdownNode("hr"),
    "hardbreak": MarkdownNode("br", " "),
    "softbreak": MarkdownNode("text", " "),
}


def parse_markdown(text: str) -> tuple[MarkdownNode, ...]:
    """Parse a text.

    >>> parse_markdown("a **b**")[0].parts[1]
    MarkdownNode(kind='strong', text='', parts=(MarkdownNode(kind='text', text='b', parts=()),))
    """
    return _build_tree(_PARSER.parse(text[:MAX_MARKDOWN_CHARS]))


def _build_tree(tokens: Iterable[Token]) -> tuple[MarkdownNode, ...]:
    stack: list[tuple[str, list[MarkdownNode]]] = [("all", [])]
    for token in tokens:
        if token.nesting > 0:
            stack.append((_KIND_BY_TOKEN.get(token.type, "all"), []))
        elif token.nesting < 0:
            kind, children = stack.pop()
            stack[-1][1].append(MarkdownNode(kind, parts=tuple(children)))
        elif token.children:
            stack[-1][1].extend(_build_tree(token.children))
        elif token.type in _LINE_BREAKS:
            stack[-1][1].append(_LINE_BREAKS[token.type])
        elif token.content:
            kind = _KIND_BY_LEAF.get(token.type, "text")
            stack[-1][1].append(MarkdownNode(kind, token.content))
    return tuple(stack[0][1])
