"""Why two names are not one thing: lexicon, types, judgements, and how near a candidate came."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from kgraph.base.external_id import is_single_valued
from kgraph.base.lexicon import LexiconEntry
from kgraph.base.text import end_sentence, local_id, name_key, pluralize
from kgraph.graph import Entity
from kgraph.graph.judged_names import find_meant_entity
from kgraph.resolve.judgement import (
    Judgement,
    describe_judgement,
    format_file_option,
    judgement_key,
    make_judgement,
)
from kgraph.resolve.judgement_table import find_contradicting
from kgraph.resolve.mentions.decide import FormBuilder
from kgraph.views.how import find_entry_of
from kgraph.views.misheard import find_suspicion
from kgraph.views.name_rows import find_named_rows, group_rows, list_names
from kgraph.views.open_graph import OpenGraph
from kgraph.views.replay import BuildKnowledge
from kgraph.views.rival import (
    MAX_REPLAYED_EPISODES,
    Candidacy,
    CandidacySummary,
    summarize_candidacies,
)
from kgraph.views.stated_names import read_show_episodes
from kgraph.views.undo_commands import find_judgements_file, list_undo_commands
from kgraph.views.values import format_fraction
from kgraph.views.why_not_facts import WhyNotFacts, WhyNotReason

MAX_GROUPS = 6  #: groups of rows that show that two names are one


def explain_difference(
    graph: OpenGraph,
    known: BuildKnowledge,
    names: tuple[str, str],
    entities: tuple[Entity, Entity],
    *,
    show_folders: bool,
) -> WhyNotFacts:
    """Tell why two names are not one thing, or that they are.

    Args:
        names: as asked; ``entities`` are those that they mean.
        show_folders: as of :func:`~kgraph.views.undo_commands.find_judgements_file`.
    """
    first, second = entities
    refs = [graph.find_ref(entity.id) for entity in entities]
    if first.id == second.id:
        words = f"They are one: both mean {first.label} ({first.id})."
        joining, reason = _show_that_one(graph, known, names, first)
        reasons = [*map(_cite_judgement, joining), reason]
        file = find_judgements_file(graph, show_folders=show_folders) if joining else ""
        commands = list_undo_commands(graph, joining, file)
        return WhyNotFacts(
            *(names[0], refs[0], names[1], refs[1], None, True, words, reasons, commands),
            note=known.note,
        )
    entries = (find_entry_of(first, known.knowledge), find_entry_of(second, known.knowledge))
    unmentioned = [entity for entity in entities if graph.find_ref(entity.id) is None]
    rejections = [_find_rejections(known, entity) for entity in unmentioned]
    apart = _find_differences(graph, known, entities)
    undone, same = [*chain(apart, *rejections)], None
    if len(unmentioned) < len(entities):
        # The first takes the rows of the second: so one without rows, then one of the lexicon.
        ranked = sorted(
            zip(entities, entries, strict=True),
            key=lambda each: (each[0] not in unmentioned, each[1] is None, -each[0].episodes),
        )
        same = make_judgement("same", [entity.id for entity, _ in ranked])
        refusing = _find_refusals(known, same, undone)
        apart, undone = apart + refusing, undone + refusing
    reasons = [
        *(
            _describe_unmentioned(graph, entity, rejected)
            for entity, rejected in zip(unmentioned, rejections, strict=True)
        ),
        *map(_cite_judgement, apart),
        *_compare_entries(entries, entities),
        *_compare_types(first, second),
        *_find_relations(graph, first, second),
        *_compare_ids(first, second),
    ]
    tries, is_cut = _find_candidacies(graph, known, first, second)
    reasons += find_suspicions(graph, known, entities)
    reasons += tries or [_list_candidates(known, entities, is_cut=is_cut)]
    answer = f"{first.label} ({first.id}) and {second.label} ({second.id}) are two things."
    file = find_judgements_file(graph, show_folders=show_folders) if undone else ""
    commands = list_undo_commands(graph, undone, file)
    if same:
        options = format_file_option(file)
        commands.append(shlex.join(["kgraph", "judge", "same", *same.names, *options]))
    return WhyNotFacts(
        *(names[0], refs[0], names[1], refs[1], None, False, answer, reasons, commands),
        note=known.note,
    )


def _cite_judgement(judgement: Judgement) -> WhyNotReason:
    return WhyNotReason("judgement", f"A judgement says so: {describe_judgement(judgement)}.")


def _show_that_one(
    graph: OpenGraph, known: BuildKnowledge, names: tuple[str, str], entity: Entity
) -> tuple[list[Judgement], WhyNotReason]:
    """Return the judgements, rows and stated names by which two names mean one entity."""
    keys = {name_key(local_id(name).rpartition("/")[2]) for name in names}
    rows = [named for named in find_named_rows(graph, keys) if named.mention.target == entity.id]
    groups = group_rows(graph, rows, MAX_GROUPS)
    show_names = read_show_episodes(graph, known, entity).stated
    stated = [name for name in show_names if name_key(name.name) in keys]
    evidence = [f"{pluralize(groups.rows, 'row')} with these names mean it"] if rows else []
    if stated:
        episodes = pluralize(sum(name.episodes for name in stated), "episode")
        evidence.append(f"files of {episodes} state it by these names")
    parts = evidence or ["no row has these names"]
    if keys <= {name_key(name) for name in (*list_names(entity), *entity.stated_names)}:
        parts.append("both are names of it in the graph or the lexicon")
    elif not evidence:
        parts.append("they mean it as ids, tickers or former names")
    former: dict[str, str] = {}  # of a judged name there is an id of each type: its own is told
    for id_ in sorted(entity.replaces, key=lambda id_: not id_.startswith(f"{entity.type}/")):
        former.setdefault(id_.partition("/")[2], id_)
    if former:
        listed = ", ".join(sorted(former.values()))
        parts.append(f"it was {listed} before a judgement or in an earlier build")
    applied = {r.words for named in rows for r in named.row.reasons if r.part == "judgement"}
    lines = {line for name in stated for line in name.lines}
    joining = [j for j in known.judgements if j.line in lines or (j.label and j.words in applied)]
    words = "; ".join(parts)
    words = f"{words[:1].upper()}{words[1:]}."
    return joining, WhyNotReason("one", words, groups=groups.groups, stated=stated[:MAX_GROUPS])


def _find_rejections(known: BuildKnowledge, entity: Entity) -> list[Judgement]:
    """Return the judgements that reject a name of an entity."""
    keys = _entity_keys(entity)
    return [
        judgement
        for judgement in known.judgements
        if judgement.verb == "reject"
        and not keys.isdisjoint(map(judgement_key, judgement.entity_names))
    ]


def _describe_unmentioned(
    graph: OpenGraph, entity: Entity, rejections: Sequence[Judgement]
) -> WhyNotReason:
    words = f"No episode mentions {entity.label}, which is an entry of the lexicon"
    ids = dict.fromkeys(f"{entity.type}/{name_key(name)}" for name in list_names(entity))
    namesakes = [f"{ref.label} ({ref.id})" for ref in map(graph.find_ref, ids) if ref]
    if namesakes:
        words += f"; with a name of it, the graph has {' and '.join(namesakes)}"
    if rejections:
        listed = "; ".join(map(describe_judgement, rejections))
        words += f"; names of it are rejected: {listed}"
    return WhyNotReason("unmentioned", f"{words}.")


def _find_differences(
    graph: OpenGraph, known: BuildKnowledge, entities: tuple[Entity, Entity]
) -> list[Judgement]:
    """Return the judgements that the two are different, by their names or what these mean."""

    def is_of(judgement: Judgement, entity: Entity) -> bool:
        names = judgement.entity_names
        return not _entity_keys(entity).isdisjoint(map(judgement_key, names)) or any(
            find_meant_entity(name, graph.lookup) == entity for name in names
        )

    return [
        judgement
        for judgement in known.judgements
        if judgement.verb == "different" and all(is_of(judgement, each) for each in entities)
    ]


def _find_refusals(
    known: BuildKnowledge, same: Judgement, undone: Iterable[Judgement]
) -> list[Judgement]:
    """Return the judgements beside those to be undone without which a ``same`` is accepted."""
    remaining = [judgement for judgement in known.judgements if judgement not in undone]
    refusing: list[Judgement] = []
    while parties := find_contradicting([*remaining, same]):
        refusing.append(max(parties, key=lambda judgement: judgement.line))
        remaining.remove(refusing[-1])
    return refusing


def _entity_keys(entity: Entity) -> set[str]:
    return {entity.id, *entity.replaces, *map(name_key, list_names(entity))}


def _compare_entries(
    entries: tuple[LexiconEntry | None, LexiconEntry | None], entities: tuple[Entity, Entity]
) -> Iterator[WhyNotReason]:
    described = [_describe_entry(entry) for entry in entries if entry]
    if len(described) == 2 and entries[0] == entries[1]:
        yield WhyNotReason("lexicon", f"The lexicon has one entry for both: {described[0]}.")
    elif len(described) == 2:
        words = f"The lexicon has two entries: {described[0]} and {described[1]}."
        first, second = entries
        assert first is not None and second is not None
        if second.name in first.different or first.name in second.different:
            words += " It says that the two are not to be merged."
        yield WhyNotReason("lexicon", words)
    elif described:
        missing = next(e for e, entry in zip(entities, entries, strict=True) if entry is None)
        words = f"The lexicon has {described[0]}, and no entry for {missing.label}"
        yield WhyNotReason("lexicon", end_sentence(words))


def _describe_entry(entry: LexiconEntry) -> str:
    kind = f", {entry.kind}" if entry.kind else ""
    return f"{entry.name} ({entry.type}{kind})"


def _compare_types(first: Entity, second: Entity) -> Iterator[WhyNotReason]:
    if first.type != second.type:
        words = (
            f"They have different types, {first.type} and {second.type}. A thing has one type, and "
            "its id is its type and its name."
        )
        yield WhyNotReason("type", words)


def _find_relations(graph: OpenGraph, first: Entity, second: Entity) -> Iterator[WhyNotReason]:
    for subject, target in ((first, second), (second, first)):
        for property_, id_ in subject.relations:
            if id_ == target.id:
                words = f"They are related, and not the same: {subject.label} {property_} "
                yield WhyNotReason("related", end_sentence(words + target.label))


def _compare_ids(first: Entity, second: Entity) -> Iterator[WhyNotReason]:
    """Yield the ids of one register that tell the two apart."""
    own, other = dict(first.ids), dict(second.ids)
    pairs = [
        f"{kind}:{own[kind]} and {kind}:{other[kind]}"
        for kind in own
        if kind in other and own[kind] != other[kind] and is_single_valued(kind)
    ]
    if pairs:
        yield WhyNotReason("ids", f"They have different ids: {'; '.join(pairs)}.")


def find_suspicions(
    graph: OpenGraph, known: BuildKnowledge, entities: tuple[Entity, Entity]
) -> Iterator[WhyNotReason]:
    """Yield that one is probably the other, misheard."""
    if any(graph.find_ref(entity.id) is None for entity in entities):
        return
    different_pairs = known.knowledge.judgements.different_pairs
    for entity, heard in (entities, entities[::-1]):
        guess = find_suspicion(graph.store.graph, entity.label, heard, different_pairs)
        if guess:
            beside = f" ({', '.join(guess.beside)})" if guess.beside else ""
            yield WhyNotReason(
                "misheard",
                f"{entity.label} is {format_fraction(guess.evidence)} likely to be {heard.label}, "
                f"misheard: it sounds like {guess.spelling}, is described alike, and stands "
                f"beside the same names{beside}.",
            )
            return  # that of the other would say the same


def _find_candidacies(
    graph: OpenGraph, known: BuildKnowledge, first: Entity, second: Entity
) -> tuple[list[WhyNotReason], bool]:
    """Return how near rows of each came to be the other, and whether episodes were left out."""
    reasons: list[WhyNotReason] = []
    is_cut = False
    if known.replay is None:
        return reasons, is_cut
    for entity, rival in ((first, second), (second, first)):
        summary, best = summarize_candidacies(graph, known.replay, entity, rival)
        is_cut = is_cut or summary.left_out > 0
        if best:
            words = _describe_candidacies(entity, rival, summary, best)
            reasons.append(WhyNotReason("candidate", words, candidacy=best, summary=summary))
    return reasons, is_cut


def _describe_candidacies(
    entity: Entity, rival: Entity, summary: CandidacySummary, best: Candidacy
) -> str:
    rows = pluralize(summary.rows, "row")
    cut = ""
    if summary.left_out:
        cut = f" (those of {summary.left_out:,} more episodes were not decided again)"
    candidacies = f"{summary.candidate:,} of {rows} of {entity.label}{cut}"
    words = (
        f"{end_sentence(f'{rival.label} was a candidate in {candidacies}')} In the nearest, "
        f"{best.words}"
    )
    if best.obstacle == "score":
        words += (
            f": {best.chosen} with {format_fraction(best.chosen_probability)}, "
            f"{rival.label} with {format_fraction(best.probability)}"
        )
    return f"{words}."


def _list_candidates(
    known: BuildKnowledge, entities: tuple[Entity, Entity], *, is_cut: bool
) -> WhyNotReason:
    """Return that no rule joins two names, and what the rules make of each by itself."""
    parts, forms = [], FormBuilder(known.knowledge)
    for entity in entities:
        form = forms.build(entity.label)
        candidates = dict.fromkeys(f"{c.label} ({c.source})" for c in form.candidates)
        parts.append(f"{entity.label}: {', '.join(candidates) or 'none'}")
    where = "in no row was one a candidate for the other" if known.replay else "by name alone"
    if is_cut:
        where += f" (at most {MAX_REPLAYED_EPISODES} episodes of each were decided again)"
    return WhyNotReason(
        "no-rule",
        f"No rule joins the names: {where}. Candidates of each name, by itself: "
        f"{'; '.join(parts)}.",
    )
