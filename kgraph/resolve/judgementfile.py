"""The file in which judgements stand, one a line, under version control.

Takes ``data/judgements.yaml``, a list of judgements (``resolve.judgements`` says what each
means); gives them with their lines, and adds to them.

Invariants:
    * nothing that stands in the file is changed: a judgement is added at its end;
    * a judgement that contradicts one in the file is not added.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import yaml

from kgraph.errors import DataError, InputError
from kgraph.ontology import LOADER
from kgraph.resolve.judgements import Judgement, fault, rulings

FILE = Path("data/judgements.yaml")
"""Where judgements stand when nobody names a file, below the folder in which one works."""


def given(path: str | Path | None) -> tuple[Judgement, ...]:
    """The judgements of a file that was named, none for None; :data:`FILE` need not be there.

    Raises:
        InputError: there is no such file.
        DataError: the file is no list of judgements.
    """
    if path is None:
        return ()
    if Path(path) != FILE and not Path(path).exists():
        raise InputError(f"{path}: no such file: name one, or write it with `kgraph judge`")
    return load(Path(path))


def load(path: Path) -> tuple[Judgement, ...]:
    """The judgements of a file, each with its line; none where there is no file.

    Raises:
        DataError: the file is no list of judgements.
    """
    if not path.exists():
        return ()
    try:
        node = yaml.compose(path.read_text("utf-8"), LOADER)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DataError(f"{path}: {error}: it must be a YAML list of judgements") from error
    if node is None:
        return ()
    if not isinstance(node, yaml.SequenceNode):
        raise DataError(f"{path}:1: expected a list of judgements: start each with '- '")
    return tuple(_judgement(path, item) for item in node.value)


def _judgement(path: Path, node: yaml.Node) -> Judgement:
    line = node.start_mark.line + 1
    try:
        _refuse_twice(node)
        raw = yaml.load(yaml.serialize(node), LOADER)
        if isinstance(raw, dict) and isinstance(raw.get("date"), date):  # as YAML 1.1 reads it
            raw["date"] = raw["date"].isoformat()
        found = msgspec.structs.replace(msgspec.convert(raw, Judgement), line=line)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise DataError(f"{path}:{line}: {error}: see kgraph judge --help") from error
    if wrong := fault(found):
        raise DataError(f"{path}:{line}: {wrong}")
    return found


def _refuse_twice(node: yaml.Node) -> None:
    """Let no field through that stands twice: YAML would take the last one without a word."""
    fields = [key.value for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    for field in fields:
        if fields.count(field) > 1:
            raise yaml.YAMLError(f"{field} stands twice")


def append(path: Path, judgement: Judgement) -> None:
    """Write a judgement at the end of a file, which is made where there is none.

    Raises:
        DataError: it contradicts one that stands there, or the file cannot be written.
    """
    rulings((*load(path), judgement), str(path))
    raw = msgspec.to_builtins(msgspec.structs.replace(judgement, line=0))
    flow = yaml.safe_dump(
        raw, default_flow_style=True, allow_unicode=True, width=1 << 20, sort_keys=False
    )
    text = f"- {flow.strip()}\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            file.seek(max(0, file.tell() - 1))
            file.write((text if file.read(1) in {b"", b"\n"} else "\n" + text).encode())
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}: check its folder and rights") from error
