"""Links from the figures of an answer to the episodes, or to the pair, that they count.

A row of :data:`EVIDENCE_ADDRESSES` names, for a question, the columns whose figures can be listed,
and the address of the list. In braces stand columns of the row and parameters of the question.
Figures since a day are not linked, as no list begins on a day: a link leads to what was counted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import quote

from kgraph.analysis.presentation import RenderedAnswer
from kgraph.base.errors import InputError
from kgraph.graph.lookup import find_theme_or_show, find_thing
from kgraph.operations.html import make_id_path
from kgraph.query.named import NamedQuery
from kgraph.views.open_graph import OpenGraph

EVIDENCE_ADDRESSES: dict[str, dict[str, str]] = {
    "associated": {"episodes": "/pair?one={entity}&other={name}"},
    "beside-both": {
        "episodesWithOne": "/pair?one={one}&other={name}",
        "episodesWithOther": "/pair?one={other}&other={name}",
    },
    "by-month": {
        "episodes": "/episodes?mentions={entity}&month={month}",
        "all": "/episodes?month={month}",
    },
    "co-mentioned": {"episodes": "/pair?one={company}&other={name}"},
    "companies-by-shows": {
        "distinct": "/questions/shows-covering?entity={name}&minEpisodes=1",
        "episodes": "/episodes?mentions={name}",
    },
    "group-names": {"episodes": "/episodes?theme={of}&mentions={name}"},
    "risers": {
        "from": "/episodes?mentions={name}&month={before}",
        "to": "/episodes?mentions={name}&month={after}",
    },
    "shows-covering": {
        "episodes": "/episodes?show={name}",
        "mentioning": "/episodes?mentions={entity}&show={name}",
    },
    "talk-by-month": {"all": "/episodes?month={month}"},
}
"""Question -> column -> address of what its figure counts."""

FIRST_COLUMN = (
    "first"  #: column of a day and the title of an episode, such as ``2025-06-04 A talk``
)

_FIELD = re.compile(r"\{(\w+)\}")


def link_figures(
    graph: OpenGraph, query: NamedQuery, values: Mapping[str, str], answer: RenderedAnswer
) -> list[dict[str, str]]:
    """Return, for each row of an answer, column -> address of the evidence of its figure.

    Args:
        graph: of the answer.
        query: the question.
        values: of its parameters, as they were arguments.
        answer: to the question.
    """
    patterns = EVIDENCE_ADDRESSES.get(query.name, {})
    arguments = {p.name: values.get(p.name) or p.default or "" for p in query.parameters}
    is_bounded = any(
        p.name == "since" and arguments["since"] != p.default for p in query.parameters
    )
    if not patterns or is_bounded:
        return [{} for _ in answer.rows]
    if arguments.get("unlikely", "").strip().lower() == "true":
        patterns = {column: f"{pattern}&unlikely=true" for column, pattern in patterns.items()}
    if arguments.get("entity"):
        with suppress(InputError):
            if find_thing(graph.shared, arguments["entity"]) in graph.shared.terms:
                patterns = {
                    column: pattern.replace("mentions={entity}", "theme={entity}")
                    for column, pattern in patterns.items()
                }
    if "of" in arguments:
        arguments["of"] = find_theme_or_show(graph.shared, arguments["of"])
        if arguments["of"].startswith("show/"):
            patterns = {
                name: text.replace("theme={of}", "show={of}") for name, text in patterns.items()
            }
    linked = []
    for row in answer.rows:
        cells = dict(zip(answer.columns, row, strict=True))
        fields = {**arguments, **{name: cell.id or cell.text for name, cell in cells.items()}}
        addresses = {
            column: _fill(pattern, fields)
            for column, pattern in patterns.items()
            if cells[column].text not in ("", "0")
            and not ("{name}" in pattern and not cells["name"].id)  # several have this name
        }
        if FIRST_COLUMN in cells and cells[FIRST_COLUMN].text:
            title = cells[FIRST_COLUMN].text.partition(" ")[2]
            if id_ := graph.links.find_id("episode", title):
                addresses[FIRST_COLUMN] = make_id_path(id_)
        linked.append(addresses)
    return linked


def _fill(pattern: str, fields: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda match: quote(fields[match[1]], safe=""), pattern)
