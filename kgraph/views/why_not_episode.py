"""Why an episode does not mention something: its rows of that name, and its text."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from kgraph.base.errors import InputError
from kgraph.base.model import MENTION_FLOOR, REJECTED
from kgraph.base.text import end_sentence, local_id, name_key, pluralize
from kgraph.graph import Entity, EpisodeGraph, MentionEdge, RowDecision
from kgraph.graph.records import ShowEdge
from kgraph.resolve.judgement import Judgement, make_judgement
from kgraph.resolve.name_counts import find_judged_name
from kgraph.views.decision_records import suggest_judge_commands
from kgraph.views.explanation import Witness, make_witness
from kgraph.views.name_rows import has_name, list_names
from kgraph.views.open_graph import OpenGraph
from kgraph.views.replay import BuildKnowledge
from kgraph.views.rival import find_nearest
from kgraph.views.text_hits import find_in_text
from kgraph.views.undecided_shows import UndecidedShow, explain_undecided_show
from kgraph.views.undo_commands import find_judgements_file, list_undo_commands
from kgraph.views.unread_fields import describe_unread_fields
from kgraph.views.values import format_fraction
from kgraph.views.why import describe_judged_show
from kgraph.views.why_not_facts import WhyNotFacts, WhyNotReason
from kgraph.views.why_terms import list_listed_terms

MAX_EVIDENCE_ROWS = 5  #: rows of one reason
MAX_TEXT_HITS = 5  #: places of a text


class AskedAbsence(NamedTuple):
    """A question why an episode does not mention something.

    Attributes:
        name: as asked; ``entity`` is what it means, None if nothing in the graph has it.
        slug: of the episode; ``other`` is its name as asked.
    """

    name: str
    entity: Entity | None
    slug: str
    other: str


def explain_absence(
    graph: OpenGraph, known: BuildKnowledge, asked: AskedAbsence, *, show_folders: bool
) -> WhyNotFacts:
    """Tell why an episode does not mention something, or that it does.

    Args:
        show_folders: as of :func:`~kgraph.views.undo_commands.find_judgements_file`.
    """
    name, entity, slug, other = asked
    episode = graph.store.episode(slug)
    label = entity.label if entity else name
    edges = [m for m in episode.mentions if entity and m.is_accepted and m.target == entity.id]
    reasons = list(_describe_edges(episode, edges, label))
    undecided = None if episode.show else explain_undecided_show(graph.store, episode)
    reasons += _find_show(episode, name, entity, undecided)
    is_so = any(reason.kind in ("mentioned", "show") for reason in reasons)
    commands: list[str] = []
    if not is_so:
        names = (name, *(list_names(entity) if entity else ()))
        rows = list(_find_other_rows(episode, entity, frozenset(map(name_key, names))))
        reasons += _describe_rows(graph, episode, label, rows)
        judged = _find_judgements(known, rows)
        file = find_judgements_file(graph, show_folders=show_folders) if judged else ""
        commands = [*list_undo_commands(graph, judged, file), *_suggest_commands(rows, entity)]
        if undecided and any(reason.kind == "other-show" for reason in reasons):
            commands += undecided.commands
        if not edges:
            unread = list(describe_unread_fields(graph.store, episode, names))
            reasons += unread
            reasons += _find_elsewhere(graph, known, episode, entity, rows)
            listed = list(_find_listed(episode, name))
            reasons += listed
            is_told = bool(rows or unread or listed)
            reasons += _describe_text(episode, names, label, is_told=is_told)
    ref = graph.find_ref(entity.id) if entity else None
    line = graph.make_episode_line(slug)
    answer = _summarize(reasons, label)
    return WhyNotFacts(
        name, ref, other, None, line, is_so, answer, reasons, commands, note=known.note
    )


_ANSWERS = {
    "mentioned": "The episode does mention {label}",
    "show": "The episode belongs to {label}",
    "judged-show": "A judgement says that the episode does not belong to {label}",
    "other-show": "The episode does not belong to {label}.",
    "advertised": "Only adverts of the episode name {label}, so it counts as advertised.",
    "unlikely": "The episode is unlikely to mention {label}, so the mention is not counted.",
    "rejected": "The episode has {label} in a row that was rejected.",
    "elsewhere": "The episode has the name {label}, which was taken for something else.",
    "lost": "The episode has the name {label} in what could not be read.",
    "set-aside": "A field of the episode that may have the name {label} could not be read.",
    "unreadable": "Entries of the episode that may have the name {label} could not be read.",
    "candidate": "No row has the name {label}; one came near it.",
    "listed": "The episode lists {label} as a topic or tag, and no row of companies names it.",
    "unused": "A field that kgraph does not use has the name {label}, and no row lists it.",
    "text": "The text of the episode has the name {label}, and no row lists it.",
    "absent": "No row of the episode names {label}, and its text does not have the name.",
}  #: kind of a reason -> the answer that it gives, the one that decides first


def _summarize(reasons: Iterable[WhyNotReason], label: str) -> str:
    kinds = {reason.kind for reason in reasons}
    answer = next(answer for kind, answer in _ANSWERS.items() if kind in kinds)
    return end_sentence(answer.format(label=label))


def _describe_edges(
    episode: EpisodeGraph, edges: Sequence[MentionEdge], label: str
) -> Iterator[WhyNotReason]:
    """Yield the edges to the entity itself, with their rows."""
    for edge in edges:
        sure = format_fraction(edge.confidence)
        rows, more = _make_evidence(episode, edge.rows)
        if edge.is_unlikely:
            floor = format_fraction(MENTION_FLOOR)
            words = f"It may mention {label}, {sure} sure; mentions below {floor} are not counted."
            yield WhyNotReason("unlikely", words, rows, more)
        elif edge.is_advert:
            why = "; ".join(reason.words for reason in edge.advert_reasons)
            words = f"Only adverts name it, {format_fraction(edge.advert)} sure: {why}."
            yield WhyNotReason("advertised", words, rows, more)
        else:
            words = f"It mentions {label}, {sure} sure, by rule {edge.rule}."
            yield WhyNotReason("mentioned", words, rows, more)


def _find_show(
    episode: EpisodeGraph, name: str, entity: Entity | None, undecided: UndecidedShow | None
) -> Iterator[WhyNotReason]:
    """Yield that the episode belongs to a show, or why not.

    Args:
        undecided: why it has no show, if it has none.
    """
    judged_show = episode.judged_show
    key = entity.key if entity else name_key(local_id(name).rpartition("/")[2])
    if episode.show and entity and episode.show.target == entity.id:
        yield WhyNotReason("show", _describe_show(episode.show))
        return
    judged_keys = judged_show.keys if judged_show and judged_show.reasons else ()
    if key in {judged_key.rpartition("/")[2] for judged_key in judged_keys}:
        words = describe_judged_show(episode)
        yield WhyNotReason("judged-show", f"{words[0].upper()}{words[1:]}.")
        return
    stated_keys = {name_key(label) for label in undecided.stated_shows} if undecided else set()
    if (entity and entity.type == "show") or key in stated_keys:
        words = _describe_show(episode.show) if episode.show else ""
        if undecided:
            parts = (undecided.words, "; ".join(reason.words for reason in undecided.reasons))
            words = end_sentence(f"Its show is {': '.join(filter(None, parts))}")
        yield WhyNotReason("other-show", words)


def _describe_show(show: ShowEdge) -> str:
    why = "; ".join(reason.words for reason in show.reasons)
    return f"It belongs to the show {show.label}, {format_fraction(show.confidence)} sure: {why}."


def _find_listed(episode: EpisodeGraph, name: str) -> Iterator[WhyNotReason]:
    if terms := list_listed_terms(episode, name):
        words = f"It is a {terms[0].partition('/')[0]} that the episode lists"
        yield WhyNotReason("listed", f"{words}: `kgraph show {terms[0]}` describes it.")


def _find_other_rows(
    episode: EpisodeGraph, entity: Entity | None, keys: frozenset[str]
) -> Iterator[tuple[MentionEdge, RowDecision]]:
    """Yield the rows that have a name of these keys and are not the entity's."""
    for mention in episode.mentions:
        if entity and mention.is_accepted and mention.target == entity.id:
            continue
        for row in mention.rows:
            if has_name(row.surface, keys):
                yield mention, row


def _describe_rows(
    graph: OpenGraph,
    episode: EpisodeGraph,
    label: str,
    rows: Sequence[tuple[MentionEdge, RowDecision]],
) -> Iterator[WhyNotReason]:
    rejected = [row for mention, row in rows if not mention.is_accepted]
    if rejected:
        rules = ", ".join(sorted({row.rule for row in rejected}))
        words = f"{pluralize(len(rejected), 'row')} with the name {label} rejected, by {rules}."
        yield WhyNotReason("rejected", words, *_make_evidence(episode, rejected))
    taken: dict[str, list[RowDecision]] = {}
    for mention, row in rows:
        if mention.is_accepted:
            taken.setdefault(mention.target, []).append(row)
    for target, its_rows in taken.items():
        thing = graph.make_ref(target)
        count = pluralize(len(its_rows), "row")
        words = f"{count} with the name taken for {thing.label} ({thing.id})."
        yield WhyNotReason("elsewhere", words, *_make_evidence(episode, its_rows))


def _make_evidence(episode: EpisodeGraph, rows: Sequence[RowDecision]) -> tuple[list[Witness], int]:
    ranked = sorted(rows, key=lambda row: -row.confidence)
    shown = [make_witness(episode, row) for row in ranked[:MAX_EVIDENCE_ROWS]]
    return shown, len(rows) - len(shown)


def _find_elsewhere(
    graph: OpenGraph,
    known: BuildKnowledge,
    episode: EpisodeGraph,
    entity: Entity | None,
    rows: Sequence[tuple[MentionEdge, RowDecision]],
) -> Iterator[WhyNotReason]:
    """Yield the row that came nearest to be the entity.

    Args:
        rows: with its name, of which another reason tells.
    """
    if entity is None or known.replay is None:
        return
    nearest = find_nearest(graph, known.replay, episode, entity)
    if nearest is None:
        return
    is_told = any(make_witness(episode, row) == nearest.row for _, row in rows)
    if is_told and nearest.obstacle == "judgement":
        return
    shares = f": {nearest.chosen} with {format_fraction(nearest.chosen_probability)}"
    shares += f", {entity.label} with {format_fraction(nearest.probability)}"
    compared = shares if nearest.obstacle == "score" else ""
    which = "Another row" if rows and not is_told else "The row"
    words = f"{which} “{nearest.row.surface}” could be {entity.label}; {nearest.words}{compared}."
    yield WhyNotReason("candidate", words, candidacy=nearest)


def _describe_text(
    episode: EpisodeGraph, names: Iterable[str], label: str, *, is_told: bool
) -> Iterator[WhyNotReason]:
    """Yield what the text has.

    Args:
        is_told: whether another reason tells of rows or fields with the name.
    """
    hits = find_in_text(episode, names)
    more = max(0, len(hits) - MAX_TEXT_HITS)
    if hits:
        places = pluralize(len(hits), "place")
        words = f"The text has the name in {places}"
        words += "" if is_told else ", and no entry of companies has it"
        yield WhyNotReason("text", f"{words}.", hits=hits[:MAX_TEXT_HITS], more_hits=more)
    elif not is_told:
        entries = sum(file.row_counts.get("companies", 0) for file in episode.files)
        listed = pluralize(entries, "entry", "entries")
        words = (
            f"None of its {listed} of companies has the name {label}, and neither has the text of "
            "its files."
        )
        yield WhyNotReason("absent", words)


def _find_judgements(
    known: BuildKnowledge, rows: Sequence[tuple[MentionEdge, RowDecision]]
) -> list[Judgement]:
    """Return the judgements that decided rows."""
    applied = {r.words for _, row in rows for r in row.reasons if r.part == "judgement"}
    return [judgement for judgement in known.judgements if judgement.words in applied]


def _suggest_commands(
    rows: Sequence[tuple[MentionEdge, RowDecision]], entity: Entity | None
) -> list[str]:
    """Return the judgements that would make rows of other outcomes the entity."""
    commands: dict[str, None] = {}
    for mention, row in rows:
        own = suggest_judge_commands(row.surface, mention.label, mention.type, row.rule)
        if mention.type == REJECTED and own:
            commands[own[1]] = None
        elif own and entity:
            commands[_suggest_same(entity, find_judged_name(row.surface, mention.label))] = None
    return list(commands)


def _suggest_same(entity: Entity, name: str) -> str:
    """Return the judgement that a name is an entity: by its type, if it is called so."""
    quoted = f"-- {shlex.quote(name)}" if name.startswith("-") else shlex.quote(name)
    try:
        make_judgement("same", (entity.id, name))
    except InputError:
        return f"kgraph judge type --type {entity.type} {quoted}"
    if name.startswith("-"):
        return f"kgraph judge same -- {entity.id} {shlex.quote(name)}"
    return f"kgraph judge same {entity.id} {quoted}"
