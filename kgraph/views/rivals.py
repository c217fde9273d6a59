"""Why two names are not one thing: judgements, entries, types and ids, and how near the rows of one
came to be the other: the best rival, and what kept it back."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterable, Iterator

import msgspec

from kgraph.base.external_id import is_single_valued
from kgraph.base.lexicon import LexiconEntry
from kgraph.base.text import local_id, name_key, pluralize
from kgraph.graph import Entity, EpisodeGraph, MentionEdge, RowDecision
from kgraph.graph.judged_names import find_meant_entity
from kgraph.resolve.judgement import Judgement, format_file_option, judgement_key, make_judgement
from kgraph.resolve.judgement_table import find_contradicting
from kgraph.resolve.mentions.candidates_in_context import find_row_candidates
from kgraph.resolve.mentions.classifier import class_probability
from kgraph.resolve.mentions.row import EntityCandidate
from kgraph.resolve.mentions.weigh import (
    WeighedRow,
    drop_different,
    find_namesakes,
    keep_whole_names,
)
from kgraph.views.how import explain_misheard, find_entry_of
from kgraph.views.misheard import find_misheard
from kgraph.views.name_rows import explain_rows, find_named_rows, list_names
from kgraph.views.open_graph import OpenGraph
from kgraph.views.reasons import (
    MAX_LISTED_CLAIMS,
    Claim,
    Explanation,
    JudgementCitations,
    list_undo_commands,
    make_claim,
    make_explanation,
    make_row_claim,
)
from kgraph.views.replay import BuildKnowledge, Replay, ReplayedRow, load_build_knowledge
from kgraph.views.shows import read_show_history
from kgraph.views.values import round_value

MAX_REPLAYED_EPISODES = 100  #: of one entity; a hundred take about a second

#: What kept a candidate back, from the earliest to the last step of a decision -> its words.
OBSTACLES = {
    "judgement": "a judgement decides what the name means",
    "date": "it did not exist yet on the day of the episode",
    "full-name": "a person listed less than the full name, which is not in the episode",
    "whole-name": "a person typed the name, so what only resembles or contains it was left out",
    "type": "the likeliest type of the row rules it out",
    "clear": "exactly one entry of the lexicon has the name as written, so no other was compared",
    "score": "another candidate scored higher",
    "rejected": "the row was taken for no name at all",
}


class Candidacy(msgspec.Struct, frozen=True):
    """A row in which something was a candidate.

    Attributes:
        episode, mention, row: where it was a candidate.
        obstacle: of :data:`OBSTACLES`, what kept it back.
        share: its probability among all candidates of the row; 0 where it was not compared.
        chosen_share: that of the chosen one; 0 where the row was rejected.
        type_share: probability of the candidate's type in the row.
    """

    episode: EpisodeGraph
    mention: MentionEdge
    row: RowDecision
    obstacle: str
    share: float
    chosen_share: float
    type_share: float

    @property
    def rank(self) -> tuple[float, float, int]:
        """Sorting key: how near the candidate came."""
        return self.share, self.type_share, list(OBSTACLES).index(self.obstacle)


def find_nearest(
    replay: Replay, episodes: Iterable[EpisodeGraph], rival: Entity, target: str = ""
) -> tuple[Candidacy | None, int, int]:
    """Return the row that came nearest to be an entity and is not, the number of those that could
    have been it, and the number of all that were decided again.

    Args:
        target: only rows of the entity of this id; "" for all.
    """
    candidacies: list[Candidacy] = []
    rows = 0
    for episode in episodes:
        mentions = [
            mention
            for mention in episode.mentions
            if (mention.target == target if target else mention.target != rival.id)
        ]
        rows += sum(len(mention.rows) for mention in mentions)
        candidacies += iterate_candidacies(replay, episode, mentions, rival)
    best = max(candidacies, key=lambda candidacy: candidacy.rank, default=None)
    return best, len(candidacies), rows


def explain_candidacy(
    graph: OpenGraph, nearest: Candidacy, rival: Entity, citations: JudgementCitations
) -> tuple[Claim, Claim]:
    """Return the decision on a row, and the best rival with the log-odds that it lacked."""
    mention, shares = nearest.mention, (nearest.share, nearest.chosen_share)
    thing = graph.make_ref(mention.target) if mention.is_accepted else None
    missing = math.log(shares[0] / shares[1]) if all(shares) else None
    row = make_row_claim(nearest.episode, mention, nearest.row, citations, thing)
    other = make_claim(
        "rival",
        {"label": rival.label, "words": OBSTACLES[nearest.obstacle]},
        rule=nearest.obstacle,
        confidence=round_value(nearest.share),
        weight=None if missing is None else round_value(missing),
        thing=graph.find_ref(rival.id),
        episode=graph.make_episode_line(nearest.episode.slug),
    )
    return row, other


def explain_candidacies(
    graph: OpenGraph,
    replay: Replay,
    pair: tuple[Entity, Entity],
    citations: JudgementCitations,
) -> Claim | None:
    """Decide the rows of the first of two entities again, in at most
    :data:`MAX_REPLAYED_EPISODES` episodes, and return how near they came to be the second."""
    entity, rival = pair
    slugs = graph.shared.list_episodes_of({entity.id})[:MAX_REPLAYED_EPISODES]
    episodes = graph.store.read_episodes(slugs)
    nearest, count, rows = find_nearest(replay, episodes, rival, entity.id)
    if nearest is None:
        return None
    values = {"label": entity.label, "other": rival.label, "count": count}
    return make_claim(
        "candidate",
        {**values, "rows": pluralize(rows, "row")},
        rows=count,
        because=explain_candidacy(graph, nearest, rival, citations),
    )


def iterate_candidacies(
    replay: Replay, episode: EpisodeGraph, mentions: Iterable[MentionEdge], rival: Entity
) -> Iterator[Candidacy]:
    """Yield the rows of mentions of which an entity was a candidate, and what kept it back."""
    files = [replay.replay_file(episode, number) for number in range(len(episode.files))]
    for mention in mentions:
        for row in mention.rows:
            replayed = files[row.file].find_row(mention, row)
            if replayed is None or replayed.weighing is None:
                continue
            weighing = replayed.weighing
            fitting = [c for c in find_row_candidates(weighing.row) if _is_rival(c, rival)]
            if fitting:
                candidate = max(fitting, key=lambda c: c.weight)
                obstacle, share = _find_obstacle(replayed, weighing, candidate, rival)
                chosen = weighing.ranked[0][1] if weighing.ranked else 0.0
                type_ = candidate.trained_type or weighing.type
                likelihood = class_probability(type_, weighing.probabilities)
                yield Candidacy(episode, mention, row, obstacle, share, chosen, likelihood)


def _is_rival(candidate: EntityCandidate, rival: Entity) -> bool:
    has_type = candidate.entry is None or candidate.entry.type == rival.type
    return has_type and name_key(candidate.label) == rival.key


def _find_obstacle(
    replayed: ReplayedRow, weighing: WeighedRow, candidate: EntityCandidate, rival: Entity
) -> tuple[str, float]:
    """Return what kept a candidate back, and its probability among all candidates."""
    row, entry = weighing.row, candidate.entry
    shares = {name_key(ranked.candidate.label): share for ranked, share in weighing.ranked}
    checks = (
        ("judgement", replayed.decisions[0].rule == "judgement"),
        ("judgement", not drop_different(row, [candidate])),
        ("date", bool(entry and not entry.existed_on(row.context.day))),
        ("full-name", bool(entry and entry in find_namesakes(row))),
        ("whole-name", weighing.is_listed and not keep_whole_names([candidate], row)),
        ("rejected", not weighing.ranked),
        ("type", not any(_is_rival(suitable, rival) for suitable in weighing.suitable)),
        ("clear", rival.key not in shares),
    )
    for obstacle, applies in checks:
        if applies:
            return obstacle, 0.0
    is_best = name_key(weighing.ranked[0][0].candidate.label) == rival.key
    return ("type" if is_best else "score"), shares[rival.key]


# -- two names --------------------------------------------------------------------------


def explain_difference(
    graph: OpenGraph, names: tuple[str, str], entities: tuple[Entity, Entity]
) -> Explanation:
    """Tell why two names are not one thing, or that they are."""
    known, citations = load_build_knowledge(graph.store), JudgementCitations(graph.store)
    first, second = entities
    things = tuple(ref for entity in entities if (ref := graph.find_ref(entity.id)))
    if first.id == second.id:
        tree = _explain_one(graph, known, names, first, citations)
        undo = list_undo_commands([tree])
        return make_explanation([tree], True, things=things[:1], commands=undo, note=known.note)
    apart = _find_differences(graph, known, entities)
    commands: list[str] = []
    if things:
        # The first takes the rows of the second: so one without rows, then one of the lexicon.
        entries = {entity.id: find_entry_of(entity, known.knowledge) for entity in entities}
        ranked = sorted(
            entities,
            key=lambda each: (bool(graph.find_ref(each.id)), not entries[each.id], -each.episodes),
        )
        same = make_judgement("same", [entity.id for entity in ranked])
        apart += _find_refusals(known, same, apart)
        options = format_file_option(citations.shown_file) if apart else []
        commands = [shlex.join(["kgraph", "judge", "same", *same.names, *options])]
    because = [*map(citations.cite, apart), *_compare(graph, known, entities)]
    candidacies = []
    if known.replay:
        for pair in (entities, entities[::-1]):
            candidacies.append(explain_candidacies(graph, known.replay, pair, citations))
    because += filter(None, candidacies)
    if not any(candidacies):
        because.append(make_claim("no-rule"))
    values = {"label": f"{first.label} ({first.id})", "other": f"{second.label} ({second.id})"}
    tree = make_claim("two", values, because=tuple(because))
    undo = list_undo_commands([claim for claim in because if claim.kind == "judgement"])
    return make_explanation(
        [tree], False, things=things, commands=(*undo, *commands), note=known.note
    )


def _explain_one(
    graph: OpenGraph,
    known: BuildKnowledge,
    names: tuple[str, str],
    entity: Entity,
    citations: JudgementCitations,
) -> Claim:
    """Return that two names mean one entity, because of judgements, rows and stated names."""
    keys = {name_key(local_id(name).rpartition("/")[2]) for name in names}
    rows = [named for named in find_named_rows(graph, keys) if named.mention.target == entity.id]
    joined = explain_rows(graph, "joined", rows, citations, MAX_LISTED_CLAIMS)
    stated = [
        claim
        for claim in read_show_history(graph, known, entity, citations).stated
        if claim.source and name_key(claim.source.text) in keys
    ]
    applied = {r.words for named in rows for r in named.row.reasons if r.part == "judgement"}
    judgements = [j for j in known.judgements if j.label and j.words in applied]
    because = (*map(citations.cite, judgements), *([joined] if joined else ()), *stated)
    values = {"label": names[0], "other": names[1], "name": f"{entity.label} ({entity.id})"}
    return make_claim("one", values, thing=graph.find_ref(entity.id), because=because)


def _find_differences(
    graph: OpenGraph, known: BuildKnowledge, entities: Iterable[Entity]
) -> list[Judgement]:
    """Return the judgements that two entities are different, and those that reject names of one
    that no episode mentions."""

    def is_of(judgement: Judgement, entity: Entity) -> bool:
        keys = {entity.id, *entity.replaces, *map(name_key, list_names(entity))}
        names = judgement.entity_names
        return not keys.isdisjoint(map(judgement_key, names)) or any(
            find_meant_entity(name, graph.lookup) == entity for name in names
        )

    return [
        judgement
        for judgement in known.judgements
        if (judgement.verb == "different" and all(is_of(judgement, each) for each in entities))
        or (
            judgement.verb == "reject"
            and any(is_of(judgement, each) for each in entities if not graph.find_ref(each.id))
        )
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


def _compare(
    graph: OpenGraph, known: BuildKnowledge, entities: tuple[Entity, Entity]
) -> Iterator[Claim]:
    """Yield what tells two entities apart: entries, types, relations and ids; and that one is
    probably the other, misheard."""
    first, second = entities
    for entity in entities:
        if graph.find_ref(entity.id) is None:
            yield make_claim("unmentioned", {"label": entity.label})
    entries = [find_entry_of(entity, known.knowledge) for entity in entities]
    if described := [_describe_entry(entry) for entry in entries if entry]:
        yield make_claim("entries", {"words": " and ".join(dict.fromkeys(described))})
    if first.type != second.type:
        yield make_claim("types", {"words": f"{first.type} and {second.type}"})
    for subject, target in (entities, entities[::-1]):
        related = [name for name, id_ in subject.relations if id_ == target.id]
        for property_ in related:
            words = f"{subject.label} {property_} {target.label}"
            yield make_claim("related", {"words": words})
    if pairs := _list_differing_ids(first, second):
        yield make_claim("ids", {"words": "; ".join(pairs)})
    for entity, heard in (entities, entities[::-1]):
        apart = known.knowledge.judgements.different_pairs
        guess = find_misheard(graph, entity, apart, among=(heard,))
        if guess and guess.id == heard.id:
            yield explain_misheard(graph, entity, guess)


def _list_differing_ids(first: Entity, second: Entity) -> list[str]:
    own, other = dict(first.ids), dict(second.ids)
    return [
        f"{kind}:{own[kind]} and {kind}:{other[kind]}"
        for kind in own
        if own[kind] != other.get(kind, own[kind]) and is_single_valued(kind)
    ]


def _describe_entry(entry: LexiconEntry) -> str:
    return f"{entry.name} ({entry.type}{f', {entry.kind}' if entry.kind else ''})"
