"""Saved queries: named queries as data, in ``ontology/queries/NAME.rq``.

A query's header is made of comments::

    # Companies most often mentioned beside a company.
    #
    # section: names
    # answers: Which companies does one hear of beside NVIDIA since June?
    # param company: entity = NVIDIA -- the company
    # param since: date = 0001-01-01 -- first day
    # param maxConfidence: probability = 1 -- only what is less sure than this
    # keep: perEpisode of each title, 50 in all
    # interval: mentioning of episodes
    # links: name company, title episode
    # chart: episodes by name -- episodes that mention both
    # example: kgraph query co-mentioned --param company=NVIDIA

The first line is the summary. ``section`` is one of
:data:`kgraph.query.named.QUESTION_SECTIONS`. ``answers`` is a question as people ask it, and may
be repeated. A parameter ``x`` binds the variable ``?x`` to a term, so that no value can become
syntax; its type is one of :data:`kgraph.query.parameters.PARAMETER_TYPES`.

``keep`` thins out the ordered rows: so many of each value of a column (a number, or a
parameter's name), so many in all, and optionally no nearly repeated text (``, no text twice``).
In SPARQL 1.1 that needs a join of the answer to itself, which took 12 s.

``interval`` adds the confidence interval of one column as a share of another, and ``standardize``
replaces a column of episodes by shares of the month that are standardised by show, and puts the
rows in the order of the months (:mod:`kgraph.query.share_columns`). ``minute`` gives a column of
recordings the addresses from the minute of a quote on (:mod:`kgraph.query.recording_column`).

``omit`` names columns that a table leaves out on a terminal that is too narrow for all, the first
ones first.

``links`` gives the kind of thing that a column's values name
(:data:`kgraph.query.named.LINK_KINDS`), and ``chart`` the columns of a chart.

A line ``#insert NAME`` stands for ``ontology/queries/parts/NAME.rq``, which several queries share.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from textwrap import indent

from kgraph.base.errors import DataError, InputError
from kgraph.base.vocabulary import data_path
from kgraph.query.named import (
    LINK_KINDS,
    QUESTION_SECTIONS,
    Chart,
    NamedQuery,
    RowThinning,
    SparqlSource,
)
from kgraph.query.parameters import PARAMETER_TYPES, Parameter
from kgraph.query.recording_column import RecordingColumn
from kgraph.query.share_columns import ComputedColumns, IntervalColumns, StandardizedColumn

#: Start of a header line -> form of the line behind it, as the messages describe it and as a
#: pattern.
_LINE_FORMS = {
    "# section: ": (f"one of {', '.join(QUESTION_SECTIONS)}", "|".join(QUESTION_SECTIONS)),
    "# answers: ": ("QUESTION", r".+"),
    "# param ": (
        f"NAME: TYPE = DEFAULT -- WORDS`, TYPE one of {', '.join(PARAMETER_TYPES)}",
        r"(?P<name>\w+): "
        rf"(?P<type>{'|'.join(PARAMETER_TYPES)})(?: = (?P<default>.*?))? -- (?P<words>.*)",
    ),
    "# keep: ": (
        "NUMBER of each COLUMN, NUMBER in all",
        r"(?P<each>\w+) of each (?P<column>\w+), (?P<all>\w+) in all"
        r"(?:, no (?P<once>\w+) twice)?",
    ),
    "# interval: ": ("COLUMN of COLUMN", r"(?P<part>\w+) of (?P<whole>\w+)"),
    "# standardize: ": ("COLUMN by COLUMN", r"(?P<episodes>\w+) by (?P<month>\w+)"),
    "# minute: ": (
        "COLUMN of COLUMN in COLUMN",
        r"(?P<recording>\w+) of (?P<text>\w+) in (?P<episode>\w+)",
    ),
    "# omit: ": ("COLUMN COLUMN", r"\w+(?: \w+)*"),
    "# links: ": ("COLUMN KIND, COLUMN KIND", r"\w+ \w+(?:, \w+ \w+)*"),
    "# chart: ": (
        "COLUMN by COLUMN -- WORDS",
        r"(?P<values>\w+) by (?P<labels>\w+) -- (?P<measure>.+)",
    ),
    "# example: ": ("COMMAND", r".+"),
}
_MACHINE_LINE = re.compile(
    r"# (?:section|answers|param [^:]+|keep|interval|standardize|minute|omit|links|chart|example):"
    r".*\n"
)
_INSERT_LINE = re.compile(r"^( *)#insert (\S+)\n", re.MULTILINE)


@cache
def load_saved_queries() -> dict[str, NamedQuery]:
    """Load all saved queries, by name.

    Raises:
        DataError: a header is not of the form above, or a part is missing.
    """
    files = sorted(data_path("ontology", "queries").glob("*.rq"))
    return {file.stem: parse_saved_query(file.stem, read_query_text(file)) for file in files}


def read_query_text(path: Path) -> str:
    """Return the text of a query's file, with the parts that it inserts.

    Raises:
        DataError: a part is missing.
    """

    def read_part(line: re.Match[str]) -> str:
        part = path.parent / "parts" / f"{line[2]}.rq"
        if not part.is_file():
            raise DataError(f"{path.name}: #insert {line[2]}: there is no file parts/{part.name}")
        return indent(part.read_text("utf-8"), line[1])

    return _INSERT_LINE.sub(read_part, path.read_text("utf-8"))


def get_sparql_source(name: str) -> SparqlSource:
    """Return the SPARQL of a saved query.

    Raises:
        InputError: there is no such query.
    """
    query = load_saved_queries().get(name)
    if query is None:
        raise InputError(f"{name}: no such saved query: `kgraph queries` lists them")
    assert isinstance(query.source, SparqlSource)
    return query.source


def parse_saved_query(name: str, text: str) -> NamedQuery:
    """Parse the text of a saved query's file.

    Raises:
        DataError: its header is not of the form above.
    """
    header = [line for line in text.splitlines() if line.startswith("#")]
    if not header:
        raise DataError(f"{name}.rq:1: no header: begin with `# ` and a sentence")
    lines: dict[str, list[re.Match[str]]] = {start: [] for start in _LINE_FORMS}
    for number, line in enumerate(header, 1):
        for start, (form, pattern) in _LINE_FORMS.items():
            if line.startswith(start.rstrip()):
                match = re.fullmatch(pattern, line.removeprefix(start))
                if match is None:
                    raise DataError(f"{name}.rq:{number}: {line}: write `{start}{form}`")
                lines[start].append(match)
    links = dict(pair.split(" ") for line in lines["# links: "] for pair in line[0].split(", "))
    for column, kind in links.items():
        if kind not in LINK_KINDS:
            raise DataError(
                f"{name}.rq: links: {column} {kind}: no such kind; choose one of "
                f"{', '.join(LINK_KINDS)}"
            )
    thinning = [RowThinning(**match.groupdict("")) for match in lines["# keep: "]]
    computed: list[ComputedColumns] = [
        *(IntervalColumns(**match.groupdict()) for match in lines["# interval: "]),
        *(StandardizedColumn(**match.groupdict()) for match in lines["# standardize: "]),
    ]
    charts = [
        Chart(match["values"], match["labels"], match["measure"]) for match in lines["# chart: "]
    ]
    return NamedQuery(
        name,
        summary=header[0].removeprefix("# "),
        answers=tuple(match[0] for match in lines["# answers: "]),
        parameters=tuple(Parameter(**match.groupdict()) for match in lines["# param "]),
        example=next((match[0] for match in lines["# example: "]), ""),
        source=SparqlSource(
            text,
            thinning[0] if thinning else None,
            computed[0] if computed else None,
            next((RecordingColumn(**match.groupdict()) for match in lines["# minute: "]), None),
        ),
        links=links,
        omit=next((tuple(match[0].split()) for match in lines["# omit: "]), ()),
        chart=charts[0] if charts else None,
        section=next((match[0] for match in lines["# section: "]), "names"),
    )


def strip_machine_lines(text: str) -> str:
    """Return a saved query's text without the header lines that programs read.

    >>> strip_machine_lines("# Companies.\\n# section: names\\nASK {}")
    '# Companies.\\nASK {}'
    """
    return _MACHINE_LINE.sub("", text)
