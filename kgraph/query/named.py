"""Named queries: questions that SPARQL or a function answers (:class:`NamedQuery`).

Saved queries (:mod:`kgraph.query.saved`) and analyses (:mod:`kgraph.analysis.registry`) are
both of this form, so that a list, a form or an API description treats both alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import msgspec

from kgraph.query.parameters import Parameter, QueryArguments
from kgraph.query.table import Findings
from kgraph.store import Store

QUESTION_SECTIONS = {
    "names": "Companies and other names",
    "quotes": "Quotes",
    "trends": "Themes and trends",
    "episodes": "Shows and episodes",
    "quality": "Quality and evidence",
}
"""Section of a query -> its heading in a list."""

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
    """The columns of a bar chart: numbers by labels."""

    values: str
    labels: str


class SparqlSource(msgspec.Struct, frozen=True):
    """A query in SPARQL, and what is done with its rows."""

    text: str
    thinning: RowThinning | None = None

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
            return SparqlSource(f"{self.text[:start]}{rows}{self.text[end:]}", self.thinning)
        if self.thinning:
            thinning = msgspec.structs.replace(self.thinning, all=str(rows))
            return SparqlSource(self.text, thinning)
        return self


class FunctionSource(msgspec.Struct, frozen=True):
    """A function that answers, given a store and the values of the parameters."""

    run: Callable[[Store, QueryArguments], Findings]
    max_rows: int = 0  #: rows of an answer; 0 for no limit
    count_parameter: str = ""  #: name of the parameter that limits the rows; "" for none


class NamedQuery(msgspec.Struct, frozen=True):
    """A question with a name."""

    name: str  #: as ``kgraph query NAME`` takes it
    summary: str  #: one sentence
    answers: tuple[str, ...]  #: questions, as people ask them, that it answers
    parameters: tuple[Parameter, ...]
    example: str  #: a command that runs it
    source: SparqlSource | FunctionSource
    #: Column -> kind of what its values name (:data:`kgraph.query.link_values.LINK_KINDS`).
    links: dict[str, str] = {}
    chart: Chart | None = None
    section: str = "names"  #: one of :data:`QUESTION_SECTIONS`

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
