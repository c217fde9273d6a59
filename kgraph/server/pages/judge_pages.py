"""Pages that judge: one name with a preview, the review queue, and all judgements with an undo.

They exist only in a server that was started with ``--judge``, and answer only in a session
(:mod:`kgraph.server.http.judge_access`). What they change is written by
:class:`kgraph.server.judge_job.JudgeJob`; nothing else can be changed over HTTP.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlencode

import msgspec
from msgspec.structs import replace
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.errors import InputError, KgraphError, RequestError
from kgraph.base.model import REJECTED
from kgraph.base.text import shorten
from kgraph.ingest.files import read_state
from kgraph.judging.answer_preview import AnswerPreview
from kgraph.judging.judge_answer import VERB_CHOICES_BY_NAME, JudgeAnswer
from kgraph.judging.review_queue import ReviewQueue
from kgraph.operations.request import read_request
from kgraph.resolve.judgement import join_lines
from kgraph.server.html.templates import is_safe, render_template
from kgraph.server.http import responses
from kgraph.server.http.judge_access import (
    JUDGE_PATH,
    JUDGEMENTS_PATH,
    REVIEW_PATH,
    START_PATH,
    STATUS_PATH,
    JudgeAccess,
    check_change,
    cookie_name,
    require_session,
)
from kgraph.server.http.responses import Endpoint
from kgraph.server.judge_job import JudgeChange, JudgeJob, digest_judgement
from kgraph.server.negotiation import HTML, JSON, choose_media_type
from kgraph.server.pages.parameters import query_params
from kgraph.server.service import JUDGE_TIMEOUT_S, Service
from kgraph.server.workers.messages import Reply
from kgraph.server.workers.tasks import ListReviewCases, PreparePreviews, PreviewAnswer

METHODS = (*responses.READ_METHODS, "POST")

NO_STORE = {"Cache-Control": "no-store"}  #: a page shows the judgements as they are now

CASES_PER_PAGE = 20


class JudgeForm(msgspec.Struct, frozen=True):
    """The fields of a judgement's form."""

    name: str = ""  #: a name, or the id of an entity
    verb: str = ""  #: one of :data:`kgraph.judging.judge_answer.VERB_CHOICES`
    argument: str = ""
    back: str = ""  #: path of the page to return to

    @property
    def answer(self) -> JudgeAnswer:
        """The answer, without its reason."""
        return JudgeAnswer(self.name, self.verb, self.argument)

    @property
    def return_path(self) -> str:
        """The path to return to, if it is one of this server, else the front page."""
        # A browser leaves tabs and line breaks of an address out (URL Standard).
        is_path = self.back.startswith("/") and self.back.isprintable()
        return self.back if is_path and is_safe(self.back) else "/"


class RecordForm(JudgeForm, frozen=True):
    """The fields of the form that records a judgement."""

    why: str = ""  #: the reason


class UndoForm(msgspec.Struct, frozen=True):
    """The fields of the form that undoes a judgement: of the file, or the last change."""

    line: int = 0  #: on which the judgement begins
    digest: str = ""  #: of the judgement
    change: int = 0  #: number of a change, instead
    retry: bool = False  #: build again instead
    back: str = ""


class JudgementsForm(msgspec.Struct, frozen=True):
    """The parameters of the list of judgements."""

    change: int = 0  #: number of a change, whose state is shown
    back: str = ""


class ReviewForm(msgspec.Struct, frozen=True):
    """The parameters of the review queue."""

    type: str = ""  #: of most rows of the names; "" for any
    misheard: str = ""  #: "on" for names that are probably another one only
    all: str = ""  #: "on" for names that are not worth a card as well


def get_job(request: Request) -> JudgeJob:
    """Return the job that writes judgements."""
    job: JudgeJob = request.app.state.judge_job
    return job


# -- sessions ----------------------------------------------------------------------


async def start_session(request: Request) -> Response:
    """Begin a session if the token is right, and lead to the review queue."""
    access: JudgeAccess = request.app.state.judge_access
    session = access.start_session(query_params(request).get("token", ""))
    preparation = BackgroundTask(_prepare, responses.get_service(request), get_job(request))
    response = RedirectResponse(REVIEW_PATH, 303, NO_STORE, preparation)
    response.set_cookie(cookie_name(request.scope), session, httponly=True, samesite="strict")
    return response


async def _prepare(service: Service, job: JudgeJob) -> None:
    await prepare_review(service, job)  # it is looked at first, and both at once take longer
    with suppress(KgraphError, RuntimeError):  # the first preview says why
        task = PreparePreviews()
        await service.run_task(service.get_graph(), task, "judge", JUDGE_TIMEOUT_S)


async def read_change_form(request: Request) -> dict[str, str]:
    """Read the form of a change, and check who sent it.

    Raises:
        RequestError: it is no form, has a field twice, or was not sent by a page of the session.
    """
    require_session()
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != responses.FORM_MEDIA_TYPE:
        raise RequestError(415, f"send a form, as {responses.FORM_MEDIA_TYPE}")
    body = await responses.read_request_body(request, advice="write less")
    try:
        pairs = responses.parse_query_string(body.decode("ascii"))
    except UnicodeDecodeError as error:
        raise RequestError(400, "the form is not percent-encoded: encode it again") from error
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise RequestError(400, "a field is given more than once: give it once")
    check_change(request.headers, fields.pop("token", ""))
    return fields


# -- one name ----------------------------------------------------------------------


async def judge_name(request: Request) -> Response:
    """Show a name and the effect of an answer, or record the answer."""
    require_session()
    if request.method == "POST":
        return await _record(request)
    form = read_request(JudgeForm, query_params(request))
    preview = await _preview(request, form)
    return _respond(_render_panel(form, preview))


async def _record(request: Request) -> Response:
    form = read_request(RecordForm, await read_change_form(request))
    preview = await _preview(request, form)
    if not preview.judgements:
        raise InputError(preview.error or "say what to judge: choose an answer")
    why = join_lines(form.why)
    change = await get_job(request).add([replace(j, why=why) for j in preview.judgements])
    return _respond_changed(request, change, form.return_path)


async def _preview(request: Request, form: JudgeForm) -> AnswerPreview:
    if not form.name.strip():
        raise InputError("name: give the name to judge")
    if form.verb and form.verb not in VERB_CHOICES_BY_NAME:
        words = ", ".join(VERB_CHOICES_BY_NAME)
        raise InputError(f"verb={shorten(form.verb)}: choose one of {words}")
    service, job = responses.get_service(request), get_job(request)
    answer = msgspec.structs.asdict(form.answer)
    task = PreviewAnswer(answer, str(job.file), read_state(job.file))
    work = service.run_newest_task(task, "judge", JUDGE_TIMEOUT_S)
    reply = await responses.cancel_on_disconnect(request, work)
    return msgspec.json.decode(reply.read_all(), type=AnswerPreview)


def _render_panel(form: JudgeForm, preview: AnswerPreview) -> str:
    return render_template(
        "judge.html",
        form=form,
        kind=VERB_CHOICES_BY_NAME.get(form.verb),
        preview=preview,
        types=TYPE_NAMES,
        back=form.return_path,
    )


# -- all judgements ----------------------------------------------------------------


async def judgements_page(request: Request) -> Response:
    """List the judgements, newest first, or undo one."""
    require_session()
    job = get_job(request)
    if request.method == "POST":
        undo = read_request(UndoForm, await read_change_form(request))
        return _respond_changed(
            request, await _undo(job, undo), JudgeForm(back=undo.back).return_path
        )
    form = read_request(JudgementsForm, query_params(request))
    applied = await asyncio.to_thread(job.read_applied)
    rows = [
        (judgement, digest_judgement(judgement), applied.describe(judgement) if applied else "")
        for judgement in job.load()
    ]
    return _respond(
        render_template(
            "judgements.html",
            section=JUDGEMENTS_PATH,
            rows=rows,
            file=str(job.file),
            change=job.find_change(form.change) if form.change else None,
            back=JudgeForm(back=form.back).return_path if form.back else "",
        )
    )


async def _undo(job: JudgeJob, form: UndoForm) -> JudgeChange | None:
    if form.retry:
        job.retry()
        return job.last_change
    if form.change:
        return await job.undo_change(form.change)
    return await job.undo(form.line, form.digest)


async def change_status(request: Request) -> Response:
    """Return the state of a change, by default the last one, as JSON; null if there is none."""
    require_session()
    form = read_request(JudgementsForm, query_params(request))
    job = get_job(request)
    change = job.find_change(form.change) if form.change else job.last_change
    return Response(_encode_change(change), 200, NO_STORE, JSON)


# -- the review queue --------------------------------------------------------------


async def review_page(request: Request) -> Response:
    """Show the names that a person should judge first, as cards."""
    require_session()
    form = read_request(ReviewForm, query_params(request))
    if form.type not in ("", *TYPE_NAMES, REJECTED):
        raise InputError(f"type={shorten(form.type)}: no such type")
    work = _list_cases(responses.get_service(request), get_job(request), form)
    reply = await responses.cancel_on_disconnect(request, work)
    queue = msgspec.json.decode(reply.read_all(), type=ReviewQueue)
    types = [("", "Any"), *((name, name) for name in TYPE_NAMES), (REJECTED, "rejected")]
    return _respond(
        render_template("review.html", section=REVIEW_PATH, wanted=form, queue=queue, types=types)
    )


async def _list_cases(service: Service, job: JudgeJob, form: ReviewForm) -> Reply:
    task = ListReviewCases(
        str(job.file),
        read_state(job.file),
        form.type,
        bool(form.misheard),
        bool(form.all),
        CASES_PER_PAGE,
    )
    return await service.run_newest_task(task, timeout_s=JUDGE_TIMEOUT_S)


async def prepare_review(service: Service, job: JudgeJob) -> None:
    """List the first cases while the server starts, so that nobody waits for them."""
    with suppress(KgraphError, OSError, RuntimeError):  # the page says why
        await _list_cases(service, job, ReviewForm())


# -- answers -----------------------------------------------------------------------


def _respond(page: str, status: int = 200, headers: Mapping[str, str] = NO_STORE) -> Response:
    return Response(page, status, headers, HTML)


def _respond_changed(request: Request, change: JudgeChange | None, back: str) -> Response:
    """Return the change as JSON to a program, and lead a browser to its state."""
    accept = request.headers.get("accept", "")
    if choose_media_type(accept, (HTML, JSON)) == JSON:
        return Response(_encode_change(change), 202, NO_STORE, JSON)
    number = change.number if change else 0
    query = urlencode({"change": number, "back": back})
    return RedirectResponse(f"{JUDGEMENTS_PATH}?{query}", 303, NO_STORE)


def _encode_change(change: JudgeChange | None) -> bytes:
    if change is None:
        return b"null"
    fields = msgspec.structs.asdict(change)
    del fields["written_at"], fields["build_before"]
    return msgspec.json.encode(fields)


ENDPOINTS = (
    Endpoint(START_PATH, start_session),
    Endpoint(JUDGE_PATH, judge_name, METHODS),
    Endpoint(JUDGEMENTS_PATH, judgements_page, METHODS),
    Endpoint(STATUS_PATH, change_status),
    Endpoint(REVIEW_PATH, review_page),
)
