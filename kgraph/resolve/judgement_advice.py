"""Messages on judgements that lack something, with what the user may write instead."""

from __future__ import annotations

from collections.abc import Sequence

from kgraph.base.entity_types import TYPE_NAMES


def describe_missing_type(names: Sequence[str]) -> str:
    """Return what a judgement without a type lacks; one of its names may be meant as the type."""
    types = [name.lower() for name in names if name.lower() in TYPE_NAMES]
    if not types or len(names) < 2:
        return f"needs a type, one of {', '.join(TYPE_NAMES)}"
    option, field = f"--type {types[-1]}", f"type: {types[-1]}"
    return f"needs a type: {types[-1]} is read as a name: write {option}, or in a file {field}"


def describe_repeated_name(verb: str, spellings: Sequence[str]) -> str:
    """Return that a judgement has a name twice, by its spellings, and what to do instead."""
    if len(spellings) == 1:
        return f"{spellings[0]} is named twice: give two different names"
    words = f"{' and '.join(spellings)} are one name, as case, accents and punctuation do not count"
    if verb == "different":
        return (
            f"{words}: no judgement tells two things of one name apart, but entries with cues in "
            "your own lexicon (lexicon/own.yaml beside kgraph.toml) do, by the words around it"
        )
    return f"{words}: nothing is to be joined; `kgraph judge rename` chooses the spelling"
