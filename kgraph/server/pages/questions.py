"""The questions with a name, as forms, and their answers.

Takes what :func:`kgraph.analysis.questions.load_named_queries` lists; gives a page with the list, and of
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

from kgraph.analysis.presentation import RenderedAnswer
from kgraph.analysis.questions import NamedQuery, load_named_queries, unknown_query_error
from kgraph.base.errors import InputError, RequestError
from kgraph.query.formats import ANSWER_FORMATS
from kgraph.query.saved import QUESTION_SECTIONS, load_saved_queries
from kgraph.server.http import responses
from kgraph.server.http.endpoint import Endpoint
from kgraph.server.http.negotiation import HTML, choose_format
from kgraph.server.http.paged import error_page, make_page_handler
from kgraph.server.pages.forms import drop_empty, make_fields
from kgraph.server.pages.parameters import fetch_json, query_params
from kgraph.server.pages.templates import TEMPLATE_HASH, Hyperlink, render_template
from kgraph.server.workers.tasks import ExpandSavedQuery, RenderQuestion, RunQuestion
from kgraph.views.open_graph import OpenGraph

QUESTIONS_PATH = "/questions"

TABLE_MEDIA_TYPES = {
    f.media_type: f.name for f in ANSWER_FORMATS.values() if "solutions" in f.kinds
}
"""Media type -> name of a format that rows can be had in."""

FORM_BY_MEDIA_TYPE = {HTML: "html", **TABLE_MEDIA_TYPES, "application/json": "json"}
"""Media type that is asked for -> name of a form."""

SPARQL_FORM = "sparql"
"""Name of the form that is the query itself, of which :data:`SPARQL_QUERY_TYPE` is the media type."""

SPARQL_QUERY_TYPE = "application/sparql-query"


async def questions_page(request: Request, snapshot: OpenGraph) -> str:
    """All questions, by what they are about."""
    sections = [
        (heading, [q for q in load_named_queries().values() if q.section == section])
        for section, heading in QUESTION_SECTIONS.items()
    ]
    return render_template("questions.html", section=QUESTIONS_PATH, sections=sections)


async def question_endpoint(request: Request) -> Response:
    """One question: its form and its answer, as a page or as data."""
    question = _find_question(request.path_params["name"])
    snapshot = responses.get_service(request).get_graph()
    given = drop_empty(question.parameters, query_params(request))
    accept, forced = request.headers.get("accept", ""), given.pop("format", "")
    form = choose_format(accept, forced, FORM_BY_MEDIA_TYPE, SPARQL_FORM)
    tag = responses.make_etag(
        snapshot, TEMPLATE_HASH, form, question.name, urlencode(sorted(given.items()))
    )
    if responses.is_not_modified(request, tag):
        return Response(status_code=304, headers=responses.cache_headers(tag))
    if form == "html":
        return await _send_page(request, snapshot, question, given, tag)
    if form == SPARQL_FORM:
        return await _send_sparql(request, snapshot, question, given, tag)
    return await _send_data(request, snapshot, RunQuestion(question.name, given, form), tag)


def _find_question(name: str) -> NamedQuery:
    found = load_named_queries().get(name)
    if found is None:
        raise unknown_query_error(name, f"{QUESTIONS_PATH} lists them")
    return found


# -- data --------------------------------------------------------------------------


async def _send_data(
    request: Request, snapshot: OpenGraph, task: RunQuestion, tag: str
) -> Response:
    doing = responses.get_service(request).run_task(snapshot, task)
    reply = await responses.cancel_on_disconnect(request, doing)
    suffix = ".json" if task.format == "json" else ANSWER_FORMATS[task.format].suffix
    named = {"Content-Disposition": f'attachment; filename="{task.name}{suffix}"'}
    return responses.make_reply_response(reply, responses.cache_headers(tag) | named)


async def _send_sparql(
    request: Request, snapshot: OpenGraph, question: NamedQuery, given: dict[str, str], tag: str
) -> Response:
    if question.kind != "query":
        raise RequestError(404, f"{question.name}: a program answers it, no SPARQL does")
    found = await fetch_json(request, snapshot, ExpandSavedQuery(question.name, given))
    return Response(
        msgspec.json.decode(found, type=str), 200, responses.cache_headers(tag), SPARQL_QUERY_TYPE
    )


# -- the page ----------------------------------------------------------------------


async def _send_page(
    request: Request, snapshot: OpenGraph, question: NamedQuery, given: dict[str, str], tag: str
) -> Response:
    """The form, with the answer where all that must be given is."""
    try:
        _check_required(question, given)
        shown = await _fetch_answer(request, snapshot, question, given)
    except InputError as error:
        return error_page(error, render_question(question, given, error=error))
    return Response(
        render_question(question, given, shown), 200, responses.cache_headers(tag), HTML
    )


async def _fetch_answer(
    request: Request, snapshot: OpenGraph, question: NamedQuery, given: dict[str, str]
) -> RenderedAnswer | None:
    """The answer; None where something must still be given, and nothing was."""
    if not given and any(p.default is None for p in question.parameters):
        return None
    found = await fetch_json(request, snapshot, RenderQuestion(question.name, given))
    return msgspec.json.decode(found, type=RenderedAnswer)


def _check_required(question: NamedQuery, given: Mapping[str, str]) -> None:
    """Let nothing through that lacks what must be given, unless nothing was given at all.

    Raises:
        InputError: something is missing.
    """
    for parameter in question.parameters if given else ():
        if parameter.default is None and parameter.name not in given:
            raise InputError(f"give this: {parameter.words}", parameter=parameter.name)


def render_question(
    question: NamedQuery,
    given: Mapping[str, str],
    shown: RenderedAnswer | None = None,
    error: InputError | None = None,
) -> str:
    """The page of a question.

    Args:
        question: which.
        given: what was written into its form.
        shown: its answer, if it was answered.
        error: what was wrong, if anything.
    """
    saved = load_saved_queries().get(question.name)
    return render_template(
        "question.html",
        section=QUESTIONS_PATH,
        question=question,
        fields=make_fields(question.parameters, given, error),
        error=error,
        shown=shown,
        most=max((bar.value for bar in shown.bars), default=0) if shown else 0,
        command=format_command(question.name, given),
        downloads=_download_links(question.name, given) if shown else [],
        keep=saved.keep if saved else None,
    )


def format_command(name: str, given: Mapping[str, str]) -> str:
    """The command that asks the same.

    >>> format_command("by-month", {"entity": "JP Morgan"})
    "kgraph query by-month --param 'entity=JP Morgan'"
    """
    parameters = [f"--param {shlex.quote(f'{key}={value}')}" for key, value in given.items()]
    return " ".join(["kgraph query", name, *parameters])


def _download_links(name: str, given: Mapping[str, str]) -> list[Hyperlink]:
    return [
        Hyperlink(words, f"{QUESTIONS_PATH}/{name}?{urlencode({**given, 'format': form})}")
        for words, form in (("CSV", "csv"), ("TSV", "tsv"), ("JSON", "json"))
    ]


ENDPOINTS = (
    Endpoint(QUESTIONS_PATH, make_page_handler(questions_page)),
    Endpoint(QUESTIONS_PATH + "/{name}", question_endpoint, has_cors=True),
)
