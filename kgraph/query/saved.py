"""Saved queries: questions with a name, as data in ``ontology/queries/NAME.rq``.

A query's header is made of comments::

    # Companies most often mentioned beside a company.
    #
    # param company: entity = NVIDIA -- the company
    # param since: date = 0001-01-01 -- first day
    # example: kgraph query co-mentioned --param company=NVIDIA

The first line is its summary. A parameter ``x`` binds the variable ``?x``; it is bound as
a term, so no value can become syntax. Its type is one of :data:`TYPES`.
"""

from __future__ import annotations

import re
from functools import cache

import msgspec

from kgraph.errors import DataError, InputError
from kgraph.ontology import shared

TYPES = ("entity", "episode", "text", "date", "number", "integer")
"""What a parameter may be: ``entity`` and ``episode`` are given by name and bound as IRIs."""

_PARAM = re.compile(
    r"# param (?P<name>\w+): (?P<type>\w+)(?: = (?P<default>.*?))? -- (?P<words>.*)"
)
_EXAMPLE = re.compile(r"# example: (.*)")


class Parameter(msgspec.Struct, frozen=True):
    """A parameter of a saved query; without a default (None) it must be given."""

    name: str
    type: str
    default: str | None
    words: str


class SavedQuery(msgspec.Struct, frozen=True):
    """A question with a name.

    Attributes:
        name: as ``kgraph query NAME`` takes it.
        summary: one sentence.
        parameters: in order.
        example: a command that runs it.
        text: the SPARQL.
    """

    name: str
    summary: str
    parameters: tuple[Parameter, ...]
    example: str
    text: str

    def arguments(self, given: dict[str, str]) -> dict[str, tuple[Parameter, str]]:
        """Every parameter with its value, given or default.

        Raises:
            InputError: one is unknown or missing.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                takes = ", ".join(known) or "none"
                raise InputError(f"{self.name}: no parameter {name}; it takes: {takes}")
        values = {name: given.get(name, p.default) for name, p in known.items()}
        for name, value in values.items():
            if value is None:
                raise InputError(f"{self.name}: give --param {name}=... ({known[name].words})")
        return {name: (known[name], str(value)) for name, value in values.items()}


@cache
def saved_queries() -> dict[str, SavedQuery]:
    """All saved queries, by name.

    Raises:
        DataError: a header is not of the form that this module describes.
    """
    files = sorted(shared("ontology", "queries").glob("*.rq"))
    return {file.stem: parse(file.stem, file.read_text("utf-8")) for file in files}


def parse(name: str, text: str) -> SavedQuery:
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
            if match is None or match["type"] not in TYPES:
                raise DataError(
                    f"{name}.rq:{number}: {line}: write `# param NAME: TYPE = DEFAULT -- WORDS`, "
                    f"TYPE one of {', '.join(TYPES)}"
                )
            parameters.append(
                Parameter(match["name"], match["type"], match["default"], match["words"])
            )
    example = next((m[1] for line in header if (m := _EXAMPLE.fullmatch(line))), "")
    return SavedQuery(name, header[0].removeprefix("# "), tuple(parameters), example, text)
