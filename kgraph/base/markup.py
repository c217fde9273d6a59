"""Read labels that people write with links and emphasis, of Markdown, wikis and HTML.

Links of wikis are those of Obsidian (https://help.obsidian.md/links): ``[[note]]``,
``[[folder/note#heading|shown words]]``, ``[[note#^block]]``. Of HTML, tags that only format words
and character references (https://html.spec.whatwg.org/#character-references) are read.
"""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from kgraph.base.text import fold_letters, name_note

ANY_WIKI_LINK = re.compile(r"\[\[[^\[\]]+\]\]")
_WIKI_LINK = r"!?\[\[(?P<target>[^\[\]|]{1,200})(?:\|(?P<shown>[^\[\]|]{0,200}))?\]\]"
_MARKUP = re.compile(
    rf"{_WIKI_LINK}"
    r"|\[(?P<text>[^\[\]]{1,200})\]\((?:https?://|/|\./|\.\./|mailto:|[^\s()]{1,200}\.md)[^\s()]{0,2000}\)"
    r"|(?P<mark>\*\*|__)(?P<bold>[^*_]{1,200})(?P=mark)"
    r"|</?a(?:\s[^<>]{0,2000})?>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?(?P<name>[a-z][a-z0-9]{0,20})(?:\s[^<>]{0,2000})?>", re.IGNORECASE)
#: Elements of HTML that only format words. A text with others, such as a script, is about HTML.
_FORMATTING = frozenset("a b code em i mark s small span strong sub sup u".split())
_ENTITY = re.compile(r"&(?:[a-z][a-z0-9]{1,31}|#[0-9]{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_MAX_MARKUP_DEPTH = 3  #: nested marks that are removed: a link in bold in a link; so of entities


class Label(NamedTuple):
    """A label without markup.

    Attributes:
        text: the label; "" if nothing is left.
        shown: the words that a reader sees in its place, where the label is a link; else "".
    """

    text: str
    shown: str = ""


def parse_label(text: str, *, reads_html: bool = True) -> Label:
    """Remove links and emphasis from a label, and read its entities; keep their text.

    A label that is one link of a wiki is called as the note that it leads to: without folder,
    heading, block and suffix. Where the shown words have the same letters they are the better
    spelling, as of a file with a short name. Within other words the shown words stay.

    Args:
        reads_html: whether tags that format words and entities are read; links always are.

    >>> parse_label("**[[Firms/Tesla#History|the car maker]]**")
    Label(text='Tesla', shown='the car maker')
    >>> parse_label("[[acme-inc|Acme, Inc.]]").text, parse_label("see [[Tesla|the maker]]").text
    ('Acme, Inc.', 'see the maker')
    """
    if not has_markup(text):
        return Label(text)
    if not reads_html:
        return _remove_markup(text)
    if {match["name"].lower() for match in _TAG.finditer(text)} <= _FORMATTING:
        text = _TAG.sub("", text)
    label = _remove_markup(text)
    return Label(read_entities(label.text), read_entities(label.shown)) if "&" in text else label


def _remove_markup(text: str) -> Label:
    for _ in range(_MAX_MARKUP_DEPTH):
        if link := re.fullmatch(_WIKI_LINK, text.strip()):
            name, shown = _name_note(link["target"]), (link["shown"] or "").strip()
            is_spelling = fold_letters(shown) == fold_letters(name)
            return Label(shown) if is_spelling else Label(name, shown)
        plain = _MARKUP.sub(_read_markup, text)
        if plain == text:
            break
        text = plain
    return Label(text.strip())


def read_entities(text: str) -> str:
    """Read entities of HTML, also if they were escaped twice; none of an unprintable character.

    >>> read_entities("AT&amp;amp;T &quot;x&#0;&quot;")
    'AT&T "x&#0;"'
    """
    for _ in range(_MAX_MARKUP_DEPTH):
        text = _ENTITY.sub(_read_entity, text)
    return text.strip()


def _read_entity(match: re.Match[str]) -> str:
    character = html.unescape(match[0])
    if character.isspace():
        return " "
    is_text = character.isprintable() and character not in ("", "\ufffd")
    return character if is_text else match[0]


def strip_markup(text: str, *, reads_html: bool = True) -> str:
    """Return the text of :func:`parse_label`.

    >>> strip_markup("[[Oracle]]"), strip_markup("**Acme** of [Bolt](https://e.org)")
    ('Oracle', 'Acme of Bolt')
    >>> strip_markup('<a href="https://e.org">Acme</a>'), strip_markup("a[1](2) * b")
    ('Acme', 'a[1](2) * b')
    >>> strip_markup("<b>Stripe</b>"), strip_markup("AT&amp;T")
    ('Stripe', 'AT&T')
    >>> strip_markup("<b>On</b> [Acme](https://e.org)", reads_html=False)
    '<b>On</b> Acme'
    """
    return parse_label(text, reads_html=reads_html).text


def has_markup(text: str) -> bool:
    """Check quickly whether a text may contain a link, emphasis or an entity."""
    return (
        "](" in text
        or "[[" in text
        or "**" in text
        or "__" in text
        or "</" in text
        or ("&" in text and ";" in text)
    )


def _read_markup(match: re.Match[str]) -> str:
    if match["target"]:
        return (match["shown"] or "").strip() or _name_note(match["target"])
    return match["text"] or match["bold"] or ""


def _name_note(target: str) -> str:
    """Return the name of a note; of a link within a note, the heading."""
    path, mark, heading = target.removesuffix("\\").strip().partition("#")  # "\\|" in tables
    path += "" if heading else mark  # of C#, which is no heading
    return (name_note(path) if path else heading.strip("^ ")).strip()
