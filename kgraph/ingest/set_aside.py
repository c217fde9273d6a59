"""Set the placeholders of a template in front matter aside, with a problem for each."""

from __future__ import annotations

from collections.abc import Sequence

from kgraph.base.vocabulary import load_field_table
from kgraph.ingest.json_pointer import build_pointer
from kgraph.ingest.problems import FIELD_SET_ASIDE, ROW_LEFT_OUT, UNPARSED, ProblemCollector


def set_placeholders_aside(
    fields: dict[str, object], report: ProblemCollector
) -> dict[str, object]:
    """Return fields without values that are placeholders.

    A field or an entry of a list becomes ``UNPARSED``, and so does a row without its required
    fields; a member of a mapping is gone.
    """
    if not report.may_have_placeholders:
        return fields
    return {name: _sift(value, [name], report) for name, value in fields.items()}


def _sift(value: object, path: list[str | int], report: ProblemCollector) -> object:
    """Return a value without placeholders; the path is as before in the end."""
    if isinstance(value, list):
        return [_sift_child(entry, number, path, report) for number, entry in enumerate(value)]
    if isinstance(value, dict) and value:
        members = {key: _sift_child(member, key, path, report) for key, member in value.items()}
        rest = {key: member for key, member in members.items() if member is not UNPARSED}
        is_lost = len(path) == 1 and not rest
        lost = (key for key in members if key not in rest)
        return UNPARSED if is_lost or any(_is_required([*path, key]) for key in lost) else rest
    if isinstance(value, (str, dict)) and (placeholder := report.find_placeholder(value, path)):
        report.add_placeholder(placeholder, _describe_action(path), build_pointer(path))
        return UNPARSED
    return value


def _sift_child(
    value: object, step: str | int, path: list[str | int], report: ProblemCollector
) -> object:
    path.append(step)
    sifted = _sift(value, path, report)
    path.pop()
    return sifted


def _is_required(path: Sequence[str | int]) -> bool:
    spec = load_field_table().rows.get(str(path[0])) if len(path) == 3 else None
    field = spec.fields.get(str(path[2])) if spec else None
    return field is not None and field.required


def _describe_action(path: Sequence[str | int]) -> str:
    is_row = len(path) == 2 and path[0] in load_field_table().rows and isinstance(path[1], int)
    if is_row or _is_required(path):
        return ROW_LEFT_OUT
    return "entry left out" if isinstance(path[-1], int) else FIELD_SET_ASIDE
