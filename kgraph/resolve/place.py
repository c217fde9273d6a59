"""Where a name stands in a text, and in the transcript around it.

Takes a mention of the regular-expression pass, gives the text to its left and right,
and the name as the transcript writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from kgraph.model import Mention

MIDDLE = 50
"""Characters of transcript that the regular-expression pass keeps before a name."""


_NAME = re.compile(r"(?=.*[^\W\d_])[^\Wa-z_].")
"""What a name looks like that can be told from other words: two characters, a letter among them,
the first no small one."""

_BEFORE = (".", "?", "!", ":", ";", "…", "—", "–", "-")
"""What stands before a sentence."""

_OPENING = " \"“”'‘([«"
"""What may stand between that and its first word."""

_LOOK_BACK = 8
"""Characters that are looked at for that."""

NEAR = 24
"""Characters on each side that are looked at for whether a name goes on."""

_JOINTS = frozenset("&-+/:")
_STOPS = frozenset(',;!?)"')
_LINKS = frozenset({"of", "for", "and", "the", "on", "in"})

_CUT = re.compile(r"(?:\.\s?[A-Z](?=\.))*(?:['’]|\.\s?)(?=[A-Z])")
"""Where the pass ends a name that goes on: O'Brien behind the O, J. D. Example behind the J."""


class Place(msgspec.Struct, frozen=True):
    """Where a name stands in its context.

    Attributes:
        left, found, right: the text to its left, the name as written there, the text to
            its right.
        opens_left, opens_right: may the name go on to that side, over a capitalised word,
            a digit or a joint?
    """

    left: str = ""
    found: str = ""
    right: str = ""
    opens_left: bool = False
    opens_right: bool = False


def places(name: str, text: str) -> Iterator[int]:
    """Where a name stands in a text, not within a word.

    >>> list(places("Acme", "Acmes of Acme, Acme's"))
    [9, 15]
    """
    start = text.find(name) if name else -1
    while start >= 0:
        end = start + len(name)
        if not (text[max(0, start - 1) : start].isalnum() or text[end : end + 1].isalnum()):
            yield start
        start = text.find(name, end)


def plain(text: str) -> str:
    """A text with one kind of apostrophe and of space.

    >>> plain("Levi’s\\n Jeans")
    "Levi's Jeans"
    """
    return " ".join(text.replace("’", "'").split())


def is_telling(name: str) -> bool:
    """Can a name be told from other words by how it is written?

    >>> is_telling("Acme"), is_telling("acme"), is_telling("7")
    (True, False, False)
    """
    return _NAME.match(name) is not None


def is_named(name: str, text: str, *, is_word: bool) -> bool:
    """Does a name stand in a text, an ordinary word not where any word has a capital?

    >>> is_named("Circle", "Circle it.", is_word=True), is_named("Circle", "A Circle", is_word=True)
    (False, True)
    """
    return any(not is_word or not _begins(text, start) for start in places(name, text))


def _begins(text: str, start: int) -> bool:
    before = text[max(0, start - _LOOK_BACK) : start].rstrip(_OPENING)
    return not before or before.endswith(_BEFORE)


def place_of(mention: Mention) -> Place:
    """Where the surface stands in the context of a transcript row.

    >>> place = place_of(Mention("Acme", "at the Bank of acme people"))
    >>> place.left, place.found, place.right, place.opens_left, place.opens_right
    ('at the Bank of ', 'acme', ' people', True, False)
    """
    text, name = mention.context, mention.surface
    low, wanted = text.lower(), name.lower()
    if len(low) != len(text):  # a letter that changes length in lower case: look as written
        low, wanted = text, name
    start = low.find(wanted, max(0, MIDDLE - 2))
    if start < 0 or start > MIDDLE:
        start = low.find(wanted)
    if start < 0:
        return Place("", "", text, False, _opens_right("", text))
    end = start + len(name)
    left, right = text[:start], text[end:]
    found = text[start:end]
    return Place(left, found, right, _opens_left(left), _opens_right(found, right))


def _opens_left(left: str) -> bool:
    text = left[-NEAR:].rstrip()
    if not text or text[-1] in _JOINTS:
        return bool(text)
    word = text.rpartition(" ")[2]
    if word in _LINKS:
        return True
    return (word[0].isupper() or word[0].isdigit()) and text[-1] not in _STOPS


def _opens_right(found: str, right: str) -> bool:
    if _is_initial(found[-2:]) and _CUT.match(right):
        return True
    text = right[:NEAR].lstrip()
    if not text or text[0] in _JOINTS:
        return bool(text)
    return text[0].isupper() or text[0].isdigit() or text.partition(" ")[0] in _LINKS


def _is_initial(end: str) -> bool:
    """Does a name end with a letter that stands by itself?"""
    return end[-1:].isupper() and not end[:-1].strip()
