"""The audit pages: decisions, filtered and paged, each with its reasons; accounting of rows.

A decision on a name shows the commands that judge it, and links to
:mod:`kgraph.server.pages.judge_pages` where names may be judged.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.errors import InputError, RequestError
from kgraph.base.text import shorten
from kgraph.server.html.forms import FacetChoice, make_choices, parse_number_field
from kgraph.server.html.templates import paginate, render_template
from kgraph.server.http.responses import Endpoint, error_page, make_page_handler
from kgraph.server.pages.parameters import fetch_json, parse_request, parse_valid
from kgraph.server.workers.tasks import AccountedRows, ListDecisions, RowAccounting
from kgraph.views.decision_records import DECISION_KINDS
from kgraph.views.decisions import DECISION_ORDERS, DecisionFilter, Decisions
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import NoParameters, Offset

AUDIT_PATH = "/audit"
DECISIONS_PER_PAGE = 50


class AuditPage(NamedTuple):
    """Texts of an audit's page: title, contents, and how to correct a wrong decision."""

    title: str
    words: str
    advice: str


#: Texts by the name that ``kgraph audit`` takes.
AUDIT_PAGES = {
    "mentions": AuditPage(
        "Names",
        "Every entry of the files' lists of companies: what it was taken for, or why it was "
        "rejected. An entry that names several entities is listed once for each.",
        "A judgement is a line of the file of judgements; every later build applies it.",
    ),
    "shows": AuditPage(
        "Shows",
        "The show of each file, and its evidence.",
        "A judgement of a show is of all its episodes; data/feeds.yaml and the lexicon say what "
        "feeds are called.",
    ),
    "quotes": AuditPage(
        "Quotes",
        "Every quote: whether it is probably an advert, and why.",
        "Judgements do not apply to quotes: data/adverts.yaml says how adverts are worded.",
    ),
    "themes": AuditPage(
        "Themes",
        "Every topic string of quotes, and its theme.",
        "Judgements do not apply to themes: data/themes.yaml says what topic strings mean, and "
        "data/theme_words.yaml which words bear them out.",
    ),
}

ORDER_LABELS = dict(
    zip(DECISION_ORDERS, ("As in the graph", "Least sure first", "Surest first"), strict=True)
)


class AuditForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fields of the form; "" for empty ones."""

    q: str = ""  #: part of a name, of its label, or of its location
    type: str = ""
    rule: str = ""
    least: str = ""  #: lowest confidence, in percent
    most: str = ""  #: highest confidence, in percent
    order: str = "graph"  #: one of :data:`kgraph.views.decisions.DECISION_ORDERS`
    offset: Offset = 0

    def to_filter(self) -> DecisionFilter:
        """Return the filter of the decisions.

        Raises:
            InputError: a number is wrong.
        """
        least = parse_number_field("least", self.least, 100) / 100
        most = parse_number_field("most", self.most or "100", 100) / 100
        return DecisionFilter(self.q.strip(), self.type, self.rule, least, most, self.order)

    @property
    def filled_fields(self) -> dict[str, str]:
        """The fields that are not empty, without the offset and the default order."""
        values = msgspec.structs.asdict(self)
        del values["offset"]
        if self.order == DECISION_ORDERS[0]:
            del values["order"]
        return {name: value for name, value in values.items() if value}


async def audit_overview_page(request: Request, graph: OpenGraph) -> str:
    """Render the list of audits and the accounting of all rows."""
    parse_request(request, NoParameters)
    data = await fetch_json(request, graph, RowAccounting())
    accounted = msgspec.json.decode(data, type=AccountedRows)
    return render_template(
        "audits.html",
        section=AUDIT_PATH,
        audits=AUDIT_PAGES,
        accounts=group_outcomes(accounted.rows),
        unread=accounted.unread,
    )


class ListAccounting(msgspec.Struct, frozen=True):
    """The rows of a list by outcome, and whether their numbers add up."""

    name: str
    rows: int
    outcomes: list[tuple[str, int]]
    closes: bool


def group_outcomes(rows: list[tuple[str, str, int]]) -> list[ListAccounting]:
    """Group rows of list, outcome (``in`` first) and number by list.

    >>> rows = [("tags", "in", 3), ("tags", "accepted", 2), ("tags", "merged", 1)]
    >>> group_outcomes(rows)[0].closes
    True
    """
    lists: dict[str, dict[str, int]] = {}
    for name, outcome, count in rows:
        lists.setdefault(name, {})[outcome] = count
    accounts = []
    for name, counts in lists.items():
        total = counts.pop("in")
        outcomes = [(outcome, n) for outcome, n in counts.items() if n]
        accounts.append(ListAccounting(name, total, outcomes, total == sum(counts.values())))
    return accounts


async def decisions_page(request: Request, graph: OpenGraph) -> str | Response:
    """Render a page of decisions, with the form that filters them."""
    kind = request.path_params["what"]
    if kind not in DECISION_KINDS:
        raise RequestError(
            404, f"{shorten(kind)}: no such audit: there is {', '.join(DECISION_KINDS)}"
        )
    form = parse_valid(request, AuditForm)
    try:
        form = parse_request(request, AuditForm)
        task = ListDecisions(kind, form.to_filter(), form.offset, DECISIONS_PER_PAGE)
        data = await fetch_json(request, graph, task)
    except InputError as error:
        return error_page(error, render_decisions(kind, form, Decisions(0, ()), error))
    return render_decisions(kind, form, msgspec.json.decode(data, type=Decisions))


def render_decisions(
    kind: str, form: AuditForm, decisions: Decisions, error: InputError | None = None
) -> str:
    """Render a page of decisions, or the error of the form."""
    path, fields = f"{AUDIT_PATH}/{kind}", form.filled_fields

    def list_choices(name: str, counts: tuple[tuple[str, int], ...]) -> list[FacetChoice]:
        return make_choices(
            counts,
            getattr(form, name),
            lambda value: f"{path}?{urlencode({**fields, name: value})}",
        )

    return render_template(
        "decisions.html",
        section=AUDIT_PATH,
        what=kind,
        audit=AUDIT_PAGES[kind],
        audits=AUDIT_PAGES,
        wanted=form,
        found=decisions,
        slice=paginate(path, fields, decisions.total, form.offset, DECISIONS_PER_PAGE),
        error=error,
        types=list_choices("type", decisions.types),
        rules=list_choices("rule", decisions.rules),
        orders=ORDER_LABELS,
    )


ENDPOINTS = (
    Endpoint(AUDIT_PATH, make_page_handler(audit_overview_page)),
    Endpoint(AUDIT_PATH + "/{what}", make_page_handler(decisions_page)),
)
