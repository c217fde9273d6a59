"""The questions with a name, as forms, and their answers.

Takes what :func:`kgraph.analysis.questions.questions` lists; gives a page with the list, and of
each question a page with its form, its answer as a table and perhaps as bars, and what would
give the same: the command, the SPARQL. The answer is also to be had as CSV, TSV, SPARQL JSON or
XML, by ``format`` or by what the client accepts; ``format=sparql`` gives the query.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kgraph.analysis.presentation import Shown
from kgraph.analysis.questions import Question, questions, unknown
from kgraph.base.errors import InputError, RequestError
from kgraph.query.formats import FORMATS
from kgraph.query.saved import SECTIONS, saved_queries
from kgraph.server.http import responses
from kgraph.server.http.endpoint import Endpoint
from kgraph.server.http.negotiation import HTML, form_of
from kgraph.server.http.paged import paged, wrong
from kgraph.server.pages.forms import fields, written
from kgraph.server.pages.parameters import answer, pairs
from kgraph.server.pages.templates import LOOK, Link, render
from kgraph.server.workers.tasks import Answer, Show, Sparql
from kgraph.store.current import Snapshot

HERE = "/questions"

TABLES = {f.media_type: f.name for f in FORMATS.values() if "solutions" in f.kinds}
"""Media type -> name of a format that rows can be had in."""

MEDIA_TYPES = {HTML: "html", **TABLES, "application/json": "json"}
"""Media type that is asked for -> name of a form."""

SPARQL = "sparql"
"""Name of the form that is the query itself, of which :data:`QUERY` is the media type."""

QUERY = "application/sparql-query"


async def listed(request: Request, snapshot: Snapshot) -> str:
    """All questions, by what they are about."""
    sections = [
        (heading, [q for q in questions().values() if q.section == section])
        for section, heading in SECTIONS.items()
    ]
    return render("questions.html", here=HERE, sections=sections)


async def asked(request: Request) -> Response:
    """One question: its form and its answer, as a page or as data."""
    question = _question(request.path_params["name"])
    snapshot = responses.service(request).snapshot()
    given = written(question.parameters, pairs(request))
    accept, forced = request.headers.get("accept", ""), given.pop("format", "")
    form = form_of(accept, forced, MEDIA_TYPES, SPARQL)
    tag = responses.etag(snapshot, LOOK, form, question.name, urlencode(sorted(given.items())))
    if responses.unchanged(request, tag):
        return Response(status_code=304, headers=responses.cached(tag))
    if form == "html":
        return await _page(request, snapshot, question, given, tag)
    if form == SPARQL:
        return await _sparql(request, snapshot, question, given, tag)
    return await _data(request, snapshot, Answer(question.name, given, form), tag)


def _question(name: str) -> Question:
    found = questions().get(name)
    if found is None:
        raise unknown(name, f"{HERE} lists them")
    return found


# -- data --------------------------------------------------------------------------


async def _data(request: Request, snapshot: Snapshot, task: Answer, tag: str) -> Response:
    doing = responses.service(request).do(snapshot, task)
    reply = await responses.while_connected(request, doing)
    suffix = ".json" if task.format == "json" else FORMATS[task.format].suffix
    named = {"Content-Disposition": f'attachment; filename="{task.name}{suffix}"'}
    return responses.send(reply, responses.cached(tag) | named)


async def _sparql(
    request: Request, snapshot: Snapshot, question: Question, given: dict[str, str], tag: str
) -> Response:
    if question.kind != "query":
        raise RequestError(404, f"{question.name}: a program answers it, no SPARQL does")
    found = await answer(request, snapshot, Sparql(question.name, given))
    return Response(msgspec.json.decode(found, type=str), 200, responses.cached(tag), QUERY)


# -- the page ----------------------------------------------------------------------


async def _page(
    request: Request, snapshot: Snapshot, question: Question, given: dict[str, str], tag: str
) -> Response:
    """The form, with the answer where all that must be given is."""
    try:
        _refuse_missing(question, given)
        shown = await _shown(request, snapshot, question, given)
    except InputError as error:
        return wrong(error, render_question(question, given, error=error))
    return Response(render_question(question, given, shown), 200, responses.cached(tag), HTML)


async def _shown(
    request: Request, snapshot: Snapshot, question: Question, given: dict[str, str]
) -> Shown | None:
    """The answer; None where something must still be given, and nothing was."""
    if not given and any(p.default is None for p in question.parameters):
        return None
    found = await answer(request, snapshot, Show(question.name, given))
    return msgspec.json.decode(found, type=Shown)


def _refuse_missing(question: Question, given: Mapping[str, str]) -> None:
    """Let nothing through that lacks what must be given, unless nothing was given at all.

    Raises:
        InputError: something is missing.
    """
    for parameter in question.parameters if given else ():
        if parameter.default is None and parameter.name not in given:
            raise InputError(f"give this: {parameter.words}", parameter=parameter.name)


def render_question(
    question: Question,
    given: Mapping[str, str],
    shown: Shown | None = None,
    error: InputError | None = None,
) -> str:
    """The page of a question.

    Args:
        question: which.
        given: what was written into its form.
        shown: its answer, if it was answered.
        error: what was wrong, if anything.
    """
    saved = saved_queries().get(question.name)
    return render(
        "question.html",
        here=HERE,
        question=question,
        fields=fields(question.parameters, given, error),
        error=error,
        shown=shown,
        most=max((bar.value for bar in shown.bars), default=0) if shown else 0,
        command=command(question.name, given),
        downloads=_downloads(question.name, given) if shown else [],
        keep=saved.keep if saved else None,
    )


def command(name: str, given: Mapping[str, str]) -> str:
    """The command that asks the same.

    >>> command("by-month", {"entity": "JP Morgan"})
    "kgraph query by-month --param 'entity=JP Morgan'"
    """
    parameters = [f"--param {shlex.quote(f'{key}={value}')}" for key, value in given.items()]
    return " ".join(["kgraph query", name, *parameters])


def _downloads(name: str, given: Mapping[str, str]) -> list[Link]:
    return [
        Link(words, f"{HERE}/{name}?{urlencode({**given, 'format': form})}")
        for words, form in (("CSV", "csv"), ("TSV", "tsv"), ("JSON", "json"))
    ]


ENDPOINTS = (
    Endpoint(HERE, paged(listed)),
    Endpoint(HERE + "/{name}", asked, data=True),
)
