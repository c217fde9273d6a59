"""Answers to queries: their formats, and how rows are read from them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import wraps
from io import BytesIO
from itertools import islice
from traceback import clear_frames
from typing import ParamSpec, TypeVar

import msgspec
import pyoxigraph
from pyoxigraph import QueryResultsFormat, RdfFormat

from kgraph.base import dataframes
from kgraph.base.errors import InputError, unknown_format_error
from kgraph.base.text import escape_html, pluralize
from kgraph.base.vocabulary import PREFIXES, expand_curie
from kgraph.base.xml import sanitize_xml
from kgraph.query.formats import ANSWER_FORMATS, AnswerKind, serialize_jsonld
from kgraph.query.table import take_rows

_DEFAULT_FORMATS: dict[AnswerKind, str] = {
    "solutions": "json",
    "boolean": "json",
    "graph": "turtle",
}

MAX_LISTED_MONTHS = 3  #: that a remark names

Params = ParamSpec("Params")
Returned = TypeVar("Returned")

RowValue = str | int | float | bool
QueryResult = pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples

#: Datatype -> the Python value of its text.
_CASTS: dict[str, Callable[[str], RowValue]] = {
    expand_curie("xsd:integer"): int,
    expand_curie("xsd:decimal"): float,
    expand_curie("xsd:double"): float,
    expand_curie("xsd:boolean"): lambda text: text == "true",
}


class Answer(msgspec.Struct, dataframes.TableMixin, frozen=True):
    """The serialized answer to a query.

    What reads rows raises :class:`kgraph.base.errors.InputError` if the answer is not solutions
    in SPARQL JSON.
    """

    kind: AnswerKind
    format: str  #: one of :data:`kgraph.query.formats.ANSWER_FORMATS`
    data: bytes
    more: bool = False  #: a limit left rows or statements out
    undated: int = 0  #: episodes that are in no row, since their date of publication is unknown
    #: months of the graph without a row, since none of their episodes counts
    empty_months: tuple[str, ...] = ()

    def __repr__(self) -> str:
        more = ", and more" if self.more else ""
        return f"<Answer: {self.kind} as {self.format}, {len(self.data):,} bytes{more}>"

    def __bool__(self) -> bool:
        """Return the value of a boolean answer; True for any other."""
        return self.kind != "boolean" or b"true" in self.data  # in each of its formats

    def __iter__(self) -> Iterator[dict[str, RowValue]]:
        return iter(self.rows())

    def __len__(self) -> int:
        return len(self.bindings()[1])

    def rows(self) -> list[dict[str, RowValue]]:
        """Return the solutions as plain values by variable, without unbound variables.

        Integers, decimals, doubles and booleans become Python values. IRIs, dates and ill-typed
        literals stay text.
        """
        _, bindings = self.bindings()
        return [{name: _to_python(term) for name, term in row.items()} for row in bindings]

    def bindings(self) -> tuple[list[str], list[dict[str, dict[str, str]]]]:
        """Return the variables, and the terms of each row by variable, as SPARQL JSON has them."""
        if (self.kind, self.format) != ("solutions", "json"):
            advice = {"boolean": "use bool(answer)", "graph": "use answer.data"}
            raise InputError(
                f"rows come from solutions in json, not {self.kind} in {self.format}: "
                f"{advice.get(self.kind, 'use answer.data')}"
            )
        document = msgspec.json.decode(self.data)
        return document["head"]["vars"], document["results"]["bindings"]

    def _table(self) -> dataframes.TableData:
        columns, _ = self.bindings()
        return columns, ([row.get(name) for name in columns] for row in self.rows())

    def _repr_html_(self) -> str:
        """Return a table, or the text of an answer without rows, for a notebook."""
        if (self.kind, self.format) == ("solutions", "json"):
            return dataframes.TableMixin._repr_html_(self)
        return f"<pre>{escape_html(self.data.decode())}</pre>"


def describe_undated(episodes: int) -> str:
    """Return that some episodes are in no row of an answer.

    >>> describe_undated(4)
    '4 more episodes have no known date of publication'
    """
    verb = "has" if episodes == 1 else "have"
    return f"{pluralize(episodes, 'more episode')} {verb} no known date of publication"


def describe_empty_months(months: Sequence[str]) -> str:
    """Return that some months are in no row of an answer, and why; "" for no months.

    >>> describe_empty_months(["2020-01"])
    'no row for 2020-01: none of its episodes counts here'
    >>> describe_empty_months(["2020-01", "2025-03", "2025-04", "2025-05", "2025-06"])
    'no row for 2020-01, 2025-03, 2025-04 and 2 more months: none of their episodes counts here'
    """
    if not months:
        return ""
    listed, more = list(months[:MAX_LISTED_MONTHS]), len(months[MAX_LISTED_MONTHS:])
    listed += [pluralize(more, "more month")] if more else []
    *first, last = listed
    names = f"{', '.join(first)} and {last}" if first else last
    whose = "its" if len(months) == 1 else "their"
    return f"no row for {names}: none of {whose} episodes counts here"


def _to_python(term: dict[str, str]) -> RowValue:
    text = term["value"]
    try:
        return _CASTS.get(term.get("datatype", ""), str)(text)
    except ValueError:  # ill-typed, which RDF 1.1 (Concepts, section 3.3) allows
        return text


def free_results(work: Callable[Params, Returned]) -> Callable[Params, Returned]:
    """Wrap a function so that its errors hold no result of the engine.

    An error holds, in its traceback, the local variables of the calls that it ended. It may be
    dropped in another thread, and the engine can free a result only in the thread that made it.
    An error that the caller is handling keeps its variables.
    """

    @wraps(work)
    def run(*args: Params.args, **kwargs: Params.kwargs) -> Returned:
        handled = sys.exception()
        try:
            return work(*args, **kwargs)
        except BaseException as error:
            each: BaseException | None = error
            while each is not None and each is not handled:
                clear_frames(each.__traceback__)
                each = each.__context__
            raise

    return run


# -- formats -------------------------------------------------------------------


def choose_formats(format: str | None) -> dict[AnswerKind, str]:
    """Return the format of each kind of answer; InputError if there is no such format."""
    check_answer_format(format)
    return dict.fromkeys(_DEFAULT_FORMATS, format) if format else _DEFAULT_FORMATS


def check_answer_format(name: str | None) -> None:
    """Check that a format is None or one of :data:`kgraph.query.formats.ANSWER_FORMATS`.

    Raises:
        InputError: there is no such format.
    """
    if name is not None and name not in ANSWER_FORMATS:
        raise unknown_format_error(name, ANSWER_FORMATS)


def serialize_answer(
    result: QueryResult, format: str | None, max_rows: int | None = None
) -> Answer:
    """Write a result of the engine in a format.

    Args:
        format: name of a format; None for the default of the kind.
        max_rows: rows or statements; None for all.

    Raises:
        InputError: the format cannot carry the kind of answer.
    """
    kind = find_result_kind(result)
    name = format or _DEFAULT_FORMATS[kind]
    check_format_carries(name, kind)
    media_type = ANSWER_FORMATS[name].media_type
    more = False
    data: bytes | None
    if isinstance(result, pyoxigraph.QueryTriples):
        data = serialize_triples(islice(result, max_rows), media_type)
        more = max_rows is not None and next(result, None) is not None
    else:
        if max_rows is not None and isinstance(result, pyoxigraph.QuerySolutions):
            result, more = take_rows(result, max_rows)
        results_format = QueryResultsFormat.from_media_type(media_type)
        assert results_format is not None
        data = result.serialize(format=results_format)
    assert data is not None
    return Answer(kind, name, sanitize_xml(data) if media_type.endswith("xml") else data, more)


def serialize_triples(triples: Iterable[pyoxigraph.Triple], media_type: str) -> bytes:
    """Write triples in the format of a media type, with our prefixes.

    Raises:
        InputError: the format cannot carry one of them.
    """
    out = BytesIO()
    if media_type == ANSWER_FORMATS["jsonld"].media_type:
        serialize_jsonld(triples, out, PREFIXES)
    else:
        format_ = RdfFormat.from_media_type(media_type)
        pyoxigraph.serialize(triples, out, format=format_, prefixes=PREFIXES)
    return out.getvalue()


def check_format_carries(name: str, kind: AnswerKind) -> None:
    """Check that a format can carry a kind of answer.

    Raises:
        InputError: it cannot.
    """
    if kind not in ANSWER_FORMATS[name].kinds:
        names = [f.name for f in ANSWER_FORMATS.values() if kind in f.kinds]
        raise InputError(f"{name} cannot carry this answer: choose one of {', '.join(names)}")


def find_result_kind(result: QueryResult) -> AnswerKind:
    """Return the kind of a result of the engine."""
    if isinstance(result, pyoxigraph.QueryTriples):
        return "graph"
    return "boolean" if isinstance(result, pyoxigraph.QueryBoolean) else "solutions"
