"""Split one text that was written where a list is expected.

Takes the text of a field such as ``companies: OpenAI, Nvidia``, gives the names in it. A
text is one name unless it is clearly a list of them: semicolons or line breaks separate
names; otherwise commas followed by a blank do, where no part is as long as a sentence. A
comma in front of a legal form, as in "Acme, Inc.", belongs to the name.
"""

from __future__ import annotations

import re

MAX_NAME_WORDS = 6
"""Words of one name in a list that commas separate: longer parts are those of a sentence."""

_HARD_SEPARATOR = re.compile(r"[;\n]")
_COMMA = re.compile(r",(?![0-9])")  # not that of 10,000
_LEGAL_FORM = re.compile(
    r"(?:Inc|INC|Incorporated|LLC|L\.L\.C|Ltd|LTD|Limited|Corp|CORP|Corporation|Co|PLC|plc|LLP|LP"
    r"|GmbH|AG|SA|S\.A|N\.V|NV|B\.V|BV|S\.p\.A|Oy|AB|AS|KG|Jr|Sr)\.?"
)
_AND = re.compile(r"(?:and|&)\s+(?=\S)", re.IGNORECASE)
_BULLET = re.compile(r"(?:[-*•]\s+)?")


def split_names(text: str) -> list[str]:
    """Return the names that one text lists, in order; the whole text where it is one name.

    >>> split_names("OpenAI, Acme, Inc., and Nvidia")
    ['OpenAI', 'Acme, Inc.', 'Nvidia']
    >>> split_names("Well, this is one sentence and not a list of anything")
    ['Well, this is one sentence and not a list of anything']
    """
    if _HARD_SEPARATOR.search(text):
        return _strip_parts(_HARD_SEPARATOR.split(text))
    parts = _join_legal_forms(_strip_parts(_COMMA.split(text)))
    if not parts or any(len(part.split()) > MAX_NAME_WORDS for part in parts):
        return [text.strip()]
    if len(parts) > 2 and (link := _AND.match(parts[-1])):
        parts[-1] = parts[-1][link.end() :]
    return parts


def _strip_parts(parts: list[str]) -> list[str]:
    found = (_BULLET.sub("", part.strip(), count=1) for part in parts)
    return [part for part in found if part]


def _join_legal_forms(parts: list[str]) -> list[str]:
    joined: list[list[str]] = []
    for part in parts:
        if joined and _LEGAL_FORM.fullmatch(part):
            joined[-1].append(part)
        else:
            joined.append([part])
    return [", ".join(names) for names in joined]
