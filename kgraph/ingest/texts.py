"""The types of text: text as written, names on one line, lists of texts.

Takes a value as YAML gives it, gives a :class:`taken.Converted`. Text is kept exactly but for
repairs of encoding (:mod:`repair`), which are told.
"""

from __future__ import annotations

from typing import TypeGuard

from kgraph.base.text import has_markup, strip_markup
from kgraph.ingest import limits
from kgraph.ingest.problems import preview_value
from kgraph.ingest.repair import fix_mojibake, replace_lone_surrogates
from kgraph.ingest.taken import (
    ConversionProblem,
    Converted,
    SourceText,
    coerce_value,
    is_blank,
    reject_type,
    reject_value,
)


def is_text(value: object) -> TypeGuard[str]:
    """Whether a value is a text that need not be looked at again."""
    # Greater than " ": neither empty nor beginning with a blank or a control character.
    return type(value) is str and value >= "!"


def convert_text(value: object, spell: SourceText) -> Converted:
    """A text, exactly as written; a number or truth value as the file spells it."""
    if isinstance(value, str):
        return _clean_text(value)
    if isinstance(value, (bool, int, float)):
        return coerce_value(spell(""), "a text", value)
    return reject_type("a text", value)


def _clean_text(text: str) -> Converted:
    if len(text) > limits.MAX_TEXT_CHARS:
        return reject_value(
            "limit", f"a text of more than {limits.MAX_TEXT_CHARS:,} characters", ""
        )
    troubles = []
    clean = replace_lone_surrogates(text)
    if clean != text:
        message = "half a character was escaped in"
        troubles.append(ConversionProblem("surrogate", message, "read as U+FFFD", clean))
    sound = fix_mojibake(clean)
    if sound != clean:
        message = "text in the wrong encoding:"
        troubles.append(ConversionProblem("mojibake", message, "repaired", _excerpt(clean, sound)))
    return Converted(sound, tuple(troubles))


def _excerpt(text: str, repaired: str) -> str:
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


def convert_name(value: object, spell: SourceText) -> Converted:
    """A text on one line: outer blanks go, a line break is read as a space."""
    taken = convert_text(value, spell)
    if not isinstance(taken.value, str):
        return taken
    lines = taken.value.replace("\r", "\n").split("\n")
    name = " ".join(filter(None, (line.strip(" \t") for line in lines)))
    if name == taken.value:
        return taken
    trouble = ConversionProblem(
        "converted", "expected a text on one line, got", f"read as {preview_value(name)}", value
    )
    return Converted(name, (*taken.problems, trouble))


def is_label(value: object) -> bool:
    """Whether a value is a name without links and emphasis."""
    return is_name(value) and not has_markup(str(value))


def convert_label(value: object, spell: SourceText) -> Converted:
    """A name, as a label shows it: links and emphasis give their text."""
    taken = convert_name(value, spell)
    if not isinstance(taken.value, str):
        return taken
    return taken._replace(value=strip_markup(taken.value) or taken.value)


def is_text_list(value: object) -> bool:
    """Whether a value is a list of texts that need not be looked at again."""
    return type(value) is list and all(map(is_text, value)) and len(value) <= limits.MAX_ENTRIES


def convert_text_list(value: object, spell: SourceText) -> Converted:
    """A list of texts; a single text is a list of one."""
    if not isinstance(value, list):
        return _convert_single_text(value, spell)
    texts: list[str] = []
    troubles: list[ConversionProblem] = []
    for number, entry in enumerate(value[: limits.MAX_ENTRIES]):
        taken = _convert_text_entry(entry, f"/{number}", spell)
        troubles += taken.problems
        if isinstance(taken.value, str):
            texts.append(taken.value)
    if len(value) > limits.MAX_ENTRIES:
        troubles.append(list_limit_problem(value))
    return Converted(texts, tuple(troubles))


def _convert_single_text(value: object, spell: SourceText) -> Converted:
    taken = convert_text(value, spell)
    if not isinstance(taken.value, str):
        return reject_type("a list of texts", value)
    told = ConversionProblem(
        "converted", "expected a list of texts, got", "read as a list of one", value
    )
    return Converted([taken.value], (told, *taken.problems))


def _convert_text_entry(entry: object, at: str, spell: SourceText) -> Converted:
    if is_blank(entry) and entry is not None:
        return Converted(None)
    taken = convert_text(entry, lambda rest: spell(at + rest))
    action = {} if isinstance(taken.value, str) else {"action": "entry left out"}
    return Converted(taken.value, tuple(t._replace(at=at, **action) for t in taken.problems))


def list_limit_problem(entries: list[object]) -> ConversionProblem:
    """That a list holds more than is read of it."""
    message = f"only {limits.MAX_ENTRIES:,} entries are read of"
    return ConversionProblem(
        "limit", message, f"{len(entries) - limits.MAX_ENTRIES:,} left out", entries
    )
