"""What stands beside the patterns with which a query begins: OPTIONAL, EXISTS and NOT EXISTS.

Takes the words of a query's group and what is known of its beginning, gives what is written in
their place, so that the engine does by hash what it would do row by row.

Why the answers are the same: a sub-query that selects all variables of the patterns of an OPTIONAL
has their solutions. Of NOT EXISTS, each variable that the rest of the group has is bound in all
solutions by the beginning, before it; so MINUS of a sub-query that selects just these takes away
the same solutions (SPARQL 1.1 section 18.5: the domains meet, and being compatible is being equal),
and it does so whether what follows has been added by then or not. Of EXISTS, the join with
each of these once leaves the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from kgraph.joins.patterns import Reader
from kgraph.joins.planning import BUDGET, MOST, NEAR, Plan, Sizes, ordered, selected
from kgraph.joins.tokens import CLOSED_BY, Edit, Token, Unfit, closing, spelt, words


def aside(
    text: str, body: list[Token], behind: int, plan: Plan, sizes: Sizes, *, near: float
) -> list[Edit]:
    """What is written in place of OPTIONAL, EXISTS and NOT EXISTS.

    Args:
        text: the query.
        body: words of its group.
        behind: where its beginning ends.
        plan: of the beginning.
        sizes: numbers of patterns.
        near: how many times as many rows are hashed sooner than looked up.
    """
    if any(token.text[0] == "$" for token in body):  # another spelling of the same variable
        return []
    edits, held = [], plan.held
    for word, start, opened, closed in _groups(body):
        inside = body[opened + 1 : closed]
        if body[start].start < behind or not inside or not words(inside) <= {"A"}:
            continue
        with suppress(Unfit):
            patterns, _ = Reader(inside, text).run()
            own = ordered(patterns, sizes, NEAR)
            looked_up = plan.rows * (len(patterns) if word == "OPTIONAL" else 1)
            needs = own.held + own.rows + plan.rows
            if own.cost > near * looked_up or own.rows > MOST or held + needs > BUDGET:
                continue
            others = body[:start] + body[closed + 1 :]
            shared = own.known.keys() & {token.text for token in others}
            new = _written(word, own, [name for name in own.known if name in shared], plan)
            edits.append((body[start].start, body[closed].end, new))
            held += needs
    return edits


def _groups(body: list[Token]) -> Iterator[tuple[str, int, int, int]]:
    """What it is, and the places of its first word, of its brace and of the closing one."""
    closed = -1
    for opened, token in enumerate(body):
        if opened > closed and token.text in CLOSED_BY:
            closed = closing(body, opened)
            at, word = _word(body, opened)
            if word:
                yield word, at, opened, closed


def _word(body: list[Token], opened: int) -> tuple[int, str]:
    before = [spelt(token) for token in body[max(0, opened - 3) : opened]]
    for known in ("OPTIONAL", "FILTER NOT EXISTS", "FILTER EXISTS"):
        parts = known.split()
        if body[opened].text == "{" and before[-len(parts) :] == parts:
            return opened - len(parts), known
    return 0, ""


def _written(word: str, own: Plan, shared: list[str], plan: Plan) -> str:
    if not shared:
        raise Unfit
    if word == "OPTIONAL":
        if not own.shown.keys() & plan.shown.keys():
            raise Unfit
        return f"OPTIONAL {{{selected(own.shown, own.text)}}}"
    if not set(shared) <= plan.known.keys():
        raise Unfit
    names = " ".join(shared)
    if word == "FILTER EXISTS":
        return f"{{SELECT DISTINCT {names} {{{own.text}}}}}"
    return f"MINUS {{SELECT {names} {{{own.text}}}}}"
