"""The file in which judgements stand, one a line, under version control.

Takes ``data/judgements.yaml``, a list of judgements (``resolve.judgements`` says what each
means); gives them with their lines, adds to them, and removes one.

Invariants:
    * nothing else that stands in the file is changed: a judgement is added at its end, and only
      the lines of the one that is removed go;
    * a judgement that contradicts one in the file is not added.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import msgspec
import yaml

from kgraph.base.errors import DataError, InputError, suggest_fix
from kgraph.base.files import replace_file
from kgraph.base.vocabulary import YAML_LOADER
from kgraph.resolve.judgement import Judgement, parse_judgement
from kgraph.resolve.judgements import build_judgement_table

JUDGEMENTS_FILE = Path("data/judgements.yaml")
"""Where judgements stand when nobody names a file, below the folder in which one works."""

_CLOSING_TOKENS = (
    yaml.BlockEndToken,
    yaml.DocumentEndToken,
    yaml.StreamEndToken,
)
"""Tokens without text of their own, which stand before whatever comes next."""


def load_optional_judgements(path: str | Path | None) -> tuple[Judgement, ...]:
    """The judgements of a file that was named, none for None; :data:`JUDGEMENTS_FILE` need not be there.

    Raises:
        InputError: there is no such file.
        DataError: the file is no list of judgements.
    """
    if path is None:
        return ()
    if Path(path) != JUDGEMENTS_FILE and not Path(path).exists():
        raise InputError(f"{path}: no such file: name one, or write it with `kgraph judge`")
    return load_judgements(Path(path))


def load_judgements(path: Path) -> tuple[Judgement, ...]:
    """The judgements of a file, each with its line; none where there is no file.

    Raises:
        DataError: the file is no list of judgements.
    """
    return _parse_list(path, _read_text(path)) if path.exists() else ()


def append_judgement(path: Path, judgement: Judgement) -> None:
    """Write a judgement at the end of a file, which is made where there is none.

    Raises:
        DataError: it contradicts one that stands there, or the file cannot be written, or has no
            place for a line at its end.
    """
    judgements = (*load_judgements(path), judgement)
    build_judgement_table(judgements, str(path))
    raw = msgspec.to_builtins(msgspec.structs.replace(judgement, line=0))
    flow = yaml.safe_dump(
        raw, default_flow_style=True, allow_unicode=True, width=1 << 20, sort_keys=False
    )
    before = _read_text(path) if path.exists() else ""
    line = f"- {flow.strip()}\n" if before[-1:] in {"", "\n"} else f"\n- {flow.strip()}\n"
    if not _contains_exactly(path, before + line, judgements):
        raise DataError(
            f"{path}: no line can be added at its end: start each judgement with '- ' at the "
            "start of a line"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(line.encode())
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}: check its folder and rights") from error


def remove_judgement(path: Path, line: int = 0) -> Judgement:
    """Take a judgement out of a file, with the lines that it stands on.

    Args:
        path: the file; it is replaced whole or not at all.
        line: where the judgement begins, from 1; 0 for the last one.

    Returns:
        What was removed.

    Raises:
        InputError: there is no judgement, or none begins on that line.
        DataError: the file is no list of judgements, or cannot be written.
    """
    found = load_judgements(path)
    if not found:
        raise InputError(f"{path}: there is no judgement to undo")
    if line and line not in [judged.line for judged in found]:
        raise InputError(
            f"{path}:{line}: no judgement begins on this line: `kgraph judge --list` shows where "
            "each begins"
        )
    place = [judged.line for judged in found].index(line) if line else len(found) - 1
    text = _read_text(path)
    spans = list(_item_spans(text))
    start, stop = spans[place] if len(spans) == len(found) else (0, 0)
    left = text[:start] + text[stop:]
    if start == stop or not _contains_exactly(path, left, (*found[:place], *found[place + 1 :])):
        raise DataError(
            f"{path}:{found[place].line}: it does not stand on lines of its own: "
            "delete it with an editor"
        )
    try:
        with replace_file(Path(os.path.realpath(path)), keep_mode=True, is_durable=True) as file:
            file.write(left.encode())
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}: {suggest_fix(error)}") from error
    return found[place]


def _read_text(path: Path) -> str:
    """What the file holds, with its line breaks as they are."""
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}: {suggest_fix(error)}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: {error}: it must be a YAML list of judgements") from error


def _parse_list(path: Path, text: str) -> tuple[Judgement, ...]:
    try:
        node = yaml.compose(text, YAML_LOADER)
    except yaml.YAMLError as error:
        raise DataError(f"{path}: {error}: it must be a YAML list of judgements") from error
    if node is None:
        return ()
    if not isinstance(node, yaml.SequenceNode):
        raise DataError(f"{path}:1: expected a list of judgements: start each with '- '")
    return tuple(_parse_item(path, item) for item in node.value)


def _parse_item(path: Path, node: yaml.Node) -> Judgement:
    line = node.start_mark.line + 1
    try:
        _refuse_duplicate_fields(node)
        raw = yaml.load(yaml.serialize(node), YAML_LOADER)
    except (yaml.YAMLError, ValueError) as error:  # the latter of a date such as 2025-13-01
        raise DataError(f"{path}:{line}: {error}: see kgraph judge --help") from error
    if isinstance(raw, dict) and isinstance(raw.get("date"), date):  # as YAML 1.1 reads it
        raw["date"] = raw["date"].isoformat()
    found = parse_judgement(raw)
    if isinstance(found, str):
        raise DataError(f"{path}:{line}: {found}")
    return msgspec.structs.replace(found, line=line)


def _refuse_duplicate_fields(node: yaml.Node) -> None:
    """Let no field through that stands twice: YAML would take the last one without a word."""
    fields = [key.value for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    for field in fields:
        if fields.count(field) > 1:
            raise yaml.YAMLError(f"{field} stands twice")


def _contains_exactly(path: Path, text: str, judgements: Sequence[Judgement]) -> bool:
    """Whether a text holds just these judgements, on whatever lines."""
    try:
        found = _parse_list(path, text)
    except DataError:
        return False
    return [_without_line(judged) for judged in found] == [
        _without_line(judged) for judged in judgements
    ]


def _without_line(judged: Judgement) -> Judgement:
    return msgspec.structs.replace(judged, line=0)


def _item_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the lines of each entry of the list begin and end, comments behind it included.

    Comments and empty lines between two entries belong to neither.
    """
    tokens = list(yaml.scan(text, Loader=yaml.SafeLoader))
    dashes = [n for n, token in enumerate(tokens) if isinstance(token, yaml.BlockEntryToken)]
    column = tokens[dashes[0]].start_mark.column if dashes else 0
    entries = [n for n in dashes if tokens[n].start_mark.column == column]
    for first, after in pairwise([*entries, len(tokens)]):
        own = [token for token in tokens[first:after] if not isinstance(token, _CLOSING_TOKENS)]
        start = tokens[first].start_mark.index - column
        stop = max(token.end_mark.index for token in own)
        stop = start + len(text[start:stop].rstrip())
        rest = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?").match(text, stop)
        yield start, rest.end() if rest else stop
