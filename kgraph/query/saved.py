"""Saved queries: questions with a name, as data in ``ontology/queries/NAME.rq``.

A query's header is made of comments::

    # Companies most often mentioned beside a company.
    #
    # section: names
    # answers: Which companies does one hear of beside NVIDIA since June?
    # param company: entity = NVIDIA -- the company
    # param since: date = 0001-01-01 -- first day
    # param threshold (was limit): probability = 1 -- only what is less sure than this
    # keep: perEpisode of each title, 50 in all
    # links: name company, title episode
    # chart: episodes by name
    # example: kgraph query co-mentioned --param company=NVIDIA

The first line is its summary; ``section`` is one of :data:`QUESTION_SECTIONS`; ``answers`` is a question
as people ask it, and may stand several times. A parameter ``x`` binds the variable ``?x``; it is
bound as a term, so no value can become syntax. Its type is one of
:data:`kgraph.query.parameters.PARAMETER_TYPES`. Under the name behind ``was`` it is still understood.

``keep`` thins the rows out after they were ordered: so many of each value of a column (a
number, or a parameter's name), so many in all, and perhaps none whose text says what one
before it says (``, no text twice``). SPARQL 1.1 can say that only by joining
the answer to itself, which took 12 s where this takes none.

``links`` says of columns what their values name, so that a page can lead there
(:mod:`kgraph.query.link_values`), and ``chart`` which column is worth drawing, by which other.
"""

from __future__ import annotations

import re
from functools import cache

import msgspec

from kgraph.base.errors import DataError
from kgraph.base.vocabulary import data_path
from kgraph.query.link_values import LINK_KINDS
from kgraph.query.parameters import PARAMETER_TYPES, Parameter

QUESTION_SECTIONS = {
    "names": "Companies and other names",
    "quotes": "Quotes",
    "trends": "Themes and trends",
    "episodes": "Shows and episodes",
    "quality": "Quality and evidence",
}
"""What questions are about -> the heading under which a list shows them."""

_PARAM = re.compile(
    r"# param (?P<name>\w+)(?: \(was (?P<was>\w+)\))?: "
    r"(?P<type>\w+)(?: = (?P<default>.*?))? -- (?P<words>.*)"
)
_EXAMPLE = re.compile(r"# example: (.*)")
_KEEP = re.compile(
    r"# keep: (?P<each>\w+) of each (?P<column>\w+), (?P<all>\w+) in all"
    r"(?:, no (?P<once>\w+) twice)?"
)
_LINKS = re.compile(r"# links: (\w+ \w+(?:, \w+ \w+)*)")
_CHART = re.compile(r"# chart: (?P<values>\w+) by (?P<labels>\w+)")
_SECTION = re.compile(rf"# section: ({'|'.join(QUESTION_SECTIONS)})")
_LIMIT = re.compile(r"\bLIMIT (\d+)")
_ANSWERS = re.compile(r"# answers: (.*)")
_MACHINE_LINE = re.compile(r"# (?:section|answers|param \w+|keep|links|chart|example):.*\n")
_LINE_PATTERNS = {"# links:": _LINKS, "# chart:": _CHART, "# keep:": _KEEP, "# section:": _SECTION}
"""How a line starts -> what it must be."""


class RowThinning(msgspec.Struct, frozen=True):
    """Which of the ordered rows are kept.

    Attributes:
        each: how many rows of one value of the column: a number, or a parameter's name.
        column: name of a variable.
        all: how many rows at the most: a number, or a parameter's name.
        once: name of a variable whose texts are not nearly the same twice; "" for none.
    """

    each: str
    column: str
    all: str
    once: str = ""


class Chart(msgspec.Struct, frozen=True):
    """What of an answer is worth drawing: numbers of one column, by the words of another."""

    values: str
    labels: str


class SavedQuery(msgspec.Struct, frozen=True):
    """A question with a name.

    Attributes:
        name: as ``kgraph query NAME`` takes it.
        summary: one sentence.
        answers: questions, as people ask them, that it answers.
        parameters: in order.
        example: a command that runs it.
        text: the SPARQL.
        keep: how its rows are thinned out, if at all.
        links: column -> what its values name, one of :data:`kgraph.query.link_values.LINK_KINDS`.
        chart: what of its answer is worth drawing, if anything.
        section: what it is about, one of :data:`QUESTION_SECTIONS`.
    """

    name: str
    summary: str
    answers: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    example: str
    text: str
    keep: RowThinning | None = None
    links: dict[str, str] = {}
    chart: Chart | None = None
    section: str = "names"

    @property
    def most(self) -> int:
        """Rows that it gives at the most, by its last LIMIT or its ``keep``; 0 for any number."""
        if limits := _LIMIT.findall(self.text):
            return int(limits[-1])
        return int(self.keep.all) if self.keep and self.keep.all.isdecimal() else 0

    def with_limit(self, rows: int) -> SavedQuery:
        """The same query, giving at most so many rows in place of those of its last LIMIT or its
        ``keep``; one that has neither stays as it is."""
        if limits := [*_LIMIT.finditer(self.text)]:
            start, end = limits[-1].span(1)
            text = f"{self.text[:start]}{rows}{self.text[end:]}"
            return msgspec.structs.replace(self, text=text)
        if self.keep:
            return msgspec.structs.replace(
                self, keep=msgspec.structs.replace(self.keep, all=str(rows))
            )
        return self


@cache
def load_saved_queries() -> dict[str, SavedQuery]:
    """All saved queries, by name.

    Raises:
        DataError: a header is not of the form that this module describes.
    """
    files = sorted(data_path("ontology", "queries").glob("*.rq"))
    return {file.stem: parse_saved_query(file.stem, file.read_text("utf-8")) for file in files}


def parse_saved_query(name: str, text: str) -> SavedQuery:
    """A saved query from its file's text.

    Raises:
        DataError: its header is not of the form that this module describes.
    """
    header = [line for line in text.splitlines() if line.startswith("#")]
    if not header:
        raise DataError(f"{name}.rq:1: no header: begin with `# ` and a sentence")
    parameters = []
    for number, line in enumerate(header, 1):
        if line.startswith("# param"):
            match = _PARAM.fullmatch(line)
            if match is None or match["type"] not in PARAMETER_TYPES:
                raise DataError(
                    f"{name}.rq:{number}: {line}: write `# param NAME: TYPE = DEFAULT -- WORDS`, "
                    f"TYPE one of {', '.join(PARAMETER_TYPES)}"
                )
            parameters.append(
                Parameter(
                    match["name"],
                    match["type"],
                    match["default"],
                    match["words"],
                    match["was"] or "",
                )
            )
    _check_header_lines(name, header)
    example = next((m[1] for line in header if (m := _EXAMPLE.fullmatch(line))), "")
    answers = tuple(m[1] for line in header if (m := _ANSWERS.fullmatch(line)))
    keep = next(
        (RowThinning(**m.groupdict("")) for line in header if (m := _KEEP.fullmatch(line))), None
    )
    chart = next((Chart(**m.groupdict()) for line in header if (m := _CHART.fullmatch(line))), None)
    summary = header[0].removeprefix("# ")
    section = next((m[1] for line in header if (m := _SECTION.fullmatch(line))), "names")
    return SavedQuery(
        name,
        summary,
        answers,
        tuple(parameters),
        example,
        text,
        keep,
        _parse_links(name, header),
        chart,
        section,
    )


def strip_machine_lines(text: str) -> str:
    """A saved query's text without the lines of its header that programs read.

    >>> strip_machine_lines("# Companies.\\n# section: names\\nASK {}")
    '# Companies.\\nASK {}'
    """
    return _MACHINE_LINE.sub("", text)


def _check_header_lines(name: str, header: list[str]) -> None:
    for number, line in enumerate(header, 1):
        for start, form in _LINE_PATTERNS.items():
            if line.startswith(start) and form.fullmatch(line) is None:
                raise DataError(
                    f"{name}.rq:{number}: {line}: write it as kgraph/query/saved.py says"
                )


def _parse_links(name: str, header: list[str]) -> dict[str, str]:
    line = next((m[1] for line in header if (m := _LINKS.fullmatch(line))), "")
    links = dict(pair.split(" ") for pair in line.split(", ") if pair)
    for column, kind in links.items():
        if kind not in LINK_KINDS:
            raise DataError(
                f"{name}.rq: links: {column} {kind}: no such kind; choose one of {', '.join(LINK_KINDS)}"
            )
    return links
