"""Tell placeholders of templates, such as ``{{title}}`` or ``<% tp.file.title %>``, from values.

They are those of Obsidian and Handlebars, and of Templater and EJS.
"""

from __future__ import annotations

import re

# Lengths are bounded, so that matching is linear whatever the text.
_MARKED = r"(?:\{\{(?:(?!\}\}).){0,500}\}\}|<%(?:(?!%>).){0,500}%>)"
_ONE = re.compile(_MARKED)
#: Several with nothing between them but signs, as in a date and a time, are one, too.
_WHOLE_TEXT = re.compile(rf"\s*({_MARKED}(?:[\s:/,.T-]*{_MARKED})*)\s*", re.DOTALL)
#: A line whose value, or one in brackets, begins with a placeholder that is not in quotes.
_BARE_IN_LINE = re.compile(
    rf"""[\s{{-]{{0,80}}(?:["']?[\w.-]{{1,80}}["']?\s*[:=]\s*)?(?:\[\s*(?:[^\[\]{{]{{0,200}},\s*)?)?({_MARKED})"""
)


def has_marks(text: str) -> bool:
    """Return whether a text may contain a placeholder: a quick check."""
    return "{{" in text or "<%" in text


def find_bare_placeholder(line: str) -> str:
    """Return the placeholder that a value in a line begins with, not in quotes; "" for none.

    >>> find_bare_placeholder("tags: [talk, {{tag}}]"), find_bare_placeholder("title: On {{x}}")
    ('{{tag}}', '')
    """
    match = _BARE_IN_LINE.match(line)
    return match[1] if match else ""


def match_placeholder(line: str, column: int) -> str:
    """Return the placeholder at a column, from 0; "" for none."""
    match = _ONE.match(line, column) if column >= 0 else None
    return match[0] if match else ""


def find_placeholder(value: object, bare: str = "") -> str:
    """Return the placeholder that a whole value is; "" for another value.

    Args:
        value: as it was parsed. Of an unquoted ``{{title}}``, in YAML a mapping whose key is a
            mapping, nothing is left but an empty mapping.
        bare: the placeholder that stands there, not in quotes.

    >>> find_placeholder(" {{title}} "), find_placeholder({}, "{{title}}")
    ('{{title}}', '{{title}}')
    >>> find_placeholder("Why Vue uses {{ and }}"), find_placeholder({})
    ('', '')
    """
    if isinstance(value, str):
        match = _WHOLE_TEXT.fullmatch(value) if has_marks(value) else None
        return match[1] if match else ""
    return bare if value == {} else ""
