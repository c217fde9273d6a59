"""The decisions of the graph, for a person who checks: found, paged, each with its reasons.

Takes the parameters of a request (:class:`AuditAsked`), gives pages of
:func:`kgraph.views.decisions.decisions`, and the accounting of all rows. A decision on a name
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
from kgraph.server.http.paged import paged, wrong
from kgraph.server.pages.forms import Choice, number
from kgraph.server.pages.parameters import answer, asked, pairs
from kgraph.server.pages.templates import Slice, render, slice_of
from kgraph.server.workers.tasks import Account, Decide
from kgraph.store.current import Snapshot
from kgraph.views.decisions import ORDERS, SOUGHT, Decisions, Seek
from kgraph.views.values import Offset

HERE = "/audit"

SIZE = 50
"""Decisions of a page."""


class Audit(NamedTuple):
    """What can be looked through.

    Attributes:
        title: of its page.
        words: what it holds.
        judged: how a decision that is wrong is put right.
    """

    title: str
    words: str
    judged: str


AUDITS = {
    "mentions": Audit(
        "Names",
        "Every entry of the files' lists of companies: what it was taken for, or why it was "
        "set aside. One that names several things stands here for each.",
        "A judgement is a line of data/judgements.yaml; every later build holds it.",
    ),
    "shows": Audit(
        "Shows",
        "The show that each file was filed under, and what spoke for it.",
        "No judgement reaches a show: data/feeds.yaml and the lexicon say what feeds are called.",
    ),
    "quotes": Audit(
        "Quotes",
        "Every quote: whether it is probably an advert, and what made it seem one.",
        "No judgement reaches a quote: data/adverts.yaml says how adverts are worded.",
    ),
    "themes": Audit(
        "Themes",
        "Every topic string of quotes, and the theme that it was filed under.",
        "No judgement reaches a theme: data/themes.yaml says what topic strings mean.",
    ),
}
"""By the name that ``kgraph audit`` takes."""

ORDER_WORDS = dict(
    zip(ORDERS, ("As in the graph", "Least sure first", "Surest first"), strict=True)
)


class AuditAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is looked for, as the form sends it; "" for what is not filled in.

    Attributes:
        q: a part of a name, of what it became, or of the place.
        type, rule: of decisions.
        least, most: bounds of the confidence, in hundredths.
        order: one of :data:`kgraph.views.decisions.ORDERS`.
        offset: decisions to pass over.
    """

    q: str = ""
    type: str = ""
    rule: str = ""
    least: str = ""
    most: str = ""
    order: str = "graph"
    offset: Offset = 0

    def seek(self) -> Seek:
        """The same as :mod:`kgraph.views.decisions` takes it.

        Raises:
            InputError: a number is none.
        """
        at_least = number("least", self.least, 100) / 100
        at_most = number("most", self.most or "100", 100) / 100
        return Seek(self.q.strip(), self.type, self.rule, at_least, at_most, self.order)

    @property
    def given(self) -> dict[str, str]:
        """What is filled in, without the offset."""
        values = msgspec.structs.asdict(self)
        del values["offset"]
        if self.order == ORDERS[0]:
            del values["order"]
        return {name: value for name, value in values.items() if value}


async def overview(request: Request, snapshot: Snapshot) -> str:
    """What there is to look through, and the accounting of all rows."""
    found = await answer(request, snapshot, Account())
    rows = msgspec.json.decode(found, type=list[tuple[str, str, int]])
    return render("audits.html", here=HERE, audits=AUDITS, accounts=account(rows))


class Accounted(msgspec.Struct, frozen=True):
    """What became of the rows of a list: (outcome, rows), and whether they close to the row."""

    name: str
    rows: int
    outcomes: list[tuple[str, int]]
    closes: bool


def account(rows: list[tuple[str, str, int]]) -> list[Accounted]:
    """The audit ``rows``, list by list.

    Args:
        rows: list, outcome (``in`` first), number.

    >>> account([("tags", "in", 3), ("tags", "accepted", 2), ("tags", "merged", 1)])[0].closes
    True
    """
    lists: dict[str, dict[str, int]] = {}
    for name, outcome, count in rows:
        lists.setdefault(name, {})[outcome] = count
    return [
        Accounted(
            name,
            found["in"],
            [(outcome, n) for outcome, n in found.items() if outcome != "in" and n],
            found["in"] == sum(n for outcome, n in found.items() if outcome != "in"),
        )
        for name, found in lists.items()
    ]


async def decided(request: Request, snapshot: Snapshot) -> str | Response:
    """A part of the decisions, with the form that finds them."""
    what = request.path_params["what"]
    if what not in SOUGHT:
        raise RequestError(404, f"{shorten(what)}: no such audit: there is {', '.join(SOUGHT)}")
    wanted = AuditAsked()
    try:
        wanted = asked(pairs(request), AuditAsked)
        found = await _decisions(request, snapshot, what, wanted)
    except InputError as error:
        return wrong(error, render_decisions(what, wanted, Decisions(0, ()), error))
    return render_decisions(what, wanted, found)


async def _decisions(
    request: Request, snapshot: Snapshot, what: str, wanted: AuditAsked
) -> Decisions:
    task = Decide(what, wanted.seek(), wanted.offset, SIZE)
    return msgspec.json.decode(await answer(request, snapshot, task), type=Decisions)


def render_decisions(
    what: str, wanted: AuditAsked, found: Decisions, error: InputError | None = None
) -> str:
    """The page of some decisions.

    Args:
        what: which audit.
        wanted: what was looked for.
        found: what fits.
        error: what was wrong, if anything.
    """
    path = f"{HERE}/{what}"
    part: Slice = slice_of(path, wanted.given, found.total, wanted.offset, SIZE)
    return render(
        "decisions.html",
        here=HERE,
        what=what,
        audit=AUDITS[what],
        audits=AUDITS,
        wanted=wanted,
        found=found,
        slice=part,
        error=error,
        types=_choices(path, wanted, "type", found.types),
        rules=_choices(path, wanted, "rule", found.rules),
        orders=ORDER_WORDS,
    )


def _choices(
    path: str, wanted: AuditAsked, name: str, counts: tuple[tuple[str, int], ...]
) -> list[Choice]:
    chosen = getattr(wanted, name)
    return [
        Choice(
            value,
            count,
            f"{path}?{urlencode({**wanted.given, name: '' if value == chosen else value})}",
            value == chosen,
        )
        for value, count in counts
    ]


ENDPOINTS = (
    Endpoint(HERE, paged(overview)),
    Endpoint(HERE + "/{what}", paged(decided)),
)
