"""Named queries: questions that SPARQL or a function answers (:class:`NamedQuery`).

Saved queries (:mod:`kgraph.query.saved`) and analyses (:mod:`kgraph.analysis.registry`) are
both of this form, so that a list, a form or an API description treats both alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Literal

import msgspec

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.graph import SharedData
from kgraph.query.parameters import Parameter, QueryArguments
from kgraph.query.recording_column import RecordingColumn
from kgraph.query.share_columns import ComputedColumns
from kgraph.query.table import Findings
from kgraph.resolve.quotes.fingerprints import quote_key
from kgraph.store import Store

QUESTION_SECTIONS = {
    "names": "Companies and other names",
    "quotes": "Quotes",
    "trends": "Themes and trends",
    "episodes": "Shows and episodes",
    "quality": "Quality and evidence",
}
"""Section of a query -> its heading in a list."""

LINK_KINDS: tuple[str, ...] = ("entity", *TYPE_NAMES, "episode", "theme", "quote")
"""Kinds of things that a column names: any entity, one type of entity, episode, theme, quote."""

_LIMIT = re.compile(r"\bLIMIT (\d+)")


class RowThinning(msgspec.Struct, frozen=True):
    """A selection of ordered rows, for which SPARQL 1.1 would join them to themselves."""

    each: str  #: rows per value of the column: a number, or a parameter's name
    column: str  #: name of a variable
    all: str  #: rows in all: a number, or a parameter's name
    once: str = ""  #: name of a variable whose texts are not nearly repeated; "" for none

    def __str__(self) -> str:
        once = f", no {self.once} twice" if self.once else ""
        return f"{self.each} of each {self.column}, {self.all} in all{once}"


class Chart(msgspec.Struct, frozen=True):
    """The columns of a chart: numbers by labels, in the order of the rows."""

    values: str
    labels: str
    measure: str  #: what the numbers are, to follow "Bars show"
    has_interval: bool = False  #: ``low`` and ``high`` are the limits of the numbers


class SparqlSource(msgspec.Struct, frozen=True):
    """A query in SPARQL, and what is done with its rows."""

    text: str
    thinning: RowThinning | None = None
    computed: ComputedColumns | None = None
    recordings: RecordingColumn | None = None

    @property
    def max_rows(self) -> int:
        """Rows of an answer, by the last LIMIT or the thinning; 0 for no limit."""
        if limits := _LIMIT.findall(self.text):
            return int(limits[-1])
        return int(self.thinning.all) if self.thinning and self.thinning.all.isdecimal() else 0

    def with_limit(self, rows: int) -> SparqlSource:
        """Return the source with another last LIMIT or total of its thinning; unchanged
        without either."""
        if limits := [*_LIMIT.finditer(self.text)]:
            start, end = limits[-1].span(1)
            text = f"{self.text[:start]}{rows}{self.text[end:]}"
            return msgspec.structs.replace(self, text=text)
        if self.thinning:
            thinning = msgspec.structs.replace(self.thinning, all=str(rows))
            return msgspec.structs.replace(self, thinning=thinning)
        return self


class FunctionSource(msgspec.Struct, frozen=True):
    """A function that answers, given a store and the values of the parameters."""

    run: Callable[[Store, QueryArguments], Findings]
    max_rows: int = 0  #: rows of an answer; 0 for no limit
    count_parameter: str = ""  #: name of the parameter that limits the rows; "" for none
    #: Tells why an answer has no rows; "" if it has some.
    explain_empty: Callable[[Store, QueryArguments], str] | None = None


class NamedQuery(msgspec.Struct, frozen=True):
    """A question with a name."""

    name: str  #: as ``kgraph query NAME`` takes it
    summary: str  #: one sentence
    answers: tuple[str, ...]  #: questions, as people ask them, that it answers
    parameters: tuple[Parameter, ...]
    example: str  #: a command that runs it
    source: SparqlSource | FunctionSource
    #: Column -> kind of what its values name (:data:`LINK_KINDS`).
    links: dict[str, str] = {}
    chart: Chart | None = None
    section: str = "names"  #: one of :data:`QUESTION_SECTIONS`
    #: Columns that a table leaves out on a terminal that is too narrow for all, first ones first.
    omit: tuple[str, ...] = ()

    @property
    def kind(self) -> Literal["query", "analysis"]:
        """``query`` if SPARQL answers it, ``analysis`` if a function does."""
        return "query" if isinstance(self.source, SparqlSource) else "analysis"

    @property
    def most(self) -> int:
        """Rows of an answer; 0 for no limit."""
        return self.source.max_rows

    def describe(self) -> dict[str, object]:
        """Return what ``kgraph queries --json`` prints, by name."""
        return {
            "name": self.name,
            "summary": self.summary,
            "answers": self.answers,
            "parameters": self.parameters,
            "example": self.example,
            "kind": self.kind,
            "links": self.links,
            "chart": self.chart,
            "section": self.section,
            "most": self.most,
        }


class LinkResolver:
    """Looks up the id of the thing that a value of an answer names."""

    def __init__(self, shared: SharedData) -> None:
        self._shared = shared

    def find_id(self, kind: str, value: str) -> str:
        """Return the relative IRI of the thing with this name; "" if there is none, or several.

        The kind is one of :data:`LINK_KINDS`.
        """
        if kind == "quote":
            return f"quote/{quote_key(value)}" if value else ""
        return self._ids_by_name.get((kind, value), "")

    @cached_property
    def _ids_by_name(self) -> dict[tuple[str, str], str]:
        shared = self._shared
        entities = shared.entities.values()
        names = [
            *(("episode", e.title, f"episode/{slug}") for slug, e in shared.summaries.items()),
            *(("theme", term.label, id_) for id_, term in shared.themes.items()),
            *((e.type, e.label, e.id) for e in entities),
            *(("entity", e.label, e.id) for e in entities),
        ]
        ids: dict[tuple[str, str], str] = {}
        for kind, name, id_ in names:
            ids[kind, name] = "" if (kind, name) in ids else id_
        return ids
