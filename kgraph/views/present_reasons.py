"""Presents explanations and audits as documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from kgraph.base.text import pluralize
from kgraph.operations.blocks import (
    Ask,
    Block,
    Chart,
    Code,
    Column,
    Correction,
    Document,
    Facts,
    Inline,
    Items,
    Link,
    Notice,
    Paragraph,
    Point,
    Section,
    Series,
    Share,
    Table,
    TypeName,
    join_inline,
)
from kgraph.operations.values import format_log_odds
from kgraph.views.audit import Audit, AuditedDecision, AuditRequest
from kgraph.views.how import HowRequest
from kgraph.views.reasons import Claim, Explanation, FilePlace, iterate_claims
from kgraph.views.why import WhyRequest
from kgraph.views.why_not import WhyNotRequest

MAX_CORRECTIONS = 5  #: names as written that a document offers to correct
MAX_CHARTS = 8  #: of one document; further rows have a list of their weights

LOG_ODDS_NOTE = "Weights are log-odds: 0.7 doubles the odds, 2.3 makes them tenfold."

EXTRACTORS = {
    "llm": "the language model",
    "regex": "the regular expressions over the transcript",
    "hand": "a person, who listed it by hand",
}  #: extractor -> its words


def present_why(explanation: Explanation, request: WhyRequest) -> Document:
    """Present why an episode is linked to a name."""
    return _present(explanation, f"Why {request.name}?")


def present_how(explanation: Explanation, request: HowRequest) -> Document:
    """Present how an entity came together."""
    return _present(explanation, f"How {explanation.things[0].label} came together")


def present_why_not(explanation: Explanation, request: WhyNotRequest) -> Document:
    """Present why two names are not one thing, or why an episode does not have one."""
    return _present(explanation, f"Why not {request.name}, {request.other}?")


def _present(explanation: Explanation, title: str) -> Document:
    """Return the answer, its trees, and what to judge to change it."""
    episode, blocks = explanation.episode, list[Block]()
    facts = [
        ("Episode", Link(episode.title, episode.id) if episode else ""),
        ("Confidence", "" if explanation.confidence is None else Share(explanation.confidence)),
        *((thing.type.capitalize(), Link(thing.label, thing.id)) for thing in explanation.things),
    ]
    blocks.append(Facts(tuple(fact for fact in facts if fact[1])))
    if explanation.note:
        blocks.append(Notice(explanation.note))
    charts = 0
    for tree in explanation.trees:
        section, charts = _present_tree(tree, charts)
        blocks.append(section)
    if any(claim.weight for claim in iterate_claims(explanation.trees)):
        blocks.append(Paragraph(LOG_ODDS_NOTE, quiet=True))
    names = dict.fromkeys(
        claim.source.text
        for claim in iterate_claims(explanation.trees)
        if claim.source and claim.kind.startswith("row")
    )
    blocks += (Correction(thing.id, thing.label) for thing in explanation.things)
    blocks += (Correction(name, name) for name in list(names)[:MAX_CORRECTIONS])
    if explanation.commands:
        items = tuple(map(Code, explanation.commands))
        blocks.append(Section("A judgement changes it, if it is wrong", (Items(items),)))
    return Document(title, tuple(blocks), lead=explanation.answer)


def _present_tree(claim: Claim, charts: int) -> tuple[Section, int]:
    """Return a claim as a section: facts, weights, and further sections of what it holds by.

    Args:
        charts: number of charts before it; the number after it is returned, too.
    """
    blocks: list[Block] = [Facts(rows)] if (rows := tuple(_list_facts(claim))) else []
    leaves = [each for each in claim.because if not (each.because or each.source)]
    if claim.adds_up and charts < MAX_CHARTS:
        blocks.append(_draw_steps(claim))
        charts += 1
    elif leaves:
        blocks.append(Items(tuple(map(_describe_leaf, leaves))))
    for each in claim.because:
        if each.because or each.source:
            section, charts = _present_tree(each, charts)
            blocks.append(section)
    if claim.more:
        blocks.append(Paragraph(f"and {claim.more:,} more", quiet=True))
    return Section(claim.words, tuple(blocks)), charts


def _list_facts(claim: Claim) -> Iterator[tuple[str, Inline]]:
    """Yield what is known of a claim with its labels."""
    if claim.source:
        yield from _list_places(claim.source)
    if claim.thing:
        link = Link(claim.thing.label, claim.thing.id)
        yield "Taken for", (link, " ", TypeName(claim.thing.type))
    if claim.confidence is not None:
        yield "Confidence", Share(claim.confidence)
    if claim.weight is not None:
        yield "Missing" if claim.kind == "rival" else "Weight", format_log_odds(claim.weight)
    if claim.rule:
        yield "Rule", Code(claim.rule)
    if claim.episode:
        yield "For example", Link(claim.episode.title, claim.episode.id)
    if claim.undo:
        yield "Undo", Code(claim.undo)


def _list_places(source: FilePlace) -> Iterator[tuple[str, Inline]]:
    yield "Where", Code(f"{source.file}#{source.pointer}")
    if source.context:
        yield "Context", source.context
    if source.category:
        yield "Category", source.category
    if source.extractor:
        yield "Written by", EXTRACTORS[source.extractor]
    if source.stated:
        yield "Stated confidence", source.stated
    if source.recording:
        minute = "" if source.minute is None else f", about minute {source.minute}"
        yield "Heard in", (Link(f"the recording{minute}", source.recording),)


def _describe_leaf(claim: Claim) -> Inline:
    """Return a claim in one line: words, weight, confidence, and the command that undoes it."""
    weight = format_log_odds(claim.weight) if claim.weight is not None else ""
    kind = "judgement " if claim.kind == "judgement" else ""
    parts: list[Inline] = [f"{kind}{claim.words}", weight]
    if claim.thing:
        parts.append(Link(claim.thing.label, claim.thing.id))
    if claim.confidence is not None:
        parts.append(("confidence ", Share(claim.confidence)))
    if claim.rows:
        parts.append(pluralize(claim.rows, "row"))
    if claim.undo:
        parts.append(("undo: ", Code(claim.undo)))
    return join_inline(parts, "; ")


def _draw_steps(claim: Claim) -> Chart:
    points = [
        Point(step.words, step.weight or 0.0, words=f"{step.words}: {format_log_odds(step.weight)}")
        if step.weight
        else Point(step.words, 0.0)
        for step in claim.because
    ]
    return Chart(
        "Steps of the confidence",
        "steps",
        (Series(claim.words, tuple(points)),),
        "Log-odds that add up to the confidence, from even odds on",
        "log-odds",
    )


# -- the audit --------------------------------------------------------------------------

_COLUMNS = (
    *(Column("name"), Column("is"), Column("type"), Column("rule"), Column("place", rank=1)),
    *(Column("confidence", kind="number"), Column("rows", kind="number")),
    *(Column("context", rank=3), Column("why", rank=2)),
)


def present_audit(audit: Audit, request: AuditRequest) -> Document:
    """Present decisions as a table, with the numbers by type and by rule."""
    end = request.offset + request.limit
    rest = Ask("the next", replace(request, offset=end)) if end < audit.total else None
    rows = tuple(map(_list_cells, audit.decisions))
    used = [n for n in range(len(_COLUMNS)) if any(row[n] not in ("", ()) for row in rows)]
    blocks: list[Block] = [
        *([] if rows else [Notice("No decision matches: remove a filter, or try other words.")]),
        Table(
            tuple(_COLUMNS[number] for number in used),
            tuple(tuple(row[number] for number in used) for row in rows),
            audit.total - request.offset,
            rest,
        ),
        *_list_choices(audit, request),
    ]
    names = dict.fromkeys(each.name for each in audit.decisions if each.commands)
    if names and request.what == "mentions":
        corrections = tuple(Correction(name, name) for name in names)
        blocks.append(Section("Correct a name", corrections, folded=True))
    title = f"Audit of {request.what}: {pluralize(audit.total, 'decision')}"
    return Document(title, tuple(blocks), remarks=(audit.note,) if audit.note else ())


def _list_cells(decision: AuditedDecision) -> tuple[Inline, ...]:
    reasons: list[Inline] = [str(reason) for reason in decision.reasons]
    reasons += map(Code, decision.commands)
    place: Inline = decision.place
    if decision.place_id:
        place = Link(decision.place, decision.place_id)
    return (
        decision.name,
        Link(decision.label, decision.id) if decision.id else decision.label,
        TypeName(decision.type),
        Code(decision.rule) if decision.rule else "",
        place,
        Share(decision.confidence),
        decision.rows,
        decision.context,
        join_inline(reasons, "; "),
    )


def _list_choices(audit: Audit, request: AuditRequest) -> Iterator[Section]:
    counted: Sequence[tuple[str, list[tuple[str, int]]]] = (
        ("type", audit.types),
        ("rule", audit.rules),
    )
    for name, counts in counted:
        if len(counts) > 1:
            items = tuple(
                (Ask(value, replace(request, offset=0, **{name: value})), f" {count:,}")
                for value, count in counts
            )
            yield Section(f"By {name}", (Items(items, short=True),), folded=True)
