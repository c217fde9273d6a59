"""The decisions of the graph, for a person who checks: found, paged, each with its reasons.

Takes the parameters of a request (:class:`AuditForm`), gives pages of
:func:`kgraph.views.decisions.find_decisions`, and the accounting of all rows. A decision on a name
shows the command that would judge it: nothing can be changed over HTTP.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.errors import InputError, RequestError
from kgraph.base.text import shorten
from kgraph.server.http.endpoint import Endpoint
from kgraph.server.http.paged import error_page, make_page_handler
from kgraph.server.pages.forms import FacetChoice, parse_number_field
from kgraph.server.pages.parameters import fetch_json, parse_params, query_params
from kgraph.server.pages.templates import Pagination, paginate, render_template
from kgraph.server.workers.tasks import ListDecisions, RowAccounting
from kgraph.views.decisions import DECISION_KINDS, DECISION_ORDERS, DecisionFilter, Decisions
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import Offset

AUDIT_PATH = "/audit"

DECISIONS_PER_PAGE = 50
"""Decisions of a page."""


class AuditPage(NamedTuple):
    """What can be looked through.

    Attributes:
        title: of its page.
        words: what it holds.
        judged: how a decision that is wrong is put right.
    """

    title: str
    words: str
    judged: str


AUDIT_PAGES = {
    "mentions": AuditPage(
        "Names",
        "Every entry of the files' lists of companies: what it was taken for, or why it was "
        "set aside. One that names several things stands here for each.",
        "A judgement is a line of data/judgements.yaml; every later build holds it.",
    ),
    "shows": AuditPage(
        "Shows",
        "The show that each file was filed under, and what spoke for it.",
        "No judgement reaches a show: data/feeds.yaml and the lexicon say what feeds are called.",
    ),
    "quotes": AuditPage(
        "Quotes",
        "Every quote: whether it is probably an advert, and what made it seem one.",
        "No judgement reaches a quote: data/adverts.yaml says how adverts are worded.",
    ),
    "themes": AuditPage(
        "Themes",
        "Every topic string of quotes, and the theme that it was filed under.",
        "No judgement reaches a theme: data/themes.yaml says what topic strings mean.",
    ),
}
"""By the name that ``kgraph audit`` takes."""

ORDER_LABELS = dict(
    zip(DECISION_ORDERS, ("As in the graph", "Least sure first", "Surest first"), strict=True)
)


class AuditForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is looked for, as the form sends it; "" for what is not filled in.

    Attributes:
        q: a part of a name, of what it became, or of the place.
        type, rule: of decisions.
        least, most: bounds of the confidence, in hundredths.
        order: one of :data:`kgraph.views.decisions.DECISION_ORDERS`.
        offset: decisions to pass over.
    """

    q: str = ""
    type: str = ""
    rule: str = ""
    least: str = ""
    most: str = ""
    order: str = "graph"
    offset: Offset = 0

    def to_filter(self) -> DecisionFilter:
        """The same as :mod:`kgraph.views.decisions` takes it.

        Raises:
            InputError: a number is none.
        """
        at_least = parse_number_field("least", self.least, 100) / 100
        at_most = parse_number_field("most", self.most or "100", 100) / 100
        return DecisionFilter(self.q.strip(), self.type, self.rule, at_least, at_most, self.order)

    @property
    def filled_fields(self) -> dict[str, str]:
        """What is filled in, without the offset."""
        values = msgspec.structs.asdict(self)
        del values["offset"]
        if self.order == DECISION_ORDERS[0]:
            del values["order"]
        return {name: value for name, value in values.items() if value}


async def audit_overview_page(request: Request, snapshot: OpenGraph) -> str:
    """What there is to look through, and the accounting of all rows."""
    found = await fetch_json(request, snapshot, RowAccounting())
    rows = msgspec.json.decode(found, type=list[tuple[str, str, int]])
    return render_template(
        "audits.html", section=AUDIT_PATH, audits=AUDIT_PAGES, accounts=group_outcomes(rows)
    )


class ListAccounting(msgspec.Struct, frozen=True):
    """What became of the rows of a list: (outcome, rows), and whether they close to the row."""

    name: str
    rows: int
    outcomes: list[tuple[str, int]]
    closes: bool


def group_outcomes(rows: list[tuple[str, str, int]]) -> list[ListAccounting]:
    """The audit ``rows``, list by list.

    Args:
        rows: list, outcome (``in`` first), number.

    >>> group_outcomes([("tags", "in", 3), ("tags", "accepted", 2), ("tags", "merged", 1)])[0].closes
    True
    """
    lists: dict[str, dict[str, int]] = {}
    for name, outcome, count in rows:
        lists.setdefault(name, {})[outcome] = count
    return [
        ListAccounting(
            name,
            found["in"],
            [(outcome, n) for outcome, n in found.items() if outcome != "in" and n],
            found["in"] == sum(n for outcome, n in found.items() if outcome != "in"),
        )
        for name, found in lists.items()
    ]


async def decisions_page(request: Request, snapshot: OpenGraph) -> str | Response:
    """A part of the decisions, with the form that finds them."""
    what = request.path_params["what"]
    if what not in DECISION_KINDS:
        raise RequestError(
            404, f"{shorten(what)}: no such audit: there is {', '.join(DECISION_KINDS)}"
        )
    wanted = AuditForm()
    try:
        wanted = parse_params(query_params(request), AuditForm)
        found = await _fetch_decisions(request, snapshot, what, wanted)
    except InputError as error:
        return error_page(error, render_decisions(what, wanted, Decisions(0, ()), error))
    return render_decisions(what, wanted, found)


async def _fetch_decisions(
    request: Request, snapshot: OpenGraph, what: str, wanted: AuditForm
) -> Decisions:
    task = ListDecisions(what, wanted.to_filter(), wanted.offset, DECISIONS_PER_PAGE)
    return msgspec.json.decode(await fetch_json(request, snapshot, task), type=Decisions)


def render_decisions(
    what: str, wanted: AuditForm, found: Decisions, error: InputError | None = None
) -> str:
    """The page of some decisions.

    Args:
        what: which audit.
        wanted: what was looked for.
        found: what fits.
        error: what was wrong, if anything.
    """
    path = f"{AUDIT_PATH}/{what}"
    part: Pagination = paginate(
        path, wanted.filled_fields, found.total, wanted.offset, DECISIONS_PER_PAGE
    )
    return render_template(
        "decisions.html",
        section=AUDIT_PATH,
        what=what,
        audit=AUDIT_PAGES[what],
        audits=AUDIT_PAGES,
        wanted=wanted,
        found=found,
        slice=part,
        error=error,
        types=_facet_choices(path, wanted, "type", found.types),
        rules=_facet_choices(path, wanted, "rule", found.rules),
        orders=ORDER_LABELS,
    )


def _facet_choices(
    path: str, wanted: AuditForm, name: str, counts: tuple[tuple[str, int], ...]
) -> list[FacetChoice]:
    chosen = getattr(wanted, name)
    return [
        FacetChoice(
            value,
            count,
            f"{path}?{urlencode({**wanted.filled_fields, name: '' if value == chosen else value})}",
            value == chosen,
        )
        for value, count in counts
    ]


ENDPOINTS = (
    Endpoint(AUDIT_PATH, make_page_handler(audit_overview_page)),
    Endpoint(AUDIT_PATH + "/{what}", make_page_handler(decisions_page)),
)
