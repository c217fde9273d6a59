"""Where a name stands in the transcript around it.

Takes a mention of the regular-expression pass, gives the text to its left and right,
and the name as the transcript writes it.
"""

from __future__ import annotations

import re

import msgspec

from kgraph.base.model import Mention

SNIPPET_LEFT_CHARS = 50
"""Characters of transcript that the regular-expression pass keeps before a name."""

BOUNDARY_CHARS = 24
"""Characters on each side that are looked at for whether a name goes on."""

_JOINTS = frozenset("&-+/:")
_STOP_MARKS = frozenset(',;!?)"')
_LINK_WORDS = frozenset({"of", "for", "and", "the", "on", "in"})

_CUT_NAME = re.compile(r"(?:\.\s?[A-Z](?=\.))*(?:['’]|\.\s?)(?=[A-Z])")
"""Where the pass ends a name that goes on: O'Brien behind the O, J. D. Example behind the J."""


class TextWindow(msgspec.Struct, frozen=True):
    """Where a name stands in its context.

    Attributes:
        left, found, right: the text to its left, the name as written there, the text to
            its right.
        opens_left, opens_right: may the name go on to that side, over a capitalised word,
            a digit or a joint?
    """

    left: str = ""
    name: str = ""
    right: str = ""
    is_open_left: bool = False
    is_open_right: bool = False


def locate_mention(mention: Mention) -> TextWindow:
    """Where the surface stands in the context of a transcript row.

    >>> place = locate_mention(Mention("Acme", "at the Bank of acme people"))
    >>> place.left, place.name, place.right, place.is_open_left, place.is_open_right
    ('at the Bank of ', 'acme', ' people', True, False)
    """
    text, name = mention.context, mention.surface
    low, wanted = text.lower(), name.lower()
    if len(low) != len(text):  # a letter that changes length in lower case: look as written
        low, wanted = text, name
    start = low.find(wanted, max(0, SNIPPET_LEFT_CHARS - 2))
    if start < 0 or start > SNIPPET_LEFT_CHARS:
        start = low.find(wanted)
    if start < 0:
        return TextWindow("", "", text, False, _is_open_right("", text))
    end = start + len(name)
    left, right = text[:start], text[end:]
    found = text[start:end]
    return TextWindow(left, found, right, _is_open_left(left), _is_open_right(found, right))


def _is_open_left(left: str) -> bool:
    text = left[-BOUNDARY_CHARS:].rstrip()
    if not text or text[-1] in _JOINTS:
        return bool(text)
    word = text.rpartition(" ")[2]
    if word in _LINK_WORDS:
        return True
    return (word[0].isupper() or word[0].isdigit()) and text[-1] not in _STOP_MARKS


def _is_open_right(found: str, right: str) -> bool:
    if _is_initial(found[-2:]) and _CUT_NAME.match(right):
        return True
    text = right[:BOUNDARY_CHARS].lstrip()
    if not text or text[0] in _JOINTS:
        return bool(text)
    return text[0].isupper() or text[0].isdigit() or text.partition(" ")[0] in _LINK_WORDS


def _is_initial(end: str) -> bool:
    """Does a name end with a letter that stands by itself?"""
    return end[-1:].isupper() and not end[:-1].strip()
