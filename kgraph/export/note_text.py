"""Write untrusted texts into Markdown notes, where they are text and never markup or code.

The syntax is CommonMark (https://spec.commonmark.org/0.31.2/), with what GitHub's dialect and
Obsidian add: tables, footnotes, tags, comments, formulas, inline fields and templates of plug-ins.
Each of their marks is broken by a backslash. Front matter is YAML 1.2, and 1.1 reads the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
from urllib.parse import quote, urlsplit

from kgraph.base.invisible import remove_invisible
from kgraph.base.markdown import MarkdownNode, parse_markdown

PropertyValue = (
    str | int | float | date | Sequence[str] | Mapping[str, str] | Sequence[Mapping[str, str]]
)

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_NO_CHARACTERS = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]|[\U0001fffe-\U0010ffff]")

_MARKS = re.compile(
    r"""
      [\\`*_\[\]<>|~\#$^{}]      # CommonMark, tags, formulas, block ids, templates
    | %(?=[%<>]) | (?<=[%<])%    # comments; <% of Templater
    | =(?==) | (?<==)=           # highlights
    | &(?=\#|\w+;)                # character references
    | :(?=[:/]) | (?<=:):        # inline fields of Dataview; addresses that become links
    | (?<=\w)@(?=\w)             # mail addresses that become links
    | (?<=www)\.
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LINE_START = re.compile(r"^(?:([-+=])|(\d{1,9})([.)]))")
_UNSAFE_IN_PATH = re.compile(r"[^\w./~\x80-\U0010ffff-]|\s")


def make_line(text: str) -> str:
    """Put a text on one line, without control characters and marks that are not seen.

    >>> make_line(" one\\n\\ttwo \\u202ethree\\x00")
    'one two three'
    """
    if text.isascii() and text.isprintable():
        return text if "  " not in text and text == text.strip() else " ".join(text.split())
    text = remove_invisible(_CONTROLS.sub(" ", text))
    return " ".join(_NO_CHARACTERS.sub("\ufffd", text).split())


def escape_line(text: str) -> str:
    """Return a text as Markdown on one line in which nothing is markup.

    >>> print(escape_line("1. [[A]] & *B* | 50% #x https://e.org"))
    1\\. \\[\\[A\\]\\] & \\*B\\* \\| 50% \\#x https\\://e.org
    >>> print(escape_line("AT&T, $5 - C_1"))
    AT&T, \\$5 - C\\_1
    """
    text = _MARKS.sub(r"\\\g<0>", make_line(text))
    return _LINE_START.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", text)


def make_link(text: str, path: str) -> str:
    """Return a link to a relative path, as CommonMark, Obsidian and OKF read it.

    >>> make_link("A & B", "../companies/A & B (C).md")
    '[A & B](../companies/A%20%26%20B%20%28C%29.md)'
    """
    return f"[{escape_line(text)}]({quote_path(path)})"


def quote_path(path: str) -> str:
    """Escape a path for the destination of a link; letters and signs of any script stay."""
    return _UNSAFE_IN_PATH.sub(lambda match: quote(match[0]), path)


def make_web_link(address: str, text: str = "") -> str:
    """Return a link to an address of the web, by default called by its host; else the bare text.

    >>> make_web_link("https://e.org/a(b)"), make_web_link("javascript:alert(1)", "it")
    ('[e.org](https://e.org/a%28b%29)', 'it')
    """
    if not is_web_address(address):
        return escape_line(text or address)
    return f"[{escape_line(text or urlsplit(address).netloc)}]({quote_address(address)})"


def is_web_address(address: str) -> bool:
    """Return whether an address is of the web, so that it may be followed."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def quote_address(address: str) -> str:
    """Escape in an address what would end a link or is no part of any address."""
    return quote(make_line(address), safe="!#$%&'*+,;=:@/?-._~")


# -- front matter ------------------------------------------------------------------


def format_front_matter(properties: Iterable[tuple[str, PropertyValue]]) -> str:
    """Return properties as YAML between lines of ``---``; those without a value are left out.

    >>> print(format_front_matter([("title", 'a: "b"'), ("tags", ["x", "y"]), ("n", 3)]), end="")
    ---
    title: "a: \\"b\\""
    tags: ["x", "y"]
    n: 3
    ---
    """
    lines = ["---"]
    for name, value in properties:
        if value in ("", (), []):
            continue
        if isinstance(value, str | int | float | date):
            lines.append(f"{name}: {_format_scalar(value)}")
        elif isinstance(value, Mapping):
            lines.append(f"{name}: {_format_mapping(value)}")
        elif isinstance(value[0], str):
            lines.append(f"{name}: [{', '.join(_format_scalar(str(text)) for text in value)}]")
        else:
            items = (item for item in value if isinstance(item, Mapping))
            lines += [f"{name}:", *(f"  - {_format_mapping(item)}" for item in items)]
    return "\n".join([*lines, "---", ""])


def _format_mapping(mapping: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {_format_scalar(text)}" for key, text in mapping.items()) + "}"


def _format_scalar(value: str | int | float | date) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return json.dumps(value)
    return _quote_yaml(value)


@lru_cache(maxsize=1 << 14)  # an episode is a source of hundreds of notes
def _quote_yaml(value: str) -> str:
    # Obsidian takes a property of the form [[...]] for a link. Templater runs what stands in <% %>
    # anywhere in a new file, front matter included.
    text = make_line(value).replace("[[", "[ [")
    return json.dumps(text, ensure_ascii=False).replace("<", "\\u003c").replace("{{", "{\\u007b")


def make_tag(text: str) -> str:
    """Return a text as a tag of Obsidian, of letters, digits and ``-_/``; "" for none.

    >>> make_tag("AI & Chips"), make_tag("2025"), make_tag("??")
    ('AI-Chips', 'tag-2025', '')
    """
    tag = re.sub(r"[^\w/-]+", "-", make_line(text)).strip("-/")
    return f"tag-{tag}" if tag and not re.search(r"[^\W\d]", tag) else tag


# -- blocks ------------------------------------------------------------------------

_EMPHASIS = {"strong": "**", "em": "*"}


def rewrite_markdown(text: str) -> list[str]:
    """Return a text in Markdown as lines of paragraphs, lists, tables, quotes and emphasis alone.

    Links, images, code and HTML become their texts, headings become bold.

    >>> rewrite_markdown("# A\\n- *b* [c](d)\\n\\n<b>e</b>")
    ['**A**', '', '- *b* c', '', '\\\\<b\\\\>e\\\\</b\\\\>', '']
    """
    return list(_rewrite_blocks(parse_markdown(text)))


def _rewrite_blocks(nodes: Iterable[MarkdownNode]) -> Iterator[str]:
    for node in nodes:
        if node.kind in ("ul", "ol"):
            yield from _rewrite_list(node)
            yield ""
        elif node.kind == "blockquote":
            lines = [line for line in _rewrite_blocks(node.parts) if line]
            yield from (f"> {line}" for line in lines)
            yield ""
        elif node.kind == "table":
            yield from _rewrite_table(node)
            yield ""
        elif line := _rewrite_line(node):
            yield line
            yield ""


def _rewrite_list(node: MarkdownNode) -> Iterator[str]:
    for number, item in enumerate(node.parts, 1):
        mark = f"{number}. " if node.kind == "ol" else "- "
        for position, line in enumerate(line for line in _rewrite_blocks(item.parts) if line):
            yield (" " * len(mark) if position else mark) + line


def _rewrite_table(node: MarkdownNode) -> Iterator[str]:
    for section in node.parts:
        for row in section.parts:
            yield f"| {' | '.join(_rewrite_line(cell) for cell in row.parts)} |"
        if section.kind == "thead":
            yield "|" + " --- |" * len(section.parts[0].parts)


def _rewrite_line(node: MarkdownNode) -> str:
    is_heading = node.kind == "heading"
    parts = list(_flatten(node, with_emphasis=not is_heading))
    # What stands side by side is escaped together: a mark may have two characters.
    pieces = [
        mark or _escape_part("".join(text for _, text in group))
        for mark, group in groupby(parts, key=lambda part: part[0])
    ]
    line = "".join(pieces).strip()
    return f"**{line}**" if is_heading and line else line


def _flatten(node: MarkdownNode, *, with_emphasis: bool) -> Iterator[tuple[str, str]]:
    """Yield (mark, "") and ("", text) in the order of a line."""
    if not node.parts:
        yield "", " " if node.kind == "br" else node.text
        return
    inner = [part for child in node.parts for part in _flatten(child, with_emphasis=with_emphasis)]
    mark = _EMPHASIS.get(node.kind, "") if with_emphasis else ""
    is_blank = not make_line("".join(text for _, text in inner))
    if mark and not is_blank:
        yield from ((mark, ""), *inner, (mark, ""))
    else:
        yield from inner


def _escape_part(text: str) -> str:
    """Escape a part of a line, and keep a blank at either end of it."""
    start = " " if text[:1].isspace() else ""
    end = " " if text[-1:].isspace() else ""
    return f"{start}{line}{end}" if (line := escape_line(text)) else start
