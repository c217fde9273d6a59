"""The types of text: text as written, names on one line, lists of texts.

Takes a value as YAML gives it, gives a :class:`taken.Taken`. Text is kept exactly but for
repairs of encoding (:mod:`repair`), which are told.
"""

from __future__ import annotations

from typing import TypeGuard

from kgraph.base.text import has_markup, without_markup
from kgraph.ingest import limits
from kgraph.ingest.problems import shown
from kgraph.ingest.repair import repaired, whole
from kgraph.ingest.taken import Spell, Taken, Trouble, converted, is_blank, refused, wrong


def is_text(value: object) -> TypeGuard[str]:
    """Whether a value is a text that need not be looked at again."""
    # Greater than " ": neither empty nor beginning with a blank or a control character.
    return type(value) is str and value >= "!"


def read_text(value: object, spell: Spell) -> Taken:
    """A text, exactly as written; a number or truth value as the file spells it."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, (bool, int, float)):
        return converted(spell(""), "a text", value)
    return wrong("a text", value)


def _clean(text: str) -> Taken:
    if len(text) > limits.TEXT_CHARS:
        return refused("limit", f"a text of more than {limits.TEXT_CHARS:,} characters", "")
    troubles = []
    clean = whole(text)
    if clean != text:
        message = "half a character was escaped in"
        troubles.append(Trouble("surrogate", message, "read as U+FFFD", clean))
    sound = repaired(clean)
    if sound != clean:
        message = "text in the wrong encoding:"
        troubles.append(Trouble("mojibake", message, "repaired", _around(clean, sound)))
    return Taken(sound, tuple(troubles))


def _around(text: str, repaired: str) -> str:
    """The first words that differ, and their repair."""
    at = next((i for i, (a, b) in enumerate(zip(text, repaired, strict=False)) if a != b), 0)
    start = text.rfind(" ", 0, at) + 1
    return f"{text[start : start + 30]} -> {repaired[start : start + 30]}"


def is_name(value: object) -> bool:
    """Whether a value is a text on one line that need not be looked at again."""
    # Not by way of is_text: this is asked half a million times a build.
    return (
        type(value) is str
        and value >= "!"
        and "\n" not in value
        and "\r" not in value
        and value[-1] > " "
    )


def read_name(value: object, spell: Spell) -> Taken:
    """A text on one line: outer blanks go, a line break is read as a space."""
    taken = read_text(value, spell)
    if not isinstance(taken.value, str):
        return taken
    lines = taken.value.replace("\r", "\n").split("\n")
    name = " ".join(filter(None, (line.strip(" \t") for line in lines)))
    if name == taken.value:
        return taken
    trouble = Trouble(
        "converted", "expected a text on one line, got", f"read as {shown(name)}", value
    )
    return Taken(name, (*taken.troubles, trouble))


def is_label(value: object) -> bool:
    """Whether a value is a name without links and emphasis."""
    return is_name(value) and not has_markup(str(value))


def read_label(value: object, spell: Spell) -> Taken:
    """A name, as a label shows it: links and emphasis give their text."""
    taken = read_name(value, spell)
    if not isinstance(taken.value, str):
        return taken
    return taken._replace(value=without_markup(taken.value) or taken.value)


def is_texts(value: object) -> bool:
    """Whether a value is a list of texts that need not be looked at again."""
    return type(value) is list and all(map(is_text, value)) and len(value) <= limits.ENTRIES


def read_texts(value: object, spell: Spell) -> Taken:
    """A list of texts; a single text is a list of one."""
    if not isinstance(value, list):
        return _one_text(value, spell)
    texts: list[str] = []
    troubles: list[Trouble] = []
    for number, entry in enumerate(value[: limits.ENTRIES]):
        taken = _text_entry(entry, f"/{number}", spell)
        troubles += taken.troubles
        if isinstance(taken.value, str):
            texts.append(taken.value)
    if len(value) > limits.ENTRIES:
        troubles.append(too_long(value))
    return Taken(texts, tuple(troubles))


def _one_text(value: object, spell: Spell) -> Taken:
    taken = read_text(value, spell)
    if not isinstance(taken.value, str):
        return wrong("a list of texts", value)
    told = Trouble("converted", "expected a list of texts, got", "read as a list of one", value)
    return Taken([taken.value], (told, *taken.troubles))


def _text_entry(entry: object, at: str, spell: Spell) -> Taken:
    if is_blank(entry) and entry is not None:
        return Taken(None)
    taken = read_text(entry, lambda rest: spell(at + rest))
    action = {} if isinstance(taken.value, str) else {"action": "entry left out"}
    return Taken(taken.value, tuple(t._replace(at=at, **action) for t in taken.troubles))


def too_long(entries: list[object]) -> Trouble:
    """That a list holds more than is read of it."""
    message = f"only {limits.ENTRIES:,} entries are read of"
    return Trouble("limit", message, f"{len(entries) - limits.ENTRIES:,} left out", entries)
